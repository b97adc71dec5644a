"""With which probability is a trace there after two draws?"""

import numpy as np

from agentlens.scoring.sampling.draw import Lots
from agentlens.stats.arrays import Flags, Floats

__all__ = ["both", "either", "same_draw"]

_DECIDED = -6.0  # log10 of the chance to take two draws for one
_SPAN = 2.0**64


def both(first: Floats, second: Floats, same: Flags) -> Floats:
    """Return the probability of being chosen by both draws: the smaller one, or the product.

    Draws with one salt use one lot, and who is chosen by the rarer of them is chosen by both.

    Args:
        first: probability of each row in one draw.
        second: and in the other.
        same: where both used the same lots.

    >>> both(np.array([0.2]), np.array([0.1]), np.array([True])).tolist()
    [0.1]
    """
    return np.where(same, np.minimum(first, second), first * second)


def either(first: Floats, second: Floats, same: Flags) -> Floats:
    """Return the probability of being chosen by one draw at least.

    >>> either(np.array([0.2]), np.array([0.1]), np.array([False])).round(3).tolist()
    [0.28]
    """
    return np.where(same, np.maximum(first, second), 1 - (1 - first) * (1 - second))


def same_draw(p: Floats, drawn: Lots) -> bool:
    """Return whether rows that were chosen with these probabilities were chosen by these lots.

    A score does not say which salt chose its trace, but the lots do: below p for nearly all rows
    where they decided, below p for a share p of them where others did. Where too few rows are
    there to tell, they count as chosen by other lots.

    Args:
        p: the probability of each row that was chosen.
        drawn: its lot.
    """
    open_ = p < 1.0
    if not open_.any() or np.log10(p[open_]).sum() > _DECIDED:
        return False
    below = float((drawn[open_] / _SPAN < p[open_]).mean())
    return below > (1.0 + float(p[open_].mean())) / 2
