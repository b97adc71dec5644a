"""Which models are there, and what can they do?"""

from typing import Any

from tests.loopback.wire.answers import Answer, Request
from tests.messages.api.errors import missing

__all__ = ["LIMITS", "told", "told_all"]

_ALL = ("low", "medium", "high", "xhigh", "max")
_MODELS: dict[str, tuple[str, int, tuple[str, ...], tuple[str, ...]]] = {
    "claude-haiku-5-5": ("haiku", 64_000, _ALL[:3], ("adaptive", "disabled")),
    "claude-sonnet-5-5": ("sonnet", 64_000, _ALL, ("adaptive", "disabled", "between_tools")),
    "claude-opus-5-5": ("opus", 128_000, _ALL, ("adaptive",)),
    "claude-opus-5": ("opus", 128_000, _ALL[:4], ("adaptive", "disabled")),
    "claude-fable-5-1": ("fable", 128_000, _ALL, ("adaptive",)),
    "claude-sonnet-4-5": ("sonnet", 64_000, (), ("enabled", "disabled")),
    "claude-opus-4-0": ("opus", 32_000, (), ("enabled", "disabled")),
}
_ENDS = {
    "claude-sonnet-4-5": ("deprecated", "2026-11-30T00:00:00Z"),
    "claude-opus-4-0": ("retired", "2026-06-15T00:00:00Z"),
}
_EVERYWHERE = ("citations", "code_execution", "image_input", "pdf_input")
_TOOLS = ("code_execution", "web_search")
_KINDS = ("adaptive", "between_tools", "disabled", "enabled")
LIMITS = {name: most for name, (_, most, _, _) in _MODELS.items()}


def told(name: str) -> Answer:
    """Return what is said of one model."""
    if name not in _MODELS:
        return missing(f"model: {name}")
    return Answer(200, _info(name))


def told_all(request: Request) -> Answer:
    """Return a page of all models."""
    after = request.get("after_id")
    names = list(_MODELS)
    begin = names.index(after) + 1 if after in names else 0
    page = names[begin : begin + int(request.get("limit", "20"))]
    body = {
        "data": [_info(name) for name in page],
        "has_more": begin + len(page) < len(names),
        "first_id": page[0] if page else None,
        "last_id": page[-1] if page else None,
    }
    return Answer(200, body)


def _info(name: str) -> dict[str, Any]:
    line, most, efforts, kinds = _MODELS[name]
    lifecycle, ends = _ENDS.get(name, ("active", None))
    levels = {level: _can(level in efforts) for level in _ALL}
    capabilities = {
        "batch": _can(name != "claude-fable-5-1"),
        **{name: {"supported": True} for name in _EVERYWHERE},
        "context_management": {"supported": True},
        "server_tools": {"supported": True, **{name: {"supported": True} for name in _TOOLS}},
        "structured_outputs": _can(lifecycle != "retired"),
        "effort": {"supported": bool(efforts), **levels},
        "thinking": {"supported": True, "types": {kind: _can(kind in kinds) for kind in _KINDS}},
    }
    return {
        "type": "model",
        "id": name,
        "display_name": name,
        "created_at": "2026-09-01T00:00:00Z",
        "line": line,
        "lifecycle": lifecycle,
        "retires_at": ends,
        "deprecated_at": None,
        "max_tokens": most,
        "max_input_tokens": 200_000,
        "capabilities": capabilities,
    }


def _can(supported: bool) -> dict[str, bool]:  # noqa: FBT001 - the API says it in one word
    return {"supported": supported}
