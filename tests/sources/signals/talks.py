"""How does a test write down a conversation, and what would a source say of it?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = [
    "NOW",
    "OUTCOMES",
    "PLAIN",
    "Conversation",
    "Said",
    "Tables",
    "guard",
    "score",
    "tables_of",
    "talk",
    "tool",
    "truth_of",
    "user",
]

NOW = pd.Timestamp("2026-11-09T12:00:00Z").as_unit("us")
OUTCOMES = {
    "completed": "boolean",
    "escalated": "boolean",
    "user_corrected": "boolean",
    "user_rating": "float64",
    "followed_up": "boolean",
    "copied": "boolean",
    "repeated_prompts": "Int64",
    "safety_flagged": "boolean",
    "abandoned": "boolean",
}
PLAIN: Mapping[str, Any] = {
    "completed": True,
    "escalated": False,
    "user_corrected": False,
    "user_rating": None,
    "followed_up": False,
    "copied": False,
    "repeated_prompts": 0,
    "safety_flagged": False,
    "abandoned": False,
}
_BEGIN = pd.Timestamp("2026-11-02T00:00:00Z")


@dataclass(frozen=True)
class Said:
    """One trace: what the user said, what happened, and how its outcomes differ from the plain.

    Attributes:
        text: the input, as a text or as messages.
        after: minutes since the trace before ended.
        truth: outcomes that differ from those of a question that was answered, and that was all.
    """

    text: str | list[dict[str, str]] | None
    after: float = 2.0
    answer: str | None = "Here it is."
    status: str = "ok"
    error_type: str | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
    tags: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    scores: tuple[Mapping[str, Any], ...] = ()
    truth: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """Traces of one session, from one person's reading."""

    name: str
    said: tuple[Said, ...]
    session: bool = True
    ago: float | None = None


@dataclass(frozen=True, eq=False)
class Tables:
    """The four tables that a source would give of them."""

    traces: pd.DataFrame
    spans: pd.DataFrame
    scores: pd.DataFrame
    metadata: pd.DataFrame


def talk(name: str, *said: Said, session: bool = True, ago: float | None = None) -> Conversation:
    return Conversation(name, said, session, ago)


def user(*texts: str) -> list[dict[str, str]]:
    """Return a conversation so far: each text of the user, and an answer between."""
    turns = [{"role": "user", "content": text} for text in texts]
    answers = [{"role": "assistant", "content": "Here it is."}] * len(texts)
    both = [one for pair in zip(turns, answers, strict=True) for one in pair]
    return [{"role": "system", "content": "Be kind."}, *both[:-1]]


def tool(name: str, kind: str = "tool", **more: Any) -> Mapping[str, Any]:
    return {"name": name, "kind": kind, **more}


def guard(**more: Any) -> Mapping[str, Any]:
    return {"name": "moderation", "kind": "guardrail", **more}


def score(name: str, value: float | None = None, **more: Any) -> Mapping[str, Any]:
    return {"name": name, "value": value, "source": "api", **more}


def tables_of(conversations: tuple[Conversation, ...]) -> Tables:
    """Return what a source would give of these conversations."""
    traces: list[dict[str, Any]] = []
    spans: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    metadata: list[dict[str, Any]] = []
    for number, conversation in enumerate(conversations):
        for trace_id, start, said in _placed(number, conversation):
            session = f"s{number}" if conversation.session else None
            traces.append({"session_id": session, **_trace(trace_id, start, said)})
            own = {"trace_id": trace_id, "start": start, "status": "ok"}
            root = {"name": "agent", "kind": "agent", "parent_id": None}
            for step, one in enumerate((root, *said.steps)):
                names = {"span_id": f"{trace_id}.{step}", "parent_id": f"{trace_id}.0"}
                spans.append({**own, **names, **one})
            for nth, said_of_it in enumerate(said.scores):
                scores.append({"trace_id": trace_id, "score_id": f"{trace_id}.{nth}", **said_of_it})
            for key, value in said.metadata.items():
                metadata.append({"trace_id": trace_id, "key": key, "value": value})
    times = {"start": "datetime64[us, UTC]", "end": "datetime64[us, UTC]"}
    texts = dict.fromkeys(("session_id", "error_type", "tags", "input", "output"), "str")
    columns = ["trace_id", "score_id", "name", "value", "label", "kind", "source", "time"]
    return Tables(
        pd.DataFrame(traces).astype({**times, **texts}),
        pd.DataFrame(spans).astype({"passed": "boolean"} if _has(spans, "passed") else {}),
        pd.DataFrame(scores, columns=columns),
        pd.DataFrame(metadata, columns=["trace_id", "key", "value"]).astype("str"),
    )


def _trace(trace_id: str, start: pd.Timestamp, said: Said) -> dict[str, Any]:
    return {
        "trace_id": trace_id,
        "start": start,
        "end": None if said.status == "open" else start + pd.Timedelta("30s"),
        "status": said.status,
        "error_type": said.error_type,
        "tags": said.tags,
        "input": json.dumps(said.text) if isinstance(said.text, list) else said.text,
        "output": said.answer,
    }


def _has(rows: list[dict[str, Any]], name: str) -> bool:
    return any(name in row for row in rows)


def _placed(number: int, conversation: Conversation) -> list[tuple[str, pd.Timestamp, Said]]:
    """Return each trace with its id and the time at which it begins."""
    clock = _BEGIN + pd.Timedelta(number, "h")
    if conversation.ago is not None:
        clock = NOW - pd.Timedelta(conversation.ago * 60 + 30, "s")
    found = []
    for place, said in enumerate(conversation.said):
        clock += pd.Timedelta(said.after * 60 if place else 0, "s")
        found.append((f"t{number:02d}.{place}", clock, said))
        clock += pd.Timedelta("30s")
    return found


def truth_of(conversations: tuple[Conversation, ...]) -> pd.DataFrame:
    """Return the outcomes of every trace, as a person read them."""
    rows = [{**PLAIN, **said.truth} for one in conversations for said in one.said]
    return pd.DataFrame({name: [row[name] for row in rows] for name in OUTCOMES}).astype(OUTCOMES)
