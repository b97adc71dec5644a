"""Which part of a series can repeat with the day and the week, and which does?

The columns say what can repeat; `shrunk` keeps of each group of columns what stands above noise.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.normal.memory import spectrum

__all__ = ["Cycles", "cycles", "none", "repeats", "shrunk"]

_DAY = 86_400_000_000
_WEEK = 7 * _DAY
_THURSDAY = 3  # 1 January 1970
_FRIDAY = 4
_HARMONICS = 3
_WEEKEND_HARMONICS = 2
_DAYS_FOR_DAILY, _DAYS_FOR_WEEKLY = 4, 14
_DEPENDENT = 1e-6
_FAINT = 1e-12


@dataclass(frozen=True)
class Cycles:
    """Columns (bin x column) that repeat, and for each its group and frequency.

    On the baseline they are orthonormal to each other and to a constant, under its weights, so
    that a coefficient is one sum and coefficients do not disturb each other.
    """

    columns: Floats
    group: Ints
    omega: Floats
    names: tuple[str, ...]


def none(bins: int) -> Cycles:
    """Return no columns at all, for a series in which nothing repeats."""
    return Cycles(np.zeros((bins, 0)), np.zeros(0, np.int64), np.zeros(0), ())


def cycles(
    start: Ints, width: int, weights: Floats, *, daily: bool = True, weekly: bool = True
) -> Cycles:
    """Return the columns that the baseline is long enough to learn.

    Daily harmonics need four days, the day of the week and a weekend of another daily shape two
    weeks.

    Args:
        start: when each bin begins, in microseconds since 1970.
        width: of a bin, in microseconds.
        weights: of each bin; zero outside the baseline and where a bin is empty.
        daily: whether the hour of the day may matter.
        weekly: whether the day of the week may matter.
    """
    inside = start[weights > 0]
    covered = (int(inside.max() - inside.min()) + width) / _DAY if inside.size else 0.0
    middle = start + width // 2
    day = (middle // _DAY + _THURSDAY) % 7
    angle = 2 * np.pi * (middle % _DAY) / _DAY
    weekend = (day > _FRIDAY).astype(np.float64)
    per_day = _DAY / width
    turn = 2 * np.pi / per_day
    harmonics = [
        (h, np.cos(h * angle), np.sin(h * angle))
        for h in range(1, _HARMONICS + 1)
        if 2 * h <= per_day
    ]
    parts: list[tuple[str, float, list[Floats]]] = []
    if daily and covered >= _DAYS_FOR_DAILY:
        parts += [("hour of the day", h * turn, [cos, sin]) for h, cos, sin in harmonics]
    if weekly and covered >= _DAYS_FOR_WEEKLY and width <= _DAY:
        week = [(day == one).astype(np.float64) for one in range(6)]
        parts.append(("day of the week", turn / 7, week))
        if daily:
            parts += [
                ("weekend's own day", h * turn, [cos * weekend, sin * weekend])
                for h, cos, sin in harmonics[:_WEEKEND_HARMONICS]
            ]
    return _orthonormal(parts, weights)


def _orthonormal(parts: list[tuple[str, float, list[Floats]]], weights: Floats) -> Cycles:
    """Return the columns made orthonormal on the baseline, one after the other."""
    kept: list[Floats] = [np.full(weights.size, 1 / np.sqrt(max(weights.sum(), _DEPENDENT)))]
    group, omega, names = [], [], []
    for place, (name, frequency, columns) in enumerate(parts):
        for column in columns:
            rest = column
            for _ in range(2):  # twice is enough for machine precision
                for other in kept:
                    rest = rest - other * float((weights * other) @ rest)
            size = float(np.sqrt(weights @ rest**2))
            if size > _DEPENDENT * np.sqrt(weights.sum()):
                kept.append(rest / size)
                group.append(place)
                omega.append(frequency)
                names.append(name)
    if not names:
        return none(weights.size)
    return Cycles(
        np.column_stack(kept[1:]), np.array(group, np.int64), np.array(omega), tuple(names)
    )


def repeats(width: int, bins: int) -> int:
    """Return after how many bins hour and weekday come round, as far as so many bins reach.

    >>> hour = 3_600_000_000
    >>> repeats(hour, 400), repeats(hour, 100), repeats(hour, 12)
    (168, 24, 1)
    """
    for period in (_WEEK, _DAY):
        if period % width == 0 and bins * width >= period:
            return period // width
    return 1


def shrunk(
    coefficients: Floats, noise: Floats, memory: Floats, found: Cycles
) -> tuple[Floats, Floats]:
    """Return the coefficients, each group drawn towards zero as far as noise explains it, and how.

    James and Stein's factor 1 - 1/F, F being the group's mean square over that of noise, which
    memory makes larger at low frequencies.

    Args:
        coefficients: one series a row.
        noise: the variance of a coefficient if points were independent, by series.
        memory: autoregression of each series.
        found: the columns that the coefficients belong to.
    """
    power = coefficients**2 / (noise[:, None] * spectrum(memory, found.omega))
    member = (found.group[:, None] == np.unique(found.group)).astype(np.float64)
    f = power @ member / member.sum(axis=0)
    share = np.maximum(0.0, 1 - 1 / np.maximum(f, _FAINT)) @ member.T
    return coefficients * share, share
