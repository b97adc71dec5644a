"""What does one small question to the engine tell of all the rows that a view means?"""

from typing import Any, NamedTuple

import pandas as pd

from agentlens.engines.view import View
from agentlens.errors import UnknownNameError

__all__ = ["Extent", "extent_of", "first_seen", "frequent", "score_kinds", "size_of"]

_TIME = "datetime64[us, UTC]"


class Extent(NamedTuple):
    """How many traces there are, and when the first and the last began, in microseconds."""

    traces: int
    first: int | None
    last: int | None


def extent_of(view: View) -> Extent:
    """Return how many traces a view means, and when they ran."""
    rows = view.traces(())
    start = rows["start"]
    asked = rows.agg(traces=rows.count(), first=start.min(), last=start.max())
    found = view.tables.engine.arrow(asked).to_pylist()[0]
    n = int(found["traces"])
    return Extent(n, *(int(found[name]) if n else None for name in ("first", "last")))


def score_kinds(view: View) -> pd.DataFrame:
    """Return name, source, and whether every value is 0 or 1, a row for each score and source."""
    rows = view.of("scores", ["trace_id", "name", "source", "value"])
    if rows is None:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in ("name", "source", "passes")})
    verdict = rows["value"].isnull() | rows["value"].isin([0.0, 1.0])
    keys = [name for name in ("name", "source") if name in rows.columns]
    asked = rows.group_by(keys).agg(others=(~verdict).cast("int64").sum())
    found = view.tables.engine.arrow(asked).to_pandas()
    whole = found if "source" in found else found.assign(source="api")
    told: pd.DataFrame = whole.assign(passes=whole["others"] == 0)[["name", "source", "passes"]]
    return told.sort_values(["name", "source"], ignore_index=True)


def frequent(view: View, column: str, steps: str = "") -> list[object]:
    """Return the values of a column of the traces, the most frequent first.

    Args:
        view: the rows that are meant.
        column: of the traces, or of steps.
        steps: their kind, where steps are meant.
    """
    tables = view.tables
    table = "spans" if steps else "traces"
    of, needed = tables.of(table), {column, *(["kind"] if steps else [])}
    if of is None or not needed <= set(of.kinds):
        raise UnknownNameError(f"{table[:-1]} column", column, () if of is None else of.names)
    rows: Any = view.of(table, [*needed, "trace_id"])
    rows = rows.filter(rows["kind"] == steps) if steps else rows
    asked = rows.filter(rows[column].notnull()).group_by(column).agg(n=rows[column].count())
    found = (
        tables.engine.arrow(asked).to_pandas().sort_values(["n", column], ascending=[False, True])
    )
    kind = of.kinds[column]
    return [one == 1.0 if kind == "flag" else one for one in found[column].tolist()]


def size_of(view: View, table: str) -> int:
    """Return how many rows of a table a view means.

    Args:
        view: the traces that are meant.
        table: "spans" or "scores".
    """
    rows = view.of(table, ["trace_id"])
    if rows is None:
        return 0
    return int(view.tables.engine.arrow(rows.agg(n=rows.count()))["n"][0].as_py())


def first_seen(view: View, table: str, column: str, of: str) -> pd.Series:
    """Return when each value of a column was first seen, in that order; empty without it.

    Args:
        view: the rows that are meant.
        table: "traces", by their start, or "scores", by their time.
        column: whose values are meant.
        of: for scores, the name that is meant; "" for all.
    """
    time = "start" if table == "traces" else "time"
    rows = view.of(table, ["trace_id", "name", column, time])
    if rows is None or not {column, time} <= {*rows.columns}:
        return pd.Series(dtype=_TIME)
    rows = rows.filter(rows[column].notnull(), rows[time].notnull())
    rows = rows.filter(rows["name"] == of) if of else rows
    asked = rows.group_by(column).agg(first=rows[time].min())
    found = view.tables.engine.arrow(asked).to_pandas().set_index(column)
    first: pd.Series = pd.to_datetime(found["first"], unit="us", utc=True).astype(_TIME)
    return first.sort_index().sort_values(kind="stable")
