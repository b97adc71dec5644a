"""What does an expression give for each trace?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import near
from agentlens.sources.signals.mapping.evidence import Evidence, Named
from agentlens.sources.signals.mapping.expressions import (
    TESTS,
    Attribute,
    Event,
    Expression,
    Field,
    Function,
    Metadata,
    Ranged,
    Score,
    ScoreTest,
    Tag,
    TagPrefix,
    ToolSpan,
    matched,
)
from agentlens.sources.signals.mapping.found import Found, Sent, nothing, told
from agentlens.stats.arrays import Flags, Ints

__all__ = ["find", "occurs"]

_TECHNICAL = ("attributes.", "resourceAttributes.", "scope.", "")
_BYSTANDERS = frozenset({"human", "judge", "check"})


def find(expression: Expression, evidence: Evidence) -> Found:
    """Return what an expression gives for each trace.

    Args:
        expression: one parsed expression.
        evidence: the tables.
    """
    return _FINDERS[type(expression)](expression, evidence)


def occurs(expression: Expression, evidence: Evidence) -> bool:
    """Return whether the source has anything of this name; a cheap look before `find`."""
    match expression:
        case Metadata(key):
            return matched(key) in evidence.metadata.names
        case Attribute(name):
            keys = (matched(prefix + name) for prefix in _TECHNICAL)
            return any(key in evidence.metadata.names for key in keys)
        case Score(name):
            return matched(name) in evidence.scores.names
        case Tag(name):
            return matched(name) in evidence.tags.names
        case TagPrefix(prefix):
            return bool(_begun_with(evidence, prefix))
        case _:
            return True


def _valued(evidence: Evidence, keys: list[str], what: str) -> Found:
    """Return the values under the first key that a trace has."""
    named = evidence.metadata
    parts = [named.rows(key) for key in keys]
    rows = pd.concat(parts) if len(parts) > 1 else parts[0]
    first = rows.drop_duplicates("row", keep="first")
    values = np.full(evidence.n, np.nan, dtype=object)
    values[first["row"].to_numpy()] = first["value"].to_numpy(dtype=object)
    missed = "" if len(first) else _absent(what, keys[-1], named)
    held = told(pd.Series(values, dtype="str"), evidence.n, what, missed)
    return replace(held, sent="perhaps when true", heard=~evidence.open)


def _scored(expression: Score, evidence: Evidence) -> Found:
    """Return the score of a name that counts: the trace's own before a step's, then the newest."""
    name = expression.name
    rows = evidence.scores.rows(name).drop_duplicates("row", keep="last")
    at = rows["row"].to_numpy()
    numbers = np.full(evidence.n, np.nan)
    numbers[at] = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    labels = np.full(evidence.n, np.nan, dtype=object)
    labels[at] = rows["label"].to_numpy(dtype=object)
    bystander = np.zeros(evidence.n, dtype=bool)
    bystander[at] = rows["source"].isin(_BYSTANDERS).to_numpy()
    missed = "" if len(at) else _absent(f"score:{name}", name, evidence.scores)
    words = pd.Series(labels).astype("str").str.strip()
    sent: Sent = "always" if bystander.any() else "perhaps when true"
    return Found(words.mask(words == ""), numbers, sent, ~evidence.open, bystander, missed)


def _absent(what: str, name: str, named: Named) -> str:
    known = [one for one in named.places if not one.startswith(_TECHNICAL[:-1])]
    return f"{what} was not found.{near(name, known)}"


def _flagged(evidence: Evidence, rows: Ints, heard: Flags) -> Found:
    numbers = np.full(evidence.n, np.nan)
    numbers[rows] = 1.0
    nobody = np.zeros(evidence.n, dtype=bool)
    return Found(nothing(evidence.n), numbers, "when true", heard, nobody)


def _with_span(evidence: Evidence, kind: str, name: str) -> Ints:
    spans = evidence.spans
    if "name" not in spans or "kind" not in spans:
        return np.empty(0, dtype=np.int64)
    codes, distinct = pd.factorize(spans["name"])
    same = np.array([matched(str(one)) == matched(name) for one in distinct] + [False])
    chosen = same[codes] & (spans["kind"] == kind).to_numpy(dtype=bool, na_value=False)
    return spans["row"].to_numpy()[chosen]


def _suffixed(expression: TagPrefix, evidence: Evidence) -> Found:
    """Return what follows a prefix in the first tag that has it."""
    prefix = expression.prefix
    depth = prefix.count(":") + 1
    values = np.full(evidence.n, np.nan, dtype=object)
    for tag in reversed(_begun_with(evidence, prefix)):
        rows = evidence.tags.frame["row"].to_numpy()[evidence.tags.places[tag]]
        values[rows] = tag.split(":", depth)[depth]
    return told(pd.Series(values, dtype="str"), evidence.n, str(expression))


def _begun_with(evidence: Evidence, prefix: str) -> list[str]:
    begin = f"{matched(prefix)}:"
    return [one for one in evidence.tags.places if matched(one).startswith(begin)]


def _native(expression: Field, evidence: Evidence) -> Found:
    column = expression.column
    names = [str(one) for one in evidence.traces.columns]
    same = [one for one in names if one == column] or [
        one for one in names if matched(one) == matched(column)
    ]
    if not same:
        missed = f"field:{column} was not found.{near(column, names)}"
        return told(nothing(evidence.n), evidence.n, str(expression), missed)
    return told(evidence.traces[same[0]], evidence.n, str(expression))


def _metadata(expression: Metadata, evidence: Evidence) -> Found:
    return _valued(evidence, [expression.key], str(expression))


def _attribute(expression: Attribute, evidence: Evidence) -> Found:
    keys = [prefix + expression.name for prefix in _TECHNICAL]
    return _valued(evidence, keys, str(expression))


def _tested(expression: ScoreTest, evidence: Evidence) -> Found:
    scored = _scored(Score(expression.name), evidence)
    passed = TESTS[expression.test](scored.numbers, expression.bound).astype(np.float64)
    kept = np.where(np.isnan(scored.numbers), np.nan, passed)
    return replace(scored, words=nothing(evidence.n), numbers=kept, sent="always")


def _tag(expression: Tag, evidence: Evidence) -> Found:
    rows = evidence.tags.rows(expression.name)["row"].to_numpy(np.int64)
    return _flagged(evidence, rows, ~evidence.open)


def _step(expression: ToolSpan | Event, evidence: Evidence) -> Found:
    kind = "tool" if isinstance(expression, ToolSpan) else "event"
    rows = _with_span(evidence, kind, expression.name)
    return _flagged(evidence, rows, evidence.stepped & ~evidence.open)


def _function(expression: Function, evidence: Evidence) -> Found:
    return told(expression.call(evidence.traces), evidence.n, str(expression))


def _ranged(expression: Ranged, evidence: Evidence) -> Found:
    inner = find(expression.of, evidence)
    scaled = (inner.numbers - expression.low) / (expression.high - expression.low)
    within = (scaled >= 0) & (scaled <= 1)
    outside = ~within & ~np.isnan(inner.numbers)
    words = inner.words.astype(object)
    words[outside] = [f"{one:g}" for one in inner.numbers[outside]]  # so that it is counted as lost
    numbers = np.where(within, scaled, np.nan)
    return replace(inner, words=words.astype("str"), numbers=numbers)


_FINDERS: Mapping[type, Callable[[Any, Evidence], Found]] = {
    Metadata: _metadata,
    Attribute: _attribute,
    Score: _scored,
    ScoreTest: _tested,
    Tag: _tag,
    TagPrefix: _suffixed,
    ToolSpan: _step,
    Event: _step,
    Field: _native,
    Function: _function,
    Ranged: _ranged,
}
