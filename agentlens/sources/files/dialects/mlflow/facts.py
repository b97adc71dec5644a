"""What does MLflow say of a whole trace?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    after,
    flat,
    listed,
    number,
    object_of,
    word,
)

__all__ = ["facts_of"]

_STATES = {"OK": "ok", "ERROR": "error", "IN_PROGRESS": "open"}
_USED = frozenset(
    {
        "mlflow.trace.session",
        "mlflow.trace.user",
        "mlflow.trace.tokenUsage",
        "mlflow.trace.cost",
        "mlflow.traceInputs",
        "mlflow.traceOutputs",
        "mlflow.traceName",
    }
)
_SAID = {"release": ("release", "version"), "environment": ("environment",)}


def facts_of(info: Mapping[str, Any], place: str, notes: Notes, *, alone: bool) -> dict[str, Any]:
    """Return the columns of a trace; times and texts only where no span says them.

    Args:
        info: as it came, of any version, or a row of a search.
        place: where it stands.
        notes: where what is odd is counted.
        alone: whether no span of the trace is in the file.
    """
    metadata = object_of(info.get("trace_metadata")) or object_of(info.get("request_metadata"))
    tags = _tags(info.get("tags"))
    state = info.get("state") or info.get("status")
    status = _STATES.get(state.removeprefix("TraceState.")) if isinstance(state, str) else None
    usage = object_of(metadata.get("mlflow.trace.tokenUsage"))
    row: dict[str, Any] = {
        "where": place,
        "trace_id": info.get("trace_id") or info.get("request_id"),
        "name": tags.get("mlflow.traceName"),
        "session_id": metadata.get("mlflow.trace.session"),
        "user_id": metadata.get("mlflow.trace.user"),
        "status": status,
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cached_tokens": usage.get("cache_read_input_tokens"),
        "cost_usd": object_of(metadata.get("mlflow.trace.cost")).get("total_cost"),
    }
    for column, keys in _SAID.items():
        key = next((one for one in keys if word(tags.get(one))), "")
        if key:
            row[column] = tags.pop(key)
            notes.add("assumed", column, f"read from the tag {key!r}", place, table="traces")
    row["tags"] = _words(tags)
    row["metadata"] = _metadata(info, metadata, tags)
    return row | (_lone(info, metadata, place, notes) if alone else {})


def _lone(
    info: Mapping[str, Any], metadata: Mapping[str, Any], place: str, notes: Notes
) -> dict[str, Any]:
    """Return times and texts of a trace whose spans are not in the file."""
    notes.add("missing", "spans", "traces without their spans", place, table="traces")
    start = info.get("request_time") or info.get("timestamp_ms")
    took = _seconds(info)
    end = after(start / 1000 if isinstance(start, (int, float)) else start, took)
    if info.get("state") == "IN_PROGRESS" or info.get("status") == "IN_PROGRESS":
        end = None
    if end is not None:
        detail = "the end follows from the stated duration, in ms"
        notes.add("assumed", "end", detail, place, table="traces")
    texts: dict[str, Any] = {}
    for name, full, cut, preview in (
        ("input", "request", "mlflow.traceInputs", "request_preview"),
        ("output", "response", "mlflow.traceOutputs", "response_preview"),
    ):
        texts[name] = info.get(full)
        if texts[name] is None:
            texts[name] = metadata.get(cut) or info.get(preview)
            if texts[name]:
                detail = "only a preview came, which MLflow shortens"
                notes.add("truncated", name, detail, place, table="traces")
    return {"start": start, "end": end, **texts}


def _seconds(info: Mapping[str, Any]) -> float | None:
    for name in ("execution_duration_ms", "execution_duration", "execution_time_ms"):
        given = info.get(name)
        if isinstance(given, str) and given.endswith("s"):  # a duration as protobuf writes it
            return number(given[:-1])
        found = number(given)
        if found is not None:
            return found / 1000
    return None


def _tags(given: object) -> dict[str, Any]:
    pairs = listed(given)
    if pairs and all(isinstance(one, dict) for one in pairs):
        return {str(one.get("key")): one.get("value") for one in pairs}
    return dict(object_of(given))


def _words(tags: Mapping[str, Any]) -> list[str] | None:
    """Return an application's own tags as words, a value behind its key."""
    found = [
        f"{key}:{value}" if word(value) else key
        for key, value in tags.items()
        if not key.startswith("mlflow.")
    ]
    return found or None


def _metadata(
    info: Mapping[str, Any], metadata: Mapping[str, Any], tags: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in (*metadata.items(), *tags.items()):
        if key in _USED:
            continue
        if key.startswith("mlflow."):
            found[f"attributes.{key}"] = value
        else:
            found |= flat({key: value})
    if word(info.get("client_request_id")):
        found["client_request_id"] = info["client_request_id"]
    return found
