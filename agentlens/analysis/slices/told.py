"""What are the numbers of the slices that were found?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.slices.found import Found, FoundSlice
from agentlens.measures.estimate import estimate
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.difference import difference
from agentlens.stats.slicing.selected import after_search

__all__ = ["EVERYTHING", "found_frame"]

EVERYTHING = "all rows"
_OUTSIDE, _INSIDE = 0, 2
_OWN = [
    "slice",
    "depth",
    "n",
    "n_baseline",
    "value",
    "baseline",
    "change",
    "low",
    "high",
    "excess",
    "p",
    "q",
    "support",
    "share",
]


def found_frame(
    rows: Rows,
    arm: Ints,
    found: Found,
    dims: list[Dimension],
    *,
    level: float,
    alpha: float,
) -> pd.DataFrame:
    """Return all rows together, then a row a slice.

    The interval of a slice allows for the search: that the slice is listed at all says that its
    change was among the largest seen.

    Args:
        rows: what the metric counts.
        arm: of each row.
        found: the slices.
        dims: the columns that were searched.
        level: how often the intervals of all slices must hold the truth together.
        alpha: the chance of a false slice at which was searched.
    """
    each = 1 - (1 - level) / max(len(found.slices), 1)
    whole: dict[str, Any] = {
        "slice": EVERYTHING,
        "depth": 0,
        **_compared(rows, arm, np.ones(arm.size, dtype=np.bool_), level),
        "excess": 0.0,
        "support": 1.0,
        "share": 1.0,
    }
    # What part of nothing a slice explains cannot be said.
    moved = whole["low"] > 0 or whole["high"] < 0
    total = found.total if moved else np.nan
    table = [whole, *(_row(rows, arm, one, each, alpha, total) for one in found.slices)]
    frame = pd.DataFrame(table)[_OWN]
    told = [one.values for one in found.slices]  # noqa: PD011 - no frame
    used = {name for one in told for name in one}
    for one in dims:
        if one.name in used:
            column = one.name if one.name not in _OWN else f"{one.name}_"
            frame[column] = ["any", *(values.get(one.name, "any") for values in told)]
    return frame


def _row(
    rows: Rows, arm: Ints, one: FoundSlice, level: float, alpha: float, total: float
) -> dict[str, object]:
    confirmed = one.confirmed
    told = confirmed.contrast
    now = arm == CURRENT
    held = rows.weight * rows.denominator
    support = float(held[now & one.within].sum() / held[now].sum())
    row = _compared(rows, arm, one.within, level)
    z, usual = told.excess / told.error, float(ndtri(0.5 + level / 2))
    least = -float(ndtri(alpha / 2 / confirmed.looks))
    low, high = after_search(z, least, confirmed.looks, level)
    row["low"] -= (row["change"] - row["low"]) * ((z - low) / usual - 1)
    row["high"] += (row["high"] - row["change"]) * ((high - z) / usual - 1)
    return {
        **row,
        "slice": one.name,
        "depth": len(one.place),
        "excess": told.excess,
        "p": 2 * told.p,
        "q": confirmed.p,
        "support": support,
        "share": support * told.change / total,
    }


def _compared(rows: Rows, arm: Ints, within: Flags, level: float) -> dict[str, float]:
    """Return both values of a part of the rows, and the change with its interval."""
    use = arm >= BASELINE
    group = np.where(within[use], _INSIDE, _OUTSIDE) + arm[use]
    told = estimate(rows.only(use), group.astype(np.int64), 4, level).iloc[_INSIDE:]
    before, now = (_three(told, at) for at in (BASELINE, CURRENT))
    found = difference(now, before, level)
    n_before, n = told["n"].tolist()
    return {
        "n": n,
        "n_baseline": n_before,
        "value": float(now[0][0]),
        "baseline": float(before[0][0]),
        "change": float(found.value[0]),
        "low": float(found.low[0]),
        "high": float(found.high[0]),
        "p": float(found.p[0]),
        "q": float(found.p[0]),
    }


def _three(told: pd.DataFrame, at: int) -> tuple[Floats, Floats, Floats]:
    value, low, high = (told[name].to_numpy()[at : at + 1] for name in ("value", "low", "high"))
    return value, low, high
