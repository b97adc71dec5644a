"""Which ids are among these?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["among"]


def among(values: pd.Series, ids: pd.Series) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
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
