"""What do the events of a span say: exceptions, messages and verdicts?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agentlens.sources.files.dialects.otel.genai_messages import from_event
from agentlens.sources.files.dialects.otel.scores import EVALUATION
from agentlens.sources.files.dialects.otel.steps import Event, Notes

__all__ = ["Told", "told_by"]

_DETAILS = "gen_ai.client.inference.operation.details"
_TEXTS = {
    "gen_ai.content.prompt": "gen_ai.prompt",
    "gen_ai.content.completion": "gen_ai.completion",
}
_CARRIED = ("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions")


@dataclass(frozen=True, eq=False)
class Told:
    """What a span's events said.

    Attributes:
        exception: the last exception's event, or None.
        evaluations: verdicts.
        attributes: what newer conventions carry on an event instead of on the span.
        asked: messages that went in, in the order of the events.
        answered: messages that came out.
    """

    exception: Event | None
    evaluations: tuple[Event, ...]
    attributes: dict[str, Any]
    asked: list[Any]
    answered: list[Any]


_NOTHING = Told(None, (), {}, [], [])


def told_by(events: Sequence[Event], where: str, notes: Notes) -> Told:
    """Return what a span's events said; other events are counted.

    Args:
        events: in the order in which they were written.
        where: the span's place, for the report.
        notes: where ignored events are counted.
    """
    if not events:
        return _NOTHING
    exception: Event | None = None
    evaluations: list[Event] = []
    carried: dict[str, Any] = {}
    asked: list[Any] = []
    answered: list[Any] = []
    for event in events:
        name, attributes = event.name, event.attributes
        message = from_event(name, attributes)
        if message is not None:
            (answered if name == "gen_ai.choice" else asked).append(message)
        elif name == "exception":
            exception = event
        elif name == EVALUATION:
            evaluations.append(event)
        elif name == _DETAILS or any(key in attributes for key in _CARRIED):
            carried |= {key: one for key, one in attributes.items() if one is not None}
        elif name in _TEXTS and _TEXTS[name] in attributes:
            carried[_TEXTS[name]] = attributes[_TEXTS[name]]
        else:
            notes.add("ignored", "events", "span events without a meaning for us", where)
    return Told(exception, tuple(evaluations), carried, asked, answered)
