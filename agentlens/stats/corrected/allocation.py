"""From which cells should the labels come, and how wide will the corrected rate be?"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["allocate", "equal", "expected_width", "labels_for_width", "largest_remainders"]

_Z = 1.959963984540054
_NOTHING, _STEPS = 1e-9, 120


def allocate(sizes: Ints, p: Floats, n: int, floor: int = 10) -> Ints:
    """Return how many labels each cell gets so that the rate over all cells is narrowest.

    Neyman's rule: in proportion to the size of a cell times the spread inside it. No cell gets
    more than it holds, and none gets less than the floor while n suffices for that.

    Args:
        sizes: judged traces in each cell.
        p: the guessed human pass rate in each cell.
        n: labels in all.
        floor: the least number of labels in each cell.

    >>> allocate(np.array([800, 150, 50]), np.array([0.9, 0.3, 0.5]), 100).tolist()
    [70, 20, 10]
    """
    wish = sizes * np.sqrt(p * (1 - p))
    return _shared(sizes, np.where(sizes > 0, wish, 0.0), n, floor)


def equal(sizes: Ints, n: int, floor: int = 0) -> Ints:
    """Return equally many labels for each cell that holds so many.

    >>> equal(np.array([800, 150, 5]), 105).tolist()
    [50, 50, 5]
    """
    return _shared(sizes, (sizes > 0).astype(np.float64), n, floor)


def expected_width(sizes: Ints, p: Floats, labels: Floats | Ints) -> float:
    """Return how wide the 95% interval of the corrected rate will be, from low to high.

    Args:
        sizes: judged traces in each cell.
        p: the guessed human pass rate in each cell.
        labels: of each cell.

    >>> round(expected_width(np.array([800, 200]), np.array([0.95, 0.4]), np.array([50, 50])), 3)
    0.113
    """
    n = float(sizes.sum())
    share = sizes / n
    rate = float(share @ p)
    inside = share**2 * p * (1 - p) / (labels + 1)
    between = share * (p - rate) ** 2 / n
    return 2 * _Z * float(np.sqrt((inside + between).sum()))


def labels_for_width(sizes: Ints, p: Floats, half: float, floor: int = 10) -> int | None:
    """Return the fewest labels that bring the interval to plus or minus `half`; None if none do.

    >>> labels_for_width(np.array([8000, 2000]), np.array([0.95, 0.4]), 0.03)
    322
    """
    low, high = 1, int(sizes.sum())
    if expected_width(sizes, p, allocate(sizes, p, high, floor)) > 2 * half:
        return None
    while low < high:
        middle = (low + high) // 2
        if expected_width(sizes, p, allocate(sizes, p, middle, floor)) > 2 * half:
            low = middle + 1
        else:
            high = middle
    return low


def largest_remainders(parts: Floats, n: int) -> Ints:
    """Return whole numbers that add up to n and lie nearest to these parts.

    >>> largest_remainders(np.array([1.4, 1.4, 0.2]), 3).tolist()
    [2, 1, 0]
    """
    whole = np.floor(parts).astype(np.int64)
    left = n - int(whole.sum())
    first = np.argsort(-(parts - whole), kind="stable")[: max(left, 0)]
    whole[first] += 1
    return whole


def _shared(sizes: Ints, wish: Floats, n: int, floor: int) -> Ints:
    """Return n labels shared by wish, between the floor and the size of each cell."""
    total = min(n, int(sizes.sum()))
    least = np.minimum(floor, sizes)
    if least.sum() >= total:
        held = int(least.sum())
        parts = least * (total / held) if held else least.astype(np.float64)
        return largest_remainders(parts, total)
    wish = np.where(wish > _NOTHING * wish.max(), wish, 0.0)
    if not wish.any():
        wish = sizes.astype(np.float64)
    low, high = 0.0, float(sizes.max() / wish[wish > 0].min())
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if np.clip(middle * wish, least, sizes).sum() < total:
            low = middle
        else:
            high = middle
    parts = np.clip(low * wish, least, sizes)
    found = np.minimum(largest_remainders(parts, total), sizes)
    return _filled(found, sizes, total)


def _filled(found: Ints, sizes: Ints, total: int) -> Ints:
    """Return the same with what is left over put where there is most room."""
    filled = found.copy()
    for _ in range(int(total - filled.sum())):
        filled[int(np.argmax(sizes - filled))] += 1
    return filled
