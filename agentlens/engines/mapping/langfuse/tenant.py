"""Which rows of tables that several projects share may be looked at, and which version of each?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import ibis
import pandas as pd

from agentlens.engines.engine import Engine
from agentlens.errors import BadInputError

__all__ = ["Tenant", "newest", "refuse_other_engines", "tenant_of"]

_SHOWN = 5
_SLACK = pd.Timedelta("2D")
_VERSION = ("event_ts", "updated_at")
_TIMES = {
    "events_core": "start_time",
    "events_full": "start_time",
    "observations": "start_time",
    "traces": "timestamp",
    "scores": "timestamp",
}
"""By what each table is partitioned."""
_LATE = {"scores"}
"""Tables whose rows may come long after their trace."""


@dataclass(frozen=True)
class Tenant:
    """One project and a stretch of time.

    Attributes:
        project: its id.
        since: the earliest start of a trace.
        until: the time before which traces start.
    """

    project: str
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None

    def rows(self, table: Any) -> Any:
        """Return the project's rows about that time, told by plain comparisons: those prune.

        Args:
            table: of Langfuse.
        """
        name = table.get_name()
        column = table[_TIMES[name]]
        kept = [table["project_id"] == self.project]
        if self.since is not None:
            kept.append(column >= _literal(self.since - _SLACK, column))
        if self.until is not None and name not in _LATE:
            kept.append(column <= _literal(self.until + _SLACK, column))
        return table.filter(*kept)

    def closer(
        self, tables: Iterable[Any], since: pd.Timestamp | None, until: pd.Timestamp | None
    ) -> dict[Any, Any]:
        """Return what reads these rows of tables, each to what reads those of another time.

        Args:
            tables: of Langfuse.
            since: the earliest start of a trace.
            until: the time before which traces start.
        """
        other = replace(self, since=since, until=until)
        return {self.rows(one).op(): other.rows(one).op() for one in tables}


def refuse_other_engines(engine: Engine) -> None:
    """Raise an error where the tables are not on ClickHouse."""
    if engine.name != "clickhouse":
        message = (
            f"Langfuse keeps its tables in ClickHouse; this is {engine.name}. Name the columns of"
            " a copy with mapping={…}, or read its export with al.read_files."
        )
        raise BadInputError(message)


def tenant_of(
    engine: Engine,
    table: Any,
    project: str | None,
    span: tuple[pd.Timestamp | None, pd.Timestamp | None],
) -> Tenant:
    """Return the project that is meant, if the table has it.

    Args:
        engine: where the table is.
        table: one that every project has rows in.
        project: its id.
        span: from when until when.
    """
    if project is not None:
        own = table.filter(table["project_id"] == project).select("project_id").limit(1)
        if engine.arrow(own).num_rows:
            return Tenant(project, *span)
    listed = table.select("project_id").distinct().order_by("project_id").limit(_SHOWN + 1)
    ids = [str(one) for one in engine.arrow(listed)["project_id"].to_pylist()]
    shown = ", ".join(map(repr, ids[:_SHOWN])) + (" and more" if len(ids) > _SHOWN else "")
    found = f" Found: {shown}." if ids else " There are no rows at all."
    if project is None:
        message = f"Projects share Langfuse's tables: say whose rows with project=.{found}"
    else:
        message = f"No row is of project={project!r}, which is an id and not a name.{found}"
    raise BadInputError(message)


def newest(rows: Any, keys: tuple[str, ...]) -> Any:
    """Return the newest version of each row, without those that are deleted in it.

    Langfuse writes a changed row once more; the engine merges versions some time later, and never
    those whose start was changed.

    Args:
        rows: of one project, with `event_ts`, `updated_at` and `is_deleted`.
        keys: the columns that identify a row.
    """
    order = [rows[name].desc() for name in _VERSION]
    nth = ibis.row_number().over(ibis.window(group_by=keys, order_by=order))
    held = rows.mutate(nth=nth)
    return held.filter(held["nth"] == 0, held["is_deleted"] == 0).drop(
        "nth", "is_deleted", *_VERSION
    )


def _literal(time: pd.Timestamp, column: Any) -> Any:
    return ibis.literal(time.tz_localize(None).floor("s").to_pydatetime()).cast(column.type())
