"""Which tidy rows stand behind the scorecard: one for each promise and window?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.slos.burn import proved
from agentlens.analysis.slos.slo import promise
from agentlens.analysis.slos.standing import Standing
from agentlens.stats.arrays import Floats

__all__ = ["frame_of"]

_ORDER = [
    "slo",
    "kind",
    "metric",
    "unit",
    "band",
    "why",
    "window",
    "since",
    "reached",
    "whole",
    "n",
    "n_eff",
    "bad",
    "share",
    "low",
    "high",
    "allowed",
    "budget",
    "burn",
    "burn_low",
    "burn_high",
    "bound",
    "threshold",
    "state",
    "value",
    "value_low",
    "value_high",
    "objective",
    "promise",
]


def frame_of(standings: Sequence[Standing]) -> pd.DataFrame:
    """Return a row for the window of each promise, then one for each shorter window of it.

    `state` says in one word how a window burns: none (no rows, or no budget), calm, over (faster
    than allowed, not proved), proved (faster than allowed, by its exact bound), fast (beyond its
    threshold, by its exact bound).
    """
    tables = [one.table for one in standings]
    sizes = [len(table) for table in tables]
    burns = pd.concat(tables, ignore_index=True)
    threshold = np.concatenate([_thresholds(one) for one in standings])
    state = np.select(
        [burns["burn"].isna(), proved(burns, threshold), proved(burns, 1.0), burns["burn"] > 1],
        ["none", "fast", "proved", "over"],
        "calm",
    )
    said = pd.DataFrame([_said(one) for one in standings]).loc[
        np.repeat(np.arange(len(sizes)), sizes)
    ]
    window = {
        "threshold": threshold,
        "state": state,
        "whole": np.concatenate([np.arange(size) == 0 for size in sizes]),
    }
    parts = [said.reset_index(drop=True), burns, pd.DataFrame(window)]
    return pd.concat(parts, axis=1)[_ORDER]


def _thresholds(standing: Standing) -> Floats:
    """Return the burn rate beyond which each window counts: its pace as the long one of a pair."""
    if np.isnan(standing.allowed):
        return np.array([np.nan])
    paces = {pair.long: pair.pace for pair in standing.pairs}
    return np.array([paces.get(name, 1.0) for name in standing.table["window"]])


def _said(standing: Standing) -> dict[str, object]:
    """Return what is the same in each row of a promise."""
    slo, metric = standing.slo, standing.metric
    return {
        "slo": slo.name,
        "kind": slo.kind,
        "metric": metric.name,
        "unit": metric.unit,
        "band": standing.band,
        "why": standing.why,
        "allowed": standing.allowed,
        "objective": slo.objective,
        "promise": promise(slo, metric),
    }
