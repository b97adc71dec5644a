"""How does one column become what the schema says, and what could not be kept?"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from agentlens.tables.characters import whole_texts
from agentlens.tables.problems import Action, Problem, examples_of
from agentlens.tables.schema import Column, Dtype

__all__ = ["EPOCH", "ZONELESS", "convert"]

ZONELESS = "times without a zone are read as UTC"

_UNITS = ((1e17, 1e19, "ns"), (1e14, 1e17, "us"), (1e11, 1e14, "ms"), (1e8, 1e11, "s"))
EPOCH = {unit: f"epoch numbers read as {unit}" for _, _, unit in _UNITS}
"""What the report says of numbers that are read as times in a unit."""
_DIGITS = re.compile(r"\s*[+-]?\d{1,18}\s*")
_NUMERIC = re.compile(r"\s*\d{9,19}(?:\.\d*)?\s*")
_OFFSET = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*[+-]\d{2}(?::?\d{2})?"
_ZONE = re.compile(rf"(?:[zZ]|{_OFFSET}|UTC|GMT)\s*$")
_TRUE = ("true", "t", "yes", "y", "1", "1.0")
_FALSE = ("false", "f", "no", "n", "0", "0.0")
_TIME = "datetime64[us, UTC]"
_COUNTABLE = 2.0**63
_PLAIN = {int, float, type(None), type(pd.NA)}
_HELD = pd.DatetimeTZDtype("us", "UTC")

Converted = tuple[pd.Series, list[Problem]]


def convert(values: pd.Series, column: Column) -> Converted:
    """Return the column as the schema holds it, with a problem for each kind of change.

    What already fits comes back as it is, without a copy.
    """
    return _RULES[column.dtype](values, column)


def _payload(values: pd.Series, column: Column) -> Converted:
    del column  # text of any size and type is kept as delivered; whoever shows it reads it
    return values, []


def _text(values: pd.Series, column: Column) -> Converted:
    kept, problems = values, []
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        kept = values.astype("Int64")  # ids that a missing value had turned into 17.0
    if not isinstance(kept.dtype, pd.CategoricalDtype) and kept.dtype != pd.StringDtype(
        na_value=np.nan
    ):
        kept, mended = whole_texts(kept)
        if mended.any():
            detail = "halves of characters became the replacement character"
            problems.append(_problem("repaired", column, kept, mended, detail))
    empty = (kept == "").fillna(value=False).to_numpy(dtype=bool)
    if empty.any():
        kept = kept.mask(empty)
        problems.append(_problem("missing", column, values, empty, "empty text"))
    return kept, problems


def _time(values: pd.Series, column: Column) -> Converted:
    if str(values.dtype) == _TIME:
        return values, []
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert("UTC").astype(_TIME), []
    if pd.api.types.is_datetime64_dtype(values.dtype):
        naive = values.notna().to_numpy()
        problem = _problem("assumed", column, values, naive, ZONELESS)
        return values.dt.tz_localize("UTC").astype(_TIME), [problem]
    if values.dtype.kind in "iufb":
        return _epoch(values, column)
    return _spelt(_words(values), column)


def _epoch(values: pd.Series, column: Column) -> Converted:
    """Return numbers as times, each in the unit that its size gives away."""
    times = pd.Series(pd.NaT, index=values.index, dtype=_HELD)
    problems = []
    size = values.to_numpy(dtype=np.float64, na_value=np.nan)
    for least, most, unit in _UNITS:
        found = (size >= least) & (size < most)
        if found.any():
            since: Any = pd.to_datetime(
                values[found], unit=cast("Any", unit), utc=True, errors="coerce"
            )
            times[found] = since.astype(_HELD)
            detail = EPOCH[unit]
            problems.append(_problem("assumed", column, values, found, detail))
    lost = values.notna().to_numpy() & times.isna().to_numpy()
    if lost.any():
        problems.append(_problem("missing", column, values, lost, "numbers that are no time"))
    return times, problems


def _spelt(text: pd.Series, column: Column) -> Converted:
    known = text.notna()
    times = pd.to_datetime(text, utc=True, errors="coerce", format="ISO8601").astype(_HELD)
    problems: list[Problem] = []
    unread = (known & times.isna()).to_numpy()
    if not unread.any() and text.str.endswith("Z", na=True).all():
        return times, []
    counted = unread & text.str.fullmatch(_NUMERIC, na=False).to_numpy()
    if counted.any():
        whole_numbers = text[counted].str.fullmatch(_DIGITS).all()
        numbers = pd.to_numeric(text[counted], errors="coerce")
        since, problems = _epoch(numbers.astype("int64") if whole_numbers else numbers, column)
        times[counted] = since
    lost = (known & times.isna()).to_numpy() & ~counted
    zoned = text.str.contains(_ZONE, na=False)
    naive = (known & ~zoned).to_numpy() & ~lost & ~counted
    if naive.any():
        detail = ZONELESS
        if (zoned & known).any():
            detail += "; other rows of this column state a zone"
        problems.append(_problem("assumed", column, text, naive, detail))
    if lost.any():
        problems.append(_problem("missing", column, text, lost, "not a time"))
    return times, problems


def _number(values: pd.Series, column: Column) -> Converted:
    if values.dtype == np.float64:
        numbers = values
    elif pd.api.types.is_timedelta64_dtype(values.dtype) and column.unit == "s":
        numbers = values.dt.total_seconds()
    else:
        numbers = pd.to_numeric(_plain(values), errors="coerce").astype("float64")
    return _bounded(values, numbers, column)


def _count(values: pd.Series, column: Column) -> Converted:
    if values.dtype == pd.Int64Dtype():
        return _bounded(values, values, column)
    exact = pd.to_numeric(_plain(values), errors="coerce", dtype_backend="numpy_nullable")
    if exact.dtype == pd.Int64Dtype():
        return _bounded(values, exact, column)
    numbers = exact.astype("Float64").astype("float64")
    numbers = numbers.where(numbers.abs() < _COUNTABLE)
    broken = (numbers.notna() & (numbers % 1 != 0)).to_numpy()
    counts, problems = _bounded(values, numbers.round().astype("Int64"), column)
    if broken.any():
        problems.append(_problem("repaired", column, values, broken, "fractions rounded"))
    return counts, problems


def _bounded(values: pd.Series, numbers: pd.Series, column: Column) -> Converted:
    problems = []
    unread = values.notna().to_numpy() & numbers.isna().to_numpy()
    if unread.any():
        problems.append(_problem("missing", column, values, unread, "not a number"))
    low, high = column.within
    plain = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        outside = (plain < low) | (plain > high) | np.isinf(plain)
    if outside.any():
        detail = "below zero" if low == 0.0 and (plain[outside] < 0).all() else "out of range"
        problems.append(_problem("missing", column, values, outside, f"{detail}; taken as missing"))
        numbers = numbers.mask(outside)
    return numbers, problems


def _flag(values: pd.Series, column: Column) -> Converted:
    if values.dtype == pd.BooleanDtype():
        return values, []
    if values.dtype == np.bool_:
        return values.astype("boolean"), []
    words = _words(values).fillna("").str.strip().str.lower()
    flags = pd.Series(pd.NA, index=values.index, dtype="boolean")
    flags = flags.mask(words.isin(_TRUE), other=True).mask(words.isin(_FALSE), other=False)
    lost = (flags.isna() & values.notna() & (words != "")).to_numpy()
    if not lost.any():
        return flags, []
    return flags, [_problem("missing", column, values, lost, "neither true nor false")]


def _tags(values: pd.Series, column: Column) -> Converted:
    if values.dtype == object:
        listed = values.map(lambda one: isinstance(one, (list, tuple, set, frozenset, np.ndarray)))
        if listed.any():
            joined = values[listed].map(lambda tags: ",".join(sorted(map(str, tags))))
            values = values.mask(listed, joined)
    return _text(values, column)


def _plain(values: pd.Series) -> pd.Series:
    """Return text, Decimals and flags as something that `to_numeric` reads."""
    if isinstance(values.dtype, (pd.StringDtype, pd.CategoricalDtype)):
        return values.astype("str")
    if values.dtype.kind in "iufb" and not isinstance(values.dtype, pd.ArrowDtype):
        return values
    plain = all(type(one) in _PLAIN for one in values)
    return values if values.dtype == object and plain else whole_texts(values)[0]


def _words(values: pd.Series) -> pd.Series:
    """Return any values as text, times in ISO 8601; missing ones stay missing."""
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    return whole_texts(values, _word)[0]


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _problem(
    action: Action, column: Column, values: pd.Series, rows: np.ndarray, detail: str
) -> Problem:
    n = int(rows.sum())
    return Problem(
        action=action,
        field=column.name,
        severity="info" if action == "assumed" else "warn",
        n=n,
        share=n / max(len(values), 1),
        examples=examples_of(values[rows]) if action != "assumed" else (),
        detail=detail,
    )


_RULES: dict[Dtype, Callable[[pd.Series, Column], Converted]] = {
    "text": _text,
    "payload": _payload,
    "time": _time,
    "number": _number,
    "count": _count,
    "flag": _flag,
    "tags": _tags,
}
