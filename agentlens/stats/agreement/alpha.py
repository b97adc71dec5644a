"""How reliable are more than two raters, or raters who did not see everything?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Alpha", "alpha", "alpha_interval"]


class Alpha(NamedTuple):
    """Krippendorff's alpha with its interval over items, and how many items say something."""

    value: float
    low: float
    high: float
    n: int


def alpha(codes: Ints) -> float:
    """Return Krippendorff's alpha for names without an order.

    1 is full agreement, 0 what chance would give; NaN where only one name was ever used, or where
    no item has two raters.

    Args:
        codes: a row for each rater, a column for each item; -1 where a rater did not answer.

    >>> round(alpha(np.array([[0, 0, 1, 1, -1], [0, 1, 1, 1, 0]])), 4)
    0.5333
    """
    counted = _counted(codes)
    return _alpha(counted, np.ones(len(counted)))


def alpha_interval(codes: Ints, *, seed: int = 0, draws: int = 2000, level: float = 0.95) -> Alpha:
    """Return alpha with the interval that drawing the items again gives.

    Args:
        codes: a row for each rater, a column for each item; -1 where a rater did not answer.
        seed: of the draws.
        draws: how many.
        level: how often the interval must hold the truth.
    """
    counted = _counted(codes)
    n = len(counted)
    value = _alpha(counted, np.ones(n))
    if not n or np.isnan(value):
        return Alpha(value, np.nan, np.nan, n)
    chosen = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    every = np.array([_alpha(counted, times.astype(np.float64)) for times in chosen])
    known = every[~np.isnan(every)]
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail]) if known.size else (np.nan, np.nan)
    return Alpha(value, float(low), float(high), n)


def _counted(codes: Ints) -> Floats:
    """Return how often each item got each code; items with one answer say nothing and are out."""
    n_codes = int(codes.max(initial=0)) + 1
    counts = np.stack([(codes == code).sum(axis=0) for code in range(n_codes)], axis=1).astype(
        np.float64
    )
    return np.asarray(counts[counts.sum(axis=1) > 1], dtype=np.float64)


def _alpha(counted: Floats, times: Floats) -> float:
    """Return alpha from the coincidences of items that are each taken so many times."""
    answers = counted.sum(axis=1)
    total = (times[:, None] * counted).sum(axis=0)
    n = float(total.sum())
    by_chance = n**2 - float((total**2).sum())
    if by_chance <= 0:
        return float("nan")
    apart = (answers**2 - (counted**2).sum(axis=1)) / np.maximum(answers - 1, 1)
    return float(1 - (n - 1) * float(times @ apart) / by_chance)
