"""Which rows stand behind the charts of a watch?"""

import numpy as np
import pandas as pd

from agentlens.analysis.judges.watch.attribute import Seen
from agentlens.analysis.judges.watch.fresh import RICH
from agentlens.analysis.judges.watch.runs import Watching
from agentlens.stats.agreement.anchors import AGREEMENT_LIMIT, BASELINE_RUNS, PASS_LIMIT
from agentlens.stats.arrays import Floats

__all__ = ["ANCHORS", "FRESH", "PASSES", "frame_of"]

ANCHORS, PASSES, FRESH = "anchors: agreement", "anchors: pass rate", "fresh labels"
_NAMES = ("chart", "step", "time", "value", "distance", "limit", "alarm")


def frame_of(seen: Seen) -> pd.DataFrame:
    """Return a row for each run on each anchor chart, and for each fresh label."""
    parts = []
    if seen.runs is not None and seen.runs.runs:
        agrees = (seen.runs.verdicts == seen.runs.right).mean(axis=1)
        passed = (seen.runs.verdicts == 1).mean(axis=1)
        charts = (seen.runs.agreement, seen.runs.passes)
        held = [np.zeros(0) if one is None else one.distance for one in charts]
        parts = [
            _anchored(ANCHORS, seen.runs, agrees, held[0], AGREEMENT_LIMIT),
            _anchored(PASSES, seen.runs, passed, held[1], PASS_LIMIT),
        ]
    rows = seen.fresh.rows
    if len(rows):
        n = np.arange(1, len(rows) + 1)
        agrees = np.cumsum(rows["agrees"].to_numpy(np.float64)) / n
        parts.append(
            pd.DataFrame(
                {
                    "chart": FRESH,
                    "step": n,
                    "time": rows["time"],
                    "value": agrees,
                    "distance": seen.fresh.wealth,
                    "limit": RICH,
                    "alarm": seen.fresh.wealth >= RICH,
                }
            )
        )
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in _NAMES})
    return pd.concat(parts, ignore_index=True)


def _anchored(
    name: str, runs: Watching, value: Floats, distance: Floats, limit: float
) -> pd.DataFrame:
    whole = np.concatenate([np.full(min(runs.runs, BASELINE_RUNS), np.nan), distance])
    far = np.nan_to_num(whole if name == ANCHORS else np.abs(whole), nan=0.0)
    return pd.DataFrame(
        {
            "chart": name,
            "step": np.arange(1, runs.runs + 1),
            "time": runs.times.to_numpy(),
            "value": value,
            "distance": whole,
            "limit": limit,
            "alarm": far > limit,
        }
    ).assign(time=runs.times.reset_index(drop=True))
