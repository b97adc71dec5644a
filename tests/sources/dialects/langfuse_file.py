"""How do the shared traces look as rows of every form that Langfuse gives them?"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.sources.dialects.shared import SharedSpan, SharedTrace

Row = dict[str, Any]

_TYPES = {
    "llm": "GENERATION",
    "tool": "TOOL",
    "agent": "AGENT",
    "retrieval": "RETRIEVER",
    "chain": "SPAN",
    "event": "EVENT",
}
TIMES = ("startTime", "endTime", "completionStartTime", "createdAt", "updatedAt")
PROJECT = "shop-project"


def iso(moment: datetime | None) -> str | None:
    return (
        None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    )


def naive(text: str | None, digits: int = 6) -> str | None:
    """Return an API time as the exports to files write it: a space, no zone."""
    if text is None:
        return None
    return text.replace("T", " ").removesuffix("Z") + "0" * (digits - 3)


def v2_rows(traces: Sequence[SharedTrace]) -> list[Row]:
    return [_v2(trace, span) for trace in traces for span in trace.spans]


def _v2(trace: SharedTrace, span: SharedSpan) -> Row:
    usage: Row = {}
    costs: Row = {}
    if span.input_tokens is not None:
        cached = span.cached_tokens or 0
        usage = {
            "input": span.input_tokens - cached,
            "input_cached_tokens": cached,
            "output": span.output_tokens,
            "total": span.input_tokens + (span.output_tokens or 0),
        }
    if span.cost_usd is not None:
        costs = {"input": span.cost_usd / 2, "output": span.cost_usd / 2, "total": span.cost_usd}
    return {
        "id": span.span_id,
        "traceId": trace.trace_id,
        "startTime": iso(span.start),
        "endTime": iso(span.end),
        "projectId": PROJECT,
        "parentObservationId": span.parent_id,
        "type": _TYPES[span.kind],
        "name": span.name,
        "level": "ERROR" if span.error else "DEFAULT",
        "statusMessage": span.error or "",
        "version": "1.0",
        "environment": trace.environment,
        "bookmarked": False,
        "public": False,
        "userId": trace.user_id,
        "sessionId": trace.session_id,
        "isRootObservation": span.parent_id is None,
        "completionStartTime": iso(span.first_token),
        "createdAt": iso(span.end),
        "updatedAt": iso(span.end),
        "input": span.input,
        "output": span.output or None,
        "metadata": dict(trace.metadata)
        | {
            "attributes.user.id": trace.user_id,
            "attributes.session.id": trace.session_id,
            "attributes.langfuse.trace.name": trace.name,
            "attributes.langfuse.trace.tags": list(trace.tags),
            "attributes.langfuse.release": trace.release,
            "scope.name": "shop",
        },
        "model": span.model or "",
        "internalModelId": "",
        "modelParameters": {"temperature": 0.5} if span.model else {},
        "usageDetails": usage,
        "inputUsage": span.input_tokens or 0,
        "outputUsage": span.output_tokens or 0,
        "totalUsage": 0,
        "costDetails": costs,
        "inputCost": None,
        "outputCost": None,
        "totalCost": span.cost_usd or 0,
        "promptId": "",
        "promptName": "answer" if span.model else "",
        "promptVersion": 3 if span.model else None,
        "usagePricingTierId": None,
        "usagePricingTierName": None,
        "latency": (span.end - span.start).total_seconds(),
        "timeToFirstToken": None,
        "traceName": trace.name,
        "release": trace.release,
        "tags": list(trace.tags),
        "modelId": None,
        "inputPrice": "3.0e-6",
        "outputPrice": None,
        "totalPrice": None,
    }


def v1_row(row: Row) -> Row:
    """Return the row as version 1 gives it: parsed texts, nested metadata, no user or session."""
    gone = words(
        "bookmarked public userId sessionId isRootObservation inputUsage outputUsage totalUsage"
        " inputCost outputCost totalCost traceName release tags internalModelId"
    )
    kept = {key: value for key, value in row.items() if key not in gone}
    for key in ("statusMessage", "model", "promptId", "promptName"):
        kept[key] = kept[key] or None
    tokens = {"input": row["inputUsage"], "output": row["outputUsage"], "total": 0}
    return kept | {
        "input": _json(row["input"]),
        "output": _json(row["output"]),
        "metadata": nested(row["metadata"]),
        "calculatedInputCost": None,
        "calculatedOutputCost": None,
        "calculatedTotalCost": row["totalCost"],
        "unit": "TOKENS",
        "promptTokens": row["inputUsage"],
        "completionTokens": row["outputUsage"],
        "totalTokens": 0,
        "usage": {"unit": "TOKENS", **tokens},
        "inputPrice": 3e-6,
    }


def nested(metadata: Mapping[str, Any]) -> Row:
    """Return metadata as version 1 has them: technical keys in objects, lists in texts."""
    found: Row = {"attributes": {}, "resourceAttributes": {}, "scope": {"attributes": {}}}
    for key, value in metadata.items():
        told = json.dumps(value) if isinstance(value, (list, dict)) else value
        first, _, rest = key.partition(".")
        if first in found:
            found[first][rest] = told
        else:
            found[key] = value
    return found


def trace_rows(traces: Sequence[SharedTrace]) -> list[Row]:
    """Return the traces as version 1 lists them."""
    return [
        {
            "id": one.trace_id,
            "projectId": PROJECT,
            "name": one.name,
            "timestamp": iso(one.spans[0].start),
            "environment": one.environment,
            "tags": list(one.tags),
            "bookmarked": False,
            "public": False,
            "release": one.release,
            "version": "1.0",
            "userId": one.user_id,
            "sessionId": one.session_id,
            "input": _json(one.spans[0].input),
            "output": _json(one.spans[0].output or None),
            "metadata": nested(_v2(one, one.spans[0])["metadata"]),
            "createdAt": iso(one.spans[0].end),
            "updatedAt": iso(one.spans[0].end),
            "externalId": None,
            "observations": [span.span_id for span in one.spans],
            "scores": [],
            "totalCost": -1,
            "latency": -1,
            "htmlPath": f"/project/{PROJECT}/traces/{one.trace_id}",
        }
        for one in traces
    ]


def ui_observation(row: Row, scores: Mapping[str, Any] | None = None) -> Row:
    """Return the row as the observations table of the user interface has it."""
    gone = words("bookmarked public isRootObservation sessionId release tags")
    kept = {key: value for key, value in row.items() if key not in gone}
    return (
        kept
        | {
            "parentObservationId": row["parentObservationId"] or "",
            "input": _json(row["input"]),
            "output": _json(row["output"]),
            "providedUsageDetails": {},
            "providedCostDetails": {},
            "toolDefinitions": {},
            "toolCalls": [],
            "toolCallNames": [],
            "traceTags": row["tags"],
            "traceTimestamp": None,
            "toolDefinitionsCount": 0,
            "toolCallsCount": 0,
            "comments": [],
        }
        | dict(scores or {})
    )


def ui_event(row: Row, scores: Mapping[str, Any] | None = None) -> Row:
    """Return the row as the events table of the user interface has it."""
    same = words(
        "id traceId traceName type name environment version userId sessionId level statusMessage"
        " promptName promptId promptVersion totalCost tags release costDetails"
    )
    return (
        {key: row[key] for key in same}
        | {key: naive(row[key]) for key in ("startTime", "endTime", "completionStartTime")}
        | {
            "parentObservationId": row["parentObservationId"] or "",
            "modelId": "",
            "providedModelName": row["model"],
            "modelParameters": json.dumps(row["modelParameters"]),
            "usageDetails": {key: str(one) for key, one in row["usageDetails"].items()},
            "input": row["input"],
            "output": row["output"] or "",
            "metadata": {key: _text(one) for key, one in row["metadata"].items()},
            "latencyMs": str(round(row["latency"] * 1000)),
            "timeToFirstTokenMs": None,
            "comments": [],
        }
        | dict(scores or {})
    )


def ui_trace(row: Row, scores: Mapping[str, Any] | None = None) -> Row:
    """Return a trace of version 1 as the traces table of the user interface has it."""
    keys = words(
        "id timestamp name userId sessionId release version environment tags bookmarked public"
        " input output"
    )
    told = {key: _text(value) for key, value in row["metadata"].items()}
    return {key: row[key] for key in keys} | {"metadata": told, "comments": []} | dict(scores or {})


def blob_row(row: Row) -> Row:
    """Return the row as observations_v2 of the blob export has it, in JSON."""
    words = {
        "isRootObservation": "is_root_observation",
        "model": "provided_model_name",
        "internalModelId": "",
    }
    kept = {
        words.get(key, snake(key)): naive(value) if key in TIMES else value
        for key, value in row.items()
        if key not in {"inputUsage", "outputUsage", "totalUsage", "inputCost", "outputCost"}
    }
    kept.pop("")
    return kept | {
        "parent_observation_id": row["parentObservationId"] or "",
        "usage_details": {key: str(one) for key, one in row["usageDetails"].items()},
        "metadata": {key: _text(one) for key, one in row["metadata"].items()},
        "tool_definitions": {},
        "tool_calls": [],
        "tool_call_names": [],
    }


def legacy_row(row: Row) -> Row:
    """Return the row as the older observations table of the blob export has it, in JSON."""
    gone = words(
        "bookmarked public user_id session_id is_root_observation tags release trace_name"
        " input_price output_price total_price"
    )
    kept = {key: value for key, value in blob_row(row).items() if key not in gone}
    times = {snake(key): naive(row[key], 3) for key in TIMES}
    empty = {key: None for key, value in kept.items() if value == ""}
    return kept | times | empty


def download(traces: Sequence[SharedTrace]) -> Row:
    """Return the download of one trace."""
    (one,) = traces
    drop = ("isRootObservation", "tags", "release", "traceName", "sessionId", "userId")
    rows = [{key: value for key, value in row.items() if key not in drop} for row in v2_rows([one])]
    return {"observations": rows, "scores": []}


def snake(word: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in word)


def _json(text: str | None) -> Any:
    """Return a text as version 1 and the JSON exports give it."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def words(text: str) -> list[str]:
    return text.split()
