"""By how much did a slice change beyond the change of the rest, and how sure is that?

A change that all share does not show alike everywhere: odds that halve take twenty points off one
rate and two off another. The rest's change is therefore carried over to the level of the slice
before it is taken off. Rows of one user stand together, whichever periods and slices they fall in.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.slicing.held import parted
from agentlens.stats.slicing.sample import Sample, Scale

__all__ = ["Contrast", "contrast", "followed", "scores"]

_LEAST, _MOST = 0.05, 20.0
_TINY = 1e-12
_ADDED = 5.0
_PRIOR = 100.0


class Contrast(NamedTuple):
    """The change of a slice in excess of the rest, and what it is made of.

    `p` is one-sided, towards the sign given; 1 where the slice did not move further than the rest.
    """

    excess: float
    error: float
    freedom: float
    change: float
    rest: float
    p: float


def followed(inside: Floats, outside: Floats, change: Floats, rest: Floats, scale: Scale) -> Floats:
    """Return how much a slice moves for each unit that the rest moves, had all moved alike.

    Nobody knows what alike is: the same in points, in proportion, or for a rate in odds. What comes
    nearest to the change seen is taken, so that only what none of them explains is the slice's own.

    Args:
        inside: the level of the slice in the baseline.
        outside: the level of the rest.
        change: of the slice.
        rest: the change of the rest.
        scale: whether the levels are rates, or amounts above zero.

    >>> half, most, fell = np.array([0.5]), np.array([0.9]), np.array([-0.1])
    >>> [followed(half, most, fell * k, fell, "odds").round(2).item() for k in (0.1, 2.0, 5.0)]
    [0.56, 2.0, 2.78]
    """
    one = np.ones_like(inside)
    if scale == "plain":
        return one
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = inside / outside
        if scale == "odds":
            lost = (1 - inside) / (1 - outside)
            ways = np.stack([one, kept * lost, np.where(rest < 0, kept, lost)])
        else:
            ways = np.stack([one, kept])
        ways = np.where(np.isfinite(ways), np.clip(ways, _LEAST, _MOST), 1.0)
        seen = change / rest
    seen = np.where(np.isfinite(seen), seen, 1.0)
    nearest: Floats = np.clip(seen, ways.min(axis=0), ways.max(axis=0))
    return nearest


def scores(sums: Floats, whole: Floats, scale: Scale) -> Floats:
    """Return how far each slice stands out, signed; 0 where it moved less than the rest.

    A quick look at many: rows count as independent.

    Args:
        sums: by slice and arm: rows, base, excess, number, squares of base and excess.
        whole: the same of all rows, by arm.
        scale: on which all move alike.
    """
    rest = whole - sums
    with np.errstate(divide="ignore", invalid="ignore"):
        level, other = (part[:, 0, 3] / part[:, 0, 1] for part in (sums, rest))
        usual = _usual(whole)
        change, noise = _change(sums, usual, scale)
        common, rest_noise = _change(rest, usual, scale)
        share = followed(level, other, change, common, scale)
        excess = change - share * common
        score = excess / np.sqrt(np.maximum(noise + share**2 * rest_noise, _TINY**2))
    further = (np.sign(change) == np.sign(excess)) & (np.abs(change) >= np.abs(share * common))
    few = (sums[..., 0].min(axis=1) < 1) | (rest[..., 0].min(axis=1) < 1)
    found: Floats = np.where(further & ~few & np.isfinite(score), score, 0.0)
    return found


def _usual(whole: Floats) -> float:
    """Return the spread of all rows around what is expected of them."""
    _, _, _, _, base2, excess2 = whole.sum(axis=0)
    return float(excess2 / base2)


def _change(sums: Floats, usual: float, scale: Scale) -> tuple[Floats, Floats]:
    """Return current less baseline, and its variance."""
    n, base, excess, number, base2, excess2 = np.moveaxis(sums, -1, 0)
    mean = excess / base
    spread = np.maximum(excess2 - mean**2 * base2, 0.0) / base2
    noise = (_careful(spread, n, number / base, usual, scale) * base2 / base**2).sum(axis=1)
    return mean[:, 1] - mean[:, 0], noise


def _careful(spread: Floats, n: Floats, level: Floats, usual: float, scale: Scale) -> Floats:
    """Return the spread of rows that few of them cannot be trusted with, by baseline and current.

    Rows that happen to agree are not certain: a few rows of the usual spread are added to each
    group, to a rate one success and one failure; and the current rows are never taken to vary less
    than those before.
    """
    wide = (n * spread + _ADDED * usual) / (n + _ADDED)
    if scale == "odds":
        rate = (n * level + 1) / (n + 2)
        wide = np.maximum(wide, rate * (1 - rate))
    return np.stack([wide[..., 0], wide.max(axis=-1)], axis=-1)


def contrast(sample: Sample, within: Flags, sign: int) -> Contrast:
    """Return the change of a slice in excess of the rest of these rows.

    The variance takes rows of a cluster to be as alike as they are in the whole sample; where the
    sums of the very clusters at hand vary more, these count the more, the more of them there are.

    Args:
        sample: the rows.
        within: which of them are in the slice.
        sign: +1 or -1, the side on which it was seen.
    """
    cut = parted(sample.whole, within)
    n, held, total, number, base2, excess2, both = cut.cells.T
    if (held <= 0).any():
        return Contrast(np.nan, np.nan, np.nan, np.nan, np.nan, 1.0)
    mean, level = total / held, number / held
    change, others = float(mean[3] - mean[2]), float(mean[1] - mean[0])
    moves = np.array([change]), np.array([others])
    share = float(followed(level[2:3], level[0:1], *moves, sample.scale)[0])
    found = change - share * others
    factor = np.array([share, -share, -1.0, 1.0]) / held
    square = cut.by_user(factor, -factor * mean) ** 2
    many = sample.whole.users
    robust = float(square.sum() * many / (many - 1)) if many > 1 else 0.0
    freedom = float(square.sum()) ** 2 / max(float((square**2).sum()), _TINY**4)
    squares = np.maximum(excess2 - 2 * mean * both + mean**2 * base2, 0.0)
    part = factor * _spread(n, squares, base2, level, sample.scale) ** 0.5
    joint = float((cut.by_user(np.zeros(4), part) ** 2).sum())
    usual = (1 - sample.alike) * float((part**2 * base2).sum()) + sample.alike * joint
    mixed = (_PRIOR * usual + freedom * robust) / (_PRIOR + freedom)
    # Clusters that by chance all agree would say that nothing varies: they may only widen.
    error = float(max(usual, mixed, _TINY**2) ** 0.5)
    further = found * sign > 0 and change * sign > 0 and abs(change) >= abs(share * others)
    p = float(stdtr(_PRIOR + freedom, -abs(found) / error)) if further else 1.0
    return Contrast(found, error, _PRIOR + freedom, change, others, p)


def _spread(n: Floats, squares: Floats, base2: Floats, level: Floats, scale: Scale) -> Floats:
    """Return the variance of a row in each of the four cells: rest and slice, before and now."""
    usual, shape = float(squares.sum() / base2.sum()), (2, 2)
    spread = (squares / base2).reshape(shape)
    return _careful(spread, n.reshape(shape), level.reshape(shape), usual, scale).reshape(4)
