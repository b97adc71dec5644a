"""LangSmith runs with invented values."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sources.dialects.shared import SharedTrace
from tests.sources.dialects.vendor_reading import iso

__all__ = ["PROJECT", "ROOT", "run", "write"]

PROJECT = "7d0c3f58-0000-4000-8000-00000000000a"
ROOT = "11111111-0000-4000-8000-000000000001"
_KINDS = {"agent": "chain", "llm": "llm", "tool": "tool"}


def run(**fields: Any) -> dict[str, Any]:
    """Return one run; fields replace or add."""
    return {
        "id": ROOT,
        "trace_id": ROOT,
        "parent_run_id": None,
        "name": "answer",
        "run_type": "chain",
        "start_time": "2026-11-18T10:00:00.250000",
        "end_time": "2026-11-18T10:00:02.750000",
        "first_token_time": None,
        "status": "success",
        "error": None,
        "inputs": {"question": "where?"},
        "outputs": {"answer": "there"},
        "extra": {"metadata": {"thread_id": "talk-1", "revision_id": "r7", "plan": "pro"}},
        "tags": ["blue"],
        "events": [],
        "session_id": PROJECT,
        "dotted_order": f"20261118T100000250000Z{ROOT}",
        "reference_example_id": None,
        "feedback_stats": {},
        **fields,
    }


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as runs, one a line."""
    lines = [
        json.dumps(_shared(trace, place), ensure_ascii=False)
        for trace in traces
        for place in range(len(trace.spans))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shared(trace: SharedTrace, place: int) -> dict[str, Any]:
    one = trace.spans[place]
    metadata = {
        "thread_id": trace.session_id,
        "revision_id": trace.release,
        "environment": trace.environment,
        "ls_model_name": one.model,
        **dict(trace.metadata),
    }
    return run(
        id=one.span_id,
        trace_id=trace.trace_id,
        parent_run_id=one.parent_id,
        name=one.name,
        run_type=_KINDS[one.kind],
        start_time=iso(one.start).removesuffix("+00:00"),
        end_time=iso(one.end).removesuffix("+00:00"),
        first_token_time=iso(one.first_token) if one.first_token else None,
        status="error" if one.error else "success",
        error=one.error,
        inputs=one.input,
        outputs=one.output,
        extra={"metadata": metadata},
        tags=list(trace.tags),
        dotted_order="",
        ls_user_id=trace.user_id,
        prompt_tokens=one.input_tokens,
        completion_tokens=one.output_tokens,
        prompt_token_details={"cache_read": one.cached_tokens} if one.cached_tokens else None,
        total_cost=None if one.cost_usd is None else repr(one.cost_usd),
    )
