"""Which numbers stand in the table of a comparison of judges?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.judges.compare.contest import ALL, DIFFER, Contest
from agentlens.analysis.judges.compare.pair import FEWEST
from agentlens.stats.agreement.paired import Apart

__all__ = ["behind", "frame_of"]


def frame_of(found: Sequence[Contest], level: float) -> pd.DataFrame:
    """Return one row for each accuracy and each way to estimate a difference."""
    rows: list[dict[str, object]] = []
    for place, one in enumerate(found):
        sides = ("first", "second") if place == 0 else ("second",)
        for side in sides:
            name = one.names[0] if side == "first" else one.names[1]
            value, low, high, n = (
                (np.nan, np.nan, np.nan, 0) if one.pair is None else one.pair.accuracy(side, level)
            )
            if n < FEWEST:
                value = low = high = np.nan
            rows.append(
                {"what": "agreement", "judge": name, "value": value, "low": low, "high": high,
                 "n": n, "p": np.nan}
            )  # fmt: skip
    for one in found:
        for way in (ALL, DIFFER):
            apart = one.ways.get(way, Apart(np.nan, np.nan, np.nan, np.nan))
            rows.append(
                {"what": f"difference, {way}", "judge": " minus ".join(one.names),
                 "value": apart.value, "low": apart.low, "high": apart.high,
                 "n": behind(one, way), "p": apart.p}
            )  # fmt: skip
    return pd.DataFrame(rows)


def behind(one: Contest, way: str) -> int:
    """Return how many labels an estimate rests on."""
    if one.pair is None:
        return 0
    if way == ALL:
        return len(one.pair.uniform)
    return int(one.pair.cells()["labels"][1:3].sum())
