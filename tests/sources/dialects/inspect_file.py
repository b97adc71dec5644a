"""Inspect logs with invented values."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from agentlens.sources.files.containers.zstd import ZipFile
from tests.sources.dialects.shared import SharedSpan, SharedTrace
from tests.sources.dialects.vendor_reading import iso

__all__ = ["ZSTD", "header", "model_event", "pack", "sample", "write"]

ZSTD = 93
"""The number of the method in a zip file."""


def header(**fields: Any) -> dict[str, Any]:
    """Return a log's header; fields replace or add to its `eval`."""
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": "eval-1",
            "run_id": "run-1",
            "created": "2026-11-18T09:59:00+00:00",
            "task": "shelves",
            "task_id": "task-1",
            "model": "vendor/model-a",
            "dataset": {"name": "shelves", "samples": 2},
            "config": {},
            "tags": ["nightly"],
            "metadata": {"release": "r7"},
            **fields,
        },
        "plan": {"name": "plan"},
        "results": {"total_samples": 1, "completed_samples": 1, "scores": []},
        "stats": {"model_usage": {}},
    }


def sample(**fields: Any) -> dict[str, Any]:
    """Return one sample; fields replace or add."""
    return {
        "id": 1,
        "epoch": 1,
        "uuid": "uuid-1",
        "input": "where?",
        "target": "there",
        "messages": [{"role": "user", "content": "where?"}],
        "output": {
            "model": "model-a",
            "choices": [{"message": {"content": "there"}, "stop_reason": "stop"}],
            "completion": "there",
        },
        "scores": {"match": {"value": "C", "answer": "there", "explanation": "same words"}},
        "metadata": {"plan": "pro"},
        "store": {"big": "x"},
        "events": [model_event()],
        "model_usage": {
            "model-a": {"input_tokens": 10, "output_tokens": 3, "total_tokens": 13},
        },
        "started_at": "2026-11-18T10:00:00.250000+00:00",
        "completed_at": "2026-11-18T10:00:02.750000+00:00",
        "total_time": 2.5,
        "working_time": 1.5,
        "attachments": {},
        "turn_count": 1,
        **fields,
    }


def model_event(**fields: Any) -> dict[str, Any]:
    """Return one call of a model; fields replace or add."""
    return {
        "event": "model",
        "uuid": "call-1",
        "span_id": None,
        "timestamp": "2026-11-18T10:00:00.500000+00:00",
        "working_start": 0.25,
        "completed": "2026-11-18T10:00:01.500000+00:00",
        "working_time": 0.75,
        "model": "vendor/model-a",
        "input": [{"role": "user", "content": "where?"}],
        "output": {
            "model": "model-a",
            "choices": [{"message": {"content": "there"}, "stop_reason": "stop"}],
            "completion": "there",
            "usage": {"input_tokens": 10, "output_tokens": 3, "total_tokens": 13},
        },
        "call": {"request": {}, "response": {}},
        **fields,
    }


def pack(path: Path, members: Sequence[tuple[str, Any]], method: int = ZSTD) -> Path:
    """Write members into a log as Inspect packs it; texts and bytes are written as they are."""
    with ZipFile(path, "w", compression=method) as archive:
        for name, content in members:
            text = content if isinstance(content, (str, bytes)) else json.dumps(content)
            archive.writestr(name, text)
    return path


def write(traces: Sequence[SharedTrace], folder: Path) -> None:
    """Write traces as logs, one a session and release, since a whole log has one of each."""
    runs = groupby(traces, key=lambda one: (one.session_id, one.release, one.environment))
    for (session, release, environment), held in runs:
        said = {"release": release, "environment": environment}
        top = header(eval_id=session, task="support", metadata=said, tags=None)
        members = [(f"samples/{one.trace_id}_epoch_1.json", _shared(one)) for one in held]
        pack(folder / f"{session}_{release}.eval", [*members, ("header.json", top)])


def _shared(one: SharedTrace) -> dict[str, Any]:
    root = one.spans[0]
    return sample(
        id=one.trace_id,
        uuid=one.trace_id,
        input=root.input,
        output={"completion": root.output, "choices": []},
        scores={},
        metadata=dict(one.metadata),
        events=[_event(held, root.span_id) for held in one.spans[1:]],
        model_usage={},
        started_at=iso(root.start),
        completed_at=iso(root.end),
        error={"message": root.error, "traceback": ""} if root.error else None,
    )


def _event(held: SharedSpan, root: str) -> dict[str, Any]:
    inside = None if held.parent_id == root else held.parent_id
    times = {"timestamp": iso(held.start), "completed": iso(held.end), "working_start": 0.0}
    if held.kind == "llm":
        usage = {
            "input_tokens": held.input_tokens,
            "output_tokens": held.output_tokens,
            "total_tokens": (held.input_tokens or 0) + (held.output_tokens or 0),
            "input_tokens_cache_read": held.cached_tokens,
        }
        output = {"completion": held.output, "choices": [], "usage": usage}
        return model_event(
            uuid=held.span_id,
            span_id=inside,
            model=held.model,
            input=held.input,
            output=output,
            **times,
        )
    return {
        "event": "tool",
        "uuid": held.span_id,
        "id": "call",
        "span_id": inside,
        "function": held.name,
        "arguments": held.input,
        "result": held.output,
        "error": {"type": "unknown", "message": held.error} if held.error else None,
        "working_time": 0.1,
        **times,
    }
