"""At which values of its knobs is a setting computed beforehand?"""

from collections.abc import Mapping
from itertools import count
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentlens.widgets.tune.knobs import Knob

__all__ = ["MOST_KNOTS", "ticks_of"]

MOST_KNOTS = 400
"""Settings computed beforehand for one chart, all knobs together."""

_MOST = {1: 40, 2: 20, 3: 7}
_SLOW = "arl"  # each of its values needs histories of its own
_ROUND = (1.0, 2.0, 5.0)
_EDGE = 1e-9


def ticks_of(
    knobs: Mapping[str, "Knob"], here: Mapping[str, float | None]
) -> dict[str, list[float]]:
    """Return the values of each knob, rising; those that cannot be laid out so are left out.

    They are the knob's own steps where these are few, else steps of 1, 2 or 5 times a power of
    ten, the ends, where the knob starts and where it stands. All settings together are at most
    MOST_KNOTS, that which is solved by the verb included.

    Args:
        knobs: of numbers.
        here: where they stand; None for what is solved by the verb.
    """
    usable = {name: knob for name, knob in knobs.items() if _numeric(knob)}
    most = _MOST.get(len(usable), 0) // (2 if _SLOW in usable else 1)
    found = {}
    for name, knob in usable.items():
        free = most - (knob.default is None)  # the solved one takes a place
        kept = {one for one in (knob.default, here[name]) if isinstance(one, int | float)}
        ticks = _ticks(knob, {float(one) for one in kept}, free)
        if ticks:
            found[name] = ticks
    return found


def _numeric(knob: "Knob") -> bool:
    if knob.kind == "choice":
        return all(
            isinstance(one, int | float) and not isinstance(one, bool) for _, one in knob.options
        )
    return knob.kind == "range"


def _ticks(knob: "Knob", kept: set[float], most: int) -> list[float]:
    if knob.kind == "choice":
        offered = sorted({float(one) for _, one in knob.options if isinstance(one, int | float)})
        return offered if len(offered) <= most else []
    own = {knob.at(place) for place in range(knob.positions)} if knob.positions <= most else set()
    found = own | {one for one in kept if knob.low <= one <= knob.high}
    if own and len(found) <= most:
        return sorted(found)
    ends = kept | {knob.low, knob.high}
    inside = {one for one in ends if knob.low <= one <= knob.high}
    return sorted(inside | _rounded(knob.low, knob.high, most - len(inside)))


def _rounded(low: float, high: float, most: int) -> set[float]:
    """Return the multiples of the finest round step of which at most so many lie inside.

    >>> sorted(_rounded(0.05, 0.5, 10))
    [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    """
    if most < 1:
        return set()
    finest = floor(log10((high - low) / most))
    for power in count(finest):
        for digit in _ROUND:
            step = digit * 10.0**power
            first, last = ceil(low / step - _EDGE), floor(high / step + _EDGE)
            if last - first + 1 <= most:
                every = (float(f"{place * step:.12g}") for place in range(first, last + 1))
                return {min(max(one, low), high) for one in every}  # rounding may step outside
    return set()
