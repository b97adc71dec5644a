"""In which order are suspect traces shown, so that one failure does not fill the list?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from agentlens.feedback.triage.trouble import Trouble
from agentlens.tables.log import Log

__all__ = ["groups_of", "in_turn"]

_GRAVE = ("safety flag", "failed check", "error")


def groups_of(log: Log, named: pd.Series, by: Sequence[str]) -> pd.Series:
    """Return a number for each trace named: its pattern, within each value of the columns given.

    Args:
        log: the traces.
        named: the patterns of some, by their places.
        by: columns whose values are kept apart, too.
    """
    held = named.astype(object).to_frame("pattern")
    for place, name in enumerate(by):
        held[f"by{place}"] = log.traces[name].iloc[named.index].to_numpy(dtype=object)
    return held.groupby(list(held.columns), sort=False, dropna=False).ngroup()


def in_turn(
    log: Log,
    found: Sequence[Trouble],
    points: NDArray[np.int64],
    group: pd.Series,
    seed: int,
) -> NDArray[np.int64]:
    """Return the rows with points, one group after the other, then again, until all are told.

    The order does not depend on that of the traces: equals are put in an order that the seed
    draws over their sorted ids.

    Args:
        log: the traces.
        found: what speaks against them.
        points: how much, by trace.
        group: a number of those with any, as `groups_of` gives it.
        seed: decides between equals.
    """
    drawn = np.empty(len(log), dtype=np.int64)
    by_id = pc.array_sort_indices(pa.array(log.traces["trace_id"].astype("str"), pa.large_string()))
    drawn[by_id.to_numpy()] = np.random.default_rng(seed).permutation(len(log))
    at = group.index
    rows = pd.DataFrame({"points": points[at], "group": group, "drawn": drawn[at]}, index=at)
    rows = rows.sort_values(["points", "drawn"], ascending=[False, True])
    rows["turn"] = rows.groupby("group").cumcount()
    rows["size"] = rows.groupby("group")["turn"].transform("size")
    rows["first"] = rows.groupby("group")["drawn"].transform("min")
    rows["front"] = rows["group"].map(_front(found, rows)).fillna(len(_GRAVE))
    order = rows.sort_values(
        ["turn", "front", "size", "first"], ascending=[True, True, False, True], kind="stable"
    )
    return np.asarray(order.index, dtype=np.int64)


def _front(found: Sequence[Trouble], rows: pd.DataFrame) -> dict[int, int]:
    """Return the groups that stand ahead: for each grave trouble that with most cases of it."""
    front: dict[int, int] = {}
    group, drawn = rows["group"].to_numpy(), rows["drawn"].to_numpy()
    for place, kind in enumerate(_GRAVE):
        marked = np.zeros(int(rows.index.max()) + 1 if len(rows) else 0, dtype=bool)
        for one in found:
            if one.kind == kind:
                marked |= one.marked[: len(marked)]
        own = marked[rows.index]
        if own.any():
            sizes = np.bincount(group[own])
            most = own & (sizes[group.clip(max=sizes.size - 1)] == sizes.max())
            best = group[most][np.argmin(drawn[most])]
            front.setdefault(int(best), place)
    return front
