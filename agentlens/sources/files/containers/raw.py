"""What does a reader hand over: rows as columns, and what it could not read?"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from agentlens.sources.intake.rows import Bad
from agentlens.tables.characters import whole
from agentlens.tables.problems import WHERE, Problem, rejected_texts

__all__ = ["Raw", "raw_of"]

_EXACT = 2**53
_LARGEST = 2**63


@dataclass(frozen=True, eq=False)
class Raw:
    """One file: its rows under the names that the file uses, and what could not be read.

    Attributes:
        frame: the rows, with their place in the column that `WHERE` names.
        table: traces, spans or scores where the file says so, else "".
        problems: what was repaired or cut on the way.
        rejected: the rows that could not be read, whole.
        dtypes: the type of each column, where the file says so.
        texts: whether the format knows nothing but text, so that types must be guessed.
    """

    frame: pd.DataFrame
    table: str = ""
    problems: tuple[Problem, ...] = ()
    rejected: pd.DataFrame = field(default_factory=lambda: rejected_texts("", "", ()))
    dtypes: Mapping[str, str] = field(default_factory=dict)
    texts: bool = False


def raw_of(
    file: str,
    columns: dict[str, list[object]],
    lines: list[int],
    bad: Iterable[Bad],
    *,
    table: str = "",
    problems: Iterable[Problem] = (),
    dtypes: Mapping[str, str] | None = None,
    texts: bool = False,
) -> Raw:
    """Return the file as columns with the place of each row."""
    found = list(problems)
    held = {}
    for name, values in columns.items():
        column, mended = _column(values)
        held[whole(name)] = column
        if mended:
            places = tuple(f"{file}:{lines[place]}" for place in mended[:5])
            found.append(
                Problem(
                    action="repaired",
                    n=len(mended),
                    file=file,
                    field=whole(name),
                    severity="warn",
                    examples=places,
                    detail="halves of characters became the replacement character",
                )
            )
    frame = pd.DataFrame(held, index=range(len(lines)))
    frame[WHERE] = pd.Series([f"{file}:{line}" for line in lines], dtype="str")
    lost = [(one.where, one.text, one.reason) for one in bad]
    return Raw(
        frame, table, tuple(found), rejected_texts(table, "", lost), dict(dtypes or {}), texts
    )


def _column(values: list[object]) -> tuple[pd.Series, list[int]]:
    """Return a list as a column of the type that loses nothing, and where it had to be mended.

    A list of whole numbers with gaps would become floats, which are exact only to 2**53.
    """
    kinds = set(map(type, values)) - {type(None)}
    dtype = _dtype(kinds, values)
    if dtype is not None:
        held: Any = pd.array(values, dtype=dtype) if dtype in {"Int64", "boolean"} else values
        return pd.Series(held, dtype=dtype), []
    told = values if kinds == {str} else [None if one is None else _told(one) for one in values]
    try:
        return pd.Series(told, dtype="str"), []
    except UnicodeEncodeError:
        kept = [whole(one) if isinstance(one, str) else None for one in told]
        mended = [place for place, one in enumerate(kept) if one != told[place]]
        return pd.Series(kept, dtype="str"), mended


def _dtype(kinds: set[type], values: list[Any]) -> Any:
    """Return the type that holds these values exactly, or None where that is text."""
    if list in kinds:  # a list is of tags: whoever knows the table joins them
        return "object"
    if kinds == {bool}:
        return "boolean"
    if not kinds or not kinds <= {int, float}:
        return None
    largest = max(map(abs, (one for one in values if type(one) is int)), default=0)
    if kinds == {int}:
        return "Int64" if largest < _LARGEST else None
    return "float64" if largest <= _EXACT else None


def _told(value: object) -> str:
    """Return a value of a column of mixed types as JSON would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value)
