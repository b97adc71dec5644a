"""What does a dialect hand over: rows as columns, and what it could not read?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from agentlens.tables.problems import WHERE, Problem, rejected_texts

__all__ = ["Bad", "Raw", "columns_of", "raw_of"]


@dataclass(frozen=True)
class Bad:
    """A row that could not be read: its place, its text, and why."""

    where: str
    text: str
    reason: str


@dataclass(frozen=True, eq=False)
class Raw:
    """One file: its rows under the names that the file uses, and what could not be read.

    Attributes:
        frame: the rows, with their place in the column that `WHERE` names.
        table: traces, spans or scores where the file says so, else "".
        problems: what was repaired or cut on the way.
        rejected: the rows that could not be read, whole.
    """

    frame: pd.DataFrame
    table: str = ""
    problems: tuple[Problem, ...] = ()
    rejected: pd.DataFrame = field(default_factory=lambda: rejected_texts("", "", ()))


def raw_of(
    file: str,
    columns: dict[str, list[object]],
    lines: list[int],
    bad: Iterable[Bad],
    *,
    table: str = "",
    problems: Iterable[Problem] = (),
) -> Raw:
    """Return the file as columns with the place of each row."""
    frame = pd.DataFrame(columns_of(columns), index=range(len(lines)))
    frame[WHERE] = pd.Series([f"{file}:{line}" for line in lines], dtype="str")
    lost = [(one.where, one.text, one.reason) for one in bad]
    return Raw(frame, table, tuple(problems), rejected_texts(table, "", lost))


def columns_of(columns: dict[str, list[object]]) -> dict[str, pd.Series]:
    """Return lists as columns, each in the type that loses nothing.

    A list of whole numbers with gaps would become floats, which are exact only to 2**53.
    """
    return {name: _column(values) for name, values in columns.items()}


def _column(values: list[object]) -> pd.Series:
    kinds = {type(value) for value in values if value is not None}
    if not kinds or kinds == {str}:
        return pd.Series(values, dtype="str")
    if kinds == {bool}:
        return pd.Series(pd.array(cast("list[Any]", values), dtype="boolean"))
    if kinds == {int} and all(abs(value) < 2**63 for value in values if isinstance(value, int)):
        return pd.Series(pd.array(cast("list[Any]", values), dtype="Int64"))
    if kinds <= {int, float}:
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="object")
