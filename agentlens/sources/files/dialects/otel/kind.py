"""Which of our kinds is a span of OpenTelemetry?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import Sorted
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.intake.kinds import kind_of

__all__ = ["kind_by"]

_WORDS = (".type", ".operation", ".span_kind")
_AGENT = "attributes.gen_ai.agent.name"


def kind_by(found: Sorted, row: Mapping[str, Any], where: str, notes: Notes) -> str:
    """Return the kind that a span's attributes state, else the one that they make plain.

    The most telling of several statements wins: a wrapper's `span` says less than `chat`.

    Args:
        found: the span's attributes.
        row: its columns so far.
        where: its place.
        notes: where guesses are counted.
    """
    words = [found.chosen[name] for name in _WORDS if name in found.chosen]
    if words:
        kinds = [kind_of(word) for word in words]
        return next((kind for kind in kinds if kind != "chain"), "chain")
    if "GenAI" not in found.families:
        return "chain"
    if ".tool" in found.chosen:
        kind, by = "tool", "a tool's name"
    elif row.get("input_tokens") is not None or row.get("output_tokens") is not None:
        kind, by = "llm", "token usage"
    elif _AGENT in found.rest:
        kind, by = "agent", "an agent's name"
    elif row.get("model") is not None:
        kind, by = "llm", "a model's name"
    else:
        return "chain"
    notes.add("assumed", "kind", f"no operation is named; {kind} by {by}", where)
    return kind
