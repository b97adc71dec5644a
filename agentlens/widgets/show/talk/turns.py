"""In what order was what said in a trace, and which result belongs to which call?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from agentlens.widgets.show.talk.calls import Call
from agentlens.widgets.show.talk.messages import messages
from agentlens.widgets.show.talk.pairs import ALONE, Turn, paired
from agentlens.widgets.show.talk.parts import Message

__all__ = ["turns"]

_READS = ("llm", "agent", "chain")


@dataclass(frozen=True)
class _Event:
    """What one step says at one moment, after what it had been told: or a tool at work."""

    time: pd.Timestamp
    at: int
    held: tuple[Message, ...] = ()
    before: tuple[Message, ...] = ()


def turns(row: pd.Series, spans: pd.DataFrame) -> tuple[Turn, ...]:
    """Return the conversation of a trace.

    Messages are those of its model calls, each as often as one call holds it at most; where they
    name no calls, the trace's tools stand among them. The trace's own input and output come first
    and last, unless a step said the same.

    Args:
        row: of the trace.
        spans: its steps in order of time.
    """
    kinds = _texts(spans, "kind")
    columns = {name: _texts(spans, name) for name in ("input", "output", "name", "span_id")}
    failed = [one == "error" for one in _texts(spans, "status")]
    events = _said(spans, kinds, columns)
    if not any(one.calls or one.results for event in events for one in event.held):
        begins = spans["start"].tolist() if len(spans) else []
        events += [_Event(begins[at], at) for at, kind in enumerate(kinds) if kind == "tool"]
    spoken = _Spoken()
    for event in sorted(events, key=lambda one: one.time):
        span_id, at = columns["span_id"][event.at], event.at
        if event.held:
            spoken.listen(event.held, span_id, event.before)
        else:
            given, back = columns["input"][at], columns["output"][at]
            spoken.work(columns["name"][at], given, back, span_id, failed=failed[at])
    spoken.begin(_whole(row, "input", "user"))
    spoken.end(_whole(row, "output", "assistant"))
    if row.get("status") == "error" and not _told(row, "output"):
        spoken.turns.append(Turn("no answer", "said", _why(row, spans, failed), failed=True))
    return paired(spoken.turns)


def _said(spans: pd.DataFrame, kinds: Sequence[str], columns: dict[str, list[str]]) -> list[_Event]:
    """Return what model calls say at their beginning and end, or else what wraps them says."""
    begins = spans["start"].tolist() if len(spans) else []
    ends = spans["end"].tolist() if "end" in spans else begins
    for wanted in _READS:
        found: list[_Event] = []
        for at, kind in enumerate(kinds):
            if kind != wanted:
                continue
            stop = begins[at] if pd.isna(ends[at]) else ends[at]
            moments = ((begins[at], "input", "user"), (stop, "output", "assistant"))
            before: tuple[Message, ...] = ()
            for time, name, role in moments:
                text = columns[name][at]
                held = messages(text)
                # The prompt and the answer of a model may be plain text; of what wraps it, they
                # are the trace's own.
                if not held and text and wanted == "llm":
                    held = (Message(role, text),)
                if held:
                    found.append(_Event(time, at, held, before))
                before = held
        if found:
            return found
    return []


class _Spoken:
    """What was said so far, each message as often as any single list held it."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self._heard: Counter[Message] = Counter()

    def listen(self, held: Iterable[Message], span_id: str, before: Iterable[Message] = ()) -> None:
        self.turns += self._new(held, span_id, before)

    def begin(self, held: Iterable[Message]) -> None:
        self.turns[:0] = self._new(held, "")

    def end(self, held: Iterable[Message]) -> None:
        self.turns += self._new(held, "")

    def work(self, name: str, given: str, back: str, span_id: str, *, failed: bool) -> None:
        """Say what a tool was given and gave back; it is paired by the step it is."""
        own = f"step {span_id}"
        self.turns.append(Turn("assistant", "call", given, name, own, ALONE, span_id))
        if back or failed:
            self.turns.append(Turn("tool", "result", back, name, own, ALONE, span_id, failed))

    def _new(
        self, held: Iterable[Message], span_id: str, before: Iterable[Message] = ()
    ) -> list[Turn]:
        here = Counter(map(_plain, before))
        found: list[Turn] = []
        for one in held:
            plain = _plain(one)
            here[plain] += 1
            if here[plain] > self._heard[plain]:
                self._heard[plain] += 1
                found += _turns_of(one, span_id)
        return found


def _plain(one: Message) -> Message:
    return replace(one, name="", text=one.text.strip())


def _turns_of(one: Message, span_id: str) -> list[Turn]:
    found: list[Turn] = []
    if one.text or not (one.calls or one.results):
        found.append(Turn(one.role, "said", one.text, one.name, span_id=span_id))
    found += [_of(one.role, "call", call, span_id) for call in one.calls]
    return found + [_of("tool", "result", call, span_id) for call in one.results]


def _of(role: str, sort: str, call: Call, span_id: str) -> Turn:
    return Turn(role, sort, call.text, call.name, call.id, ALONE, span_id)


def _whole(row: pd.Series, name: str, role: str) -> tuple[Message, ...]:
    text = _told(row, name)
    return (messages(text) or (Message(role, text),)) if text.strip() else ()


def _why(row: pd.Series, spans: pd.DataFrame, failed: Sequence[bool]) -> str:
    """Return the last error that a step named, else its type."""
    said = [one for one, bad in zip(_texts(spans, "error_message"), failed, strict=True) if bad]
    named = [one for one in said if one]
    return named[-1] if named else _told(row, "error_type")


def _told(row: pd.Series, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame:
        return [""] * len(frame)
    column = frame[name]
    return ["" if gone else str(one) for one, gone in zip(column, column.isna(), strict=True)]
