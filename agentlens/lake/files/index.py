"""Might a part hold one of these ids, without reading the part?

Ids are random, so the ranges in a Parquet file say nothing about them. Beside each part stands the
sorted list of its ids' check sums, four bytes each. A check sum that is there by chance costs a
look into the part; one that is not there is proof.
"""

from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["Sums", "from_bytes", "sums", "to_bytes", "touches"]

Sums = np.ndarray[tuple[int], np.dtype[np.uint32]]
_FEW = 12


def sums(*columns: pa.ChunkedArray | pa.Array | pd.Series) -> Sums:
    """Return the check sums of the ids in these columns, each once and in order.

    >>> sums(pd.Series(["a", "b", "a"])).tolist()
    [1908338681, 3904355907]
    """
    every = np.concatenate([np.empty(0, np.uint32), *map(_sums, columns)])
    every.sort()
    again = np.flatnonzero(every[1:] == every[:-1])
    return np.delete(every, again)


def touches(part: Sums, wanted: Sums) -> bool:
    """Return whether the part may hold one of the wanted ids."""
    few, many = (part, wanted) if len(part) < len(wanted) else (wanted, part)
    if not len(few):
        return False
    if len(few) * _FEW > len(many):  # sorting both is then quicker than looking each up
        both = np.concatenate([few, many])
        both.sort()
        return bool((both[1:] == both[:-1]).any())
    places = np.searchsorted(many, few)
    inside = places < len(many)
    return bool((many[places[inside]] == few[inside]).any())


def to_bytes(found: Sums) -> bytes:
    """Return the check sums as they are written."""
    return found.astype("<u4").tobytes()


def from_bytes(data: bytes) -> Sums:
    """Return the check sums that were written."""
    return np.frombuffer(data, dtype="<u4").astype(np.uint32)


def _sums(column: pa.ChunkedArray | pa.Array | pd.Series) -> Sums:
    values = pa.array(column) if isinstance(column, pd.Series) else column
    distinct = values.unique().drop_null().cast(pa.binary()).to_pylist()
    return np.fromiter(map(crc32, distinct), np.uint32, len(distinct))
