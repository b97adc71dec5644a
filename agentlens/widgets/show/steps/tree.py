"""Which step called which, in what order are they drawn, and what is wrong with their times?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import pandas as pd

from agentlens.stats.arrays import Floats

__all__ = ["Flag", "Steps", "children_of", "steps_of"]

_SLACK = 0.001


class Flag(IntFlag):
    """What a row of the tree must show besides its name."""

    ERROR = 1
    SKEWED = 2
    LOST = 4
    CUT = 8
    RUNNING = 16
    BACKWARDS = 32
    MADE = 64


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of one trace as columns, in order of time; -1 as a parent is none.

    Attributes:
        frame: the spans, sorted.
        ids: of the steps.
        parent: place of the parent in these columns.
        begin: seconds since the first of them began.
        end: the same; not a number while a step runs.
        flags: of `Flag`.
        loose: places of those that hang under no parent although they name one.
        length: seconds from the first begin to the last end.
        origin: when the first began.
    """

    frame: pd.DataFrame
    ids: list[str]
    parent: list[int]
    begin: Floats
    end: Floats
    flags: list[int]
    loose: list[int]
    length: float
    origin: pd.Timestamp | None


def steps_of(spans: pd.DataFrame) -> Steps:
    """Return the steps of one trace, each with its parent; circles are cut where they begin.

    Args:
        spans: of one trace.
    """
    frame = spans.sort_values("start", kind="stable", ignore_index=True)
    frame = frame.drop_duplicates("span_id", ignore_index=True)
    ids = frame["span_id"].astype(str).tolist()
    place = {one: at for at, one in enumerate(ids)}
    named = _known(frame, "parent_id")
    parent = [-1 if one is None else place.get(one, -1) for one in named]
    lost = [at for at, one in enumerate(named) if one is not None and parent[at] < 0]
    cut = _circles(parent)
    for at in cut:
        parent[at] = -1
    begin, end, origin, length = _times(frame)
    flags = _flags(frame, parent, begin, end)
    for places, flag in ((lost, Flag.LOST), (cut, Flag.CUT)):
        for at in places:
            flags[at] |= flag
    return Steps(frame, ids, parent, begin, end, flags, sorted([*lost, *cut]), length, origin)


def children_of(parent: Sequence[int]) -> Mapping[int, list[int]]:
    """Return the places of the children of each place; those of -1 have no parent."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, above in enumerate(parent):
        found[above].append(at)
    return found


def _circles(parent: Sequence[int]) -> list[int]:
    """Return the first step of each circle: from there no way leads up to a root."""
    settled = [above < 0 for above in parent]
    cut: list[int] = []
    for first in range(len(parent)):
        way: dict[int, None] = {}
        at = first
        while not settled[at] and at not in way:
            way[at] = None
            at = parent[at]
        if not settled[at]:
            members = list(way)
            cut.append(min(members[members.index(at) :]))
        for one in way:
            settled[one] = True
    return cut


def _times(frame: pd.DataFrame) -> tuple[Floats, Floats, pd.Timestamp | None, float]:
    if not len(frame):
        return np.array([]), np.array([]), None, 0.0
    origin = frame["start"].min()
    begin = (frame["start"] - origin).dt.total_seconds().to_numpy(dtype=float)
    stop = frame["end"] if "end" in frame else pd.Series(pd.NaT, index=frame.index)
    end = (pd.to_datetime(stop, utc=True) - origin).dt.total_seconds().to_numpy(dtype=float)
    last = float(np.nanmax(np.concatenate([begin, end])))
    return begin, end, origin, last


def _flags(frame: pd.DataFrame, parent: Sequence[int], begin: Floats, end: Floats) -> list[int]:
    n = len(frame)
    above = np.asarray(parent, dtype=np.intp)
    has = above >= 0
    flags = np.zeros(n, dtype=int)
    if not n:
        return []
    outside = (begin < begin[above] - _SLACK) | (end > end[above] + _SLACK)
    outside |= begin > end[above] + _SLACK
    flags[has & outside] |= Flag.SKEWED
    flags[end < begin] |= Flag.BACKWARDS
    instant = np.array([one == "event" for one in _known(frame, "kind")])
    flags[np.isnan(end) & ~instant] |= Flag.RUNNING
    flags[np.array([one == "error" for one in _known(frame, "status")])] |= Flag.ERROR
    return [int(one) for one in flags]


def _known(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column as texts; missing ones, and a missing column, are None."""
    if name not in frame:
        return [None] * len(frame)
    column = frame[name]
    return [
        None if gone or not one else str(one)
        for one, gone in zip(column, column.isna(), strict=True)
    ]
