"""What are two sets of traces that are compared, and did they run at the same time?"""

from dataclasses import dataclass

import pandas as pd

from agentlens.analysis.arms.periods import Span
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log

__all__ = ["Arms", "alike", "mostly_inside", "shared", "span_of"]

_TICK = pd.Timedelta(1, "us")
_SHARED = 0.5
_FEW = 20


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


def alike(start: pd.Series, now: Flags, then: Flags) -> bool:
    """Return whether two sets of traces ran at the same time."""
    window = shared(start, [now, then])
    return window is not None and mostly_inside(start, [now, then], window)


def span_of(start: pd.Series, chosen: Flags) -> Span:
    """Return from when until just after when the chosen traces began."""
    return start[chosen].min(), start[chosen].max() + _TICK


def shared(start: pd.Series, chosen: list[Flags]) -> Span | None:
    """Return the time in which both arms ran, if there is one."""
    spans = [span_of(start, one) for one in chosen]
    first, last = max(one[0] for one in spans), min(one[1] for one in spans)
    return (first, last) if first < last else None


def mostly_inside(start: pd.Series, chosen: list[Flags], window: Span) -> bool:
    """Return whether so much of either arm ran then that only that time need be compared."""
    inside: Flags = ((start >= window[0]) & (start < window[1])).to_numpy(dtype=bool)
    parts = [int((one & inside).sum()) for one in chosen]
    return min(parts) >= _FEW and parts[0] >= _SHARED * int(chosen[0].sum())
