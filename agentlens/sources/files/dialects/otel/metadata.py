"""What of a span is kept as metadata?"""

from typing import Any

from agentlens.sources.files.dialects.otel import langfuse as langfuse_otel
from agentlens.sources.files.dialects.otel.attributes import Sorted, decoded
from agentlens.sources.files.dialects.otel.steps import Step
from agentlens.sources.files.dialects.otel.texts import Text

__all__ = ["metadata_of"]

_META = {
    "langfuse.observation.metadata.": ".step_metadata",
    "langfuse.trace.metadata.": ".trace_metadata",
}
_DESCRIPTION = "attributes.otel.status_description"


def metadata_of(step: Step, found: Sorted, went_in: Text, *, failed: bool) -> dict[str, Any]:
    """Return the metadata of a span: the application's own, and what no column took.

    Args:
        step: the span.
        found: its attributes.
        went_in: its input, in which system instructions may be.
        failed: whether it failed, so that its message and error type are told as such.
    """
    chosen = found.chosen
    metadata: dict[str, Any] = {**step.around.metadata, **found.rest}
    beside = [".tool", ".workflow"]
    if not failed:
        beside += [".status_message", "error_type"]
        if step.message:
            metadata[_DESCRIPTION] = step.message
    if "cost_usd" in chosen:
        beside += [".prompt_cost", ".completion_cost"]
    if not isinstance(went_in.value, list):
        beside.append(".system")
    metadata |= {f"attributes.{found.names[one]}": chosen[one] for one in beside if one in chosen}
    own = decoded(chosen.get(".metadata"))
    if isinstance(own, dict):
        metadata |= own
    elif own is not None:
        metadata["metadata"] = own
    for start, whole in _META.items():
        if start in found.groups or whole in chosen:
            metadata |= langfuse_otel.metadata_of(found.groups.get(start, []), chosen.get(whole))
    return metadata
