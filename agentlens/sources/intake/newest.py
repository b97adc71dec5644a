"""Which of several versions of a row counts?"""

import numpy as np
import pandas as pd

from agentlens.tables.problems import WHERE, Problem, rejected_rows

__all__ = ["newest"]

_NEVER = np.iinfo(np.int64).min


def newest(
    frame: pd.DataFrame, keys: list[str], table: str
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Return the newest version of each row, the versions set aside, and their count by fate.

    Newest is what the source changed last; among equals the one that was read last.

    Args:
        frame: rows, in the order in which they were read.
        keys: the columns that identify a row; a row without one of them is its own.
        table: the table's name, for the report.
    """
    nothing = rejected_rows(frame.iloc[:0], table, keys[-1], "")
    if not len(frame) or not set(keys) <= set(frame.columns):
        return frame, nothing, []
    known = frame[keys].notna().all(axis=1).to_numpy()
    doubled = known & frame.duplicated(keys, keep=False).to_numpy()
    if not doubled.any():
        return frame, nothing, []
    some = frame[doubled]
    changed = _ticks(some)
    order = np.argsort(changed, kind="stable")
    stale = some.iloc[order].duplicated(keys, keep="last").to_numpy()
    out = np.zeros(len(frame), dtype=bool)
    out[np.flatnonzero(doubled)[order[stale]]] = True
    reason = "duplicate id; the newest version was kept"
    problem = Problem(
        action="duplicate",
        n=int(out.sum()),
        table=table,
        field=keys[-1],
        share=float(out.mean()),
        examples=tuple(frame[WHERE].to_numpy()[out][:5]) if WHERE in frame else (),
        detail=reason,
    )
    aside = rejected_rows(frame[out], table, keys[-1], reason)
    return frame[~out].reset_index(drop=True), aside, [problem]


def _ticks(frame: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    if "updated_at" not in frame:
        return np.full(len(frame), _NEVER)
    ticks: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        frame["updated_at"].dt.as_unit("us").astype("int64").to_numpy()
    )
    return ticks
