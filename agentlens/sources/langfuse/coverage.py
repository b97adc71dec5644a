"""Which stretches of time were read when, and which must be read (again)?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = [
    "SETTLED",
    "Read",
    "Window",
    "deep_is_due",
    "due",
    "painted",
    "settled_until",
    "sliced",
]

SETTLED = pd.Timedelta("48h")
"""A stretch is settled when it was read this long after its end; charts mark the rest."""

_DEEP_EVERY = pd.Timedelta("24h")
Window = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True, order=True)
class Read:
    """A stretch of time, its end not included, and when it was last read to its end."""

    start: pd.Timestamp
    end: pd.Timestamp
    at: pd.Timestamp


def painted(reads: Iterable[Read], window: Window, at: pd.Timestamp) -> tuple[Read, ...]:
    """Return the stretches after a window was read; for every moment the newest reading counts.

    Args:
        reads: disjoint stretches.
        window: what was read now.
        at: when its reading began.
    """
    start, end = window
    fresh = [(start, end)]
    kept: list[Read] = []
    for one in reads:
        if one.end <= start or one.start >= end:
            kept.append(one)
        elif one.at > at:
            kept.append(one)
            fresh = [part for piece in fresh for part in _without(piece, (one.start, one.end))]
        else:
            kept += [Read(*part, one.at) for part in _without((one.start, one.end), window)]
    return tuple(_merged([*kept, *(Read(*part, at) for part in fresh)]))


def due(
    reads: Sequence[Read],
    since: pd.Timestamp,
    now: pd.Timestamp,
    *,
    overlap: pd.Timedelta,
    deep: bool,
) -> list[Window]:
    """Return the windows that must be read, the newest first.

    What was never read is due, and so is what was read less than `overlap` after it happened: steps
    arrive when they end, and some arrive late. A deep pass takes all that is not settled.

    Args:
        reads: disjoint stretches that were read.
        since: how far back.
        now: the source's clock; nothing at or after it is asked for.
        overlap: how late rows may come.
        deep: whether everything that is not settled is read again.
    """
    late = SETTLED if deep else overlap
    open_windows: list[Window] = [(since, now)] if since < now else []
    for one in sorted(reads):
        good = (one.start, min(one.end, one.at - late))
        if good[0] < good[1]:
            open_windows = [part for piece in open_windows for part in _without(piece, good)]
    return sorted(open_windows, reverse=True)


def deep_is_due(last: pd.Timestamp, now: pd.Timestamp) -> bool:
    """Return whether a deep pass is due: once a day."""
    return now - last >= _DEEP_EVERY


def settled_until(reads: Sequence[Read], since: pd.Timestamp) -> pd.Timestamp:
    """Return until when everything from `since` on was read after it had settled."""
    until = since
    for one in sorted(reads):
        if one.start > until:
            break
        until = max(until, min(one.end, one.at - SETTLED))
        if until < one.end:
            break
    return until


def sliced(window: Window, length: pd.Timedelta) -> Iterator[Window]:
    """Yield a window in slices, the newest first; their edges lie at whole multiples of a length."""
    start, end = window
    while end > start:
        edge = (end - pd.Timedelta(1, "us")).floor(length)
        begin = max(start, edge)
        yield begin, end
        end = begin


def _without(piece: Window, taken: Window) -> list[Window]:
    left = (piece[0], min(piece[1], taken[0]))
    right = (max(piece[0], taken[1]), piece[1])
    return [part for part in (left, right) if part[0] < part[1]]


def _merged(reads: list[Read]) -> list[Read]:
    """Return stretches with neighbours of the same reading put together."""
    found: list[Read] = []
    for one in sorted(reads):
        last = found[-1] if found else None
        if last is not None and last.end == one.start and last.at == one.at:
            found[-1] = Read(last.start, one.end, one.at)
        else:
            found.append(one)
    return found
