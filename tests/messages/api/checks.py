"""Which requests does the API refuse?"""

import re
from collections.abc import Mapping
from typing import Any

from tests.loopback.wire.answers import Answer, Request
from tests.messages.api.catalogue import LIMITS
from tests.messages.api.errors import error, missing, refused

__all__ = ["VERSION", "refused_body", "refused_headers", "refused_names"]

VERSION = "2026-10-21"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def refused_headers(request: Request, key: str) -> Answer | None:
    """Return what is said to a request without a key, with a wrong one, or of another time."""
    said = request.headers.get("authorization", "")
    if not said.startswith("Bearer ") or (key and said != f"Bearer {key}"):
        return error(401, "invalid key")
    if request.headers.get("anthropic-version") != VERSION:
        return refused("anthropic-version: unknown")
    return None


def refused_body(body: Mapping[str, Any], *, known: bool) -> Answer | None:
    """Return what is said to a body that no model can answer."""
    if not body.get("messages"):
        return refused("messages: Field required")
    if body["messages"][-1].get("role") != "user":
        return refused("This model does not support assistant message prefill.")
    if any(name in body for name in ("temperature", "top_p", "top_k")):
        return refused("temperature: Extra inputs are not permitted")
    model, most = str(body.get("model")), body.get("max_tokens")
    if known and model not in LIMITS:
        return missing(f"model: {model}")
    if not isinstance(most, int) or not 0 < most <= LIMITS.get(model, 1_000_000):
        return refused("max_tokens: not allowed")
    asked = (body.get("output_config") or {}).get("format") or {}
    return _refused_schema(asked.get("schema") or {})


def refused_names(rows: list[Mapping[str, Any]]) -> Answer | None:
    """Return what is said to a batch with names that are wrong or not its own."""
    names = [str(row.get("custom_id")) for row in rows]
    if not rows or not all(_NAME.fullmatch(name) for name in names):
        return refused("requests.0.custom_id: String should match pattern")
    return refused("custom_id: not unique") if len(set(names)) < len(names) else None


def _refused_schema(schema: Mapping[str, Any]) -> Answer | None:
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return refused("output_config.format.schema: 'additionalProperties' must be false")
    inner = [_refused_schema(part) for part in (schema.get("properties") or {}).values()]
    return next((one for one in inner if one is not None), None)
