"""How often is a judge right in either period, as people's labels tell?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.measures.rows import Rows
from agentlens.scoring.reading.labels import labels_of as resolved
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log

__all__ = ["LEAST", "Labels", "Rates", "error_rates", "labels_of"]

LEAST = 5
"""Labels of each verdict in each period without which nothing is said of the judge."""

_DRAWS = 4000
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Labels:
    """What people say of judged rows.

    Attributes:
        value: 1 where a person lets it pass, 0 where not, missing without a label.
        weight: of the label: one over the probability with which the row was judged and labelled.
        unusable: labels of unknown probability, which say nothing of all traffic.
        counts: labels by period (baseline first) and verdict (fail first).
    """

    value: Floats
    weight: Floats
    unusable: int
    counts: Ints

    @property
    def known(self) -> Flags:
        """Which rows have a label that can be used."""
        return ~np.isnan(self.value)


@dataclass(frozen=True, eq=False)
class Rates:
    """Draws of the judge's error rates, and of the true rate, one line a period."""

    sensitivity: Floats
    specificity: Floats
    true: Floats

    @property
    def effect(self) -> Floats:
        """Draws of what the changed error rates alone do to the observed rate."""
        true = self.true.mean(axis=0)
        caught, refused = np.diff(self.sensitivity, axis=0)[0], np.diff(self.specificity, axis=0)[0]
        moved: Floats = true * caught - (1 - true) * refused
        return moved


def labels_of(log: Log, rows: Rows, arm: Ints, name: str) -> Labels:
    """Return the labels of rows that a judge scored.

    Args:
        log: with the labels among its scores.
        rows: of the judge's score.
        arm: of each row: 1 current, 0 baseline, -1 neither.
        name: of the score.
    """
    found = resolved(log, name).frame.drop_duplicates("trace_id").set_index("trace_id")
    own = found.reindex(pd.Index(rows.ids.iloc[rows.positions]))
    value: Floats = own["y"].to_numpy(dtype=np.float64, na_value=np.nan)
    chance: Floats = own["p"].to_numpy(dtype=np.float64, na_value=np.nan)
    binary = np.isin(value, [0.0, 1.0])
    usable = binary & (chance > 0) & (arm >= 0)
    verdict = (rows.numerator[usable] >= _HALF).astype(np.int64)
    counts = np.bincount(arm[usable] * 2 + verdict, minlength=4).reshape(2, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(usable, rows.weight / chance, np.nan)
    lost = int((binary & (arm >= 0) & ~usable).sum())
    return Labels(np.where(usable, value, np.nan), weight, lost, counts.astype(np.int64))


def error_rates(rows: Rows, arm: Ints, labels: Labels, seed: int) -> Rates:
    """Return draws of sensitivity and specificity: from labels within each verdict, and all verdicts.

    What people say is drawn within each verdict (Beta, Jeffreys), how common the verdicts are from
    all judged rows; the two give the error rates (Begg and Greenes), so that labels may have been
    drawn by verdict.

    Args:
        rows: of the judge's score.
        arm: of each row.
        labels: of the same rows.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    lines = []
    for period in (0, 1):
        inside = arm == period
        passes = _drawn(rng, rows.numerator, rows.weight, rows.cluster, inside)
        judged = rows.numerator >= _HALF
        agreed = [
            _drawn(rng, labels.value, labels.weight, rows.cluster, inside & labels.known & verdict)
            for verdict in (judged, ~judged)
        ]
        hit, missed = passes * agreed[0], (1 - passes) * agreed[1]
        false, right = passes * (1 - agreed[0]), (1 - passes) * (1 - agreed[1])
        lines.append((hit / (hit + missed), right / (right + false), hit + missed))
    sensitivity, specificity, true = (np.stack(each) for each in zip(*lines, strict=True))
    return Rates(sensitivity, specificity, true)


def _drawn(
    rng: np.random.Generator, value: Floats, weight: Floats, cluster: Ints, inside: Flags
) -> Floats:
    """Return draws of a weighted rate; rows of one user count as one."""
    y, w = value[inside], weight[inside]
    if not y.size:
        return rng.beta(_HALF, _HALF, _DRAWS)
    each = np.unique(cluster[inside]).size / y.size
    n = float(w.sum() ** 2 / (w**2).sum()) * each
    rate = float((w * y).sum() / w.sum())
    return rng.beta(rate * n + _HALF, (1 - rate) * n + _HALF, _DRAWS)
