"""Of what type are the columns that the schema does not know?"""

import re
from typing import Any, cast

import pandas as pd

from agentlens.sources.files.containers.raw import Raw
from agentlens.tables.problems import WHERE
from agentlens.tables.schema import Table

__all__ = ["typed"]

_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?inf(?:inity)?", re.IGNORECASE)
_FLAG = re.compile("true|false", re.IGNORECASE)


def typed(frame: pd.DataFrame, table: Table, raw: Raw) -> pd.DataFrame:
    """Return the frame with its extra columns in the type that the file states or that fits.

    Args:
        frame: the rows of the file, under our names.
        table: the schema's table, whose own columns are left to `conform`.
        raw: the file, which may state types or know nothing but text.
    """
    extra = [name for name in frame.columns if name not in table.names and name != WHERE]
    stated = {name: raw.dtypes[name] for name in extra if name in raw.dtypes}
    found = {name: _as_stated(frame[name], dtype) for name, dtype in stated.items()}
    if raw.texts:
        found |= {name: _guessed(frame[name]) for name in extra}
    return frame.assign(**found) if found else frame


def _as_stated(values: pd.Series, dtype: str) -> pd.Series:
    """Return a column in the type that its file states, or as it is where that does not fit."""
    wanted: Any = dtype
    held: Any = values
    try:
        if dtype.startswith("datetime64"):
            held = pd.to_datetime(values, format="ISO8601", utc="," in dtype)
        if dtype.startswith("timedelta64"):
            unit: Any = dtype.removeprefix("timedelta64[").removesuffix("]")
            held = pd.to_timedelta(values.astype("Int64"), unit=unit)
        return cast("pd.Series", held.astype(wanted))
    except (ValueError, TypeError, OverflowError):
        return values


def _guessed(values: pd.Series) -> pd.Series:
    """Return text as whole numbers, numbers or flags where every value is written as one."""
    known = values.dropna()
    if known.empty or not isinstance(values.dtype, pd.StringDtype):
        return values
    if known.str.fullmatch(_WHOLE).all():
        numbers = pd.to_numeric(known)
        gaps = len(known) < len(values)
        return numbers.astype("Int64").reindex(values.index) if gaps else numbers
    if known.str.fullmatch(_NUMBER).all():
        return pd.to_numeric(values).astype("float64")
    if known.str.fullmatch(_FLAG).all():
        return (values.str.lower() == "true").astype("boolean").mask(values.isna())
    return values
