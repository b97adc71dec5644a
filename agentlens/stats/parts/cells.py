"""Into which cells do several columns put the rows together, none of them too small?"""

from collections.abc import Sequence

import numpy as np

from agentlens.stats.arrays import Ints
from agentlens.stats.groups import distinct

__all__ = ["joint", "merged"]


def joint(columns: Sequence[Ints], n: int) -> tuple[Ints, Ints]:
    """Return the joint cell of each row, and one row of each cell; without columns one cell.

    >>> cell, first = joint([np.array([0, 1, 0, 1]), np.array([5, 5, 5, 7])], 4)
    >>> cell.tolist(), first.tolist()
    ([0, 1, 0, 2], [0, 1, 3])
    """
    cell = np.zeros(n, dtype=np.int64)
    first = np.zeros(min(n, 1), dtype=np.int64)
    for column in columns:
        width = int(column.max(initial=0)) + 1
        kept, cell = distinct(cell * width + column, max(first.size, 1) * width)
        first = np.zeros(kept.size, dtype=np.int64)
        first[cell[::-1]] = np.arange(n)[::-1]  # of several the last one stays: the first row
    return cell, first


def merged(columns: Sequence[Ints], counts: Ints, least: int) -> Ints:
    """Return joint cells that hold at least so many rows of either period.

    A cell with too few rows gives up its last column and joins those that are like it in the
    others, and so on; what is still too small then is taken together. The columns therefore stand
    in the order of their importance.

    Args:
        columns: the value of each small cell in each column.
        counts: rows of each small cell by period, one line a period.
        least: rows that a cell must hold of either period.
    """
    n = counts.shape[1]
    prefixes = _prefixes(columns, n)
    part = np.full(n, -1, dtype=np.int64)
    free = 0
    for prefix in reversed(prefixes):
        left = part < 0
        held = _held(prefix, np.where(left, counts, 0))
        good = left & (held >= least)[prefix]
        _, fresh = np.unique(prefix[good], return_inverse=True)
        part[good] = free + fresh
        free = int(part.max(initial=-1)) + 1
    left = part < 0
    if not left.any():
        return part
    if free and min(counts[:, left].sum(axis=1)) < least:
        part[left] = int(np.argmin(_held(part[~left], counts[:, ~left])))
    else:
        part[left] = free
    return part


def _prefixes(columns: Sequence[Ints], n: int) -> list[Ints]:
    """Return the joint cell of each row by the first column, by the first two, and so on."""
    found = [np.zeros(n, dtype=np.int64)]
    for column in columns:
        width = int(column.max(initial=0)) + 1
        many = int(found[-1].max(initial=0)) + 1
        found.append(distinct(found[-1] * width + column, many * width)[1])
    return found[1:]


def _held(groups: Ints, counts: Ints) -> Ints:
    """Return the rows of each group in that period which has fewer of them."""
    held = [np.bincount(groups, weights=line) for line in counts]
    return np.minimum(*held).astype(np.int64)
