"""Which numbers moved further than the chance that their intervals speak of?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, inf

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.multiple import benjamini_hochberg
from agentlens.text import Fact

__all__ = ["FDR", "Moved", "moved"]

FDR = 0.05
"""Share of the numbers told that may be told falsely."""

_Z = 1.959964


@dataclass(frozen=True)
class Moved:
    """A number of a Result then and now.

    Attributes:
        name: of the number.
        before: then.
        now: now.
        far: how far apart, in standard errors.
    """

    name: str
    before: Fact
    now: Fact
    far: float


def moved(
    pairs: Sequence[tuple[Mapping[str, Fact], Mapping[str, Fact]]],
) -> tuple[list[list[Moved]], int]:
    """Return the numbers that moved, the farthest first, for each pair, and how many were compared.

    Each lies outside the other's interval; so many are compared that more is asked: of those told,
    one in twenty at most is expected to be chance. Numbers without an interval are not compared.

    Args:
        pairs: the facts of a Result then and now.

    Example:
        >>> then, now = Fact(value=0.8, low=0.78, high=0.82), Fact(value=0.7, low=0.68, high=0.72)
        >>> moved([({"now": then}, {"now": now})])[0][0][0].name
        'now'
    """
    compared = [
        (place, Moved(name, before[name], now[name], _far(before[name], now[name])))
        for place, (before, now) in enumerate(pairs)
        for name in before
        if name in now and _comparable(before[name], now[name])
    ]
    far = np.array([one.far for _, one in compared])
    found: list[list[Moved]] = [[] for _ in pairs]
    for (place, one), called in zip(compared, _called(far), strict=True):
        if called:
            found[place].append(one)
    for group in found:
        group.sort(key=lambda one: -one.far)
    return found, len(compared)


def _called(far: Floats) -> list[bool]:
    from scipy.special import erfc  # noqa: PLC0415 - scipy on first use

    return [bool(one) for one in benjamini_hochberg(erfc(far / np.sqrt(2))) <= FDR]


def _comparable(before: Fact, now: Fact) -> bool:
    return before.unit == now.unit and _bounded(before) and _bounded(now)


def _bounded(fact: Fact) -> bool:
    """Return whether it is a number within its interval; none that is missing is."""
    return not isinstance(fact.value, str) and fact.low <= fact.value <= fact.high


def _far(before: Fact, now: Fact) -> float:
    """Return the distance in standard errors, from those sides of the intervals that face it."""
    then, here = float(before.value), float(now.value)
    if here >= then:
        width = hypot(here - now.low, before.high - then)
    else:
        width = hypot(now.high - here, then - before.low)
    distance = abs(here - then)
    return _Z * distance / width if width else inf if distance else 0.0
