"""By how much do stretches of time differ beyond what the users in them explain?

A day has its own luck: an outage next door, a newsletter, a slow afternoon. A period of a day has
one such luck, however many rows it holds. It is learnt from blocks of time that should be alike:
their spread around their common mean, less the spread that their users alone would bring.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.sample import Sample, table

__all__ = ["Hours", "block_shares", "hours"]

_LEAST = 4
_TWO = 2
_TINY = 1e-9


@dataclass(frozen=True)
class Hours:
    """What the luck of blocks adds to a difference of the two periods, by direction.

    Attributes:
        luck: variance between blocks in each direction, in units of the variance of one row.
        noise: how much of that could be the users of a block, in the same units.
        reach: by how much the luck of blocks enters the difference; 2 for one block against one.
        freedom: blocks that taught it, less one for each stratum; 0 where there are too few.
    """

    luck: Floats
    noise: Floats
    reach: float
    freedom: float


@dataclass(frozen=True, eq=False)
class BlockShares:
    """Shares in each block of time, and in each part of the users of a block."""

    weight: Floats
    share: Floats
    parts: Floats
    stratum: Ints
    reach: float


def block_shares(sample: Sample, codes: Ints, n_codes: int) -> BlockShares:
    """Return how rows spread over codes in each block.

    Args:
        sample: the rows.
        codes: the code of each row.
        n_codes: how many there are.
    """
    blocks, parts = sample.stratum.size, sample.n_parts
    weight = None if sample.even else sample.raw
    flat = table(sample.slot, blocks * parts, codes, n_codes, weight)
    counts = flat.reshape(blocks, parts, n_codes)
    whole = counts.sum(axis=1)
    rows = whole.sum(axis=1)
    share = whole / np.where(rows > 0, rows, 1.0)[:, None]
    return BlockShares(rows, share, counts, sample.stratum, sample.reach)


def hours(held: BlockShares, shape: Floats, one_row: Floats) -> Hours:
    """Return the luck of blocks, seen through what is measured of the shares.

    Args:
        held: shares by block.
        shape: a matrix, of which each row is a direction in which shares can differ.
        one_row: the variance of one row in each direction.
    """
    used = np.flatnonzero(held.weight > 0)
    weight, stratum = held.weight[used], held.stratum[used]
    n_strata = int(held.stratum.max(initial=0)) + 1
    total = np.bincount(stratum, weights=weight, minlength=n_strata)
    blocks = np.bincount(stratum, minlength=n_strata)
    kept = blocks[stratum] > 1
    freedom = float(kept.sum() - (blocks > 1).sum())
    if freedom < _LEAST:
        return Hours(np.zeros(one_row.size), np.zeros(one_row.size), held.reach, 0.0)
    share = held.share[used] @ shape.T
    means = np.stack([np.bincount(stratum, weight * one, n_strata) for one in share.T], axis=1)
    apart = share - means[stratum] / total[stratum][:, None]
    noise = _within(held, used, shape)
    left = weight * (1 - weight / total[stratum]) * kept
    seen = (weight * kept) @ apart**2 / left.sum()
    expected = left @ noise / left.sum()
    unit = np.where(one_row > _TINY, one_row, np.inf)
    luck = np.maximum(seen - expected, 0.0) / unit
    return Hours(luck, expected / unit, held.reach, freedom)


def _within(held: BlockShares, used: Ints, shape: Floats) -> Floats:
    """Return by how much the share of each block would vary if only its users were others."""
    counts = held.parts[used]
    own = counts.sum(axis=2)
    apart = counts - own[:, :, None] * held.share[used][:, None, :]
    apart = np.einsum("bpk,mk->bpm", apart, shape)
    groups = (own > 0).sum(axis=1)
    widened = np.where(groups >= _TWO, groups / np.maximum(groups - 1, 1), 0.0)
    spread = (apart**2).sum(axis=1)
    return np.asarray(spread * (widened / held.weight[used] ** 2)[:, None], dtype=np.float64)
