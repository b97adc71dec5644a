"""How does Langfuse's own ClickHouse keep what the tests of its exports say?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.sources.dialects.langfuse_file import Row, naive, trace_rows, v2_rows
from tests.sources.dialects.shared import SharedTrace

__all__ = ["create", "event", "events", "insert", "observation", "observations", "score", "traces"]

_MERGED = "ENGINE = ReplacingMergeTree(event_ts, is_deleted) PARTITION BY toYYYYMM({time}) ORDER BY"
_VERSIONED = (
    "created_at DateTime64(3) DEFAULT now64(3), updated_at DateTime64(6) DEFAULT now64(6),"
    " event_ts DateTime64(6), is_deleted UInt8"
)
_EVENTS = f"""(
    project_id String, trace_id String, span_id String, parent_span_id String,
    start_time DateTime64(6), end_time Nullable(DateTime64(6)), name String,
    type LowCardinality(String), environment LowCardinality(String) DEFAULT 'default',
    version String, release String, trace_name String, user_id String, session_id String,
    tags Array(String), level LowCardinality(String) DEFAULT 'DEFAULT', status_message String,
    completion_start_time Nullable(DateTime64(6)), is_app_root Bool, prompt_id String,
    prompt_name String, prompt_version Nullable(UInt16), provided_model_name String,
    usage_details Map(LowCardinality(String), UInt64),
    cost_details Map(LowCardinality(String), Decimal(18, 12)),
    total_cost Decimal(18, 12) ALIAS cost_details['total'],
    input String, output String, metadata_names Array(String), metadata_values Array(String),
    experiment_id String, {_VERSIONED}
) {_MERGED.format(time="start_time")}
(project_id, toStartOfMinute(start_time), xxHash32(trace_id), span_id, start_time)"""
TABLES: Mapping[str, str] = {
    "events_core": _EVENTS,
    "events_full": _EVENTS,
    "observations": f"""(
    id String, trace_id String, project_id String, environment LowCardinality(String),
    type LowCardinality(String), parent_observation_id Nullable(String),
    start_time DateTime64(3), end_time Nullable(DateTime64(3)), name String,
    metadata Map(LowCardinality(String), String), level LowCardinality(String),
    status_message Nullable(String), version Nullable(String), input Nullable(String),
    output Nullable(String), provided_model_name Nullable(String),
    usage_details Map(LowCardinality(String), UInt64),
    cost_details Map(LowCardinality(String), Decimal(18, 12)),
    completion_start_time Nullable(DateTime64(3)), prompt_name Nullable(String),
    prompt_version Nullable(UInt16), {_VERSIONED}
) {_MERGED.format(time="start_time")} (project_id, type, toDate(start_time), id)""",
    "traces": f"""(
    id String, timestamp DateTime64(3), name String, user_id Nullable(String),
    metadata Map(LowCardinality(String), String), release Nullable(String),
    version Nullable(String), project_id String, environment LowCardinality(String),
    public Bool, bookmarked Bool, tags Array(String), input Nullable(String),
    output Nullable(String), session_id Nullable(String), {_VERSIONED}
) {_MERGED.format(time="timestamp")} (project_id, toDate(timestamp), id)""",
    "scores": f"""(
    id String, timestamp DateTime64(3), project_id String, environment LowCardinality(String),
    trace_id Nullable(String), session_id Nullable(String), dataset_run_id Nullable(String),
    observation_id Nullable(String), name String, value Float64, source LowCardinality(String),
    comment Nullable(String), metadata Map(LowCardinality(String), String),
    author_user_id Nullable(String), config_id Nullable(String),
    data_type LowCardinality(String), string_value Nullable(String),
    long_string_value String, {_VERSIONED}
) {_MERGED.format(time="timestamp")} (project_id, toDate(timestamp), name, id)""",
}
"""What each table is made of, as far as anybody reads it."""
_EVENT = {
    "parentObservationId": "parent_span_id",
    "model": "provided_model_name",
    "id": "span_id",
}
_AS_IT_IS = (
    *("type", "name", "environment", "version", "release", "tags", "level"),
    *("input", "output"),
)
_NAMED = {
    "traceId": "trace_id",
    "projectId": "project_id",
    "traceName": "trace_name",
    "userId": "user_id",
    "sessionId": "session_id",
    "statusMessage": "status_message",
    "promptName": "prompt_name",
    "promptVersion": "prompt_version",
    "usageDetails": "usage_details",
}
_TIMED = {
    "startTime": "start_time",
    "endTime": "end_time",
    "completionStartTime": "completion_start_time",
}


def create(session: Any, database: str, names: Sequence[str]) -> None:
    """Make a database with these tables, and use it."""
    session.query(f"CREATE DATABASE {database}")
    session.query(f"USE {database}")
    for name in names:
        session.query(f"CREATE TABLE {name} {TABLES[name]}")


def insert(session: Any, table: str, rows: Iterable[Row]) -> None:
    """Write rows, all of them in one insert; the engine keeps versions apart until it merges."""
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    session.query("SYSTEM STOP MERGES")
    session.query(f"INSERT INTO {table} FORMAT JSONEachRow {body}")


def events(told: Sequence[SharedTrace], cut: int | None = None) -> list[Row]:
    """Return the shared traces as rows of events_full, or of events_core with texts cut."""
    return [_event(row, cut) for row in v2_rows(told)]


def event(span: str, start: str, **more: Any) -> Row:
    """Return a row of events that is told by hand; a root unless it says its parent."""
    row = {
        "project_id": "p",
        "trace_id": "t1",
        "span_id": span,
        "parent_span_id": "",
        "start_time": start,
        "end_time": start,
        "name": span,
        "type": "SPAN",
        "updated_at": start,
        "event_ts": start,
        "output": "done",
        "is_deleted": 0,
    }
    return row | more


def observation(span: str, start: str, **more: Any) -> Row:
    """Return a row of the older table of steps that is told by hand."""
    times = {"start_time": start, "end_time": start, "updated_at": start, "event_ts": start}
    row = {"project_id": "p", "trace_id": "t1", "id": span, "name": span, "type": "SPAN"}
    return row | {"level": "DEFAULT", "is_deleted": 0} | times | more


def observations(told: Sequence[SharedTrace]) -> list[Row]:
    """Return the steps of the shared traces as rows of the older table."""
    return [
        {
            **{name: row[name] for name in ("id", *_AS_IT_IS) if name not in ("release", "tags")},
            **{_NAMED[name]: row[name] for name in _NAMED if name in _OBSERVED},
            **_rest(row, None),
            "parent_observation_id": row["parentObservationId"],
            "provided_model_name": row["model"] or None,
            "metadata": _texts(row["metadata"], None),
        }
        for row in v2_rows(told)
    ]


_OBSERVED = {
    *("traceId", "projectId", "statusMessage", "promptName", "promptVersion", "usageDetails")
}


def traces(told: Sequence[SharedTrace]) -> list[Row]:
    """Return what is said of the shared traces as wholes, as rows of the older table."""
    return [
        {
            "id": row["id"],
            "timestamp": naive(row["timestamp"], 3),
            "project_id": row["projectId"],
            "user_id": row["userId"],
            "session_id": row["sessionId"],
            "metadata": _texts(_flat(row["metadata"]), None),
            "input": one.spans[0].input,
            "output": one.spans[0].output or None,
            **{name: row[name] for name in ("name", "release", "version", "environment", "tags")},
            "updated_at": naive(row["updatedAt"]),
            "event_ts": naive(row["updatedAt"]),
        }
        for one, row in zip(told, trace_rows(told), strict=True)
    ]


def score(key: str, **more: Any) -> Row:
    """Return a row of scores: a number for trace t1 unless it says otherwise."""
    time = "2026-11-02 09:00:00.250"
    row = {
        "id": key,
        "timestamp": time,
        "project_id": "p",
        "environment": "production",
        "trace_id": "t1",
        "name": "quality",
        "value": 0.5,
        "source": "API",
        "data_type": "NUMERIC",
        "string_value": "",
        "updated_at": time,
        "event_ts": time,
        "is_deleted": 0,
    }
    return row | more


def _event(row: Row, cut: int | None) -> Row:
    told = _texts(row["metadata"], cut)
    return {
        **{name: row[name] for name in _AS_IT_IS},
        **{ours: row[theirs] for theirs, ours in _NAMED.items()},
        **{ours: row[theirs] or "" for theirs, ours in _EVENT.items()},
        **_rest(row, cut),
        "is_app_root": row["parentObservationId"] is None,
        "metadata_names": [*told],
        "metadata_values": [*told.values()],
    }


def _rest(row: Row, cut: int | None) -> Row:
    return {
        **{ours: naive(row[theirs]) for theirs, ours in _TIMED.items()},
        "input": (row["input"] or "")[:cut],
        "output": (row["output"] or "")[:cut],
        "cost_details": {name: f"{one:.12f}" for name, one in row["costDetails"].items()},
        "updated_at": naive(row["updatedAt"]),
        "event_ts": naive(row["updatedAt"]),
    }


def _texts(metadata: Mapping[str, Any], cut: int | None) -> dict[str, str]:
    return {
        name: (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False))[:cut]
        for name, one in metadata.items()
    }


def _flat(metadata: Mapping[str, Any]) -> Row:
    return {name: one for name, one in metadata.items() if not isinstance(one, dict)}
