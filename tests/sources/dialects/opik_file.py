"""Opik exports with invented values."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sources.dialects.shared import SharedSpan, SharedTrace

__all__ = ["span", "trace", "write", "write_csv"]

_KINDS = {"agent": "general", "llm": "llm", "tool": "tool"}


def trace(**fields: Any) -> dict[str, Any]:
    """Return one trace; fields replace or add."""
    return {
        "id": "t-1",
        "project_id": "p-1",
        "project_name": "bot",
        "name": "answer",
        "start_time": "2026-11-18 10:00:00.250000+00:00",
        "end_time": "2026-11-18 10:00:02.750000+00:00",
        "input": {"question": "where?"},
        "output": {"answer": "there"},
        "metadata": {"plan": "pro"},
        "tags": ["blue"],
        "error_info": None,
        "usage": {"prompt_tokens": 12, "completion_tokens": 3},
        "feedback_scores": [],
        "total_estimated_cost": 0.25,
        "duration": 99.0,
        "ttft": 250.0,
        "thread_id": "talk-1",
        "environment": "production",
        **fields,
    }


def span(**fields: Any) -> dict[str, Any]:
    """Return one span; fields replace or add."""
    return {
        "id": "s-1",
        "trace_id": "t-1",
        "parent_span_id": None,
        "name": "ask",
        "type": "llm",
        "start_time": "2026-11-18 10:00:00.500000+00:00",
        "end_time": "2026-11-18 10:00:01.500000+00:00",
        "input": "where?",
        "output": "there",
        "metadata": None,
        "model": "model-a",
        "provider": "vendor",
        "usage": {"prompt_tokens": 12, "completion_tokens": 3},
        **fields,
    }


def write(traces: Sequence[SharedTrace], folder: Path) -> None:
    """Write each trace into its own file below a workspace, with what lies beside them."""
    home = folder / "work" / "projects" / "p-1"
    home.mkdir(parents=True)
    (home / "project.json").write_text('{"project": {"id": "p-1", "name": "bot"}}')
    (home / "export_manifest.db").write_bytes(b"SQLite format 3\x00")
    for one in traces:
        text = json.dumps(_shared(one), ensure_ascii=False, indent=2, default=str)
        (home / f"trace_{one.trace_id}.json").write_text(text, encoding="utf-8")


def write_csv(objects: Sequence[dict[str, Any]], path: Path) -> None:
    """Write objects of trace and spans as the rows into which the export flattens them."""
    rows = [
        _flat(one["trace"], "trace") | _flat(held, "span")
        for one in objects
        for held in one["spans"] or [{}]
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows(rows)


def _flat(given: dict[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}_{key}")
        else:
            found[f"{prefix}_{key}"] = "" if value is None else value
    return found


def _shared(one: SharedTrace) -> dict[str, Any]:
    root = one.spans[0]
    said = trace(
        id=one.trace_id,
        name=one.name,
        start_time=str(root.start),
        end_time=str(root.end),
        input=root.input,
        output=root.output,
        metadata={"user_id": one.user_id, "release": one.release, **dict(one.metadata)},
        tags=list(one.tags),
        usage=None,
        total_estimated_cost=None,
        ttft=None,
        thread_id=one.session_id,
        environment=one.environment,
    )
    return {"trace": said, "spans": [_shared_span(one, held) for held in one.spans]}


def _shared_span(one: SharedTrace, held: SharedSpan) -> dict[str, Any]:
    usage = {
        "prompt_tokens": held.input_tokens,
        "completion_tokens": held.output_tokens,
        "cached_tokens": held.cached_tokens,
    }
    waited = held.first_token and (held.first_token - held.start).total_seconds() * 1000
    return span(
        id=held.span_id,
        trace_id=one.trace_id,
        parent_span_id=held.parent_id,
        name=held.name,
        type=_KINDS[held.kind],
        start_time=str(held.start),
        end_time=str(held.end),
        input=held.input,
        output=held.output,
        model=held.model,
        usage=usage if held.model else None,
        total_estimated_cost=held.cost_usd,
        ttft=waited,
        error_info={"message": held.error} if held.error else None,
    )
