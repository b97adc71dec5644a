"""Which tidy rows stand behind the scorecard: one for each promise and window?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.slos.slo import promise
from agentlens.analysis.slos.standing import Standing

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
    said = pd.DataFrame([_said(one) for one in standings]).loc[
        np.repeat(np.arange(len(sizes)), sizes)
    ]
    whole = np.concatenate([np.arange(size) == 0 for size in sizes])
    return pd.concat([said.reset_index(drop=True), burns.assign(whole=whole)], axis=1)[_ORDER]


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
