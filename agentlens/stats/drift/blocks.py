"""Which hours of the baseline are like those of the current period, and how is time cut?

Traffic has its hours and weekdays. A period that does not cover whole weeks is compared with the
same hours of the week: a row of the baseline counts as often as its hour of the week occurs in the
current period for each time that it occurs in the baseline.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Blocks", "Match", "blocks_of", "matched"]

_SECOND = 1_000_000
_MINUTE, _HOUR = 60 * _SECOND, 3600 * _SECOND
_DAY, _WEEK = 24, 168
_MONDAY = 72  # 1970-01-01 was a Thursday
_SATURDAY = 5 * _DAY
_LENGTHS = (*(_HOUR * n for n in (24, 12, 8, 6, 4, 3, 2, 1)), 30 * _MINUTE, 10 * _MINUTE)
_LEAST_BLOCKS = 8
_TWICE = 1.9
_ENOUGH = 0.5
Span = tuple[int, int]


@dataclass(frozen=True)
class Match:
    """How much each hour of the week counts in the baseline, and what these hours are called.

    Attributes:
        factor: by hour of the week, Monday's first hour first.
        hours: "the same hours of the week", or what came nearest; empty for no matching.
        even: whether every hour counts alike, so that matching changes nothing.
        wanted: whether a better match was wanted than the baseline allows.
    """

    factor: Floats
    hours: str
    even: bool
    wanted: bool

    def of(self, time: Ints) -> Floats:
        """Return the factor of each row by its time in microseconds."""
        return self.factor[(time // _HOUR + _MONDAY) % _WEEK]


def matched(current: Span, baseline: Span, least: float = _TWICE) -> Match:
    """Return by how much the hours of the baseline count, so that they are those of the current.

    Args:
        current: from and until, in microseconds.
        baseline: the same.
        least: how often each hour of the week must occur in the baseline for a match by the week.
    """
    now, then = _exposure(current), _exposure(baseline)
    week = np.arange(_WEEK)
    ways = (
        ("the same hours of the week", week, least),
        (
            "the same hours of working days and of weekends",
            week % _DAY + _DAY * (week >= _SATURDAY),
            _ENOUGH,
        ),
        ("the same hours of the day", week % _DAY, _ENOUGH),
    )
    for place, (hours, cell, often) in enumerate(ways):
        one = np.bincount(cell, weights=now)
        other = np.bincount(cell, weights=then)
        needed = one > 0
        if (other[needed] >= often * np.minimum(one[needed], 1.0)).all():
            ratio = np.divide(one, other, out=np.zeros_like(one), where=other > 0)
            held = ratio[cell][then > 0]
            even = bool(np.ptp(held) <= 0.02 * held.max())
            return Match(ratio[cell], hours, even, wanted=place > 0)
    return Match(np.ones(_WEEK), "", even=True, wanted=True)


def _exposure(span: Span) -> Floats:
    """Return how often each hour of the week occurs in a period, in hours."""
    first, last = span[0] // _HOUR, -(-span[1] // _HOUR)
    hours = np.arange(first, max(last, first + 1))
    inside = np.minimum(span[1], (hours + 1) * _HOUR) - np.maximum(span[0], hours * _HOUR)
    return sums((hours + _MONDAY) % _WEEK, inside / _HOUR, _WEEK)


@dataclass(frozen=True, eq=False)
class Blocks:
    """The block of each row, the stratum of each block, and how long a block is in microseconds."""

    of_row: Ints
    stratum: Ints
    length: int


def blocks_of(time: Ints, arm: Ints, current: Span, baseline: Span) -> Blocks:
    """Return time cut into blocks of one length, aligned to the start of the current period.

    A block is as long as the current period, at most a day; shorter where the baseline would have
    fewer than eight. Blocks at one hour of the day are a stratum, at one hour of the week where the
    baseline covers two weeks.

    Args:
        time: of each row, in microseconds.
        arm: of each row.
        current: from and until.
        baseline: the same.
    """
    covered, before = current[1] - current[0], baseline[1] - baseline[0]
    fitting = [one for one in _LENGTHS if one <= covered and before >= _LEAST_BLOCKS * one]
    width = fitting[0] if fitting else min(covered, before)
    per_day = max(_DAY * _HOUR // width, 1)
    round_ = per_day * 7 if before >= 2 * _WEEK * _HOUR * 0.99 else per_day
    place = (time - current[0]) // max(width, 1)
    lowest = int(place.min(initial=0))
    joint = (place - lowest) * 2 + arm
    kept, of_row = np.unique(joint, return_inverse=True)
    stratum = ((kept // 2 + lowest) % round_) * 2 + kept % 2
    _, stratum = np.unique(stratum, return_inverse=True)
    return Blocks(of_row.astype(np.int64), stratum.astype(np.int64), width)
