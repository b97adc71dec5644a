"""Braintrust spans with invented values."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sources.dialects.shared import SharedTrace

__all__ = ["BEGIN", "event", "write"]

BEGIN = 1_795_000_000.25
_KINDS = {"agent": "task", "llm": "llm", "tool": "tool"}


def event(**fields: Any) -> dict[str, Any]:
    """Return one span; fields replace or add."""
    return {
        "id": "row-1",
        "span_id": "span-1",
        "root_span_id": "span-1",
        "span_parents": None,
        "span_attributes": {"name": "answer", "type": "task"},
        "input": {"question": "where?"},
        "output": "there",
        "expected": None,
        "metadata": {"model": "model-a"},
        "tags": ["blue"],
        "scores": None,
        "metrics": {"start": BEGIN, "end": BEGIN + 2.5},
        "created": "2026-11-18T11:06:41.000Z",
        "is_root": True,
        "error": None,
        "org_id": "org-1",
        **fields,
    }


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as spans, one a line."""
    lines = [
        json.dumps(_shared(trace, place), ensure_ascii=False)
        for trace in traces
        for place in range(len(trace.spans))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shared(trace: SharedTrace, place: int) -> dict[str, Any]:
    one = trace.spans[place]
    metrics = {
        "start": one.start.timestamp(),
        "end": one.end.timestamp(),
        "prompt_tokens": one.input_tokens,
        "completion_tokens": one.output_tokens,
        "prompt_cached_tokens": one.cached_tokens,
        "estimated_cost": one.cost_usd,
    }
    if one.first_token:
        metrics["time_to_first_token"] = (one.first_token - one.start).total_seconds()
    return event(
        id=f"row {one.span_id}",
        span_id=one.span_id,
        root_span_id=trace.trace_id,
        span_parents=[one.parent_id] if one.parent_id else None,
        span_attributes={"name": one.name, "type": _KINDS[one.kind]},
        input=one.input,
        output=one.output,
        metadata={
            "model": one.model,
            "session_id": trace.session_id,
            "user_id": trace.user_id,
            "release": trace.release,
            "environment": trace.environment,
            **dict(trace.metadata),
        },
        tags=list(trace.tags),
        metrics={key: value for key, value in metrics.items() if value is not None},
        is_root=one.parent_id is None,
        error=one.error,
    )
