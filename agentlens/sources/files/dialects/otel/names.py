"""Which attribute fills which column, whoever named it?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["NAMES", "Role", "Roles", "role_of"]

_NAMES: dict[str, tuple[str, ...]] = {
    "session_id": ("gen_ai.conversation.id", "session.id", "langfuse.session.id"),
    "user_id": ("user.id", "langfuse.user.id", "enduser.id"),
    "model": (
        "langfuse.observation.model.name",
        "gen_ai.response.model",
        "gen_ai.request.model",
        "llm.model_name",
        "llm.response.model_name",
        "llm.output_model_name",
        "llm.request.model_name",
        "llm.input_model_name",
        "embedding.model_name",
        "reranker.model_name",
    ),
    "input_tokens": (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
    ),
    "cached_tokens": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
    ),
    "cost_usd": ("llm.cost.total",),
    "ttft_s": ("gen_ai.response.time_to_first_chunk",),
    "first_token": ("langfuse.observation.completion_start_time",),
    "finish_reason": ("gen_ai.response.finish_reasons", "llm.finish_reason"),
    "prompt_name": ("langfuse.observation.prompt.name", "gen_ai.prompt.name"),
    "prompt_version": ("langfuse.observation.prompt.version", "llm.prompt_template.version"),
    "agent_version": ("langfuse.version", "gen_ai.agent.version"),
    "release": ("langfuse.release", "service.version"),
    "environment": (
        "langfuse.environment",
        "deployment.environment.name",
        "deployment.environment",
    ),
    "trace_name": ("langfuse.trace.name",),
    "level": ("langfuse.observation.level",),
    "tags": ("langfuse.trace.tags", "tag.tags"),
    "error_type": ("error.type",),
    "input": (
        "langfuse.observation.input",
        "gen_ai.input.messages",
        "gen_ai.tool.call.arguments",
        "gen_ai.retrieval.query.text",
        "input.value",
        "gen_ai.prompt",
    ),
    "output": (
        "langfuse.observation.output",
        "gen_ai.output.messages",
        "gen_ai.tool.call.result",
        "output.value",
        "gen_ai.completion",
        "gen_ai.retrieval.documents",
    ),
    # what needs more reading than a name
    ".type": ("langfuse.observation.type",),
    ".operation": ("gen_ai.operation.name",),
    ".span_kind": ("openinference.span.kind",),
    ".tool": ("gen_ai.tool.name",),
    ".workflow": ("gen_ai.workflow.name",),
    ".system": ("gen_ai.system_instructions",),
    ".usage": ("langfuse.observation.usage_details",),
    ".costs": ("langfuse.observation.cost_details",),
    ".prompt_cost": ("llm.cost.prompt",),
    ".completion_cost": ("llm.cost.completion",),
    ".status_message": ("langfuse.observation.status_message",),
    ".as_root": ("langfuse.internal.as_root",),
    ".app_root": ("langfuse.internal.is_app_root",),
    ".metadata": ("metadata",),
    ".trace_metadata": ("langfuse.trace.metadata",),
    ".step_metadata": ("langfuse.observation.metadata",),
}
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(_NAMES)
"""Column, and the attributes that fill it, the first present one winning.

A name that begins with a dot is no column; its value is read together with others.
"""

_COUNTED = (
    "gen_ai.prompt.",
    "gen_ai.completion.",
    "llm.input_messages.",
    "llm.output_messages.",
    "retrieval.documents.",
    "annotations.",
    "evaluations.",
    "trace.annotations.",
    "trace.evaluations.",
    "session.annotations.",
)
_KEYED = ("langfuse.trace.metadata.", "langfuse.observation.metadata.")
_EXPERIMENT = "langfuse.experiment."
_LEFT_OUT = (
    "input.mime_type",
    "output.mime_type",
    "gen_ai.tool.definitions",
    "gen_ai.event.content",
    "embedding.embeddings.",
    "reranker.input_documents.",
    "reranker.output_documents.",
    "llm.tools.",
)
_FAMILIES = {
    "gen_ai.": "GenAI",
    "langfuse.": "Langfuse",
    "openinference.": "OpenInference",
    "llm.": "OpenInference",
}
_SHARED = frozenset({"langfuse.environment", "langfuse.release", "langfuse.version"})


class Role(NamedTuple):
    """What an attribute is good for.

    Attributes:
        what: "column", "group", "left out" or "metadata".
        name: of the column, or of the group.
        rank: among the attributes of a column, the lowest winning.
        rest: what follows the name of the group.
        family: whose convention the attribute belongs to, "experiment", or "".
    """

    what: str
    name: str
    rank: int
    rest: str
    family: str


Roles = dict[str, Role]
"""What is known of attribute names within one batch."""

_PLACES = {
    name: (column, rank) for column, names in _NAMES.items() for rank, name in enumerate(names)
}


def role_of(key: str) -> Role:
    """Return what an attribute is good for.

    >>> role_of("gen_ai.request.model").name, role_of("llm.input_messages.10.message.role").rest
    ('model', '10.message.role')
    """
    family = next((name for start, name in _FAMILIES.items() if key.startswith(start)), "")
    if key in _SHARED:  # the exporter sets these on every span, whatever the span means
        family = ""
    place = _PLACES.get(key)
    if place:
        return Role("column", *place, "", family)
    for start in _KEYED:
        if key.startswith(start):
            return Role("group", start, 0, key[len(start) :], family)
    for start in _COUNTED:
        if key.startswith(start) and key[len(start) :][:1].isdecimal():
            return Role("group", start, 0, key[len(start) :], family)
    if key.startswith(_EXPERIMENT):
        return Role("metadata", f"attributes.{key}", 0, "", "experiment")
    if key.startswith(_LEFT_OUT):
        return Role("left out", key, 0, "", family)
    return Role("metadata", f"attributes.{key}", 0, "", family)
