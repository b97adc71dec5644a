"""What does a page ask about a trace that it shows?"""

from collections.abc import Callable, Mapping
from typing import Any

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from agentlens.tables.trace import Trace
from agentlens.widgets.show.payload import MOST_STEPS, drawn, held, payload, trace_of
from agentlens.widgets.show.steps.find import find
from agentlens.widgets.show.steps.tree import steps_of
from agentlens.widgets.show.talk.turns import turns
from agentlens.widgets.show.texts.fields import piece

__all__ = ["questions"]

Content = Mapping[str, Any]
_FIELDS = ("input", "output", "error_message")


def questions(
    log: Callable[[], Log], *, blind: bool = False, most: int = MOST_STEPS
) -> dict[str, Callable[[Content], Content]]:
    """Return, by name, what answers the questions of a trace view.

    "trace" {trace_id} gives {"trace": payload}; "step" {trace_id, span_id} what one step holds;
    "field" {trace_id, span_id, field, start} a further piece of a text, {"text", "start", "end",
    "size"}, where the span "" is the trace itself and the field "turn 7" the seventh line of the
    conversation, counted from 0; "find" {trace_id, words} the rows that hold them, {"rows",
    "spans", "fields"}.

    Args:
        log: gives the log, as it is when a question comes.
        blind: leave out everything that tells what anybody thought of the traces.
        most: rows of a tree.
    """

    def trace(content: Content) -> Content:
        return {"trace": payload(log(), str(content["trace_id"]), blind=blind, most=most)}

    def step(content: Content) -> Content:
        return {"step": held(_row(_trace(content), content))}

    def field(content: Content) -> Content:
        name, start = str(content["field"]), int(content.get("start") or 0)
        return piece(_text(_trace(content), content, name), start)

    def found(content: Content) -> Content:
        steps = steps_of(_trace(content).spans)
        return find(steps, drawn(steps, most)[0], str(content.get("words", "")))

    def _trace(content: Content) -> Trace:
        return trace_of(log(), str(content["trace_id"]), blind=blind)

    return {"trace": trace, "step": step, "field": field, "find": found}


def _text(trace: Trace, content: Content, name: str) -> str:
    if name.startswith("turn "):
        said = turns(trace.row, steps_of(trace.spans).frame)
        at = name.removeprefix("turn ")
        if not at.isdigit() or int(at) >= len(said):
            message = f"There is no {name!r} in a conversation of {len(said)}."
            raise BadInputError(message)
        return said[int(at)].text
    if name not in _FIELDS:
        raise UnknownNameError("field", name, _FIELDS)
    row = _row(trace, content) if content.get("span_id") else trace.row
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _row(trace: Trace, content: Content) -> Mapping[Any, Any]:
    """Return the step that is asked about."""
    wanted = str(content.get("span_id"))
    found = trace.spans[trace.spans["span_id"].astype(str) == wanted]
    if found.empty:
        hint = f"The trace has {len(trace.spans):,} steps."
        raise UnknownNameError("step", wanted, (), hint=hint)
    row: Mapping[Any, Any] = found.iloc[0].to_dict()
    return row
