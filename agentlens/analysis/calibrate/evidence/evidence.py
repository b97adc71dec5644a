"""Which verdicts and labels, as arrays, does a corrected number rest on?"""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import numpy as np
import pandas as pd

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.corrected.effect import (
    FEWEST,
    design_effect,
    label_influence,
    repeated,
    share_influence,
)
from agentlens.stats.corrected.poststrat import Cells, cells_of

__all__ = ["Evidence", "evidence_of", "seeded"]

_DIGITS = 9
_VERDICTS = (1, 0, -1)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Judged traces and the labels among them that may enter rates, in an order of their contents.

    Rows are sorted by what they say, never by what they are called: so the same evidence gives the
    same digits whatever order or names it came with.

    Attributes:
        verdict: of each judged trace: 1 pass, 0 fail, -1 none.
        weight: how many traces of the traffic each stands for.
        cluster: an integer that traces of one user, or session, share.
        cell: verdict and sampling tier of each, as a place in `kinds`.
        kinds: verdict and tier of each cell that holds a trace.
        label_cell: the cell of each label.
        passed: 1 where a person passed it, else 0.
        label_weight: of each label; labels drawn rarely stand for more.
        label_cluster: as `cluster`.
        uniform: whether a label was drawn from all judged traces alike.
        whole: whether the traces without a label are known, too.
    """

    verdict: Ints
    weight: Floats
    cluster: Ints
    cell: Ints
    kinds: tuple[tuple[int, int], ...]
    label_cell: Ints
    passed: Floats
    label_weight: Floats
    label_cluster: Ints
    uniform: Flags
    whole: bool

    @property
    def verdicts(self) -> Ints:
        """The verdict of each cell."""
        return np.array([verdict for verdict, _ in self.kinds], dtype=np.int64)

    @property
    def label_verdict(self) -> Ints:
        """The judge's verdict on each labelled trace."""
        return self.verdicts[self.label_cell] if self.kinds else np.zeros(0, dtype=np.int64)

    @property
    def n(self) -> int:
        """How many labels stand beside a verdict."""
        return int((self.label_verdict >= 0).sum())

    @cached_property
    def cells(self) -> Cells:
        """Counts of each cell, with what clusters take from them."""
        plain = cells_of(
            (self.cell, self.weight),
            (self.label_cell, self.passed, self.label_weight),
            len(self.kinds),
        )
        moved = label_influence(self.label_cell, self.passed, self.label_weight, plain.share)
        says_pass = (self.verdict == 1).astype(np.float64)
        return replace(
            plain,
            share_effect=design_effect(share_influence(says_pass, self.weight), self.cluster),
            label_effect=design_effect(moved, self.label_cluster),
        )

    @property
    def few_clusters(self) -> int:
        """How many sessions the labels come from, where those are too few; else 0."""
        shared, n = repeated(self.label_cluster)
        return n if shared and n < FEWEST else 0

    @property
    def coverage(self) -> float:
        """The share of traffic on which the judge gave a verdict."""
        return float(self.weight[self.verdict >= 0].sum() / self.weight.sum())

    @property
    def judge_rate(self) -> float:
        """The share of the verdicts, weighted, that pass."""
        has = self.verdict >= 0
        total = float(self.weight[has].sum())
        return float(self.weight[self.verdict == 1].sum()) / total if total else float("nan")

    def quadrant(self) -> tuple[int, int, int, int]:
        """Return how many labels say: both pass, only the person, only the judge, both fail."""
        human = self.passed == 1
        says = self.label_verdict
        both = [
            int((mark & (says == verdict)).sum()) for mark in (human, ~human) for verdict in (1, 0)
        ]
        return both[0], both[1], both[2], both[3]

    def only_uniform(self) -> "Evidence":
        """Return the same with the labels that were drawn from all alike, each counted once."""
        kept = self.uniform
        return replace(
            self,
            label_cell=self.label_cell[kept],
            passed=self.passed[kept],
            label_weight=np.ones(int(kept.sum())),
            label_cluster=self.label_cluster[kept],
            uniform=self.uniform[kept],
        )


def evidence_of(judged: pd.DataFrame, labels: pd.DataFrame, *, whole: bool = True) -> Evidence:
    """Return the evidence in frames of judged and of labelled traces.

    Args:
        judged: verdict, tier, g and cluster of each judged trace.
        labels: y, verdict, tier, g, p, stage and cluster of each label that enters rates.
        whole: whether the judged traces are all there were, and not only the labelled ones.
    """
    verdict, tier, g, cluster = _arrays(judged)
    cell = _cell(verdict, tier)
    kinds = tuple((_VERDICTS[one % 3], one // 3) for one in np.unique(cell).tolist())
    kinds = tuple(sorted(kinds, key=lambda kind: (_VERDICTS.index(kind[0]), kind[1])))
    known = [_VERDICTS.index(one) + 3 * other for one, other in kinds]
    place = np.full(max(known, default=0) + 1, -1, dtype=np.int64)
    place[known] = np.arange(len(known))
    order = np.lexsort((g, place[cell]))
    mine = labels[labels["y"].notna() & labels["g"].notna()]
    of_label, passed = place[_cell(*_arrays(mine)[:2])], mine["y"].to_numpy(np.float64)
    uniform = (mine["stage"] == "uniform").to_numpy(dtype=bool)
    weight = mine["g"].to_numpy(np.float64) / _chances(mine)
    told = np.lexsort((uniform, weight, passed, of_label))
    return Evidence(
        verdict=verdict[order],
        weight=g[order],
        cluster=cluster[order],
        cell=place[cell][order],
        kinds=kinds,
        label_cell=of_label[told],
        passed=passed[told],
        label_weight=weight[told],
        label_cluster=mine["cluster"].to_numpy(np.int64)[told],
        uniform=uniform[told],
        whole=whole,
    )


def seeded(evidence: Evidence, question: str) -> np.random.Generator:
    """Return the draws that belong to this evidence and this question, the same every time."""
    cells = evidence.cells
    effects = np.array([cells.share_effect, cells.label_effect])
    numbers = np.concatenate([cells.judged, cells.weight, cells.labelled, cells.passed, effects])
    told = f"{question};{evidence.kinds};" + ",".join(f"{one:.{_DIGITS}g}" for one in numbers)
    return np.random.default_rng(int.from_bytes(sha256(told.encode()).digest()[:8]))


def _arrays(rows: pd.DataFrame) -> tuple[Ints, Ints, Floats, Ints]:
    """Return verdict, tier, weight and cluster of the rows whose weight is known."""
    g = rows["g"].to_numpy(np.float64)
    kept = ~np.isnan(g)
    verdict, tier, cluster = (
        rows[name].to_numpy(np.int64)[kept] for name in ("verdict", "tier", "cluster")
    )
    return verdict, tier, g[kept], cluster


def _cell(verdict: Ints, tier: Ints) -> Ints:
    """Return one code for verdict and tier: pass, fail and none of the first tier come first."""
    return np.asarray(np.where(verdict == 1, 0, np.where(verdict == 0, 1, 2)) + 3 * tier, np.int64)


def _chances(labels: pd.DataFrame) -> Floats:
    """Return how likely each trace was to be labelled.

    A uniform label whose chance nobody wrote down has that of the others in its cell.
    """
    p = labels["p"].astype("float64")
    usual = p.groupby([labels["verdict"], labels["tier"]]).transform("mean")
    return np.asarray(p.fillna(usual).fillna(1.0), dtype=np.float64)
