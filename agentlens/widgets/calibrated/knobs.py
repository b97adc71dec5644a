"""Which thresholds and which prices may be chosen, and where does each stand at first?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agentlens.errors import BadInputError
from agentlens.text import significant
from agentlens.widgets.calibrated.counts import Counts

__all__ = ["Price", "ends_of", "price_of", "standing", "within"]

_WIDE = 10.0
_STEPS = 61
_PAIR = (2, 3)


@dataclass(frozen=True)
class Price:
    """What an error costs: where it stands at first, and the steps of its slider."""

    start: float
    ticks: tuple[float, ...]


def price_of(name: str, given: object, start: object = None) -> Price:
    """Return a price: a number that may move tenfold either way, or a pair between which it moves.

    Args:
        name: of the knob.
        given: a number above zero, or two.
        start: where it stands at first; None for the number, or the middle of the pair.

    >>> price_of("cost_fp", 2.0).ticks[0], price_of("cost_fp", (1, 100)).start
    (0.2, 10.0)
    """
    low, high = _pair(name, given) if isinstance(given, tuple) else (given, given)
    known = [one for one in (low, high, start) if one is not None]
    if not all(_positive(one) for one in known):
        message = f"{name} is a cost above 0, or a pair of such, not {given!r:.80}."
        raise BadInputError(message)
    least, most = float(low), float(high)  # type: ignore[arg-type]
    if not isinstance(given, tuple):
        first = least if start is None else float(start)  # type: ignore[arg-type]
        least, most = first / _WIDE, first * _WIDE
    else:
        first = (least * most) ** 0.5 if start is None else float(start)  # type: ignore[arg-type]
    if not least <= first <= most:
        message = f"{name} starts at {first:g}, which is not between {least:g} and {most:g}."
        raise BadInputError(message)
    first = first if start is not None or not isinstance(given, tuple) else _round(first)
    steps = (_round(one) for one in np.geomspace(least, most, _STEPS).tolist())
    return Price(
        first, tuple(sorted({first, least, most, *(s for s in steps if least < s < most)}))
    )


def within(given: object, start: object = None) -> tuple[float, float, float | None]:
    """Return the least and the largest threshold, and where it stands at first, None for the cheapest.

    Args:
        given: a number to start at, a pair to stay between, or None.
        start: where it stands at first.

    >>> within((0.2, 0.9)), within(0.5), within(None)
    ((0.2, 0.9, None), (-inf, inf, 0.5), (-inf, inf, None))
    """
    least, most = -np.inf, np.inf
    if isinstance(given, tuple):
        least, most = _pair("threshold", given)
    elif given is not None:
        start = given if start is None else start
    if start is not None and not _number(start):
        message = f"threshold is a number, or a pair between which it moves, not {start!r:.80}."
        raise BadInputError(message)
    first = None if start is None else float(start)  # type: ignore[arg-type]
    if first is not None and not least <= first <= most:
        message = f"threshold starts at {first:g}, which is not between {least:g} and {most:g}."
        raise BadInputError(message)
    return least, most, first


def ends_of(counts: Counts | None, least: float, most: float) -> tuple[int, int]:
    """Return the first and the last threshold that may be chosen.

    Args:
        counts: of the labels; None where there are no scores.
        least: the least threshold.
        most: the largest.
    """
    if counts is None:
        return 0, 0
    inside = np.flatnonzero((counts.steps.cuts >= least) & (counts.steps.cuts <= most))
    if not inside.size:
        low, high = counts.steps.cuts[0], counts.steps.cuts[-2]
        message = (
            f"No threshold lies between {least:g} and {most:g}; scores of the labels run from"
            f" {low:.3g} to {high:.3g}."
        )
        raise BadInputError(message)
    return int(inside[0]), int(inside[-1])


def standing(
    wanted: Mapping[str, float], now: Mapping[str, float], ends: tuple[int, int], edges: int
) -> dict[str, float]:
    """Return where the knobs stand when a browser puts them there, or refuse.

    Args:
        wanted: place of the threshold, prices, and places of the edges, -1 for no such band.
        now: where they stand.
        ends: the first and the last threshold that may be chosen.
        edges: how many places an edge may lie at.
    """
    found = {name: wanted[name] for name in now}
    fine = (
        ends[0] <= found["place"] <= ends[1]
        and min(found["cost_fp"], found["cost_fn"]) > 0
        and all(-1 <= found[name] < max(edges, 1) for name in ("above", "below"))
    )
    if not fine:
        message = f"The knobs cannot stand there: {found!r:.200}."
        raise BadInputError(message)
    return found


def _pair(name: str, given: tuple[object, ...]) -> tuple[float, float]:
    if len(given) not in _PAIR or not all(_number(one) for one in given):
        message = f"{name} is a number or a pair of numbers, not {given!r:.80}."
        raise BadInputError(message)
    low, high = float(given[0]), float(given[1])  # type: ignore[arg-type]
    if not low < high:
        message = f"{name} moves from less to more, not from {low:g} to {high:g}."
        raise BadInputError(message)
    return low, high


def _number(value: object) -> bool:
    return (
        isinstance(value, (int, float, np.number))
        and not isinstance(value, bool)
        and bool(np.isfinite(value))
    )


def _positive(value: object) -> bool:
    return _number(value) and value > 0  # type: ignore[operator]


def _round(value: float) -> float:
    return float(significant(value, 2).replace(",", ""))
