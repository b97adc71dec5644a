"""How do plain arrays become columns of the types that the schema asks for?"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.tables.schema import Dtype, Table

__all__ = [
    "Flags",
    "Floats",
    "Ints",
    "constant",
    "counts",
    "fill",
    "flags",
    "hexes",
    "table_frame",
    "times",
    "words",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SLOT = re.compile(r"\{(\w+)\}")
_HELD: dict[Dtype, str] = {
    "text": "str",
    "payload": "str",
    "tags": "str",
    "time": "datetime64[us, UTC]",
    "number": "float64",
    "count": "Int64",
    "flag": "boolean",
}


def words(choices: Sequence[str], codes: Ints) -> pd.Series:
    """Return the choice that each code points to; a code of -1 is missing."""
    return pd.Series(pd.array(list(choices), dtype="str").take(codes, allow_fill=True))


def constant(word: str, rows: int) -> pd.Series:
    """Return the same word in every row."""
    return words([word], np.zeros(rows, dtype=np.int64))


def hexes(rng: np.random.Generator, rows: int, digits: int) -> pd.Series:
    """Return random hexadecimal texts; `digits` is a multiple of four."""
    text = constant("", rows)
    for _ in range(digits // 4):
        text = text + pd.Series(_quads().take(rng.integers(0, 16**4, rows)))
    return text


def fill(templates: Sequence[str], codes: Ints, slots: Mapping[str, pd.Series]) -> pd.Series:
    """Return each row's template with its {slots} filled; a code of -1 is missing.

    The loop runs over the pieces of a template, never over rows.
    """
    pieces = [_SLOT.split(template) for template in templates]
    width = max(len(piece) for piece in pieces)
    text = words([piece[0] for piece in pieces], codes)
    for place in range(1, width, 2):
        names = [piece[place] if place < len(piece) else "" for piece in pieces]
        tails = [piece[place + 1] if place < len(piece) else "" for piece in pieces]
        value = constant("", len(codes))
        for name in sorted(set(names) - {""}):
            here = np.array([name == other for other in names])[codes] & (codes >= 0)
            value = slots[name].where(here, value)
        text = text + value + words(tails, codes)
    return text


def times(moments: Ints, known: Flags | None = None) -> pd.Series:
    """Return microseconds since 1970 as times in UTC, missing where not known."""
    column = pd.Series(moments.astype("datetime64[us]")).dt.tz_localize("UTC")
    return column if known is None else column.where(known)


def counts(values: NDArray[np.integer], known: Flags | None = None) -> pd.Series:
    """Return whole numbers, missing where not known."""
    missing = np.zeros(len(values), dtype=bool) if known is None else ~known
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int64), missing))


def flags(values: Flags, known: Flags | None = None) -> pd.Series:
    """Return true or false, missing where not known."""
    missing = np.zeros(len(values), dtype=bool) if known is None else ~known
    return pd.Series(pd.arrays.BooleanArray(values.copy(), missing))


def table_frame(table: Table, columns: Mapping[str, pd.Series], rows: int) -> pd.DataFrame:
    """Return the table with its columns in order, those not given missing, extra ones last."""
    nothing = np.full(rows, -1)
    blank = {
        "str": words(["-"], nothing),
        "datetime64[us, UTC]": times(nothing, nothing > 0),
        "float64": pd.Series(np.full(rows, np.nan)),
        "Int64": counts(nothing, nothing > 0),
        "boolean": flags(nothing > 0, nothing > 0),
    }
    known = {c.name: columns.get(c.name, blank[_HELD[c.dtype]]) for c in table.columns}
    return pd.DataFrame(known | {k: v for k, v in columns.items() if k not in known})


@cache  # a constant that takes longer to build than many a log
def _quads() -> pd.api.extensions.ExtensionArray:
    return pd.array([f"{number:04x}" for number in range(16**4)], dtype="str")
