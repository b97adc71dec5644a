"""Where may the edges of the bands lie, what falls between them, and what is certified there?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agentlens import text
from agentlens.analysis.calibrate.bands_sides import Sides, sides_of
from agentlens.analysis.calibrate.bands_words import headline
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.stats.agreement.bands import Certified, fewest, grid
from agentlens.stats.agreement.workload import Loads, apart, loads
from agentlens.stats.arrays import Floats
from agentlens.widgets.calibrated.material import Material

__all__ = ["Edges", "Promise", "certified", "edges_of", "told_sides"]

_NOWHERE = -1


@dataclass(frozen=True)
class Promise:
    """The errors allowed in the outer bands, and the chance that either is broken."""

    auto_pass_error: float = 0.05
    page_error: float = 0.10
    delta: float = 0.10


@dataclass(frozen=True, eq=False)
class Edges:
    """The traffic by where edges may lie.

    Attributes:
        steps: where an edge may lie: the candidates of `bands`.
        at: weight of the traffic at each.
        past: weight beyond it, up to the next.
        none: weight without a score.
        days: length of the window.
    """

    steps: Floats
    at: Floats
    past: Floats
    none: float
    days: float

    def loads(self, above: int, below: int) -> Loads:
        """Return the load of each band with its edges there; -1 for no such band."""
        return loads(self.at, self.past, none=self.none, days=self.days, above=above, below=below)


def edges_of(cal: Calibration) -> Edges:
    """Return where the edges of the bands may lie; no label has a part in it."""
    judged = cal.judged
    known = judged[judged["score"].notna() & judged["g"].notna()]
    score, g = known["score"].to_numpy(np.float64), known["g"].to_numpy(np.float64)
    steps = grid(score)
    at, past = apart(score, g, steps)
    none = float(judged["g"].fillna(0.0)[judged["score"].isna()].sum())
    length = (judged["start"].max() - judged["start"].min()).total_seconds() if len(judged) else 0.0
    return Edges(steps, at, past, none, max(length / 86400, 1.0))


def certified(cal: Calibration, material: Material, promise: Promise, *, covered: bool) -> Sides:
    """Return what the labels certify at each edge.

    Args:
        cal: the calibration.
        material: which labels may be looked at.
        promise: the errors allowed.
        covered: by the labels that measure, as `bands` does; else by those that choose.
    """
    labelled = cal.labelled
    if not covered and material.mode != "same":
        labelled = labelled[labelled["split"] == "dev"].assign(split="test")
    errors = (promise.auto_pass_error, promise.page_error)
    return sides_of(labelled, cal.judged, errors, promise.delta)


def told_sides(found: Sides) -> dict[str, Any]:
    """Return, by side and edge, labels, wrong ones and the bound in words; and where each ends."""
    errors, tail = found.errors, found.delta / 2
    above = _told(found.above, fewest(errors[0], tail))[::-1]
    below = _told(found.below, fewest(errors[1], tail))
    return {
        "above": above,
        "below": below,
        "last": {
            "above": _place(above, found.above.steps[::-1], found.above.threshold),
            "below": _place(below, found.below.steps, found.below.threshold),
        },
        "headline": headline(found),
    }


def _told(side: Certified, needed: int) -> list[dict[str, object]]:
    rows = zip(side.inside, side.wrong, side.bound, side.accepted, strict=True)
    return [
        {
            "labels": text.count(n),
            "wrong": text.count(wrong),
            "bound": text.share(float(bound)),
            "holds": bool(accepted),
            "why": "" if accepted or n >= needed else f"{needed} without an error are the minimum",
        }
        for n, wrong, bound, accepted in rows
    ]


def _place(told: list[dict[str, object]], steps: Floats, threshold: float) -> int:
    if np.isnan(threshold) or not told:
        return _NOWHERE
    return int(np.argmin(np.abs(steps - threshold)))
