"""Which slices changed, if every look that was taken is paid for?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.slicing.contrast import Contrast, contrast, scores
from agentlens.stats.slicing.lattice import Lattice, lattice_of
from agentlens.stats.slicing.sample import Place, Sample, inside

__all__ = ["Slice", "Slices", "search"]

_LOOKED_AT = 8
_NEARLY_ALL = 0.95
_CLEAR = 0.01


class Slice(NamedTuple):
    """A slice that changed beyond the rest.

    Attributes:
        place: its columns and codes.
        contrast: its change in excess of the rest, rows of the slices before it left out.
        p: two-sided, times all slices that were looked at.
        looks: how many those were for a slice of its depth.
    """

    place: Place
    contrast: Contrast
    p: float
    looks: float


@dataclass(frozen=True, eq=False)
class Slices:
    """The slices that stand, and what was searched.

    Attributes:
        found: in the order in which they were found.
        n_slices: how many were looked at.
        all_counted: whether no set of columns had to be left out.
    """

    found: tuple[Slice, ...]
    n_slices: int
    all_counted: bool = True


def search(
    sample: Sample, *, depth: int = 3, least: int = 30, most: int = 10, alpha: float = 0.05
) -> Slices:
    """Return the slices whose change stands after the search that found them.

    The best slice is taken, its rows are laid aside, and the rest is searched again, so that the
    shadow of a slice on its parents, children and opposites is not found as well. Each p-value is
    multiplied by the number of slices of that depth and by the number of depths: whatever moves
    together, a log without change gives a slice in at most a share alpha of searches.

    Args:
        sample: the rows.
        depth: the most columns of a slice.
        least: the fewest rows of a slice in either period.
        most: slices to return at most.
        alpha: the chance of returning any slice where none changed.
    """
    lattice = lattice_of(sample, depth, least)
    looks = _looks(lattice)
    found: list[Slice] = []
    left = sample
    while len(lattice) and len(found) < most:
        best = _best(lattice, left, looks, [one.place for one in found], alpha)
        if best is None:
            break
        found.append(best)
        left = left.only(~inside(left.codes, best.place))
    return Slices(_settled(sample, found), len(lattice), lattice.all_counted)


def _looks(lattice: Lattice) -> Floats:
    """Return by how much the p-value of each slice is multiplied."""
    many = np.bincount(lattice.depth).astype(np.float64)
    looks: Floats = many[lattice.depth] * float(np.count_nonzero(many))
    return looks


def _best(
    lattice: Lattice, left: Sample, looks: Floats, taken: list[Place], alpha: float
) -> Slice | None:
    """Return the slice that explains most of what is left; None where none stands.

    What a slice gains in fit must pay for its depth: the best of n looks at nothing gains 2 log n.
    """
    sums, whole = lattice.without(taken)
    score = scores(sums, whole, left.scale)
    price = 2 * np.log(looks)
    quick = np.where(score != 0, score**2 - price, -np.inf)
    likely = np.argpartition(-quick, min(_LOOKED_AT, quick.size) - 1)[:_LOOKED_AT]
    best, most = -1, -np.inf
    for at in likely.tolist():
        if score[at] != 0:
            told = _told(lattice, left, at, float(score[at]), looks)
            gain = (told.contrast.excess / told.contrast.error) ** 2 - price[at]
            if told.p <= alpha and gain > most:
                best, most = at, gain
    if best < 0:
        return None
    short = _shortest(lattice, sums, score, best)
    told = _told(lattice, left, short, float(score[short]), looks)
    return told if told.p <= alpha else _told(lattice, left, best, float(score[best]), looks)


def _told(lattice: Lattice, left: Sample, at: int, score: float, looks: Floats) -> Slice:
    place = lattice.place(at)
    found = contrast(left, inside(left.codes, place), int(np.sign(score)))
    many = float(looks[at])
    return Slice(place, found, min(2 * found.p * many, 1.0), many)


def _shortest(lattice: Lattice, sums: Floats, score: Floats, best: int) -> int:
    """Return the slice with fewest columns whose current rows are nearly all those of the best."""
    place = lattice.place(best)
    for column in place:
        parent = tuple(one for one in place if one != column)
        at = lattice.index(parent) if parent else -1
        if (
            at >= 0
            and score[at] * score[best] > 0
            and sums[best, 1, 0] >= _NEARLY_ALL * sums[at, 1, 0]
        ):
            return _shortest(lattice, sums, score, at)
    return best


def _settled(sample: Sample, found: list[Slice]) -> tuple[Slice, ...]:
    """Return the slices without those that lie within a later one and changed no more than it."""
    kept = []
    for number, one in enumerate(found):
        sign = int(np.sign(one.contrast.excess))
        parents = [
            other.place
            for other in found[number + 1 :]
            if other.contrast.excess * sign > 0 and set(other.place) < set(one.place)
        ]
        if not any(_no_more(sample, one.place, parent, sign) for parent in parents):
            kept.append(one)
    return tuple(kept)


def _no_more(sample: Sample, child: Place, parent: Place, sign: int) -> bool:
    """Return whether the child did not clearly change more than the rest of its parent."""
    family = sample.only(inside(sample.codes, parent))
    return contrast(family, inside(family.codes, child), sign).p > _CLEAR
