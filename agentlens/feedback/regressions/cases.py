"""What does one failed trace become, so that it can be run again?"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
import pandas as pd

from agentlens.analysis.failures.columns import texts_of
from agentlens.feedback.regressions.formats.text import clean

__all__ = ["Example", "case_id", "case_of", "conversation"]

_METADATA = (
    "task_type",
    "environment",
    "release",
    "agent_version",
    "model",
    "prompt_version",
    "error_type",
)
_ROLES = {"user": "user", "human": "user", "system": "system", "developer": "system"}
_ROLES |= {"assistant": "assistant", "ai": "assistant", "tool": "tool"}
_LONGEST = 4_000
_MOST_STEPS = 50


@dataclass(frozen=True, eq=False)
class Example:
    """A failed trace and what is known of it.

    Attributes:
        trace: its row.
        spans: its steps.
        mark: what people said of it.
        pattern: the failure that it shows.
        alike: other failed traces with that pattern.
    """

    trace: pd.Series
    spans: pd.DataFrame
    mark: pd.Series
    pattern: str
    alike: tuple[str, ...]


def case_id(dataset: str, pattern: str, trace_id: str) -> str:
    """Return the name of a case, the same on any machine and day.

    >>> case_id("regressions", "refund: timeout", "t1")
    'al-ec796e4210eb2663167e12f58c69fd2d'
    """
    told = json.dumps([dataset, pattern, trace_id], separators=(",", ":"))
    return f"al-{sha256(told.encode()).hexdigest()[:32]}"


def case_of(
    example: Example, *, dataset: str, version: int, created: pd.Timestamp
) -> dict[str, Any]:
    """Return the case of an example, ready to be written.

    Args:
        example: the trace and what is known of it.
        dataset: to which it belongs.
        version: of the dataset, the first that holds it.
        created: when it was marked, or, where that is unknown, when the log ended.
    """
    trace, mark = example.trace, example.mark
    expected, kind = _expected(mark, example.pattern, _text(trace, "output"))
    marked = created if pd.isna(mark["time"]) else mark["time"]
    case = {
        "id": case_id(dataset, example.pattern, str(trace["trace_id"])),
        "dataset": dataset,
        "version": version,
        "created": marked.isoformat(),
        "pattern": example.pattern,
        "input": conversation(_text(trace, "input")),
        "expected": expected,
        "expected_is": kind,
        "bad_output": _text(trace, "output"),
        "label": "fail",
        **{name: mark[name] for name in ("rater", "note", "rubric") if mark[name]},
        **{name: mark[name] for name in ("must_match", "must_not_match") if mark[name]},
        "source_trace": str(trace["trace_id"]),
        "n_alike": 1 + len(example.alike),
        "alike": list(example.alike),
        "weight": float(trace["weight"]) if _has(trace, "weight") else 1.0,
        "context": _context(example.spans),
        "metadata": {"start": trace["start"].isoformat()}
        | {name: _text(trace, name) for name in _METADATA if _has(trace, name)},
    }
    return dict(clean(case))


def conversation(given: str) -> str | list[dict[str, str]]:
    """Return messages where an input is a list of them that texts can carry, else the input.

    >>> conversation('[{"role": "human", "content": "Where is it?"}]')
    [{'role': 'user', 'content': 'Where is it?'}]
    >>> conversation("Where is it?")
    'Where is it?'
    """
    if given.lstrip()[:1] not in {"[", "{"}:
        return given
    try:
        held = orjson.loads(given)
    except orjson.JSONDecodeError:
        return given
    if isinstance(held, dict) and [*held] == ["messages"]:
        held = held["messages"]
    if not isinstance(held, list) or not held or not all(isinstance(one, dict) for one in held):
        return given
    messages = [_message(one) for one in held]
    return [one for one in messages if one] if all(messages) else given


def _message(held: dict[str, Any]) -> dict[str, str]:
    """Return a message of role and text; nothing where that would leave something out."""
    role = _ROLES.get(str(held.get("role") or held.get("type")).lower())
    content = held.get("content")
    if isinstance(content, list):
        parts = [one.get("text") if isinstance(one, dict) else one for one in content]
        content = "\n".join(map(str, parts)) if all(isinstance(one, str) for one in parts) else None
    whole = role is not None and isinstance(content, str) and not held.get("tool_calls")
    return {"role": str(role), "content": str(content)} if whole else {}


def _expected(mark: pd.Series, pattern: str, bad: str) -> tuple[str, str]:
    """Return what a good answer is, and whether that is an answer or only what it must not be.

    A note on a failed trace says what is wrong with it, so that it can only be a fault to avoid.
    """
    if mark["expected"]:
        return str(mark["expected"]), "answer"
    said = f" The answer that failed was: {_short(bad)}" if bad.strip() else ""
    return f"The answer must not fail like this: {mark['note'] or pattern}.{said}", "criterion"


def _context(spans: pd.DataFrame) -> dict[str, Any]:
    """Return which tools were called with what, and which texts were found."""
    if "kind" not in spans or not len(spans):
        return {"tools": [], "retrieved": []}
    order = [name for name in ("start", "span_id") if name in spans]
    steps = spans.sort_values(order, kind="stable") if order else spans
    tools = steps[(steps["kind"] == "tool").fillna(value=False)].head(_MOST_STEPS)
    finds = steps[(steps["kind"] == "retrieval").fillna(value=False)].head(_MOST_STEPS)
    called = [_tool(row) for _, row in tools.iterrows()]
    return {"tools": called, "retrieved": _filled(finds)}


def _tool(row: pd.Series) -> dict[str, str]:
    told = {"name": _text(row, "name")}
    for name, column in (("arguments", "input"), ("output", "output"), ("error", "error_message")):
        if _has(row, column):
            told[name] = _short(_text(row, column))
    return told


def _filled(rows: pd.DataFrame) -> list[str]:
    return [_short(one) for one in texts_of(rows, "output") if one.strip()]


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _has(row: pd.Series, name: str) -> bool:
    return name in row.index and not pd.isna(row[name])


def _text(row: pd.Series, name: str) -> str:
    return str(row[name]) if _has(row, name) else ""
