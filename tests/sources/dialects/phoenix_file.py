"""Phoenix files with invented values: span lines, whole traces, and frames."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tests.sources.dialects.shared import SharedSpan, SharedTrace

__all__ = ["frame_of", "line", "trace_file", "write", "write_frame"]

_KINDS = {"llm": "LLM", "tool": "TOOL", "agent": "AGENT"}


def line(given: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return one span line; fields replace or add."""
    return {
        "id": "U3BhbjoxMg==",
        "name": "step",
        "context": {"trace_id": "ab" * 16, "span_id": "cd" * 8},
        "span_kind": "CHAIN",
        "parent_id": None,
        "start_time": "2026-11-02T08:00:00.250000+00:00",
        "end_time": "2026-11-02T08:00:01.750000+00:00",
        "status_code": "OK",
        "status_message": "",
        "attributes": given or {},
        "events": [],
        **fields,
    }


def trace_file(spans: Sequence[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Return a whole trace as the command line saves it."""
    return {
        "traceId": "ab" * 16,
        "spans": list(spans),
        "rootSpan": spans[0] if spans else None,
        "startTime": "2026-11-02T08:00:00.250000+00:00",
        "endTime": "2026-11-02T08:00:01.750000+00:00",
        "duration": 999_999,
        "status": "OK",
        **fields,
    }


def shared_line(trace: SharedTrace, one: SharedSpan) -> dict[str, Any]:
    given: dict[str, Any] = {
        "input.value": one.input,
        "output.value": one.output,
        "session.id": trace.session_id,
        "user.id": trace.user_id,
        "tag.tags": list(trace.tags),
        "metadata": json.dumps(dict(trace.metadata)),
    }
    if one.model:
        given["llm.model_name"] = one.model
        given["llm.token_count.prompt"] = one.input_tokens
        given["llm.token_count.completion"] = one.output_tokens
        given["llm.token_count.prompt_details.cache_read"] = one.cached_tokens
        given["llm.cost.total"] = one.cost_usd
    return line(
        given,
        name=one.name,
        context={"trace_id": trace.trace_id, "span_id": one.span_id},
        span_kind=_KINDS[one.kind],
        parent_id=one.parent_id,
        start_time=one.start.isoformat(),
        end_time=one.end.isoformat(),
        status_code="ERROR" if one.error else "OK",
        status_message=one.error or "",
    )


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as the download of spans does: one span a line."""
    told = [shared_line(trace, one) for trace in traces for one in trace.spans]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
    path.write_text(text, encoding="utf-8")


def frame_of(lines: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return span lines as the frame that Phoenix's client gives, indexed by span id."""
    rows = [
        {
            "name": one["name"],
            "span_kind": one["span_kind"],
            "parent_id": one["parent_id"],
            "start_time": pd.Timestamp(one["start_time"]),
            "end_time": pd.Timestamp(one["end_time"]),
            "status_code": one["status_code"],
            "status_message": one["status_message"],
            "events": one["events"],
            "context.span_id": one["context"]["span_id"],
            "context.trace_id": one["context"]["trace_id"],
            **{f"attributes.{key}": value for key, value in one["attributes"].items()},
        }
        for one in lines
    ]
    return pd.DataFrame(rows).set_index("context.span_id")


def write_frame(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as Parquet."""
    frame_of([shared_line(trace, one) for trace in traces for one in trace.spans]).to_parquet(path)
