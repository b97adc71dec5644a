"""What can a model do, in the words of the address that serves it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["EFFORTS", "ModelFacts", "facts_of"]

EFFORTS = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What an address says that a model can do; None or () where it does not say.

    Attributes:
        model: its id.
        line: haiku, sonnet, opus, …
        lifecycle: active, deprecated or retired.
        retires_at: when it ends, in ISO form, or "".
        max_tokens: the most that an answer may have.
        structured_outputs: whether it holds to a schema.
        batch: whether it takes batches.
        efforts: the levels that it knows, from low to max.
        thinking: the kinds of thinking that it accepts.
    """

    model: str
    line: str = ""
    lifecycle: str = ""
    retires_at: str = ""
    max_tokens: int | None = None
    structured_outputs: bool | None = None
    batch: bool | None = None
    efforts: tuple[str, ...] | None = None
    thinking: tuple[str, ...] | None = None


def facts_of(said: Mapping[str, Any]) -> ModelFacts:
    """Return what is said of a model; what is not said stays open.

    Args:
        said: as the API tells of a model.
    """
    can = _part(said, "capabilities")
    most = said.get("max_tokens")
    return ModelFacts(
        model=str(said.get("id")),
        line=str(said.get("line") or ""),
        lifecycle=str(said.get("lifecycle") or ""),
        retires_at=str(said.get("retires_at") or ""),
        max_tokens=most if isinstance(most, int) and most > 0 else None,
        structured_outputs=_supported(can.get("structured_outputs")),
        batch=_supported(can.get("batch")),
        efforts=_chosen(can.get("effort"), EFFORTS),
        thinking=_chosen(_part(_part(can, "thinking"), "types") or None, None),
    )


def _chosen(said: object, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return those of some names that are supported, None where nothing is said of them."""
    if not isinstance(said, Mapping):
        return None
    return tuple(name for name in names or tuple(said) if _supported(said.get(name)))


def _supported(said: object) -> bool | None:
    found = said.get("supported") if isinstance(said, Mapping) else None
    return found if isinstance(found, bool) else None


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, Mapping) else {}
