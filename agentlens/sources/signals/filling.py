"""What is a column while it is being filled, and what may fill it?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.sources.signals import notes
from agentlens.sources.signals.mapping.expressions import Expression
from agentlens.sources.signals.mapping.ratings import Ranges
from agentlens.stats.arrays import Flags, Floats
from agentlens.tables.problems import Problem
from agentlens.tables.schema import TRACES, Column

__all__ = ["Derivation", "Filling", "Means", "held", "held_as"]

_SCHEMA = {column.name: column for column in TRACES.columns}


@dataclass(frozen=True, eq=False)
class Derivation:
    """What follows for a column without anybody saying it.

    Attributes:
        series: as the schema holds the column; missing where nothing follows.
        rule: in words, for the report.
        doubtful: whether the rule may well be wrong on a row.
        when_silent: whether it is only a stand-in for a column about which nobody says anything.
        heard: where it tells only what happened, the rows in which silence is a no.
        why: where nothing follows at all, the reason.
    """

    series: pd.Series
    rule: str
    doubtful: bool = False
    when_silent: bool = False
    heard: Flags | None = None
    why: str = ""


@dataclass(frozen=True)
class Means:
    """What a user says of the columns.

    Attributes:
        mapping: column to the expressions of which the first present wins.
        absent: column to what silence means: "false" or "missing".
        ranges: score name to its range.
    """

    mapping: Mapping[str, tuple[Expression, ...]]
    absent: Mapping[str, str]
    ranges: Ranges


@dataclass(frozen=True, eq=False)
class Filling:
    """A column, the lines on how it came to be, and the expressions that filled a row of it.

    Attributes:
        column: how it is held.
        series: its values, so far.
        problems: which rule filled it, and what could not be read.
        used: the expressions that gave a value which was taken.
        silent: the rows in which silence is a no.
    """

    column: Column
    series: pd.Series
    silent: Flags
    problems: tuple[Problem, ...] = ()
    used: tuple[Expression, ...] = ()

    def noted(self, *problems: Problem) -> "Filling":
        """Return it with further lines, leaving out those about no row."""
        return replace(self, problems=(*self.problems, *(one for one in problems if one.n)))

    def taken(self, values: pd.Series, rule: str, *, doubtful: bool = False) -> "Filling":
        """Return it with the rows that are still empty filled from these values."""
        rows = (self.series.isna() & values.notna()).to_numpy(dtype=bool)
        if not rows.any():
            return self
        whole = replace(self, series=self.series.where(~rows, values))
        return whole.noted(notes.filled(self.column.name, rows, rule, doubtful=doubtful))


def held_as(column: str) -> Column:
    """Return how a column is held; one that the schema does not know holds text."""
    return _SCHEMA.get(column, Column(column, "text", "", "as mapped"))


def held(numbers: Floats, column: Column) -> pd.Series:
    """Return sound numbers (flags as 1 and 0), or nothing at all, as the schema holds the column."""
    if column.dtype == "flag":
        return pd.Series(pd.array(numbers, dtype="Float64")).astype("boolean")
    if column.dtype == "count":
        return pd.Series(pd.array(numbers, dtype="Float64")).astype("Int64")
    if column.dtype == "number":
        return pd.Series(numbers, dtype="float64")
    kind = "datetime64[us, UTC]" if column.dtype == "time" else "str"
    return pd.Series(np.nan, index=range(len(numbers)), dtype=kind)
