"""Which ids are among these, and how are rows kept without being copied where they need not be?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["among", "kept"]

Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]


def among(values: pd.Series, ids: pd.Series) -> Marks:
    """Return which of the values are among the ids; missing ones are not.

    Arrow hashes both once; `Series.isin` walks text ids one by one in Python.

    >>> among(pd.Series(["a", "b", None]), pd.Series(["b", "c"])).tolist()
    [False, True, False]
    """
    if not len(values) or not len(ids):
        return np.zeros(len(values), dtype=bool)
    wanted = pa.array(ids.dropna().astype("str"))
    found = pc.is_in(pa.array(values.astype("str")), value_set=wanted)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def kept(frame: pd.DataFrame, marked: Marks | pd.Series) -> pd.DataFrame:
    """Return the rows that are marked, numbered anew.

    In a log in order of time a period is one run of rows: such a run is looked at where it lies.

    >>> kept(pd.DataFrame({"a": [1, 2, 3]}), np.array([False, True, True]))["a"].tolist()
    [2, 3]
    """
    at = np.flatnonzero(marked)
    if at.size and at[-1] - at[0] + 1 == at.size:
        return frame.iloc[at[0] : at[-1] + 1].reset_index(drop=True)
    return frame.iloc[at].reset_index(drop=True)
