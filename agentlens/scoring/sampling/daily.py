"""By how much are rates scaled, hour by hour, so that a day stays between two numbers?

Scaling before the draw keeps every probability known and above zero. Stopping at the five
thousandth arrival of a day would give its evening a probability of zero.
"""

from collections.abc import Mapping

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["hourly_factors"]

_HOURS = 24
_WEEK = 7
_HELD_BACK = 0.1
_NEVER_NONE = 0.01  # late rows may have overspent a day; its last hours keep a probability


def hourly_factors(
    hour: Ints,
    rates: Floats,
    sizes: Floats,
    limits: tuple[float, float],
    known: Mapping[int, float] | None = None,
) -> dict[int, float]:
    """Return the factor of each hour; a row is then drawn with min(1, factor × rate).

    An hour's factor depends on nothing that comes after it, so that it can be settled when the
    hour closes and kept for rows that arrive late. Each hour takes its share of what the day may
    still have, as if the hours to come were like the same hours of the seven days before.

    Args:
        hour: of each row, in whole hours since 1970 UTC.
        rates: the rate of each row before scaling; one above 1 counts as 1.
        sizes: how many traces a row stands for: 1, or the size of a session.
        limits: the least and the most traces that a day should give.
        known: factors of hours that were settled before; they are kept.

    >>> hours = np.repeat(np.arange(24), 100)
    >>> found = hourly_factors(hours, np.full(2400, 0.1), np.ones(2400), (0, 120))
    >>> round(found[0], 3), round(found[23], 3)
    (0.5, 0.5)
    """
    if not hour.size:
        return {}
    order = np.argsort(hour, kind="stable")
    hours, starts = np.unique(hour[order], return_index=True)
    stops = np.append(starts[1:], hour.size)
    first = int(hours[0])
    wanted = np.zeros((int(hours[-1]) // _HOURS - first // _HOURS + 1, _HOURS))
    spent = np.zeros(len(wanted))
    factors: dict[int, float] = {}
    for one, start, stop in zip(hours.tolist(), starts, stops, strict=True):
        rows = order[start:stop]
        day, clock = one // _HOURS - first // _HOURS, one % _HOURS
        mine = float((sizes[rows] * np.minimum(rates[rows], 1.0)).sum())
        wanted[day, clock] = mine
        coming = _coming(wanted, day, clock, days=(one + 1 - first) // _HOURS)
        if known is not None and one in known:
            factors[one] = known[one]
        else:
            share = _share(mine, coming, spent[day], limits)
            factors[one] = 1.0 if share == mine else _factor(rates[rows], sizes[rows], share)
        spent[day] += float((sizes[rows] * np.minimum(factors[one] * rates[rows], 1.0)).sum())
    return factors


def _coming(wanted: Floats, day: int, clock: int, *, days: int) -> float:
    """Return what the rest of the day is expected to want, from the days before that were seen.

    A tenth of this hour is the least that is expected of each hour to come: a day that turns out
    busier than those before must have something left for its evening.
    """
    now = wanted[day, clock]
    if not days or not day:
        return float(now * (_HOURS - 1 - clock))
    usual = wanted[max(day - min(days, _WEEK), 0) : day, clock + 1 :].mean(axis=0)
    return float(np.maximum(usual, _HELD_BACK * now).sum())


def _share(mine: float, coming: float, spent: float, limits: tuple[float, float]) -> float:
    """Return how many traces this hour should give so that the day keeps within its limits."""
    expected = spent + mine + coming
    if limits[0] <= expected <= limits[1] or mine == 0:
        return mine
    goal = max(limits[0], min(expected, limits[1])) - spent
    return max(goal, _NEVER_NONE * mine) * mine / (mine + coming)


def _factor(rates: Floats, sizes: Floats, share: float) -> float:
    """Return the c for which the sum of sizes × min(1, c × rate) is the share."""
    usable = rates > 0
    falling = np.argsort(-rates[usable], kind="stable")
    rate, size = rates[usable][falling], sizes[usable][falling]
    if share >= size.sum():
        return float(1.0 / rate[-1])
    certain = np.cumsum(size) - size
    rest = np.cumsum((size * rate)[::-1])[::-1]
    c = (share - certain) / rest
    return float(c[np.argmax(c * rate <= 1.0)])
