"""Which rows of the tables on an engine does a log mean?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import pandas as pd

from agentlens.engines.functions import NO, digest
from agentlens.engines.tables import RAW_START, Tables
from agentlens.errors import UnknownNameError
from agentlens.tables.period import microseconds, shared

__all__ = ["Choice", "View"]

Choice = Mapping[str, tuple[object, ...]]
_SLACK = pd.Timedelta("2D")


@dataclass(frozen=True, kw_only=True)
class View:
    """A choice of traces, made before any row is asked for.

    Attributes:
        tables: where they are.
        since: the earliest start.
        until: the time before which they start.
        choices: column to the values of which one must match; None among them matches missing.
        draw: the column whose ids are drawn, a salt, and the digits below which one is taken.
    """

    tables: Tables
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None
    choices: tuple[Choice, ...] = ()
    draw: tuple[str, str, str] | None = None

    def between(self, since: pd.Timestamp | None, until: pd.Timestamp | None) -> "View":
        """Return the view of what also lies between these times."""
        since, until = shared((self.since, self.until), (since, until))
        return replace(self, since=since, until=until, tables=self.tables.nearer(since, until))

    def where(self, choice: Choice) -> "View":
        """Return the view of what also has these values."""
        for name in choice:
            if name not in self.tables.traces.kinds:
                raise UnknownNameError("trace column", name, self.tables.traces.names)
        return replace(self, choices=(*self.choices, choice))

    def drawing(self, unit: str, salt: str, below: str) -> "View":
        """Return the view of those of its traces whose digest lies below some digits."""
        return replace(self, draw=(unit, salt, below))

    def traces(self, names: Iterable[str] | None = None) -> Any:
        """Return the chosen traces as an expression.

        Args:
            names: of the columns that are needed; all of them if not given. Their ids and starts,
                and what they are chosen by, come along.
        """
        rows = self.tables.traces.rows if names is None else self._narrow(names)
        kept = [*self._within(rows)]
        kept += [_matches(rows[name], one) for each in self.choices for name, one in each.items()]
        if self.draw is not None:
            unit, salt, below = self.draw
            # Who has no such id is a unit of its own.
            key = ibis.coalesce(rows[unit], rows["trace_id"])
            words = digest(self.tables.engine.name, ibis.literal(f"{salt}:") + key)
            kept.append(words.substr(0, len(below)) < below)
        return rows.filter(*kept) if kept else rows

    def of(self, name: str, names: Iterable[str] | None = None) -> Any | None:
        """Return the chosen rows of a table as an expression; None where there is no such table.

        Args:
            name: "traces", "spans" or "scores".
            names: of the columns that are needed, "trace_id" among them; all of them if not given.
        """
        if name == "traces":
            return self.traces(names)
        table = self.tables.of(name)
        if table is None:
            return None
        rows = table.rows if names is None else table.only(names)
        return rows.semi_join(self.traces(()).select("trace_id"), "trace_id")

    def _narrow(self, names: Iterable[str]) -> Any:
        chosen = {name for each in self.choices for name in each}
        drawn = {self.draw[0]} if self.draw is not None else set()
        return self.tables.traces.only({*names, *chosen, *drawn, "trace_id", "start"})

    def _within(self, rows: Any) -> list[Any]:
        """Return the tests of time: ours to the microsecond, and a wider one that prunes."""
        raw, kept = rows[RAW_START], []
        if self.since is not None:
            kept += [
                rows["start"] >= microseconds(self.since),
                raw >= _literal(self.since - _SLACK, raw),
            ]
        if self.until is not None:
            kept += [
                rows["start"] < microseconds(self.until),
                raw <= _literal(self.until + _SLACK, raw),
            ]
        return kept


def _literal(time: pd.Timestamp, raw: Any) -> Any:
    """Return a time as the column has it; two days of slack forgive what zones make of it."""
    kind = raw.type()
    bare = time.tz_localize(None).floor("s").to_pydatetime()
    if kind.is_date():
        return ibis.literal(bare.date())
    return ibis.literal(bare).cast(kind)


def _matches(column: Any, values: tuple[object, ...]) -> Any:
    known = [_as(column, one) for one in values if one is not None]
    found = column.isin(known) if known else ibis.literal(value=False)
    return (found.fill_null(NO) | column.isnull()) if None in values else found


def _as(column: Any, value: object) -> object:
    """Return a value in the type that the column has: flags are numbers on an engine."""
    if column.type().is_floating() and isinstance(value, bool | int | float):
        return float(value)
    return value
