"""What is known of one column, and is its change large enough to matter?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agentlens.analysis.arms.dimensions import MISSING, OTHER
from agentlens.analysis.drift.columns import Column
from agentlens.stats.arrays import Floats

__all__ = [
    "AUC",
    "AUC_GATE",
    "FEWEST",
    "GATE",
    "POINT",
    "SD",
    "SHARE",
    "UNTESTED",
    "Answer",
    "label_of",
    "size_of",
]

FEWEST = 20
"""Rows of each period without which a column is not compared."""
SD, SHARE, POINT, AUC = "Wasserstein-1 in sd", "difference of shares", 0.01, "AUC above one half"
GATE, AUC_GATE = 0.1, 0.05
"""Effects that matter: in standard deviations, the arcsine scale for shares; and of an AUC.

A tenth of a standard deviation is half of what is commonly called small: two such histograms cannot
be told apart by eye. On the arcsine scale a share has about one standard deviation wherever it
lies, and a tenth of it is 50% to 55%, 10% to 13.2%, 2% to 3.6%; below one point it never matters.
"""
UNTESTED: dict[str, Any] = dict.fromkeys(
    ("effect", "low", "high", "ranks", "jsd", "psi", "psi_null", "p"), np.nan
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What is found of a column.

    Attributes:
        column: that was compared.
        row: of the frame.
        share: of each code in the baseline and in the current period.
        mover: the category whose share moved most, or 1 for a flag.
        n: rows of the baseline and of the current period.
    """

    column: Column
    row: dict[str, Any]
    share: Floats
    mover: int
    n: tuple[int, int]


def size_of(answer: Answer) -> float:
    """Return how many times what matters the effect is; 0 for a share that moved below a point."""
    effect = abs(float(answer.row["effect"]))
    if answer.row["effect_of"] == SHARE and answer.share.size:
        one, other = np.arcsin(np.sqrt(np.clip(answer.share[:, answer.mover], 0.0, 1.0)))
        return float(2 * abs(other - one) / GATE) if effect >= POINT else 0.0
    return effect / (AUC_GATE if answer.row["effect_of"] == AUC else GATE)


def label_of(column: Column, code: int) -> str:
    """Return the name of a category as it is said."""
    name = column.labels[code]
    return {MISSING: "missing", OTHER: "rare values"}.get(name, name)
