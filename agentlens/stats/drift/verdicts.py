"""Is the difference of the shares more than users who return and hours with their luck would bring?

The difference of the shares is a sum over users, each of whom may be in both periods; its
covariance is taken from the users as they are. To it comes the luck of whole stretches of time. The
squared length of the difference is then held against what both would bring.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, bdtrc

from agentlens.stats.arrays import Floats
from agentlens.stats.drift.hours import Hours, hours
from agentlens.stats.drift.shares import Moved
from agentlens.stats.drift.tail import tail

__all__ = ["Verdict", "few", "nominal", "ordered"]

_LEAST = 1e-9


class Verdict(NamedTuple):
    """How likely so large a difference is by chance, and what chance was taken to be."""

    p: float
    size: float
    hours: Hours
    freedom: float


def ordered(found: Moved) -> Verdict:
    """Return the verdict on cells that are ranges of a number: Anderson and Darling's length.

    The difference of the two distribution functions at each cut, weighted so that the tails count.
    """
    reached = np.cumsum(found.pooled)[:-1]
    weight = _one_over_root(reached * (1 - reached))
    shape = np.tril(np.ones((found.pooled.size, found.pooled.size)))[:-1] * weight[:, None]
    return _judged(found, shape, turned=True)


def nominal(found: Moved) -> Verdict:
    """Return the verdict on categories: Pearson's length."""
    return _judged(found, np.diag(_one_over_root(found.pooled)), turned=False)


def few(current: int, baseline: int, share: float) -> float:
    """Return p for a thing so rare that its users can be counted, from that count alone.

    If nothing changed, each user who shows it does so in the current period with the probability
    that a row lies there. Exact, and twice the smaller tail.

    Args:
        current: users who show it in the current period.
        baseline: and in the baseline.
        share: of all rows that lies in the current period.

    >>> few(5, 0, 0.1)
    2e-05
    """
    every = current + baseline
    above = float(bdtrc(current - 1, every, share)) if current else 1.0
    return round(min(1.0, 2 * min(above, float(bdtr(current, every, share)))), 15)


def _one_over_root(variance: Floats) -> Floats:
    """Return what makes each part of a difference count alike; nothing where nothing can differ."""
    held = variance > _LEAST
    return np.where(held, 1 / np.sqrt(np.where(held, variance, 1.0)), 0.0)


def _judged(found: Moved, shape: Floats, *, turned: bool) -> Verdict:
    """Return the verdict on the squared length of what a shape makes of the difference.

    The luck of hours is learnt direction by direction: those of a number are its level, its spread
    and so on, those of categories are the categories themselves.
    """
    length = shape @ found.difference
    size = float(length @ length)
    apart = (
        found.own
        + found.mass[1][:, None] * (found.share[1] - found.pooled)
        - found.mass[0][:, None] * (found.share[0] - found.pooled)
    )
    apart = np.einsum("gk,mk->gm", apart, shape)  # small, and threads would cost more than it
    users = int((found.mass.sum(axis=0) > 0).sum())
    apart = apart - apart.sum(axis=0) / max(users, 1)
    by_users = np.einsum("gi,gj->ij", apart, apart) * users / max(users - 1, 1)
    row = shape @ (np.diag(found.pooled) - np.outer(found.pooled, found.pooled)) @ shape.T
    turn = np.linalg.eigh(row)[1][:, ::-1].T if turned else np.eye(len(row))
    seen = turn @ row @ turn.T
    luck = hours(found.blocks, turn @ shape, np.diag(seen))
    by_hours = turn.T @ (seen * np.sqrt(np.outer(luck.luck, luck.luck))) @ turn * luck.reach
    whole = by_users + by_hours
    scales = np.clip(np.linalg.eigvalsh(whole), 0.0, None)
    told = min(found.freedom, _telling(apart, by_users))
    freedom = _joint_freedom(told, luck, float(np.trace(by_users)), np.diag(seen))
    return Verdict(tail(size, scales, freedom), size, luck, freedom)


def _telling(apart: Floats, by_users: Floats) -> float:
    """Return the degrees of freedom that remain where few users carry most of the spread."""
    squares = (apart**2).sum(axis=1)
    fourth = float((squares**2).sum())
    if fourth <= 0:
        return 1.0
    shape = float(np.trace(by_users)) ** 2 / float((by_users**2).sum())
    return max(float(squares.sum()) ** 2 / fourth * (1 + 2 / shape) - 1, 1.0)


def _joint_freedom(users: float, luck: Hours, by_users: float, row: Floats) -> float:
    """Return the degrees of freedom of a variance of two parts, each learnt from so many."""
    if luck.freedom <= 0:
        return users
    by_hours = float(luck.luck @ row) * luck.reach
    unsure = (luck.luck + luck.noise) * row * luck.reach
    whole = (by_users + by_hours) ** 2
    return whole / (by_users**2 / users + float((unsure**2).sum()) / luck.freedom)
