"""How much has a series gained on its centre, and how long until that sum calls?

A point adds what it lies beyond an allowance; the sum never falls below zero. The run length
solves an integral equation by Gauss-Legendre nodes, with the sum's own weight at zero kept apart:
a round from zero ends in an alarm or at zero again, and all terms of that are positive, so that
no digits are lost however long the run is.
"""

from functools import lru_cache
from math import inf, log, pi, sqrt

import numpy as np
from scipy.special import ndtr

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats

__all__ = ["cusum", "cusum_run_length", "limit_for_cusum"]

_SHORTEST, _LONGEST = 2.0, 1e7
_WIDEST = 300.0


def cusum(
    values: Floats,
    allowance: float,
    *,
    weights: Floats | None = None,
    head_start: float = 0.0,
    limit: float | None = None,
) -> tuple[Floats, Floats]:
    """Return the upper and the lower sum of standardised deviations after each point.

    A point u of relative precision r adds r u - k r² upwards and -r u - k r² downwards: a bin half
    as precise speaks half as loud. A missing point changes nothing; no alarm starts a sum anew.

    Args:
        values: the deviations in standard deviations of their own; time is the last axis.
        allowance: k, half the shift to be found, in standard deviations of an ordinary point.
        weights: the precision of each point, ordinary standard deviation over its own; 1 if absent.
        head_start: where both sums begin, as a share of the limit.
        limit: h, needed for a head start only.

    >>> high, low = cusum(np.array([1.5, np.nan, -0.2, -2.0]), 0.5)
    >>> high.round(2).tolist(), low.round(2).tolist()
    ([1.0, 1.0, 0.3, 0.0], [0.0, 0.0, 0.0, 1.5])
    """
    _check(allowance, head_start)
    if head_start and limit is None:
        message = f"head_start={head_start!r} is a share of the limit, and no limit is given."
        raise BadInputError(message)
    precision = np.ones_like(values) if weights is None else weights
    signal, cost = precision * values, allowance * precision**2
    missing = np.isnan(signal)
    up, down = np.where(missing, 0.0, signal - cost), np.where(missing, 0.0, -signal - cost)
    high, low = np.empty_like(up), np.empty_like(down)
    upper = lower = np.full(up.shape[:-1], head_start * (limit or 0.0))
    for t in range(up.shape[-1]):
        upper, lower = np.maximum(upper + up[..., t], 0.0), np.maximum(lower + down[..., t], 0.0)
        high[..., t], low[..., t] = upper, lower
    return high, low


def cusum_run_length(
    allowance: float,
    limit: float,
    shift: float = 0.0,
    *,
    head_start: float = 0.0,
    sides: int = 2,
    steady: bool = False,
) -> float:
    """Return the mean number of points until a CUSUM of independent normals calls.

    Two sides are put together from one by the rule of van Dobben de Bruyn (Lucas and Crosier 1982
    with a head start), which is exact: one sum is at zero when the other one calls.

    Args:
        allowance: k, in standard deviations of one point.
        limit: h; the chart calls when a sum exceeds it.
        shift: of the mean, upwards, in standard deviations of one point.
        head_start: where the sums begin, as a share of the limit; at most half of it on two sides.
        sides: 2, or 1 for the upper sum alone.
        steady: the shift comes after many quiet points, each alarm having started the sums anew.

    >>> round(cusum_run_length(0.5, 5.0), 1), round(cusum_run_length(0.5, 5.0, 1.0), 2)
    (465.4, 10.38)
    """
    _check(allowance, head_start)
    if sides not in (1, 2) or not 0 < limit <= _WIDEST:
        message = (
            f"A CUSUM has 1 or 2 sides and a limit above 0 and at most {_WIDEST:g}, "
            f"not sides={sides!r}, limit={limit!r}."
        )
        raise BadInputError(message)
    if (sides == 2 and head_start > 0.5) or (steady and head_start):  # noqa: PLR2004 - two sides
        message = (
            "Two sides start at most half the limit up, and none has a head start in a steady "
            f"state, not head_start={head_start!r}, steady={steady!r}."
        )
        raise BadInputError(message)
    place = _steady(allowance, limit) if steady else None
    start = head_start * limit
    found = [_side(allowance, limit, s, start, place) for s in (shift, -shift)[:sides]]
    rate = sum(one for one, _ in found)
    return (sum(many - 1 for _, many in found) + 1) / rate if rate else inf


@lru_cache(maxsize=256)
def limit_for_cusum(allowance: float, target: float) -> float:
    """Return the limit of a two-sided CUSUM whose in-control run length is `target`.

    >>> round(limit_for_cusum(0.5, 370.0), 3)
    4.774
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - loaded when a limit is asked for

    if not _SHORTEST <= target <= _LONGEST:
        message = f"A run length to aim for lies between 2 and 10,000,000 points, not {target!r}."
        raise BadInputError(message)
    low, high = 1e-6, 1.0
    if cusum_run_length(allowance, low) >= target:
        message = (
            f"With an allowance of {allowance!r} even the smallest limit runs longer than "
            f"{target!r} points; a smaller allowance is needed."
        )
        raise BadInputError(message)
    while cusum_run_length(allowance, high) < target:
        if high == _WIDEST:
            message = (
                f"An allowance of {allowance!r} needs a limit beyond {_WIDEST:g} for a run length "
                f"of {target!r}; a larger allowance is needed."
            )
            raise BadInputError(message)
        low, high = high, min(2 * high, _WIDEST)
    # The logarithm of the run length is nearly straight, and so is found in few steps.
    return float(
        brentq(lambda h: log(cusum_run_length(allowance, h) / target), low, high, xtol=1e-10)
    )


def _side(
    allowance: float, limit: float, shift: float, start: float, place: Floats | None
) -> tuple[float, float]:
    """Return one sum's alarms a point from zero, and its run length as a multiple of that from zero.

    The multiple is for the start given or, where there is a place, for a start drawn from it.
    """
    states, weights = _states(limit)
    drop = allowance - shift
    system = np.eye(states.size) - _density(states, states, drop) * weights
    known = np.column_stack([np.ones(states.size), ndtr(states - drop - limit)])
    # Of a round from each state: the mean points it lasts, and the chance that it ends in a call.
    lasts, calls = np.linalg.solve(system, known).T
    rate = calls[0] / lasts[0]
    beyond = lasts * rate - calls
    if place is not None:
        return float(rate), float(1 + place @ beyond)
    step = _density(np.array([start]), states, drop)[0] * weights
    return float(rate), float(1 + rate - ndtr(start - drop - limit) + step @ beyond)


def _steady(allowance: float, limit: float) -> Floats:
    """Return where a sum stands after many in-control points, alarms starting it anew at zero.

    An alarm of the other side changes nothing here, as this sum is then at zero already.
    """
    states, weights = _states(limit)
    step = _density(states, states, allowance) * weights
    system = np.eye(states.size) - step.T
    system[0] = 1.0  # in place of the balance at zero: the shares of all places add up to one
    return np.linalg.solve(system, np.eye(states.size)[0])


def _states(limit: float) -> tuple[Floats, Floats]:
    """Return zero and the nodes up to the limit, with their weights; zero, an atom, has none."""
    # The density is one unit wide, whatever the limit: so many nodes settle eleven digits.
    nodes, weights = _nodes(30 + 3 * int(limit))
    return np.append(0.0, limit / 2 * (nodes + 1)), np.append(0.0, limit / 2 * weights)


@lru_cache(maxsize=16)
def _nodes(n: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return nodes, weights


def _density(u: Floats, y: Floats, drop: float) -> Floats:
    """Return the density of the next sum y given the present one u."""
    return np.exp(-0.5 * (y[None, :] - u[:, None] + drop) ** 2) / sqrt(2 * pi)


def _check(allowance: float, head_start: float) -> None:
    if not 0 <= allowance < inf:
        message = f"allowance is in standard deviations: 0 or more, not {allowance!r}."
        raise BadInputError(message)
    if not 0 <= head_start < 1:
        message = f"head_start is a share of the limit: 0 or more and below 1, not {head_start!r}."
        raise BadInputError(message)
