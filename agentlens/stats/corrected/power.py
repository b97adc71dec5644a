"""How likely does a judge pass a gate, and how many labels would that take?"""

import numpy as np
from scipy.special import betainc, betaincinv, rel_entr

from agentlens.stats.arrays import Floats, Ints

__all__ = [
    "TRUTHS",
    "certify",
    "each_needed",
    "fewest_without_error",
    "labels_in_sequence",
    "labels_needed",
    "lower_bound",
    "table",
]

TRUTHS = (0.80, 0.85, 0.88, 0.90, 0.92, 0.95)
_SIZES = (50, 100, 200, 300)
_MOST = 5000


def lower_bound(agreed: float, n: float, level: float = 0.95) -> float:
    """Return the one-sided exact (Clopper-Pearson) lower bound of a rate.

    >>> round(lower_bound(19, 19), 4)
    0.8541
    """
    return float(betaincinv(agreed, n - agreed + 1, 1 - level)) if agreed > 0 else 0.0


def certify(n: int | Ints, truth: float | Floats, target: float, level: float = 0.95) -> Floats:
    """Return how likely the exact lower bound reaches the target, by exact sums.

    Args:
        n: uniform labels.
        truth: what the judge's agreement really is.
        target: what the gate asks for.
        level: one-sided.

    >>> certify(np.array([50, 200]), 0.9, 0.85).round(2).tolist()
    [0.25, 0.65]
    """
    size = np.asarray(n, dtype=np.int64)
    return _reached(size, _enough(size, target, level), truth)


def labels_needed(
    truth: float, target: float, *, power: float = 0.8, level: float = 0.95
) -> int | None:
    """Return from how many labels on such a judge always passes so often; None above 5,000.

    The chance is a saw: a label more can lower it. What counts is from where on it stays.

    >>> labels_needed(0.95, 0.85), labels_needed(0.85, 0.85)
    (68, None)
    """
    return each_needed((truth,), target, power=power, level=level)[0]


def each_needed(
    truths: tuple[float, ...], target: float, *, power: float = 0.8, level: float = 0.95
) -> list[int | None]:
    """Return the same for several truths at once.

    >>> each_needed((0.85, 0.9, 0.92), 0.85)
    [None, 304, 150]
    """
    sizes = np.arange(1, _MOST + 1)
    enough = _enough(sizes, target, level)
    found: list[int | None] = []
    for truth in truths:
        rare = np.flatnonzero(_reached(sizes, enough, truth) < power)
        last = int(sizes[rare[-1]]) if rare.size else 0
        found.append(last + 1 if last < _MOST and truth > target else None)
    return found


def labels_in_sequence(truth: float, target: float, level: float = 0.95) -> float:
    """Return about how many labels a gate takes that is looked at after every one of them.

    Evidence grows with each label by the distance of the truth from the target, on average.

    >>> [round(labels_in_sequence(truth, 0.85)) for truth in (0.95, 0.92, 0.9)]
    [59, 133, 275]
    """
    if truth <= target:
        return float("inf")
    gain = float(rel_entr(truth, target) + rel_entr(1 - truth, 1 - target))
    return -float(np.log(1 - level)) / gain


def fewest_without_error(target: float, level: float = 0.95) -> int:
    """Return how many labels, all of them agreeing, just reach the target.

    >>> fewest_without_error(0.85), fewest_without_error(0.8), fewest_without_error(0.9)
    (19, 14, 29)
    """
    return int(np.ceil(np.log(1 - level) / np.log(target)))


def table(
    target: float, level: float = 0.95, *, sizes: tuple[int, ...] = _SIZES
) -> dict[int, Floats]:
    """Return the chance to pass by number of labels, for a judge of each of `TRUTHS`.

    >>> table(0.85)[100].round(2).tolist()
    [0.0, 0.03, 0.14, 0.32, 0.59, 0.94]
    """
    truths = np.array(TRUTHS)
    return {n: certify(n, truths, target, level) for n in sizes}


def _reached(n: Ints, enough: Ints, truth: float | Floats) -> Floats:
    """Return how likely so many agreements are among n."""
    reached = betainc(np.maximum(enough, 1), np.maximum(n - enough + 1, 1), truth)
    return np.where(enough <= n, reached, 0.0)


def _enough(n: Ints, target: float, level: float) -> Ints:
    """Return the fewest agreements among n whose exact bound reaches the target; n + 1 if none.

    The bound reaches the target where so many agreements would be rarer than 1 - level, were the
    target true.
    """
    low, high = np.zeros_like(n), n + 1
    while (low < high).any():
        middle = (low + high) // 2
        tail = betainc(np.maximum(middle, 1), np.maximum(n - middle + 1, 1), target)
        rare = (middle > n) | ((middle > 0) & (tail <= 1 - level))
        open_ = low < high
        high = np.where(open_ & rare, middle, high)
        low = np.where(open_ & ~rare, middle + 1, low)
    return high
