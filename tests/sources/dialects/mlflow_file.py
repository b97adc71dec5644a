"""MLflow traces with invented values."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.sources.dialects.shared import SharedSpan, SharedTrace
from tests.sources.dialects.vendor_reading import iso

__all__ = ["BEGIN", "encoded", "info", "search_row", "span", "trace", "write"]

BEGIN = 1_795_000_000_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {"agent": "AGENT", "llm": "CHAT_MODEL", "tool": "TOOL"}


def encoded(**attributes: Any) -> dict[str, str]:
    """Return attributes as MLflow keeps them: every value a text of JSON."""
    return {
        f"mlflow.{key.replace('__', '.')}": json.dumps(value) for key, value in attributes.items()
    }


def span(**fields: Any) -> dict[str, Any]:
    """Return one span; fields replace or add."""
    return {
        "trace_id": "AAECAwQFBgcICQoLDA0ODw==",
        "span_id": "EBESExQVFhc=",
        "parent_span_id": None,
        "name": "answer",
        "start_time_unix_nano": BEGIN,
        "end_time_unix_nano": BEGIN + 2_000_000_000,
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": encoded(
            spanType="AGENT",
            spanInputs={"q": "hi"},
            spanOutputs="there",
            traceRequestId="tr-1",
        ),
        "links": [],
        **fields,
    }


def info(**fields: Any) -> dict[str, Any]:
    """Return what is said of one trace; fields replace or add."""
    return {
        "trace_id": "tr-1",
        "trace_location": {
            "type": "MLFLOW_EXPERIMENT",
            "mlflow_experiment": {"experiment_id": "0"},
        },
        "request_time": "2026-11-18T11:06:40.000Z",
        "state": "OK",
        "request_preview": '{"q": "h…',
        "response_preview": '"the…',
        "execution_duration_ms": 2000,
        "trace_metadata": {
            "mlflow.trace.session": "talk-1",
            "mlflow.trace.user": "ann",
            "mlflow.trace.tokenUsage": json.dumps({"input_tokens": 10, "output_tokens": 3}),
            "mlflow.traceInputs": '{"q": "hi"}',
            "mlflow.traceOutputs": '"there"',
            "mlflow.source.type": "LOCAL",
        },
        "tags": {"mlflow.traceName": "answer", "plan": "pro"},
        "assessments": [],
        **fields,
    }


def trace(*spans: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return one trace with spans; fields replace those of its info."""
    return {"info": info(**fields), "data": {"spans": list(spans)}}


def search_row(record: dict[str, Any]) -> dict[str, Any]:
    """Return a trace as a row of a search, as it is written into a table."""
    about, spans = record["info"], record["data"]["spans"]
    return {
        "trace_id": about["trace_id"],
        "trace": json.dumps(record),
        "client_request_id": None,
        "state": about["state"],
        "request_time": BEGIN // 1_000_000,
        "execution_duration": about["execution_duration_ms"],
        "request": '{"q": "hi"}',
        "response": '"there"',
        "trace_metadata": about["trace_metadata"],
        "tags": about["tags"],
        "spans": spans,
        "assessments": about["assessments"],
    }


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces, one a line."""
    lines = [json.dumps(_shared(one), ensure_ascii=False) for one in traces]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shared(one: SharedTrace) -> dict[str, Any]:
    root = one.spans[0]
    words = {tag.partition(":")[0]: tag.partition(":")[2] for tag in one.tags}
    return trace(
        *(_shared_span(held) for held in one.spans),
        trace_id=one.trace_id,
        request_time=iso(root.start),
        state="ERROR" if root.error else "OK",
        trace_metadata={
            "mlflow.trace.session": one.session_id,
            "mlflow.trace.user": one.user_id,
            **dict(one.metadata),
        },
        tags={
            "mlflow.traceName": one.name,
            "release": one.release,
            "environment": one.environment,
            **words,
        },
    )


def _shared_span(held: SharedSpan) -> dict[str, Any]:
    attributes = encoded(spanType=_KINDS[held.kind], spanInputs=held.input, spanOutputs=held.output)
    if held.model:
        attributes |= encoded(
            llm__model=held.model,
            llm__cost={"total_cost": held.cost_usd},
            chat__tokenUsage={
                "input_tokens": held.input_tokens,
                "output_tokens": held.output_tokens,
                "cache_read_input_tokens": held.cached_tokens,
            },
        )
    status = {"code": "STATUS_CODE_ERROR", "message": held.error}
    return span(
        span_id=_packed(held.span_id),
        parent_span_id=_packed(held.parent_id) if held.parent_id else None,
        name=held.name,
        start_time_unix_nano=_ns(held.start),
        end_time_unix_nano=_ns(held.end),
        status=status if held.error else {"code": "STATUS_CODE_OK", "message": ""},
        attributes=attributes,
    )


def _packed(span_id: str) -> str:
    return b64encode(bytes.fromhex(span_id)).decode()


def _ns(time: datetime) -> int:
    since = time - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
