"""Which traces are held against which: two releases, two logs, or two periods?"""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT, Span, arm_of, periods_of
from agentlens.analysis.compare.arms import Arms, alike, mostly_inside, shared, span_of
from agentlens.analysis.compare.before import Before, before, in_order
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log

if TYPE_CHECKING:
    from agentlens.tables.period import Period

__all__ = ["arms_of"]

_PAIR = 2


def arms_of(
    log: Log, current: object, baseline: object, by: str | None, *, paired: bool = False
) -> Arms:
    """Return the traces that are compared.

    Args:
        log: the traces.
        current: a period or a Log; with `by` a value of that column or a list of some, by default
            the newest.
        baseline: the same; with `by` by default the value that came before, and those before it
            where that one makes no baseline.
        by: a column whose values are compared.
        paired: whether a key tells what belongs together, whenever it ran.

    Raises:
        BadInputError: an arm would be empty, or both the same.
    """
    if by is None:
        return _periods(log, current, baseline, paired=paired)
    if not isinstance(by, str):
        message = f"by= names one trace column, not {by!r}."
        raise BadInputError(message)
    look = log if paired else log.at_hand()
    words, start = _words(look, by)
    values = in_order(start[words.notna()].groupby(words).min(), log.stop - log.start)
    now = _asked(by, values[-1:] if current is None else current, values)
    why: tuple[str, ...] = ()
    if baseline is None:
        then, why = before(Before(by, words, start, values), now, None if paired else alike)
    else:
        then = _asked(by, baseline, values)
    if set(now) & set(then):
        message = (
            f"current= and baseline= both hold {text.listed(sorted(set(now) & set(then)))}: name"
            f" different values of {by}."
        )
        raise BadInputError(message)
    names = f"{by} {text.listed(now)}", f"{by} {text.listed(then)}"
    found = _by_value(look, start, _are(words, now, then), names, by, paired=paired)
    # Drawn from all of their time, these only show which of it is compared: a draw from that tells more.
    found = _closer(log, found, by, now, then) if look.drawn else _cut(found, start)
    return replace(found, notes=(*why, *found.notes))


def _periods(log: Log, current: object, baseline: object, *, paired: bool) -> Arms:
    now, then = cast("Period | None", current), cast("Period | None", baseline)
    found = periods_of(log, now, then, each=paired)  # which refuses what is no period
    start = found.log.traces["start"]
    arms = [(found.arm == side).astype(bool) for side in (CURRENT, BASELINE)]
    together = alike(start, arms[0], arms[1])
    names = tuple(
        f"{one[0]:%Y-%m-%d %H:%M} to {one[1]:%Y-%m-%d %H:%M}"
        for one in (found.current, found.baseline)
    )
    if together:
        names = ("the current log", "the baseline log")
    return Arms(
        found.log, found.arm, (names[0], names[1]), (found.current, found.baseline), together
    )


def _words(log: Log, by: str) -> tuple[pd.Series, pd.Series]:
    """Return the value of a column as a word, and the start, of each trace."""
    rows = log.columns("traces", [by, "start"])
    if by not in rows:
        raise UnknownNameError("trace column", by, log.traces.columns)
    return rows[by].astype(object).map(str).where(rows[by].notna(), None), rows["start"]


def _are(words: pd.Series, now: list[str], then: list[str]) -> tuple[Flags, Flags]:
    current, baseline = (words.isin(one).to_numpy(dtype=bool) for one in (now, then))
    return current, baseline


def _whole(found: Arms) -> Span:
    """Return from when until when either arm ran."""
    one, other = found.spans
    return min(one[0], other[0]), max(one[1], other[1])


def _cut(found: Arms, start: pd.Series) -> Arms:
    """Return the arms without the traces that began before or after both."""
    first, last = _whole(found)
    inside = ((start >= first) & (start < last)).to_numpy(dtype=bool)
    part = found.log if inside.all() else found.log.between(first, last)
    return replace(found, log=part, arm=found.arm[inside])


def _closer(log: Log, found: Arms, by: str, now: list[str], then: list[str]) -> Arms:
    """Return the same arms of as many traces as can be looked at of the time they are taken from."""
    part = log.between(*_whole(found)).at_hand()
    words, start = _words(part, by)
    within = [((start >= one[0]) & (start < one[1])).to_numpy(dtype=bool) for one in found.spans]
    is_now, is_then = (
        one & inside for one, inside in zip(_are(words, now, then), within, strict=True)
    )
    return replace(found, log=part, arm=arm_of(is_now, is_then))


def _asked(by: str, asked: object, values: list[str]) -> list[str]:
    """Return the values of the column that make an arm."""
    if len(values) < _PAIR:
        found = f"only {values[0]!r}" if values else "none"
        message = f"{by} has {found} in this log, and a comparison needs two values of it."
        raise BadInputError(message)
    if isinstance(asked, Log | tuple):
        message = (
            f"With by={by!r}, current= and baseline= are values of {by}, such as {values[-1]!r},"
            " not a period or a Log."
        )
        raise BadInputError(message)
    several = [str(one) for one in asked] if isinstance(asked, list) else [str(asked)]
    for one in several:
        if one not in values:
            raise UnknownNameError(f"value of {by}", one, values)
    return several


def _by_value(
    log: Log,
    start: pd.Series,
    chosen: tuple[Flags, Flags],
    names: tuple[str, str],
    by: str,
    *,
    paired: bool,
) -> Arms:
    window = shared(start, list(chosen))
    notes: list[str] = []
    now, then = chosen
    together = window is not None and mostly_inside(start, list(chosen), window)
    if together and window is not None and not paired:
        inside: Flags = ((start >= window[0]) & (start < window[1])).to_numpy(dtype=bool)
        lost = int((now & ~inside).sum()), int((then & ~inside).sum())
        now, then = now & inside, then & inside
        if sum(lost):
            notes.append(
                f"Only the time in which both ran is compared: {text.plural(lost[0], 'trace')} of"
                f" {names[0]} and {lost[1]:,} of {names[1]} lie outside."
            )
    spans = span_of(start, now), span_of(start, then)
    return Arms(log, arm_of(now, then), names, spans, together, by, tuple(notes))
