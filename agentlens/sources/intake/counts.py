"""How are whole numbers, of which some are missing, held in a column?"""

from typing import Any

import pandas as pd
import pyarrow as pa

__all__ = ["counts"]

_COUNT: Any = pd.Int64Dtype()


def counts(numbers: pa.Array) -> pd.Series:
    """Return whole numbers and gaps as pandas holds them, which by itself would look at each.

    >>> counts(pa.array([3, None])).tolist()
    [3, <NA>]
    """
    return pd.Series(_COUNT.__from_arrow__(numbers))
