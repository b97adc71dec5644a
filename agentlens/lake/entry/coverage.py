"""What was read of a source, when, and what is still to be read?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError

__all__ = [
    "SETTLED",
    "Interval",
    "from_json",
    "gaps",
    "merged",
    "settled_until",
    "to_json",
    "without",
]

SETTLED = pd.Timedelta(48, "h")
"""What was read this long after its end is not expected to change."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """One stretch of event time that was read.

    Attributes:
        start: the earliest time read.
        end: the time before which was read.
        read_at: when.
        limit: the largest page that the source gave; 0 if it does not matter.
        complete: whether everything in it was read.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    read_at: pd.Timestamp
    limit: int = 0
    complete: bool = True

    def __post_init__(self) -> None:
        if not self.start < self.end:
            message = f"An interval ends after it starts, not {self.start} to {self.end}."
            raise BadInputError(message)

    @property
    def settled(self) -> bool:
        """Whether it was read so late that no more is expected."""
        return self.complete and self.read_at >= self.end + SETTLED


def merged(old: Iterable[Interval], new: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what is covered after more was read, in order and without overlap.

    Where two overlap, the complete one counts, then the one read later.
    """
    every = [*old, *new]
    edges = sorted({edge for one in every for edge in (one.start, one.end)})
    pieces: list[Interval] = []
    for start, end in pairwise(edges):
        over = [one for one in every if one.start <= start and end <= one.end]
        if not over:
            continue
        best = max(over, key=lambda one: (one.complete, one.read_at))
        piece = replace(best, start=start, end=end)
        if pieces and _joins(pieces[-1], piece):
            read_at = max(pieces[-1].read_at, piece.read_at)
            piece = replace(piece, start=pieces.pop().start, read_at=read_at)
        pieces.append(piece)
    return tuple(pieces)


def without(
    intervals: Iterable[Interval], start: pd.Timestamp, end: pd.Timestamp
) -> tuple[Interval, ...]:
    """Return what is covered if a stretch of time must be read again."""
    left = []
    for one in intervals:
        if one.start < min(one.end, start):
            left.append(replace(one, end=min(one.end, start)))
        if max(one.start, end) < one.end:
            left.append(replace(one, start=max(one.start, end)))
    return tuple(sorted(left, key=lambda one: one.start))


def gaps(
    intervals: Iterable[Interval], since: pd.Timestamp, until: pd.Timestamp
) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the stretches between two times that were never read completely."""
    found = []
    at = since
    for one in sorted((one for one in intervals if one.complete), key=lambda one: one.start):
        if one.start > at:
            found.append((at, min(one.start, until)))
        at = max(at, one.end)
        if at >= until:
            break
    if at < until:
        found.append((at, until))
    return [(start, end) for start, end in found if start < end]


def settled_until(intervals: Iterable[Interval]) -> pd.Timestamp | None:
    """Return the time up to which everything since the first reading is settled."""
    at: pd.Timestamp | None = None
    for one in sorted(intervals, key=lambda one: one.start):
        if not one.settled or (at is not None and one.start > at):
            break
        at = one.end
    return at


def to_json(intervals: Iterable[Interval]) -> list[list[Any]]:
    """Return intervals as a manifest holds them."""
    return [
        [
            one.start.isoformat(),
            one.end.isoformat(),
            one.read_at.isoformat(),
            one.limit,
            one.complete,
        ]
        for one in intervals
    ]


def from_json(source: Mapping[str, Any]) -> tuple[Interval, ...]:
    """Return the intervals of one source from its part of a manifest."""
    return tuple(
        Interval(
            start=pd.Timestamp(start),
            end=pd.Timestamp(end),
            read_at=pd.Timestamp(read_at),
            limit=limit,
            complete=complete,
        )
        for start, end, read_at, limit, complete in source.get("intervals", ())
    )


def _joins(left: Interval, right: Interval) -> bool:
    """Return whether two neighbours can be one without losing anything that matters."""
    if left.end != right.start or (left.limit, left.complete) != (right.limit, right.complete):
        return False
    return left.read_at == right.read_at or (left.settled and right.settled)
