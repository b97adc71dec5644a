"""How does DuckDB read the exports of the benchmarks, with the type of every column said?"""

from pathlib import Path
from typing import Any

__all__ = ["blob_counts", "blob_table", "otlp_table"]

OBSERVATION = {
    **dict.fromkeys(("id", "trace_id", "parent_observation_id", "type", "name"), "VARCHAR"),
    **dict.fromkeys(("start_time", "end_time", "completion_start_time"), "TIMESTAMP"),
    **dict.fromkeys(("level", "status_message", "version", "environment"), "VARCHAR"),
    **dict.fromkeys(("user_id", "session_id", "release", "trace_name"), "VARCHAR"),
    **dict.fromkeys(("provided_model_name", "prompt_name", "prompt_version"), "VARCHAR"),
    **dict.fromkeys(("input", "output"), "VARCHAR"),
    **dict.fromkeys(("metadata", "tags", "usage_details", "cost_details"), "JSON"),
    "is_root_observation": "BOOLEAN",
    "total_cost": "DOUBLE",
    "updated_at": "TIMESTAMP",
}
SCORE = {
    **dict.fromkeys(("id", "trace_id", "observation_id", "session_id", "name"), "VARCHAR"),
    **dict.fromkeys(("value", "source", "comment", "data_type", "string_value"), "VARCHAR"),
    **dict.fromkeys(("timestamp", "updated_at"), "TIMESTAMP"),
}
ATTRIBUTE = 'STRUCT("key" VARCHAR, "value" STRUCT("stringValue" VARCHAR, "intValue" BIGINT))[]'
SPAN = (
    'STRUCT("traceId" VARCHAR, "spanId" VARCHAR, "parentSpanId" VARCHAR, "name" VARCHAR,'
    ' "startTimeUnixNano" BIGINT, "endTimeUnixNano" BIGINT, "status" JSON,'
    f' "attributes" {ATTRIBUTE})[]'
)
RESOURCE = f'STRUCT("resource" JSON, "scopeSpans" STRUCT("scope" JSON, "spans" {SPAN})[])[]'
NAMED = ("input.value", "output.value", "user.id", "gen_ai.conversation.id", "app.plan")


def blob_table(folder: Path) -> Any:
    """Read observations and scores into typed columns."""
    return [
        typed(folder / "blob" / table / "*.jsonl.gz", columns, "*")
        for table, columns in (("observations_v2", OBSERVATION), ("scores", SCORE))
    ]


def blob_counts(folder: Path) -> Any:
    """Count the values of each typed column, so that every one is parsed and none is kept."""
    return [
        typed(
            folder / "blob" / table / "*.jsonl.gz",
            columns,
            ", ".join(f'count("{name}")' for name in columns),
        )
        for table, columns in (("observations_v2", OBSERVATION), ("scores", SCORE))
    ]


def otlp_table(folder: Path) -> Any:
    """Read spans, the attributes of the texts and ids among them into columns."""
    picked = ", ".join(
        f'list_filter(s.attributes, lambda a: a.key = \'{one}\')[1].value."stringValue" AS "{one}"'
        for one in NAMED
    )
    inner = (
        'SELECT unnest(flatten(list_transform(flatten(list_transform("resourceSpans",'
        ' lambda r: r."scopeSpans")), lambda c: c.spans))) AS s'
    )
    return [typed(folder / "otlp.jsonl", {"resourceSpans": RESOURCE}, f"s.*, {picked}", inner)]


def typed(path: Path, columns: dict[str, str], wanted: str, inner: str = "SELECT *") -> Any:
    """Return a file as an Arrow table, as DuckDB reads it with the types given."""
    import duckdb  # noqa: PLC0415 - our own ways do without it

    listed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    source = f"read_json('{path}', format='newline_delimited', columns={{{listed}}})"
    with duckdb.connect(config={"threads": 2}) as base:
        return base.sql(f"SELECT {wanted} FROM ({inner} FROM {source})").to_arrow_table()  # noqa: S608 - ours
