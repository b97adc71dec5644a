"""How does a frame stand in a live view as a table?"""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from agentlens.html import cell
from agentlens.tables.schema import TABLES

__all__ = ["quotes", "told"]

_CUT = 300
_TRACE_TEXT = {
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.dtype == "payload"
}


def told(
    frame: pd.DataFrame, caption: str, *, most: int = 200, total: int | None = None
) -> dict[str, Any]:
    """Return the first rows of a frame as texts, with a caption that says how many there are.

    Args:
        frame: the rows, or the first of them.
        caption: what they are.
        most: rows.
        total: how many there are, where the frame holds the first only.

    >>> told(pd.DataFrame({"n": [1.0, 2.0]}), "Bins", most=1)
    {'caption': 'Bins (first 1 of 2 rows)', 'columns': ['n'], 'rows': [['1']]}
    """
    shown = frame.head(most)
    cells = [_cells(shown.iloc[:, place]) for place in range(shown.shape[1])]
    total = len(frame) if total is None else total
    rest = f" (first {most:,} of {total:,} rows)" if total > most else ""
    return {
        "caption": caption + rest,
        "columns": [str(name) for name in frame.columns],
        "rows": [list(row) for row in zip(*cells, strict=True)],
    }


def quotes(frame: pd.DataFrame) -> bool:
    """Return whether a frame has a column that holds text of single traces.

    >>> quotes(pd.DataFrame({"n": [1]})), quotes(pd.DataFrame({"output": ["Yes."]}))
    (False, True)
    """
    return not _TRACE_TEXT.isdisjoint(frame.columns)


def _cells(values: "pd.Series[Any]") -> list[str]:
    """Return a column as texts; Python's own values are told more quickly than those of NumPy."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return _times(values)
    said = map(cell, values.tolist())
    return list(said) if is_numeric_dtype(values.dtype) else [_cut(one) for one in said]


def _times(values: "pd.Series[Any]") -> list[str]:
    """Return times as `cell` says each of them, all at once."""
    minutes = values.dt.tz_localize(None).to_numpy("datetime64[m]")
    said = np.datetime_as_string(minutes).tolist()
    return ["–" if one == "NaT" else one.replace("T", " ") for one in said]


def _cut(words: str) -> str:
    return words if len(words) <= _CUT else words[: _CUT - 1] + "…"
