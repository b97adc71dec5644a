"""Which of a span's attributes and events are its input and its output?"""

from typing import Any, NamedTuple

from agentlens.sources.files.dialects.otel import genai_messages as genai
from agentlens.sources.files.dialects.otel import openinference
from agentlens.sources.files.dialects.otel.attributes import Sorted
from agentlens.sources.files.dialects.otel.events import Told

__all__ = ["Text", "answered", "asked"]

_DIALECTS = {
    "langfuse.observation.input": "Langfuse values",
    "langfuse.observation.output": "Langfuse values",
    "gen_ai.input.messages": "GenAI messages",
    "gen_ai.output.messages": "GenAI messages",
    "gen_ai.prompt": "GenAI prompt and completion",
    "gen_ai.completion": "GenAI prompt and completion",
    "input.value": "OpenInference values",
    "output.value": "OpenInference values",
}


class Text(NamedTuple):
    """What went in or came out, and by which convention it was written."""

    value: Any
    dialect: str


def asked(found: Sorted, told: Told) -> Text:
    """Return what went into a span; system instructions are put first where messages are a list.

    What is given as text stays as it is; whoever calls keeps the instructions elsewhere.
    """
    text = _of(found, told, "input")
    instructions = found.chosen.get(".system")
    if instructions is None:
        return text
    if text.value is None or isinstance(text.value, list):
        return Text(genai.with_system(instructions, text.value), text.dialect or "GenAI messages")
    return text


def answered(found: Sorted, told: Told) -> Text:
    """Return what came out of a span; for a search, the documents."""
    text = _of(found, told, "output")
    documents = found.groups.get("retrieval.documents.")
    if text.value is None and documents:
        return Text(openinference.documents(documents), "")
    return text


def _of(found: Sorted, told: Told, column: str) -> Text:
    value = found.chosen.get(column)
    if value is not None:
        name = found.names[column]
        structured = name in {"gen_ai.input.messages", "gen_ai.output.messages"}
        return Text(genai.messages(value) if structured else value, _DIALECTS.get(name, ""))
    old, new = (
        ("gen_ai.prompt.", "llm.input_messages.")
        if column == "input"
        else ("gen_ai.completion.", "llm.output_messages.")
    )
    if old in found.groups:
        return Text(genai.indexed(found.groups[old]), "GenAI indexed messages")
    events = told.asked if column == "input" else told.answered
    if events:
        return Text(events, "GenAI message events")
    if new in found.groups:
        return Text(openinference.said(found.groups[new]), "OpenInference messages")
    return Text(None, "")
