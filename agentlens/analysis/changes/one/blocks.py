"""What is the value of a metric over any stretch of blocks of time?"""

from dataclasses import dataclass

import numpy as np

from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Blocked", "blocked", "on_log_scale"]

_CLASSES = 1000
_SAMPLE = 20_000
_THIN = 0.5


@dataclass(frozen=True, eq=False)
class Blocked:
    """Sums by block from which the value of any stretch follows.

    Attributes:
        metric: what is counted.
        n: rows of each block.
        sums: a row a block: weighted numerator and denominator; of a quantile, the weight in each
            class of values.
        edges: of a quantile, between which values each class lies.
    """

    metric: Metric
    n: Floats
    sums: Floats
    edges: Floats

    def windows(self, starts: Ints, blocks: int) -> Floats:
        """Return the value of each stretch; one with far fewer rows than usual is not known.

        Args:
            starts: the first block of each.
            blocks: how many each holds.
        """
        rows = _over(self.n[:, None], starts, blocks)[:, 0]
        value = self._values(_over(self.sums, starts, blocks), blocks)
        thin = rows < _THIN * np.median(rows) if rows.size else rows > 0
        return np.where(thin & (self.metric.kind != "count"), np.nan, value)

    def each(self, first: int, blocks: int) -> Floats:
        """Return what each block of a stretch says of its value, by leaving each out in turn.

        Args:
            first: the first block.
            blocks: how many.
        """
        own = self.sums[first : first + blocks]
        whole = self._values(own.sum(axis=0)[None], blocks)
        without = self._values(own.sum(axis=0) - own, blocks - 1, of=blocks)
        said: Floats = blocks * whole - (blocks - 1) * without
        return said

    def _values(self, totals: Floats, blocks: int, of: int | None = None) -> Floats:
        """Return the value that sums over so many blocks come to."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.metric.kind == "quantile":
                value = self._quantile(totals)
            elif self.metric.kind == "count":
                value = totals[:, 0] * ((of or blocks) / blocks)
            else:
                value = totals[:, 0] / totals[:, 1]
            return np.log(value) if on_log_scale(self.metric) else value

    def _quantile(self, totals: Floats) -> Floats:
        below = totals.cumsum(axis=1)
        wanted = (self.metric.q or 0.5) * below[:, -1]
        place = (below < wanted[:, None]).sum(axis=1).clip(max=totals.shape[1] - 1)
        at = np.arange(len(totals))
        own = totals[at, place]
        part = np.where(own > 0, 1 - (below[at, place] - wanted) / np.where(own > 0, own, 1), 0.5)
        value = self.edges[place] + part * (self.edges[place + 1] - self.edges[place])
        return np.where(below[:, -1] > 0, value, np.nan)


def on_log_scale(metric: Metric) -> bool:
    """Return whether a metric is compared by its ratio: seconds and dollars, which have no ceiling."""
    return metric.unit in {"s", "USD"}


def blocked(rows: Rows, block: Ints, n_blocks: int) -> Blocked:
    """Return the sums of a metric's rows by block.

    Args:
        rows: of the metric.
        block: of each row; rows outside the blocks are left out.
        n_blocks: how many there are.
    """
    kept = np.flatnonzero((block >= 0) & (block < n_blocks))
    block, weight, above = block[kept], rows.weight[kept], rows.numerator[kept]
    n = sums(block, np.ones(block.size), n_blocks)
    if rows.metric.kind != "quantile":
        parts = [weight * above, weight * rows.denominator[kept]]
        held = np.stack([sums(block, one, n_blocks) for one in parts], axis=1)
        return Blocked(rows.metric, n, held, np.zeros(0))
    edges = _edges(above)
    classes = edges.size - 1
    place = block * classes + np.searchsorted(edges[1:-1], above, side="right")
    held = sums(place, weight, n_blocks * classes).reshape(n_blocks, classes)
    return Blocked(rows.metric, n, held, edges)


def _edges(values: Floats) -> Floats:
    """Return the limits of classes that hold about as many values each."""
    if not values.size:
        return np.zeros(2)
    sample = values[:: max(values.size // _SAMPLE, 1)]
    cuts = np.quantile(sample, np.arange(1, _CLASSES) / _CLASSES)
    found = np.unique(np.concatenate([[values.min()], cuts, [values.max()]]))
    return found if found.size > 1 else found.repeat(2)


def _over(held: Floats, starts: Ints, blocks: int) -> Floats:
    """Return the sums of stretches, one a row."""
    whole = np.concatenate([np.zeros((1, held.shape[1])), held.cumsum(axis=0)])
    found: Floats = whole[starts + blocks] - whole[starts]
    return found
