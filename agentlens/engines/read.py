"""How does a table on another engine become a log?"""

from collections.abc import Mapping
from typing import Any

from agentlens.engines.log import EngineLog
from agentlens.engines.mapping.opened import Asked, opened
from agentlens.engines.view import View
from agentlens.errors import BadInputError
from agentlens.tables.period import Moment, moment

__all__ = ["read_table"]

_MOST = 1_000_000


def read_table(  # noqa: PLR0913 - each says where a part of the log is found
    source: Any,
    mapping: str | Mapping[str, Any] | None = None,
    *,
    traces: str = "traces",
    spans: Any = None,
    scores: Any = None,
    since: Moment | None = None,
    until: Moment | None = None,
    layout: str = "",
    project: str | None = None,
    most: int = _MOST,
) -> EngineLog:
    """Return a log whose rows stay on the engine that has them, such as Spark or ClickHouse.

    Metrics are compiled to the engine and only sums come back: `series`, `control_chart`, `charts`
    and `slices` work on any number of traces and answer as they do in memory. Verbs that tell each
    row from the others bring the rows of the time that is asked about: of about `most` traces, drawn
    and weighted, where there are more, which their answer then says.

    Args:
        source: an Ibis table of traces, or a connection: of Ibis, DuckDB, Spark or chDB.
        mapping: our trace column to where it comes from: a column, ("latency_ms", "ms"), a
            constant "=value", or an expression such as "metadata.plan", "score:handoff",
            "tag:vip" or "span:search"; a list takes the first that is present; a mapping under
            "spans" or "scores" names the columns of these. A text is taken for `layout`.
        traces: the name of the table of traces, where `source` is a connection.
        spans: the table of steps or its name; by default "spans" where the connection has it.
        scores: the table of judgements or its name; by default "scores" where there is one.
        since: the earliest start of a trace.
        until: the time before which traces start.
        layout: "langfuse_clickhouse" reads Langfuse's own tables; `mapping` adds columns to it.
        project: for Langfuse's tables, whose rows are meant; others' lie in the same tables.
        most: traces whose rows are brought here at most.

    Example:
        >>> import agentlens as al, duckdb
        >>> warehouse, rows = duckdb.connect(), al.demo(days=7, traces_per_day=50).traces
        >>> log = al.read_table(warehouse.register("traces", rows))
        >>> al.series(log, "error_rate", every="1D").shape
        (7, 10)
    """
    if most < 1:
        message = f"most= is a number of traces from 1, not {most!r}."
        raise BadInputError(message)
    first, last = (None if one is None else moment(one) for one in (since, until))
    asked = Asked(
        names={"traces": traces, "spans": spans, "scores": scores},
        mapping={} if mapping is None or isinstance(mapping, str) else mapping,
        layout=mapping if isinstance(mapping, str) else layout,
        project=project,
        span=(first, last),
    )
    tables = opened(source, asked)
    return EngineLog.of(View(tables=tables, since=first, until=last), most)
