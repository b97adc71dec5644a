"""What do all metrics together say: ship, hold, roll back, or not yet?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.compare.by_metric.outcome import Outcome
from agentlens.stats.arrays import Floats
from agentlens.stats.multiple import holm
from agentlens.theme import Band

__all__ = ["Decision", "Whole", "frame_of", "whole_of"]

Whole = Literal["ship", "hold", "roll back", "undecided", "unknown"]
_BANDS: dict[Whole, Band] = {
    "ship": "pass",
    "hold": "watch",
    "undecided": "watch",
    "roll back": "act",
    "unknown": "unknown",
}


@dataclass(frozen=True, eq=False)
class Decision:
    """The verdict for the whole, and the p of each metric with all of them paid for."""

    verdict: Whole
    holm: Floats

    @property
    def band(self) -> Band:
        """How urgent it is."""
        return _BANDS[self.verdict]


def whole_of(outcomes: Sequence[Outcome], level: float) -> Decision:
    """Return one verdict for all metrics that have a good direction.

    Roll back if one is worse and stays so when all are paid for (Holm); hold if one is worse on its
    own only; ship if every one is better or no worse; else undecided.

    Args:
        outcomes: of each metric.
        level: of the intervals; the whole is called falsely as rarely.
    """
    p = np.array([one.p if one.guarded else np.nan for one in outcomes])
    paid = holm(p)
    guarded = [(one, float(q)) for one, q in zip(outcomes, paid, strict=True) if one.guarded]
    verdicts = [one.verdict for one, _ in guarded]
    if not guarded or all(one == "unknown" for one in verdicts):
        return Decision("unknown", paid)
    if any(one.verdict == "worse" and q <= 1 - level for one, q in guarded):
        return Decision("roll back", paid)
    if "worse" in verdicts:
        return Decision("hold", paid)
    settled = all(one in {"better", "no worse"} for one in verdicts)
    return Decision("ship" if settled else "undecided", paid)


def frame_of(outcomes: Sequence[Outcome], decision: Decision) -> pd.DataFrame:
    """Return a row for each metric."""
    rows = []
    for one, paid in zip(outcomes, decision.holm.tolist(), strict=True):
        current, baseline, apart, low, high = one.value
        typical = one.typical
        rows.append(
            {
                "metric": one.metric.name,
                "verdict": one.verdict,
                "n": one.n,
                "n_baseline": one.n_baseline,
                "current": current,
                "baseline": baseline,
                "difference": apart,
                "low": low,
                "high": high,
                "adjusted": ", ".join(one.columns),
                "raw": one.raw,
                "p": one.p,
                "p_holm": paid,
                "margin": one.margin,
                "required_n": one.required_n,
                "days": one.days,
                "better": one.metric.better,
                "unit": one.unit,
                "compared": one.scale,
                "typical": np.nan if typical is None else typical.value,
                "typical_low": np.nan if typical is None else typical.low,
                "typical_high": np.nan if typical is None else typical.high,
                "signed_rank_p": np.nan if typical is None else typical.p,
            }
        )
    frame = pd.DataFrame(rows)
    counts = ["required_n", "days"]
    frame[counts] = frame[counts].replace(np.inf, np.nan)
    return frame
