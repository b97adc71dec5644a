"""Over which cells do the rows of two periods spread, and how do users and hours share in that?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.hours import BlockShares, Hours, block_shares
from agentlens.stats.drift.sample import Sample, table

__all__ = ["Moved", "moved", "stable"]

_ALIKE = 0.3


@dataclass(frozen=True, eq=False)
class Moved:
    """The shares of two periods, and what is needed to judge their difference.

    Attributes:
        share: by period (baseline first) and cell.
        pooled: what both have in common if nothing changed.
        kish: rows of equal weight that each period is worth.
        own: by group of users, its part in the difference.
        mass: by group of users, its share of each period.
        clusters: in which each cell occurs.
        freedom: how many users stand behind the covariance.
        blocks: the shares by block of time.
    """

    share: Floats
    pooled: Floats
    kish: Floats
    own: Floats
    mass: Floats
    clusters: Floats
    freedom: float
    blocks: BlockShares

    @property
    def difference(self) -> Floats:
        """Current less baseline."""
        return np.asarray(self.share[1] - self.share[0], dtype=np.float64)


def moved(sample: Sample, codes: Ints, n_codes: int) -> Moved:
    """Return the shares of both periods and their spread over users and blocks.

    Args:
        sample: the rows, all of them with a code.
        codes: the cell of each row.
        n_codes: how many cells there are.
    """
    groups = sample.n_groups
    weight = None if sample.even else sample.weight
    counts = table(sample.joint, 2 * groups, codes, n_codes, weight).reshape(2, groups, n_codes)
    by_cell = counts.sum(axis=1)
    total = by_cell.sum(axis=1)
    share = by_cell / total[:, None]
    mass = counts.sum(axis=2) / total[:, None]
    own = (counts[1] / total[1] - mass[1][:, None] * share[1]) - (
        counts[0] / total[0] - mass[0][:, None] * share[0]
    )
    kish = sample.kish
    return Moved(
        share=share,
        pooled=kish @ share / kish.sum(),
        kish=kish,
        own=own,
        mass=mass,
        clusters=(counts.sum(axis=0) > 0).sum(axis=0).astype(np.float64),
        freedom=_freedom(sample, mass),
        blocks=block_shares(sample, codes, n_codes),
    )


def stable(found: Moved, bins: Ints, luck: Hours) -> float:
    """Return the mean of the stability index where nothing changed.

    That is (1/n + 1/m)(B - 1) where rows are independent, and more where they repeat.

    Args:
        found: the shares.
        bins: the bin of each cell.
        luck: of the hours.
    """
    n_bins = int(bins.max(initial=0)) + 1
    pooled = np.bincount(bins, weights=found.pooled, minlength=n_bins)
    own = np.stack([found.own[:, bins == one].sum(axis=1) for one in range(n_bins)], axis=1)
    held = pooled > 0
    by_users = float(((own**2).sum(axis=0)[held] / pooled[held]).sum())
    return by_users + float(luck.luck.mean()) * luck.reach * (int(held.sum()) - 1)


def _freedom(sample: Sample, mass: Floats) -> float:
    """Return how many users of equal share the covariance is learnt from, less one."""
    each = sample.squares / sample.by_group.sum(axis=1, keepdims=True) ** 2
    part = (1 - _ALIKE) * each.sum(axis=0) + _ALIKE * (mass[1] - mass[0]) ** 2
    return max(float(part.sum() ** 2 / (part**2).sum()) - 1, 1.0)
