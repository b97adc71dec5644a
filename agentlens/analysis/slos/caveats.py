"""What must a careful reader of a scorecard know?"""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from agentlens import text
from agentlens.analysis.slos.budget import ENOUGH
from agentlens.analysis.slos.slo import promise
from agentlens.analysis.slos.standing import Asked, Standing
from agentlens.analysis.slos.words import times
from agentlens.stats.promises.judged import LEAST_BAD
from agentlens.tables.log import Log

__all__ = ["caveats"]


def caveats(standings: Sequence[Standing], asked: Asked, log: Log) -> tuple[str, ...]:
    """Return what a careful reader must know, one sentence each."""
    notes = []
    if pd.notna(asked.at):
        notes.append(f"As of {asked.at:%d %b %Y %H:%M} UTC; nothing from later counts.")
    budgets = [one for one in standings if not isnan(one.allowed)]
    if budgets:
        notes += _rules(budgets, asked)
    notes += [
        f"{text.capital(one.slo.name)} is kept count of row by row: {promise(one.slo, one.metric)},"
        f" so that {100 * one.allowed:.6g}% may lie beyond; those are its bad events."
        for one in budgets
        if one.metric.kind == "quantile"
    ]
    if len(budgets) < len(standings):
        notes.append(
            "A mean or a ratio has no bad events, hence no budget: its interval is held against"
            " the objective, and an interval that holds it is watched."
        )
    if any(one.slo.kind == "judge" for one in standings):
        notes.append("A judge is held against people's labels, which err, too.")
    notes += _short_logs(standings, asked, log)
    notes += _row_notes(standings)
    return tuple(notes)


def _rules(budgets: Sequence[Standing], asked: Asked) -> list[str]:
    percent = f"{100 * asked.level:g}%"
    rules = max(len(one.pairs) for one in budgets) + 1
    alpha = f"{100 * (1 - asked.level) / rules:.2g}%"
    notes = [
        (
            f"Bounds are exact binomial ones at {percent} on the effective number of rows; the"
            " share of a budget that is spent is the burn rate over its whole window."
        ),
        (
            f"Each of {text.plural(rules, 'rule')} may call a promise falsely at one look with chance"
            f" {alpha} at most, {100 * (1 - asked.level):.2g}% together; fewer than {LEAST_BAD} bad"
            " events never call. Promises are not corrected for one another, nor looks at other times."
        ),
    ]
    widest = max(budgets, key=lambda one: len(one.pairs))
    if widest.pairs:
        said = [
            f"{pair.short} and {pair.long} agree above {times(pair.pace)} ({100 * pair.spend:g}% of"
            f" the {widest.slo.window} budget in {pair.long})"
            for pair in widest.pairs
        ]
        notes.append(
            f"Act where {' or '.join(said)}: the long window beyond that pace, the short one above"
            " 1×; paces are at least 1×, and no more than takes every second event to be bad"
            f" (here those of {widest.slo.name})."
        )
    if any(bool(one.table["reached"].any()) for one in budgets):
        notes.append(
            f"A short window of fewer than {ENOUGH} rows reaches back to the last {ENOUGH}, over"
            " half of the next longer one's rows at most."
        )
    return notes


def _short_logs(standings: Sequence[Standing], asked: Asked, log: Log) -> list[str]:
    if pd.isna(log.start):
        return []
    covered = asked.at - log.start
    longest = max((pd.Timedelta(one.slo.window), one.slo.window) for one in standings)
    # a window that begins before the first trace by minutes is as good as full
    if covered >= 0.95 * longest[0]:
        return []
    seen = text.duration(covered.total_seconds())
    note = f"The log covers {seen} of a window of {longest[1]}: budgets are those of what it holds."
    return [note]


def _row_notes(standings: Sequence[Standing]) -> list[str]:
    """Return what is to be said of rows and weights, each sentence once, with whom it is about."""
    about: dict[str, list[str]] = {}
    for one in standings:
        for note in one.rows.notes:
            about.setdefault(note, []).append(one.slo.name)
        if one.metric.version > 1:
            note = f"{one.metric.name} is definition version {one.metric.version}."
            about.setdefault(note, []).append(one.slo.name)
    return [f"{text.capital(text.listed(names))}: {note}" for note, names in about.items()]
