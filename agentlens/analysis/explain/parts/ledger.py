"""How do the pieces of a change become a table with intervals?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from agentlens.analysis.explain.judge.change import JudgeChange
from agentlens.analysis.explain.parts.clock import hours
from agentlens.analysis.explain.parts.ground import Ground, Piece, added
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.parts.disturbance import in_common
from agentlens.stats.parts.spread import joined, spread

__all__ = ["ledger", "with_judge"]

_KINDS = ("sampling", "judge", "mix", "remainder", "rate", "interaction")


def ledger(
    pieces: Sequence[Piece],
    change: Piece,
    sampled: Sequence[Piece],
    ground: Ground,
    group: Ints,
    rows: Rows,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Return the parts, the totals by kind, and the degrees of freedom of their intervals.

    Args:
        pieces: that add up to the change.
        change: of the weighted metric.
        sampled: what weights change, to be added to it.
        ground: rows of both periods.
        group: of each row, within which its number is expected to be alike.
        rows: the same rows, for their clusters and times.
        level: how often the intervals must hold the truth.
    """
    kinds = [kind for kind in _KINDS if any(one.kind == kind for one in pieces)]
    every = [
        *pieces,
        *(added([one for one in pieces if one.kind == kind], kind) for kind in kinds),
        added([change, *sampled], "change"),
    ]
    own, df = joined(rows.cluster, ground.arm)
    hour = hours(rows)
    common = in_common(_residual(ground, group), ground.weight, ground.arm, hour, own)
    n_hours = int(hour.max()) + 1
    pull = np.stack([sums(hour, one.pull, n_hours) for one in every], axis=1)
    value = np.array([one.value for one in every])
    seen = spread(value, np.stack([one.adds for one in every]), own, df, pull, common, level)
    table = pd.DataFrame(
        {
            "name": [one.name for one in every],
            "kind": [one.kind for one in every],
            "value": value,
            "low": seen.low,
            "high": seen.high,
            "error": seen.error,
            "p": seen.p,
        }
    )
    parts = table.iloc[: len(pieces)].reset_index(drop=True)
    return parts, table.iloc[len(pieces) :].set_index("kind").drop(columns="name"), df


def with_judge(
    parts: pd.DataFrame, totals: pd.DataFrame, judge: JudgeChange, df: float, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table with the judge's part taken out of the rate.

    What the judge does, it does in every slice; how much in which one nobody knows, so that the
    rate becomes one part.
    """
    own = {"value": judge.value, "low": judge.low, "high": judge.high, "error": judge.error}
    rate = totals.to_dict("index")["rate"]
    value = float(rate["value"]) - judge.value
    error = float(np.hypot(float(rate["error"]), judge.error))
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    p = float(2 * stdtr(df, -abs(value) / error)) if error > 0 else 1.0
    left = {"value": value, "low": value - half, "high": value + half, "error": error, "p": p}
    rows = [
        {"name": "judge", "kind": "judge", **own, "p": judge.p},
        {"name": "in all kinds of traffic, the judge apart", "kind": "rate", **left},
    ]
    others = parts[parts["kind"] != "rate"]
    lines = pd.concat([pd.DataFrame(rows[:1]), others, pd.DataFrame(rows[1:])], ignore_index=True)
    sums_ = totals.copy()
    sums_.loc["judge"] = pd.Series({**own, "p": judge.p})
    sums_.loc["rate"] = pd.Series(left)
    return lines, sums_


def _residual(ground: Ground, group: Ints) -> Floats:
    """Return each row's distance from the mean of its period and group; -1 is one group, too."""
    both = ground.arm * (int(group.max(initial=0)) + 2) + group + 1
    k = int(both.max()) + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums(both, ground.weight * ground.y, k) / sums(both, ground.weight, k)
    residual: Floats = ground.y - mean[both]
    return residual
