"""Might a part hold one of these ids, without reading the part?

Ids are random, so the ranges in a Parquet file say nothing about them. Beside each part stands the
sorted list of its ids' check sums. A check sum that is there by chance costs a look into the part;
one that is not there is proof.

A check sum has 48 bits in eight bytes: CRC-32, then CRC-CCITT. With the 32 alone, as schema 1 wrote
them in four bytes, who brought 10,000 ids opened one day of 33,000 in thirteen in vain. Since
those bits come first, narrow and wide sums can be held against each other, and stay in order.
"""

from binascii import crc_hqx
from collections.abc import Iterable
from itertools import repeat
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["SCHEMAS", "Sums", "from_bytes", "joined", "schema_of", "sums", "to_bytes", "touches"]

Sums = np.ndarray[tuple[int], np.dtype[np.uint32 | np.uint64]]
_FEW = 12
_HELD = {2: "<u8", 1: "<u4"}
SCHEMAS = tuple(_HELD)
"""With which check sums were written, the newest first."""
_MORE = np.uint64(16)
"""Bits that only wide sums have."""


def sums(*columns: pa.ChunkedArray | pa.Array | pd.Series) -> Sums:
    """Return the check sums of the ids in these columns, each once and in order.

    >>> sums(pd.Series(["a", "b", "a"])).tolist()
    [125064883817700, 255875868753031]
    """
    return _once(map(_sums, columns))


def joined(every: Iterable[Sums]) -> Sums:
    """Return the check sums of several parts, each once; narrow ones where any part has such."""
    return _once(_alike(list(every)))


def touches(part: Sums, wanted: Sums) -> bool:
    """Return whether the part may hold one of the wanted ids."""
    part, wanted = _alike([part, wanted])
    few, many = (part, wanted) if len(part) < len(wanted) else (wanted, part)
    if not len(few):
        return False
    if len(few) * _FEW > len(many):  # merging both is then quicker than looking each up
        both = np.concatenate([few, many])
        both.sort(kind="stable")
        return bool((both[1:] == both[:-1]).any())
    places = np.searchsorted(many, few)
    inside = places < len(many)
    return bool((many[places[inside]] == few[inside]).any())


def to_bytes(found: Sums) -> bytes:
    """Return the check sums as they are written."""
    return found.astype(_HELD[schema_of(found)], copy=False).tobytes()


def from_bytes(data: bytes, schema: int) -> Sums:
    """Return the check sums that were written with a schema."""
    return np.frombuffer(data, dtype=_HELD[schema])


def schema_of(found: Sums) -> int:
    """Return the schema with which check sums of this width are written."""
    return 2 if _wide(found) else 1


def _once(every: Iterable[Sums]) -> Sums:
    found = np.concatenate([np.empty(0, np.uint32), *every])
    found.sort()
    again = np.flatnonzero(found[1:] == found[:-1])
    return np.delete(found, again)


def _alike(every: list[Sums]) -> list[Sums]:
    """Return check sums as wide as the narrowest of them that hold anything."""
    if all(map(_wide, filter(len, every))):
        return every
    return [(one >> _MORE).astype(np.uint32) if _wide(one) else one for one in every]


def _wide(found: Sums) -> bool:
    return found.dtype == np.uint64


def _sums(column: pa.ChunkedArray | pa.Array | pd.Series) -> Sums:
    values = pa.array(column) if isinstance(column, pd.Series) else column
    distinct = values.unique().drop_null().cast(pa.binary()).to_pylist()
    n = len(distinct)
    first = np.fromiter(map(crc32, distinct), np.uint64, n)
    return (first << _MORE) | np.fromiter(map(crc_hqx, distinct, repeat(0)), np.uint64, n)
