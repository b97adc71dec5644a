"""Which cells of a table must not be shown, so that nobody is found in a small one?

A cell of few users is hidden. Where a line holds only one such cell, or such of few users
together, the total of the line gives them away: then the smallest of the other cells goes, too.
"""

import numpy as np

from agentlens.stats.arrays import Flags, Ints

__all__ = ["hidden"]


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
