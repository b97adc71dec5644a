"""Weave calls with invented values."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sources.dialects.shared import SharedTrace
from tests.sources.dialects.vendor_reading import iso

__all__ = ["call", "write"]


def call(**fields: Any) -> dict[str, Any]:
    """Return one call; fields replace or add."""
    return {
        "id": "call-1",
        "project_id": "team/bot",
        "op_name": "weave:///team/bot/op/answer:ab12cd",
        "trace_id": "trace-1",
        "parent_id": None,
        "thread_id": "talk-1",
        "turn_id": "turn-1",
        "started_at": "2026-11-18T10:00:00.250000Z",
        "ended_at": "2026-11-18T10:00:02.750000Z",
        "inputs": {"question": "where?"},
        "output": "there",
        "exception": None,
        "summary": {},
        "attributes": {},
        "display_name": None,
        "wb_user_id": "ann",
        "wb_run_id": None,
        "expire_at": None,
        "deleted_at": None,
        **fields,
    }


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as calls, one a line."""
    lines = [
        json.dumps(_shared(trace, place), ensure_ascii=False)
        for trace in traces
        for place in range(len(trace.spans))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shared(trace: SharedTrace, place: int) -> dict[str, Any]:
    one = trace.spans[place]
    summary: dict[str, Any] = {"weave": {"status": "error" if one.error else "success"}}
    if one.model:
        summary["usage"] = {
            one.model: {
                "requests": 1,
                "prompt_tokens": one.input_tokens,
                "completion_tokens": one.output_tokens,
                "prompt_tokens_details": {"cached_tokens": one.cached_tokens},
            }
        }
        cost = {"prompt_tokens_total_cost": one.cost_usd, "completion_tokens_total_cost": 0}
        summary["weave"]["costs"] = {one.model: cost}
    return call(
        id=one.span_id,
        op_name=f"weave:///team/bot/op/{one.name}:{trace.release}",
        trace_id=trace.trace_id,
        parent_id=one.parent_id,
        thread_id=trace.session_id,
        started_at=iso(one.start),
        ended_at=iso(one.end),
        inputs=one.input,
        output=one.output,
        exception=one.error,
        summary=summary,
        attributes={
            "weave": {"kind": one.kind},
            "environment": trace.environment,
            **dict(trace.metadata),
        },
        wb_user_id=trace.user_id,
    )
