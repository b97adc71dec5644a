"""Which cells of a table must not be shown, so that nobody is found in a small one?

A cell of few users is hidden. Where a line holds only one such cell, or such of few users
together, the total of the line gives them away: then the smallest of the other cells goes, too.
"""

import numpy as np

from agentlens.stats.arrays import Flags, Ints

__all__ = ["hidden", "users_in"]


def users_in(cell: Ints, user: Ints, n_cells: int) -> Ints:
    """Return how many distinct users each cell has.

    >>> users_in(np.array([0, 0, 2]), np.array([7, 7, 8]), 3).tolist()
    [1, 0, 1]
    """
    _, codes = np.unique(user, return_inverse=True)
    n_users = int(codes.max(initial=-1)) + 1
    pairs = np.unique(cell * max(n_users, 1) + codes)
    return np.bincount(pairs // max(n_users, 1), minlength=n_cells).astype(np.int64)


def hidden(users: Ints, least: int) -> Flags:
    """Return which cells of a table must not be shown.

    Args:
        users: how many are in each cell, by layer, row and column; a cell is shown or hidden in all
            layers alike, such as two periods. A cell without users may be shown.
        least: so few users may be shown.

    >>> hidden(np.array([[[40], [30], [20], [3]]]), 10)[:, 0].tolist()
    [False, False, True, True]
    """
    few: Flags = (users > 0) & (users < least)
    mask: Flags = np.logical_or.reduce(few, axis=0)
    changed = bool(mask.any())
    while changed:
        changed = False
        for layer in users:
            for line, marks in (*zip(layer, mask, strict=True), *zip(layer.T, mask.T, strict=True)):
                changed |= _widened(line, marks, least)
    return mask


def _widened(line: Ints, mask: Flags, least: int) -> bool:
    """Hide more cells of a line until its total says nothing; return whether any was."""
    widened = False
    while True:
        gone = mask & (line > 0)
        told = not gone.any() or (int(gone.sum()) > 1 and int(line[gone].sum()) >= least)
        others = np.flatnonzero(~mask & (line > 0))
        if told or not others.size:
            return widened
        mask[others[np.argmin(line[others])]] = True  # a view: the table is marked
        widened = True
