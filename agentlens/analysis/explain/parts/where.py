"""In which slices did the metric change, while shares are held still?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.explain.parts.alone import Alone, alone
from agentlens.analysis.explain.parts.ground import Ground
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Place", "places"]

_TOP = 3
_LEAST_P = 0.05


@dataclass(frozen=True)
class Place:
    """A slice of the rows: which value each of one or two dimensions has, or must not have.

    Attributes:
        name: as a reader is told.
        is_in: dimension and code.
        is_not: dimension and code that a row must not have.
    """

    name: str
    is_in: tuple[tuple[str, int], ...]
    is_not: tuple[tuple[str, int], ...] = ()

    def of(self, codes: dict[str, Ints], n: int) -> Flags:
        """Return which rows, or cells, lie in the slice."""
        inside = np.ones(n, dtype=bool)
        for name, code in self.is_in:
            inside &= codes[name] == code
        for name, code in self.is_not:
            inside &= codes[name] != code
        return inside


def places(fit: Sequence[Alone], ground: Ground, design: float) -> list[Place]:
    """Return the slices in which the change is concentrated, none where it is even.

    The dimension whose values changed most unevenly is taken, if so much unevenness is rarer than
    5 % by chance in any of the dimensions; and within its most changed value a second one.
    """
    if not fit:
        return []
    p = np.array([one.unevenness for one in fit])
    best = fit[int(np.argmin(p))]
    if p.min() * len(fit) > _LEAST_P:
        return []
    values = _changed(best)
    if not values:
        return []
    top, name = values[0], best.dimension.name
    second = _within(best, top, [one for one in fit if one is not best], ground, design)
    label = f"{name}={best.dimension.labels[top]}"
    if second is not None:
        other, code = second
        inner = f"{other.name}={other.labels[code]}"
        rest = Place(f"{label}, other {other.name}", ((name, top),), ((other.name, code),))
        return [Place(f"{label}, {inner}", ((name, top), (other.name, code))), rest]
    return [
        Place(f"{name}={best.dimension.labels[code]}", ((name, code),)) for code in values[:_TOP]
    ]


def _changed(one: Alone) -> list[int]:
    """Return the values whose change is not that of the others, by what they do to the whole."""
    change, spread = one.change, one.spread
    known = np.isfinite(change)
    kept = []
    for code in np.flatnonzero(known).tolist():
        others = known & (np.arange(known.size) != code)
        if not others.any():
            continue
        precision = 1 / spread[others]
        middle = float((change[others] * precision).sum() / precision.sum())
        z = (change[code] - middle) / np.sqrt(spread[code] + 1 / precision.sum())
        kept.append((abs(float(z)), abs(float(one.rate[code])), code))
    bound = 3.0 if len(kept) > _TOP else 2.0
    strong = [(moved, code) for z, moved, code in kept if z >= bound]
    if not strong and kept:
        strong = [max(kept)[1:]]
    return [code for _, code in sorted(strong, reverse=True)]


def _within(
    best: Alone, code: int, others: Sequence[Alone], ground: Ground, design: float
) -> tuple[Dimension, int] | None:
    """Return the value of a second dimension in which the change of a value is concentrated."""
    inside = best.dimension.codes == code
    arm, y, weight = ground.arm[inside], ground.y[inside], ground.weight[inside]
    tried: list[tuple[float, int, Dimension, Alone]] = []
    for one in others:
        inner = replace(one.dimension, codes=one.dimension.codes[inside])
        seen = alone(inner, arm, y, weight, ground.partner, design)
        if seen.comparable:
            tried.append((seen.unevenness, len(tried), one.dimension, seen))
    if not tried:
        return None
    p, _, dimension, seen = min(tried, key=lambda one: one[:2])
    values = _changed(seen)
    if p * len(tried) > _LEAST_P or not values:
        return None
    return dimension, values[0]
