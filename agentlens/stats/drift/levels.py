"""Which values of a number are worth telling apart?

Sixty-five thousand are enough for any picture, share or distance. So few can be counted instead of
sorted, and a column of millions of rows costs a few passes over it.
"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Codes, Floats, Ints

__all__ = ["Levels", "levels"]

_KEYS = 1 << 16
_LOOK = 10_000
_SIGN, _HALF = 31, 16
_AT_ONCE = 1 << 17


class Levels(NamedTuple):
    """The level of each row, and the values of the levels, which rise."""

    code: Codes
    value: Floats


def levels(values: Floats) -> Levels:
    """Return the levels of a number: its very values, or groups of very near ones if rows are many.

    Near means nearer than one part in a hundred of the distance to the middle of the column. A
    group is told by its mean.

    Args:
        values: finite numbers.

    >>> levels(np.array([3.0, 1.0, 3.0])).value.tolist()
    [1.0, 3.0]
    """
    if values.size <= _KEYS:
        distinct, code = np.unique(values, return_inverse=True)
        return Levels(code.astype(np.uint16), distinct.astype(np.float64))
    key = _keys(values)
    counts = np.bincount(key, minlength=_KEYS)
    total = np.bincount(key, weights=values, minlength=_KEYS)
    held = counts > 0
    place = (np.cumsum(held) - 1).astype(np.uint16)
    return Levels(place[key], total[held] / counts[held])


def _keys(values: Floats) -> Ints:
    """Return the upper bits of each number's distance to the middle; they rise with the number.

    In stretches that fit into the nearest memory, which is what most of the time went into.
    """
    some = values[:: max(values.size // _LOOK, 1)]
    spread = float(np.subtract(*np.quantile(some, [0.9, 0.1]))) or float(some.std()) or 1.0
    middle = float(np.median(some))
    out = np.empty(values.size, dtype=np.int64)
    for start in range(0, values.size, _AT_ONCE):
        stretch = slice(start, start + _AT_ONCE)
        with np.errstate(over="ignore", under="ignore"):
            near = ((values[stretch] - middle) / spread).astype(np.float32)
        bits = near.view(np.int32)
        bits ^= (bits >> _SIGN) & np.int32(0x7FFFFFFF)
        bits >>= _HALF
        out[stretch] = bits + np.int32(_KEYS // 2)
    return out
