"""How many points pass before an EWMA chart calls, and which limits give a wanted number?

The run length solves a Fredholm equation of the second kind; Gauss-Legendre nodes turn it into one
small linear system. Sixty nodes are exact to five digits down to lam = 0.03.
"""

from functools import lru_cache
from math import floor, log, sqrt

import numpy as np
from scipy.special import ndtri

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats

__all__ = ["limit_for", "run_length"]

_NODES = 60
_SETTLED = 1e-8
_SHORTEST, _LONGEST = 2.0, 1e7


def run_length(
    lam: float,
    width: float,
    shift: float = 0.0,
    *,
    exact: bool = False,
    head_start: float = 0.0,
    steady: bool = False,
) -> float:
    """Return the mean number of points until a two-sided EWMA of independent normals calls.

    Args:
        lam: the weight of the newest point.
        width: the limits, in standard deviations of the EWMA.
        shift: of the mean, in standard deviations of one point.
        exact: limits that widen with the variance of the first points, rather than fixed ones.
        head_start: two lines start at this share of the limit, one above the centre and one below,
            and the first of them to leave calls (Lucas and Saccucci 1990).
        steady: the shift comes after a long quiet time, rather than at the first point.

    >>> round(run_length(0.1, 2.814), 0), round(run_length(0.2, 2.962, 1.0), 1)
    (500.0, 10.5)
    >>> round(run_length(0.5, 3.071, 1.0, head_start=0.5), 1)
    15.9
    """
    _check(lam, width, head_start, together=exact + steady + (head_start > 0))
    limit = width * sqrt(lam / (2 - lam))
    nodes, weights = _nodes()
    y, w = limit * nodes, limit * weights
    system = np.eye(nodes.size) - _kernel(y, y, lam, shift) * w
    ahead = np.linalg.solve(system, np.ones(nodes.size))
    if steady:
        return float(_quiet(_kernel(y, y, lam, 0.0) * w) @ ahead)
    limits = limit * _opening(lam, head_start, exact=exact)
    for step in range(limits.size, 0, -1):
        u = limits[step - 2] * nodes if step > 1 else np.zeros(1)
        now = limits[step - 1]
        ahead = 1 + (_kernel(u, now * nodes, lam, shift) * (now * weights)) @ ahead
    return float(ahead[0])


@lru_cache(maxsize=256)
def limit_for(lam: float, target: float) -> float:
    """Return the width of fixed limits whose in-control run length is `target`.

    >>> round(limit_for(0.1, 370.0), 3), round(limit_for(0.2, 500.0), 3)
    (2.701, 2.962)
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - loaded when a limit is asked for

    if not _SHORTEST <= target <= _LONGEST:
        message = f"A run length to aim for lies between 2 and 10,000,000 points, not {target!r}."
        raise BadInputError(message)
    # A chart without memory has the widest limits. From there it goes down: run lengths beyond 1e8
    # drown in rounding, and near the answer their logarithm is almost a straight line.
    widest = floor(-2 * float(ndtri(0.5 / target))) / 2 + 0.5
    steps = np.arange(widest - 0.5, 0.0, -0.5)
    low = next((float(width) for width in steps if run_length(lam, width) <= target), 1e-6)
    above = min(floor(2 * low) / 2 + 0.5, widest)
    if not run_length(lam, above) > target:
        message = f"A run length of {target:,.0f} points cannot be computed for lam={lam:g}."
        raise BadInputError(message)
    return float(brentq(lambda width: log(run_length(lam, width) / target), low, above, xtol=1e-10))


@lru_cache(maxsize=4)
def _nodes(n: int = _NODES) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return nodes, weights


def _kernel(u: Floats, y: Floats, lam: float, shift: float) -> Floats:
    """Return the density of the next EWMA value y given the present one u."""
    step = (y[None, :] - (1 - lam) * u[:, None]) / lam - shift
    return np.exp(-0.5 * step**2) / (sqrt(2 * np.pi) * lam)


def _opening(lam: float, head_start: float, *, exact: bool) -> Floats:
    """Return the limits of the first points as shares of the fixed ones, the last of them being 1.

    Two lines that start apart see the same points, so their distance is known beforehand: both are
    the line from the centre, with limits drawn in by what is left of the head start.
    """
    rate = 2 if exact else 1
    if lam == 1 or not (exact or head_start):
        return np.ones(1)
    steps = int(np.ceil(np.log(_SETTLED) / (rate * np.log1p(-lam))))
    left = (1 - lam) ** (rate * np.arange(1, steps + 1))
    shares = np.sqrt(1 - left) if exact else 1 - head_start * left
    shares[-1] = 1.0
    return np.asarray(shares)


def _quiet(kernel: Floats) -> Floats:
    """Return where a line stands that has not called for long: the kernel's left eigenvector."""
    values, vectors = np.linalg.eig(kernel.T)
    place = vectors[:, np.argmax(values.real)].real
    return np.asarray(place / place.sum())


def _check(lam: float, width: float, head_start: float, together: int) -> None:
    if not 0 < lam <= 1:
        message = f"lam is the weight of the newest point: above 0 and at most 1, not {lam!r}."
        raise BadInputError(message)
    if not width > 0:
        message = f"width is in standard deviations and must be above 0, not {width!r}."
        raise BadInputError(message)
    if not 0 <= head_start < 1:
        message = f"head_start is a share of the limit: 0 or more and below 1, not {head_start!r}."
        raise BadInputError(message)
    if together > 1:
        message = "A chart has exact limits, a head start or a steady state: give one of the three."
        raise BadInputError(message)
