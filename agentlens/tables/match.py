"""Which ids are among these, and where, and how are rows kept without being copied where they need not be?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.stats.arrays import Ints

__all__ = ["among", "is_run", "kept", "places"]

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


def places(values: pd.Series, ids: pd.Series) -> Ints:
    """Return where each value stands among the ids; -1 where it does not.

    Arrow hashes text once; an index of pandas makes Python's own text of every value first.

    >>> places(pd.Series(["b", "c", None]), pd.Series(["a", "b"])).tolist()
    [1, -1, -1]
    """
    known, sought = (pa.array(one.astype("str"), pa.large_string()) for one in (ids, values))
    found = pc.fill_null(pc.index_in(sought, value_set=known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def is_run(at: Ints) -> bool:
    """Return whether places in order follow one another without a gap.

    >>> is_run(np.array([2, 3, 4])), is_run(np.array([2, 4])), is_run(np.array([], dtype=np.int64))
    (True, False, False)
    """
    return bool(at.size and at[-1] - at[0] + 1 == at.size)


def kept(frame: pd.DataFrame, marked: Marks | pd.Series) -> pd.DataFrame:
    """Return the rows that are marked, numbered anew.

    In a log in order of time a period is one run of rows: such a run is looked at where it lies.

    >>> kept(pd.DataFrame({"a": [1, 2, 3]}), np.array([False, True, True]))["a"].tolist()
    [2, 3]
    """
    at = np.flatnonzero(marked)
    if is_run(at):
        return frame.iloc[at[0] : at[-1] + 1].reset_index(drop=True)
    return frame.iloc[at].reset_index(drop=True)
