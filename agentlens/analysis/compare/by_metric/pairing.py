"""Which trace of one arm answers the same input as which trace of the other?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import CURRENT
from agentlens.analysis.compare.arms import Arms
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.trials.contrast import Sample, contrast
from agentlens.stats.trials.pairs import Typical, by_cluster, mcnemar, typical_difference

__all__ = ["Paired", "paired"]

_FEWEST_CLUSTERS, _ARMS = 20, 2


@dataclass(frozen=True, eq=False)
class Paired:
    """Pairs of one key each: first their current rows, then their baseline rows.

    Attributes:
        sample: a row for each side of each pair; both sides share their cluster.
        time: when both sides of each pair had begun.
        n: how many pairs there are.
        notes: sentences on what found no partner.
        unpaired: all rows, as they lie.
    """

    sample: Sample
    time: Ints
    n: int
    notes: tuple[str, ...]
    unpaired: Sample

    @property
    def differences(self) -> Floats:
        """Current less baseline of each pair."""
        return self.sample.above[: self.n] - self.sample.above[self.n :]

    @property
    def cluster(self) -> Ints:
        """The cluster of each pair."""
        return self.sample.cluster[: self.n]

    def exact_p(self, metric: Metric) -> float | None:
        """Return McNemar's p where every pair stands alone and says yes or no; else None."""
        alone = np.unique(self.cluster).size == self.n
        plain = bool(np.isin(self.sample.above, (0.0, 1.0)).all())
        even = bool((self.sample.weight == self.sample.weight[0]).all())
        if metric.kind != "rate" or not (alone and plain and even):
            return None
        moved = self.differences
        return mcnemar(int((moved > 0).sum()), int((moved < 0).sum()))

    def typical(self, metric: Metric, level: float) -> Typical | None:
        """Return the typical difference of a pair, for numbers."""
        if metric.kind not in {"mean", "quantile"}:
            return None
        return typical_difference(by_cluster(self.differences, self.cluster), level)

    def raw(self, metric: Metric) -> float:
        """Return the difference of all rows, partners or not."""
        if metric.kind == "count" or np.unique(self.unpaired.arm).size < _ARMS:
            return float("nan")
        return contrast(self.unpaired, metric.kind, q=metric.q or 0.5).value


def paired(arms: Arms, rows: Rows, inside: Flags, pair: str) -> Paired:
    """Return the pairs of rows that share a key; several rows of one key and arm are averaged.

    Args:
        arms: what is compared.
        rows: of the metric.
        inside: which of them lie in an arm.
        pair: the trace column whose values match.
    """
    keys = pd.factorize(arms.log.traces[pair].astype(object).map(str, na_action="ignore"))[0]
    key = keys[rows.positions[inside]]
    arm = (arms.of(rows)[inside] == CURRENT).astype(np.int64)
    one = _Side(key, arm, rows, inside)
    n_keys = int(keys.max(initial=-1)) + 1
    counts = [np.bincount(key[(key >= 0) & (arm == side)], minlength=n_keys) for side in (1, 0)]
    both = np.flatnonzero((counts[0] > 0) & (counts[1] > 0))
    sides = [one.means(side, both, n_keys) for side in (1, 0)]
    cluster = _clusters(sides)
    weight = (sides[0].weight + sides[1].weight) / 2
    n = both.size
    sample = Sample(
        arm=np.repeat(np.array([1, 0]), n),
        cell=np.zeros(2 * n, dtype=np.int64),
        cluster=np.tile(cluster, 2),
        weight=np.tile(weight, 2),
        above=np.concatenate([side.above for side in sides]),
        below=np.concatenate([side.below for side in sides]),
    )
    time = np.maximum(sides[0].time, sides[1].time)
    return Paired(sample, time, n, tuple(_notes(pair, counts, both, key, rows)), one.whole())


@dataclass(frozen=True, eq=False)
class _Means:
    above: Floats
    below: Floats
    weight: Floats
    time: Ints
    cluster: Ints


@dataclass(frozen=True, eq=False)
class _Side:
    key: Ints
    arm: Ints
    rows: Rows
    inside: Flags

    def means(self, side: int, both: Ints, n_keys: int) -> _Means:
        """Return the means of one arm by key, of the keys that both arms have."""
        mine = (self.arm == side) & (self.key >= 0)
        key, rows = self.key[mine], self.rows
        weight = rows.weight[self.inside][mine]
        total = sums(key, weight, n_keys)[both]
        above, below = (
            sums(key, weight * values[self.inside][mine], n_keys)[both] / total
            for values in (rows.numerator, rows.denominator)
        )
        many = np.bincount(key, minlength=n_keys)[both]
        last = np.zeros(n_keys, dtype=np.int64)
        np.maximum.at(last, key, rows.time[self.inside][mine])
        first = np.zeros(n_keys, dtype=np.int64)
        first[key[::-1]] = rows.cluster[self.inside][mine][::-1]
        return _Means(above, below, total / many, last[both], first[both])

    def whole(self) -> Sample:
        inside, rows = self.inside, self.rows
        return Sample(
            arm=self.arm,
            cell=np.zeros(self.arm.size, dtype=np.int64),
            cluster=rows.cluster[inside],
            weight=rows.weight[inside],
            above=rows.numerator[inside],
            below=rows.denominator[inside],
        )


def _clusters(sides: list[_Means]) -> Ints:
    """Return the cluster of each pair: that of the arm with fewer, unless one replays for all."""
    fewer = sorted(sides, key=lambda side: np.unique(side.cluster).size)
    real = np.unique(fewer[0].cluster).size >= min(_FEWEST_CLUSTERS, fewer[1].cluster.size)
    return fewer[0].cluster if real else fewer[1].cluster


def _notes(pair: str, counts: list[Ints], both: Ints, key: Ints, rows: Rows) -> list[str]:
    alone = [int((one > 0).sum()) - both.size for one in counts]
    partners = (
        f"{text.plural(both.size, 'pair')} by {pair}; without a partner and left out: {alone[0]:,}"
        f" of the current arm, {alone[1]:,} of the baseline."
    )
    said = [partners]
    again = int(sum((one[both] > 1).sum() for one in counts))
    if again:
        said.append(f"{text.plural(again, 'key')} came more than once in an arm: averaged.")
    lost = int((key < 0).sum())
    if lost:
        said.append(f"{text.plural(lost, 'row')} without {pair} left out.")
    return [*rows.notes, *said]


def refused(pair: str | None, adjust: object) -> None:
    """Refuse to adjust pairs, which are alike already."""
    if pair is not None and adjust:
        message = (
            f"pair={pair!r} holds like against like; adjust= has nothing left to do. Drop one."
        )
        raise BadInputError(message)
