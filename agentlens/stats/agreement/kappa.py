"""How much do two raters agree beyond what their habits alone would give?

The four cells of a labelled trace: a, both pass; b, only the person passes; c, only the judge
passes; d, both fail. All functions take shares or counts, single ones or arrays of draws.
"""

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agentlens.stats.arrays import Floats

__all__ = [
    "AlwaysPass",
    "ac1",
    "agreement",
    "always_pass",
    "delta_error",
    "kappa",
    "phi",
    "weighted_kappa",
    "weighted_kappa_error",
]

_STEP = 1e-30


class AlwaysPass(NamedTuple):
    """What a judge scores who passes everything."""

    agreement: float
    kappa: float
    ac1: float


def agreement(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """Return the share on which both say the same.

    >>> float(agreement(40, 5, 10, 45).round(2))
    0.85
    """
    a, b, c, d = _shares(a, b, c, d)
    return cast("Floats", a + d)


def kappa(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """Return Cohen's kappa; NaN where a rater never varies, because nothing can be learnt there.

    >>> float(kappa(40, 5, 10, 45).round(2)), float(kappa(90, 0, 10, 0))
    (0.7, nan)
    """
    a, b, c, d = _shares(a, b, c, d)
    person, judge = a + b, a + c
    by_habit = person * judge + (b + d) * (c + d)
    varied = (person != 0) & (judge != 0) & (c + d != 0) & (b + d != 0)
    return _ratio(a + d - by_habit, 1 - by_habit, varied)


def ac1(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """Return Gwet's AC1, which stays meaningful where nearly everything passes.

    >>> float(ac1(40, 5, 10, 45).round(4))
    0.7007
    """
    a, b, c, d = _shares(a, b, c, d)
    middle = (2 * a + b + c) / 2
    by_habit = 2 * middle * (1 - middle)
    return _ratio(a + d - by_habit, 1 - by_habit, np.isfinite(a.real))


def phi(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """Return the correlation of the two verdicts; NaN where a rater never varies.

    >>> float(phi(40, 5, 10, 45).round(4))
    0.7035
    """
    a, b, c, d = _shares(a, b, c, d)
    product = (a + b) * (c + d) * (a + c) * (b + d)
    varied = product != 0
    return _ratio(a * d - b * c, np.sqrt(np.where(varied, product, 1.0)), varied)


def always_pass(share: float) -> AlwaysPass:
    """Return the scores of a judge who passes everything, where people pass this share.

    >>> [round(one, 2) for one in always_pass(0.9)]
    [0.9, 0.0, 0.89]
    """
    return AlwaysPass(share, 0.0, float(ac1(share, 0.0, 1 - share, 0.0)))


def delta_error(statistic: Callable[..., NDArray[np.inexact]], cells: Floats, n: float) -> float:
    """Return the standard error of a statistic of cell shares by the delta method.

    The slope is taken along an imaginary step, which is exact to the last digit.

    Args:
        statistic: such as `kappa`, a function of as many numbers as there are cells.
        cells: counts or shares.
        n: how many independent rows they stand for.

    >>> round(delta_error(kappa, np.array([40.0, 5.0, 10.0, 45.0]), 100), 6)
    0.071056
    """
    shares = cells / cells.sum()
    slopes = np.zeros(shares.size)
    for place in np.flatnonzero(shares > 0).tolist():
        moved = shares.astype(np.complex128)
        moved[place] += 1j * _STEP
        slopes[place] = np.imag(np.asarray(statistic(*moved))) / _STEP
    spread = float(shares @ slopes**2 - (shares @ slopes) ** 2)
    return float(np.sqrt(max(spread, 0.0) / n))


def weighted_kappa(table: Floats) -> float:
    """Return kappa for ordered grades, where a disagreement counts by the square of its distance.

    Args:
        table: counts by grade of the first (rows) and of the second rater (columns).

    >>> round(weighted_kappa(np.array([[20.0, 5, 0], [3, 15, 4], [1, 2, 10]])), 4)
    0.75
    """
    return float(_weighted(*table.ravel()).real)


def weighted_kappa_error(table: Floats) -> float:
    """Return the standard error of the same.

    >>> round(weighted_kappa_error(np.array([[20.0, 5, 0], [3, 15, 4], [1, 2, 10]])), 4)
    0.0725
    """
    return delta_error(_weighted, table.ravel(), float(table.sum()))


def _weighted(*cells: complex) -> NDArray[np.complex128]:
    size = round(len(cells) ** 0.5)
    shares = np.asarray(cells, dtype=np.complex128).reshape(size, size)
    shares = shares / shares.sum()
    grades = np.arange(size)
    apart = (grades[:, None] - grades[None, :]) ** 2 / max(size - 1, 1) ** 2
    expected = (apart * np.outer(shares.sum(axis=1), shares.sum(axis=0))).sum()
    if expected == 0:
        return np.asarray(np.nan, dtype=np.complex128)
    return np.asarray(1 - (apart * shares).sum() / expected, dtype=np.complex128)


def _shares(*cells: ArrayLike) -> list[NDArray[np.complexfloating]]:
    """Return the cells divided by their sum; real ones stay real."""
    held = [np.asarray(one) for one in cells]
    with np.errstate(invalid="ignore"):
        return [cast("NDArray[np.complexfloating]", one / sum(held)) for one in held]


def _ratio(
    above: NDArray[np.complexfloating], below: NDArray[np.complexfloating], known: NDArray[np.bool_]
) -> Floats:
    known = known & (below != 0)
    return cast("Floats", np.where(known, above / np.where(known, below, 1.0), np.nan))
