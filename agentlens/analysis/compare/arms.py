"""Which traces are held against which: two releases, two logs, or two periods?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT, Span, arm_of, periods_of
from agentlens.analysis.compare.before import Before, before, in_order
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log

if TYPE_CHECKING:
    from agentlens.tables.period import Period

__all__ = ["Arms", "arms_of"]

_TICK = pd.Timedelta(1, "us")
_SHARED = 0.5
_FEW = 20
_PAIR = 2


@dataclass(frozen=True, eq=False)
class Arms:
    """Two sets of traces of one log.

    Attributes:
        log: holds both.
        arm: of each trace, CURRENT, BASELINE or -1.
        names: what the current and the baseline are called.
        spans: the time that each is taken from.
        together: whether both ran at the same time, so that the hour cannot make a difference.
        column: by which they are told apart, if by one.
        notes: sentences on how they were chosen.
    """

    log: Log
    arm: Ints
    names: tuple[str, str]
    spans: tuple[Span, Span]
    together: bool
    column: str = ""
    notes: tuple[str, ...] = ()

    def of(self, rows: Rows) -> Ints:
        """Return the arm of each row of a metric."""
        return self.arm[rows.positions]

    @property
    def said(self) -> str:
        """Both arms as a phrase."""
        return f"{self.names[0]} against {self.names[1]}"


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
        return _periods(log, current, baseline)
    if not isinstance(by, str):
        message = f"by= names one trace column, not {by!r}."
        raise BadInputError(message)
    rows = log.columns("traces", [by, "start"])
    if by not in rows:
        raise UnknownNameError("trace column", by, log.traces.columns)
    column, start = rows[by], rows["start"]
    known = column.notna()
    first = start[known].groupby(column[known].astype(object).map(str)).min()
    values = in_order(first, log.stop - log.start)
    words = column.astype(object).map(str).where(known, None)
    now = _asked(by, values[-1:] if current is None else current, values)
    why: tuple[str, ...] = ()
    if baseline is None:
        then, why = before(Before(by, words, start, values), now, None if paired else _alike)
    else:
        then = _asked(by, baseline, values)
    if set(now) & set(then):
        message = (
            f"current= and baseline= both hold {text.listed(sorted(set(now) & set(then)))}: name"
            f" different values of {by}."
        )
        raise BadInputError(message)
    is_now, is_then = (words.isin(one).to_numpy(dtype=bool) for one in (now, then))
    names = f"{by} {text.listed(now)}", f"{by} {text.listed(then)}"
    found = _by_value(log, start, (is_now, is_then), names, by, paired=paired)
    return replace(found, notes=(*why, *found.notes))


def _periods(log: Log, current: object, baseline: object) -> Arms:
    now, then = cast("Period | None", current), cast("Period | None", baseline)
    found = periods_of(log, now, then)  # which refuses what is no period
    start = found.log.traces["start"]
    arms = [(found.arm == side).astype(bool) for side in (CURRENT, BASELINE)]
    together = _alike(start, arms[0], arms[1])
    names = tuple(
        f"{one[0]:%Y-%m-%d %H:%M} to {one[1]:%Y-%m-%d %H:%M}"
        for one in (found.current, found.baseline)
    )
    if together:
        names = ("the current log", "the baseline log")
    return Arms(
        found.log, found.arm, (names[0], names[1]), (found.current, found.baseline), together
    )


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
    window = _shared(start, list(chosen))
    notes: list[str] = []
    now, then = chosen
    together = window is not None and _both_inside(start, list(chosen), window)
    if together and window is not None and not paired:
        inside: Flags = ((start >= window[0]) & (start < window[1])).to_numpy(dtype=bool)
        lost = int((now & ~inside).sum()), int((then & ~inside).sum())
        now, then = now & inside, then & inside
        if sum(lost):
            notes.append(
                f"Only the time in which both ran is compared: {text.plural(lost[0], 'trace')} of"
                f" {names[0]} and {lost[1]:,} of {names[1]} lie outside."
            )
    spans = _span(start, now), _span(start, then)
    first, last = min(one[0] for one in spans), max(one[1] for one in spans)
    around = ((start >= first) & (start < last)).to_numpy(dtype=bool)
    part = log if around.all() else log.between(first, last)
    return Arms(part, arm_of(now, then)[around], names, spans, together, by, tuple(notes))


def _alike(start: pd.Series, now: Flags, then: Flags) -> bool:
    """Return whether two sets of traces ran at the same time."""
    window = _shared(start, [now, then])
    return window is not None and _both_inside(start, [now, then], window)


def _span(start: pd.Series, chosen: Flags) -> Span:
    return start[chosen].min(), start[chosen].max() + _TICK


def _shared(start: pd.Series, chosen: list[Flags]) -> Span | None:
    """Return the time in which both arms ran, if there is one."""
    spans = [_span(start, one) for one in chosen]
    first, last = max(one[0] for one in spans), min(one[1] for one in spans)
    return (first, last) if first < last else None


def _both_inside(start: pd.Series, chosen: list[Flags], window: Span) -> bool:
    """Return whether so much of either arm ran then that only that time need be compared."""
    inside: Flags = ((start >= window[0]) & (start < window[1])).to_numpy(dtype=bool)
    parts = [int((one & inside).sum()) for one in chosen]
    return min(parts) >= _FEW and parts[0] >= _SHARED * int(chosen[0].sum())
