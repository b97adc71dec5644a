"""How is one column filled: from what it holds, what is said, what follows, and silence?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.sources.signals import notes
from agentlens.sources.signals.filling import Derivation, Filling, Means, held, held_as
from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.sources.signals.mapping.expressions import Expression, Metadata, Score
from agentlens.sources.signals.mapping.find import find, occurs
from agentlens.sources.signals.mapping.found import Found
from agentlens.sources.signals.mapping.ratings import question, read_ratings, refuse_unsound
from agentlens.sources.signals.mapping.values import (
    FLAG_WORDS,
    SAFETY_WORDS,
    Read,
    read_flags,
    read_typed,
)
from agentlens.sources.signals.rules import Rule
from agentlens.stats.arrays import Flags
from agentlens.tables.convert import convert
from agentlens.tables.problems import Problem

__all__ = ["fill"]


def fill(
    evidence: Evidence, rule: Rule, means: Means, derived: Derivation | None = None
) -> Filling:
    """Return one column, filled by the first of the rules that says something about a row.

    What the column holds already stays. A mapping takes the place of all that comes after it.

    Args:
        evidence: the tables.
        rule: the names that are tried.
        means: what the user says.
        derived: what follows without anybody saying it.
    """
    mapped = means.mapping.get(rule.column)
    filling = _begun(evidence, rule.column)
    for expression in rule.tried if mapped is None else mapped:
        if mapped is not None or occurs(expression, evidence):
            filling = _said(filling, rule, expression, evidence, means)
    if mapped is None and derived is not None:
        filling = _followed(filling, derived)
    filling = _heard(filling, evidence, rule, means)
    if evidence.n and filling.series.isna().all():
        why = derived.why if derived is not None and mapped is None else ""
        filling = filling.noted(notes.unfilled(rule.column, evidence.n, rule.what, why))
    return filling


def _begun(evidence: Evidence, name: str) -> Filling:
    column = held_as(name)
    nowhere = np.zeros(evidence.n, dtype=bool)
    if name in evidence.traces:
        values, problems = convert(evidence.traces[name], column)
        return Filling(column, values, nowhere, tuple(problems))
    return Filling(column, held(np.full(evidence.n, np.nan), column), nowhere)


def _said(
    filling: Filling, rule: Rule, expression: Expression, evidence: Evidence, means: Means
) -> Filling:
    """Fill from what an expression gives, and say what of it could not be used."""
    asked = rule.column in means.mapping
    found = find(expression, evidence)
    name = filling.column.name
    if found.missed and asked:
        return filling.noted(notes.unread(name, np.ones(evidence.n, dtype=bool), found.missed))
    read = _read(rule, expression, found, means, asked=asked)
    values = read.series
    if rule.held != "typed":
        values = held(values.to_numpy(np.float64), filling.column)
    told = f"as mapped: {expression}" if asked else f"by the name of {expression}"
    after = filling.taken(values, told)
    if after is not filling:
        after = replace(after, used=(*after.used, expression))
    if rule.held == "flag":
        after = replace(after, silent=after.silent | _silence(found, read))
    if asked:
        after = after.noted(_clash(_begun(evidence, name), values))
    why = _why_lost(rule, expression, read)
    return after.noted(notes.unread(name, read.lost, why, read.examples), *read.problems)


def _clash(filling: Filling, values: pd.Series) -> Problem:
    """Return the line on values that a mapping gives and that were there, differently."""
    differing = filling.series.notna() & values.notna() & (filling.series != values)
    rows = differing.fillna(value=False).to_numpy(dtype=bool)
    what = "mapped values that differ from those already there were not used"
    return notes.kept(filling.column.name, rows, what)


def _why_lost(rule: Rule, expression: Expression, read: Read) -> str:
    if rule.held == "rating":
        return question(rule.column, expression, read)
    if rule.held == "flag":
        return _undecided(rule.column, expression)
    return f"{expression}: these values cannot be {rule.what}"


def _undecided(column: str, expression: Expression) -> str:
    test = (
        f" Say mapping={{{column!r}: '{expression}>=…'}}" if isinstance(expression, Score) else ""
    )
    return f"{expression}: neither true nor false.{test}"


def _read(rule: Rule, expression: Expression, found: Found, means: Means, *, asked: bool) -> Read:
    if rule.held == "rating":
        heard = found if asked else found.without_bystanders()
        read = read_ratings(expression, heard, means.ranges)
        if asked:
            refuse_unsound(rule.column, expression, found, read)
        return read
    if rule.held == "typed":
        return read_typed(found, held_as(rule.column))
    if rule.column != "safety_flagged":
        return read_flags(found, FLAG_WORDS)
    # Whether 1 says safe or unsafe under this name is anyone's guess; words settle it.
    plain = asked or expression not in {Score("safety"), Metadata("safety")}
    return read_flags(found, SAFETY_WORDS, bare=plain)


def _silence(found: Found, read: Read) -> Flags:
    """Return where silence is a no: the signal is only ever sent when true, and was sent."""
    yes, no = (read.series == 1.0).any(), (read.series == 0.0).any()
    if found.sent == "always" or not yes or no or read.lost.any():
        return np.zeros(len(read.lost), dtype=bool)
    return found.heard


def _followed(filling: Filling, derived: Derivation) -> Filling:
    if derived.when_silent and filling.series.notna().any():
        return filling
    after = filling.taken(derived.series, derived.rule, doubtful=derived.doubtful)
    if derived.heard is None:
        return after
    return replace(after, silent=after.silent | derived.heard)


def _heard(filling: Filling, evidence: Evidence, rule: Rule, means: Means) -> Filling:
    """Take silence for a no where it is one, or where the user says that it is."""
    if rule.held != "flag":
        return filling
    said = means.absent.get(rule.column)
    rows = np.zeros(evidence.n, dtype=bool)
    told = "absent is no: it is sent only when true, and was sent"
    if said == "false":
        rows, told = ~evidence.open, 'absent is no: absent="false" says so'
    elif said is None and (rule.silent or rule.column in means.mapping):
        rows = filling.silent
    return filling.taken(held(np.where(rows, 0.0, np.nan), filling.column), told)
