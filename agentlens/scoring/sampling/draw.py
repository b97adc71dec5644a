"""Is this trace in the sample? The same answer in every process and on every engine."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.stats.arrays import Flags, Floats

__all__ = ["Lots", "chosen", "chosen_sql", "lots", "threshold"]

Lots = NDArray[np.uint64]
_BITS = 64
_BYTES = 8


def lots(keys: pd.Series, salt: str) -> Lots:
    """Return the lot of each key: the first 16 hex digits of SHA-256(salt:key), as a number.

    Numbers of 64 bits order as their 16 digits do, so that comparing them here and comparing the
    digits on another engine is one and the same.

    >>> f"{int(lots(pd.Series(['abc']), 'agentlens')[0]):016x}"
    '7d8619afdd5ba1e1'
    """
    begun = hashlib.sha256(f"{salt}:".encode())
    heads = []
    for key in keys:  # no column operation here knows SHA-256
        lot = begun.copy()
        lot.update(key.encode())
        heads.append(lot.digest()[:_BYTES])
    return np.frombuffer(b"".join(heads), dtype=">u8").astype(np.uint64)


def chosen(drawn: Lots, p: Floats) -> Flags:
    """Return which lots are chosen at these probabilities; a certain one always is.

    Args:
        drawn: one lot a row.
        p: probability of each row; NaN is never chosen.
    """
    certain = p >= 1.0
    open_ = np.where(certain | np.isnan(p), 0.0, p)
    limit = np.rint(np.ldexp(open_, _BITS)).astype(np.uint64)
    return certain | (drawn < limit)


def threshold(p: float) -> str:
    """Return the 16 hex digits below which a lot is chosen, for p below one.

    >>> threshold(0.05)
    '0ccccccccccccd00'
    """
    return f"{round(p * 2**_BITS):016x}"


def chosen_sql(key: str, p: float, salt: str) -> str:
    """Return the same choice as a condition in DuckDB's SQL.

    Args:
        key: an SQL expression of text, such as the column trace_id.
        p: the probability.
        salt: as in `lots`.

    >>> print(chosen_sql("trace_id", 0.5, "agentlens"))
    substr(sha256('agentlens:' || trace_id), 1, 16) < '8000000000000000'
    """
    if p >= 1.0:
        return "true"
    quoted = f"{salt}:".replace("'", "''")
    return f"substr(sha256('{quoted}' || {key}), 1, 16) < '{threshold(p)}'"
