"""How narrow is the rate with the labels that there are so far?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.scoring.labels.planning.draw import FLOOR
from agentlens.scoring.labels.planning.expect import HALVES
from agentlens.scoring.labels.planning.words import points
from agentlens.stats.corrected.allocation import expected_width, labels_for_width

__all__ = ["standing"]


def standing(cells: pd.DataFrame, queue: pd.DataFrame, labels: pd.DataFrame) -> str:
    """Return a sentence on the labels of the test split; it says nothing of what they say.

    Args:
        cells: of the plan.
        queue: of the plan.
        labels: the rows of the scores so far.
    """
    sizes = np.rint(cells["share"] * cells["traces"].sum()).astype("int64").to_numpy()
    guess = cells["guess"].to_numpy(dtype=np.float64)
    queued = _test(queue[queue["repeat"] == 1], cells)
    given = labels[labels["value"].notna() & labels["blind"] & (labels["repeat"] == 1)]
    new = _test(given.drop_duplicates(["trace_id", "span_id"]), cells)
    there = cells["test"].to_numpy(dtype=np.int64) - queued + new
    half = expected_width(sizes, guess, there) / 2
    n = int(there.sum())
    now = f"{points(half)} now, from {text.plural(n, 'test label')}"
    for goal in sorted(HALVES, reverse=True):
        needed = labels_for_width(sizes, guess, goal, FLOOR)
        if goal < half and needed is not None and needed > n:
            return f"{now}; {text.count(needed - n)} more for {points(goal)}."
    return f"{now}."


def _test(rows: pd.DataFrame, cells: pd.DataFrame) -> np.ndarray:
    """Return the rows of the test split in each cell."""
    counts = rows.loc[rows["split"] == "test", "stratum"].value_counts()
    return counts.reindex(cells["cell"]).fillna(0).to_numpy(dtype=np.int64)
