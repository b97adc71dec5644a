"""What does Langfuse's own SDK write into attributes: usage, costs, tags and metadata?"""

from typing import Any

from agentlens.sources.files.dialects.otel.attributes import decoded

__all__ = ["first_token", "flag", "metadata_of", "money", "tags_of", "usage"]

_TOKENS = ("input_tokens", "output_tokens", "cached_tokens")


def usage(given: object) -> dict[str, Any]:
    """Return tokens by column; Langfuse's buckets do not overlap, OpenAI's prompt holds the cached.

    >>> usage('{"input": 10, "input_cached_tokens": 5, "output": 3, "total": 18}')
    {'input_tokens': 15, 'output_tokens': 3, 'cached_tokens': 5}
    """
    details = decoded(given)
    if not isinstance(details, dict):
        return {}
    counts = {str(key).lower(): one for key, one in details.items() if _is_number(one)}
    if "prompt_tokens" in counts:
        held = details.get("prompt_tokens_details")
        cached = held.get("cached_tokens") if isinstance(held, dict) else None
        found = [counts["prompt_tokens"], counts.get("completion_tokens"), cached]
    else:
        found = [
            _sum(one for key, one in counts.items() if "input" in key),
            _sum(one for key, one in counts.items() if "output" in key),
            _sum(one for key, one in counts.items() if _is_cached(key)),
        ]
    pairs = zip(_TOKENS, found, strict=True)
    return {name: count for name, count in pairs if count is not None}


def money(given: object) -> Any:
    """Return the total of cost details, else what their parts add up to.

    >>> money('{"input": 0.5, "output": 0.25}'), money('{"total": 0}'), money("{}")
    (0.75, 0, None)
    """
    details = decoded(given)
    if not isinstance(details, dict):
        return None
    if _is_number(details.get("total")):
        return details["total"]
    return _sum(one for one in details.values() if _is_number(one))


def metadata_of(pairs: list[tuple[str, Any]], whole: object) -> dict[str, Any]:
    """Return metadata by key; what was no object when it was written is under `metadata`.

    Values stay as they were written, as JSON: the road decodes them, once.
    """
    given = decoded(whole)
    found = dict(given) if isinstance(given, dict) else {}
    if whole is not None and not isinstance(given, dict):
        found["metadata"] = given
    return found | dict(pairs)


def tags_of(given: object) -> list[str] | None:
    """Return tags, be they a list, a list in JSON, or one word."""
    value = decoded(given) if isinstance(given, str) and given.startswith("[") else given
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list) else None


def first_token(given: object) -> Any:
    """Return a time that was written as a JSON text within a text."""
    return decoded(given) if isinstance(given, str) and given.startswith('"') else given


def flag(given: object) -> bool:
    """Return whether a flag is set, be it written as a word."""
    return given is True or (isinstance(given, str) and given.lower() == "true")


def _is_number(one: object) -> bool:
    return isinstance(one, (int, float)) and not isinstance(one, bool)


def _is_cached(key: str) -> bool:
    return "cache" in key and ("read" in key or "cached" in key)


def _sum(values: Any) -> Any:
    found = list(values)
    return sum(found) if found else None
