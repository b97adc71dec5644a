"""What a dialect of the OpenTelemetry family read, as tests look at it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from agentlens.sources.files.dialect import Dialect, Record
from agentlens.sources.intake.normalise import Normal, normalise
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects.shared import SharedTrace

__all__ = ["normal", "only", "packed", "read", "row_of", "scores_of", "shared_rows"]

NOW = pd.Timestamp("2026-12-31", tz="UTC")


def read(dialect: Dialect, *records: Record) -> Rows:
    """Return the rows of records that stand in lines 1, 2, … of a file f."""
    found = dialect.rows(records, [f"f:{line}" for line in range(1, len(records) + 1)])
    for table in (found.spans, found.traces, found.scores):
        assert len({len(column) for column in table.values()}) <= 1
        assert not table or "where" in table
    return found


def normal(rows: Rows) -> Normal:
    return normalise(rows, file="f", now=NOW)


def packed(spans: Sequence[Any]) -> Record:
    """Return spans of the SDK as protobuf's own JSON."""
    from google.protobuf.json_format import (  # type: ignore[import-untyped]  # it ships no types
        MessageToDict,
    )
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

    told: Record = MessageToDict(encode_spans(spans))
    return told


def row_of(rows: Rows, place: int = 0) -> dict[str, Any]:
    """Return what is known of one span."""
    told = {name: column[place] for name, column in rows.spans.items()}
    return {name: value for name, value in told.items() if value not in (None, {})}


def scores_of(rows: Rows) -> list[dict[str, Any]]:
    """Return the scores, each with what is known of it."""
    names = list(rows.scores)
    told = zip(*rows.scores.values(), strict=True)
    return [
        {name: value for name, value in zip(names, one, strict=True) if value not in (None, {})}
        for one in told
    ]


def only(rows: Rows, action: str) -> dict[str, int]:
    """Return how many rows met an action, by its detail."""
    return {one.detail: one.n for one in rows.problems if one.action == action}


def shared_rows(traces: Sequence[SharedTrace], without: Sequence[str] = ()) -> pd.DataFrame:
    """Return the truth of shared traces as typed span rows, by span id."""
    rows = [
        {
            "trace_id": trace.trace_id,
            "span_id": one.span_id,
            "parent_id": one.parent_id,
            "kind": one.kind,
            "name": one.name,
            "start": one.start,
            "end": one.end,
            "status": "error" if one.error else "ok",
            "error_message": one.error,
            "model": one.model,
            "input_tokens": one.input_tokens,
            "output_tokens": one.output_tokens,
            "cached_tokens": one.cached_tokens,
            "cost_usd": one.cost_usd,
            "ttft_s": (one.first_token - one.start).total_seconds() if one.first_token else None,
            "input": one.input,
            "output": one.output or None,
            "session_id": trace.session_id,
            "user_id": trace.user_id,
            "release": trace.release,
            "environment": trace.environment,
        }
        for trace in traces
        for one in trace.spans
    ]
    frame = pd.DataFrame(rows).drop(columns=list(without))
    for name in ("input_tokens", "output_tokens", "cached_tokens"):
        frame[name] = frame[name].astype("Int64")
    for name in ("start", "end"):
        frame[name] = frame[name].astype("datetime64[us, UTC]")
    return frame.sort_values("span_id", ignore_index=True)
