"""Which rows can be used, and what is wrong with the others?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from agentlens.stats.arrays import Flags
from agentlens.tables.problems import WHERE, Action, Problem, rejected_rows
from agentlens.tables.schema import Table

__all__ = ["Usable", "usable"]

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "spans": ("trace_id", "span_id"),
    "traces": ("trace_id",),
    "scores": ("name",),
}
_EARLIEST = pd.Timestamp("2015-01-01", tz="UTC")
_AHEAD = pd.Timedelta("24h")
_EXAMPLES = 5


@dataclass(frozen=True, eq=False)
class Usable:
    """The rows of a table that can be used, what was noted of them, and the others, whole."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    rejected: pd.DataFrame


def usable(frame: pd.DataFrame, table: Table, now: pd.Timestamp) -> Usable:
    """Return a table without the rows that lack an id or have a time that cannot be true.

    Args:
        frame: its rows, typed.
        table: which table it is.
        now: the source's clock; what lies more than a day after it cannot be true.
    """
    nobody = rejected_rows(frame.iloc[:0], table.name, table.key, "")
    if not len(frame):
        return Usable(frame, (), nobody)
    sieve = _Sieve(frame, table)
    for name in _NEEDED[table.name]:
        sieve.reject(_gone(frame, name), name, f"no usable {name}")
    if table.name == "spans":
        sieve.reject(_gone(frame, "start"), "start", "no usable start")
    if "start" in frame:
        start = frame["start"]
        sieve.reject((start < _EARLIEST).to_numpy(), "start", "start before 2015")
        sieve.reject((start > now + _AHEAD).to_numpy(), "start", "start a day ahead or more")
        detail = "start ahead of the source's clock; kept"
        sieve.note("skew", (start > now).to_numpy() & ~sieve.out, "start", detail)
    out = sieve.out
    return Usable(
        frame[~out].reset_index(drop=True) if out.any() else frame,
        tuple(replace(one, table=table.name) for one in sieve.problems),
        pd.concat([nobody, *sieve.aside], ignore_index=True),
    )


@dataclass
class _Sieve:
    """The rows of a table while they are looked at."""

    frame: pd.DataFrame
    table: Table
    problems: list[Problem] = field(default_factory=list)
    aside: list[pd.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out: Flags = np.zeros(len(self.frame), dtype=bool)

    def reject(self, rows: Flags, name: str, reason: str) -> None:
        """Set rows aside, each for the first reason that there is."""
        lost = rows & ~self.out
        if lost.any():
            self.out |= lost
            aside = rejected_rows(self.frame[lost], self.table.name, self.table.key, reason)
            self.aside.append(aside)
            self.note("dropped", lost, name, reason)

    def note(self, action: Action, rows: Flags, name: str, detail: str) -> None:
        """Count rows, if there are any."""
        n = int(rows.sum())
        if n:
            self.problems.append(
                Problem(
                    action=action,
                    n=n,
                    field=name,
                    severity="warn",
                    share=n / len(self.frame),
                    examples=tuple(self.frame[WHERE].to_numpy()[rows][:_EXAMPLES]),
                    detail=detail,
                )
            )


def _gone(frame: pd.DataFrame, name: str) -> Flags:
    if name not in frame:
        return np.ones(len(frame), dtype=bool)
    gone: Flags = frame[name].isna().to_numpy()
    return gone
