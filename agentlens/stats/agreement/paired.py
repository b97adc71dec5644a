"""Which of two judges is right more often, where both judged the same traces?"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from agentlens.stats.arrays import Floats
from agentlens.stats.trials.pairs import mcnemar

__all__ = ["Apart", "bonett_price", "detectable", "where_they_differ"]

_POWERED = 2.8  # 1.96 for the test and 0.84 for a chance of 80 %


class Apart(NamedTuple):
    """The accuracy of the first judge less that of the second, its interval, and p of no difference."""

    value: float
    low: float
    high: float
    p: float


def bonett_price(only_a: int, only_b: int, n: int, level: float = 0.95) -> Apart:
    """Return the difference of two accuracies from labels drawn without regard to the verdicts.

    The interval is that of Bonett and Price, p that of McNemar's exact test.

    Args:
        only_a: labelled traces on which only the first judge is right.
        only_b: on which only the second is.
        n: labelled traces.
        level: how often the interval must hold the truth.

    >>> [round(one, 4) for one in bonett_price(12, 4, 100)]
    [0.08, -0.0017, 0.1585, 0.0768]
    """
    z = float(ndtri(0.5 + level / 2))
    p, q = (only_a + 1) / (n + 2), (only_b + 1) / (n + 2)
    d = p - q
    half = z * np.sqrt((p + q - d**2) / (n + 2))
    value = (only_a - only_b) / n if n else np.nan
    low, high = max(float(d - half), -1.0), min(float(d + half), 1.0)
    return Apart(float(value), low, high, mcnemar(only_a, only_b))


def where_they_differ(
    sizes: Floats,
    labelled: Floats,
    passed: Floats,
    *,
    seed: int = 0,
    draws: int = 4000,
    level: float = 0.95,
) -> Apart:
    """Return the difference from labels of only those traces on which the judges differ.

    Where both say the same, both are right or both wrong: no label can tell them apart.

    Args:
        sizes: traces on which both say the same, only the first passes, only the second passes.
        labelled: labels in the last two of these.
        passed: of these labels, those that pass.
        seed: of the draws.
        draws: how many.
        level: how often the interval must hold the truth.

    >>> found = where_they_differ(np.array([900.0, 60, 40]), np.full(2, 30.0), np.array([25.0, 10]))
    >>> [round(one, 3) for one in found]
    [0.052, 0.028, 0.075, 0.0]
    """
    rng = np.random.default_rng(seed)
    shares = rng.standard_gamma(sizes + 0.5, (draws, 3))
    shares = shares / shares.sum(axis=1, keepdims=True)
    p = rng.beta(passed + 0.5, labelled - passed + 0.5, (draws, 2))
    apart = shares[:, 1] * (2 * p[:, 0] - 1) + shares[:, 2] * (1 - 2 * p[:, 1])
    centre = (passed + 0.5) / (labelled + 1)
    weight = sizes / sizes.sum()
    value = weight[1] * (2 * centre[0] - 1) + weight[2] * (1 - 2 * centre[1])
    tail = (1 - level) / 2
    low, high = np.quantile(apart, [tail, 1 - tail])
    side = min(int((apart > 0).sum()), int((apart < 0).sum()))
    return Apart(float(value), float(low), float(high), min(2 * (side + 1) / (draws + 1), 1.0))


def detectable(discordance: float, n: float) -> float:
    """Return the difference that n labels find with a chance of 80 %.

    Args:
        discordance: share of traces on which the judges differ.
        n: labelled traces.

    >>> round(detectable(0.1, 100), 4)
    0.0885
    """
    return float(_POWERED * np.sqrt(discordance / n)) if n else float("nan")
