"""Does a score, or a confidence, mean what it says?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.result import Fact
from agentlens.stats.agreement.confidence import (
    brier,
    calibration_error,
    isotonic,
    reliability,
)

__all__ = ["Confidence", "confidence_of"]

_FEWEST = 100
_COLUMNS = ("said", "right", "low", "high", "n")


@dataclass(frozen=True, eq=False)
class Confidence:
    """How well scores match the share that people pass.

    Attributes:
        bins: said, right, low, high and n, in at most five bins of equal count.
        facts: Brier score and calibration error, before and after the best rising map.
        note: what may be done with the scores.
    """

    bins: pd.DataFrame
    facts: dict[str, Fact]
    note: str


def confidence_of(choosing: pd.DataFrame, measuring: pd.DataFrame) -> Confidence:
    """Return what the scores are worth as probabilities of a pass.

    Args:
        choosing: labels on which a map from scores to probabilities is fitted.
        measuring: other labels, on which all is measured; where there are none, nothing is mapped.
    """
    rows = measuring if len(measuring) else choosing
    score, y = (rows[name].to_numpy(np.float64) for name in ("score", "y"))
    empty = pd.DataFrame({name: pd.Series(dtype="float64") for name in _COLUMNS})
    n = len(choosing) + len(measuring)
    if n < _FEWEST:
        note = f"With {text.plural(n, 'label')} the score is used only for ordering."
        return Confidence(empty, {}, note)
    if score.min() < 0 or score.max() > 1:
        return Confidence(empty, {}, "The score is no probability; it is used only for ordering.")
    found = reliability(score, y)
    told = {
        "Brier score": Fact(value=brier(score, y), n=len(rows)),
        f"calibration error, {found.n.size} bins": Fact(value=calibration_error(found)),
    }
    if len(measuring):
        known, right = (choosing[name].to_numpy(np.float64) for name in ("score", "y"))
        mapped = isotonic(known, right, score)
        told["Brier score, mapped"] = Fact(value=brier(mapped, y), n=len(rows))
    note = "Confidence is ordinal until its calibration error says otherwise."
    return Confidence(pd.DataFrame(found._asdict())[list(_COLUMNS)], told, note)
