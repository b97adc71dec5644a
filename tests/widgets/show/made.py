"""Traces made for one purpose each: large, askew, hostile, talkative."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["BEGIN", "HOSTILE", "chain_of", "log_of", "long_log", "span", "talk_log"]

BEGIN = pd.Timestamp("2026-11-10 10:00", tz="UTC")
HOSTILE = {
    "script": "<script>window.hit = 1</script>",
    "onerror": '<img src=x onerror="window.hit = 2">',
    "address": "javascript:window.hit=3",
    "ending": "</script></pre></style><svg onload='window.hit=4'>",
    "data": "data:text/html,<script>window.hit=5</script>",
    "turned": "a\u202egnp.exe\u2066b\u200b",
    "null": "a\x00b\x1b[2Jc",
    "template": "${window.hit=6}{{constructor.constructor('window.hit=7')()}}",
}


def span(
    name: str, at: float, *, took: float | None = 1.0, parent: str | None = None, **more: Any
) -> dict[str, Any]:
    """A step called by its own name, so many seconds after the beginning."""
    start = BEGIN + pd.Timedelta(at, "s")
    end = None if took is None else start + pd.Timedelta(took, "s")
    row = {"span_id": name, "trace_id": "t", "parent_id": parent, "kind": "tool", "name": name}
    return {**row, "start": start, "end": end, "status": "ok", **more}


def log_of(
    *spans: Mapping[str, Any],
    scores: Sequence[Mapping[str, Any]] = (),
    traces: Sequence[Mapping[str, Any]] = (),
    **trace: Any,
) -> Log:
    """A log of the trace "t" with these steps; `traces` are further rows."""
    row = {"trace_id": "t", "start": BEGIN, "end": BEGIN + pd.Timedelta("10s"), "status": "ok"}
    rows = [{**row, "latency_s": 10.0, **trace}, *traces]
    names = ["span_id", "trace_id", "parent_id", "kind", "name", "start", "end", "status"]
    steps = pd.DataFrame(list(spans), columns=None if spans else names)
    judged = pd.DataFrame(list(scores)) if scores else None
    return from_frames(pd.DataFrame(rows), steps if spans else None, judged, strict=False)


def long_log(n: int, *, failed: Sequence[int] = (), alike: bool = False, text: int = 60) -> Log:
    """A trace of n steps: turns of nineteen steps each under a root; or all alike under one."""
    spans = [span("root", 0, took=float(n), kind="agent")]
    for at in range(1, n):
        turn = (at - 1) // 20
        head = (at - 1) % 20 == 0
        parent = "root" if head or alike else f"s{turn * 20 + 1}"
        kind = ("chain" if head else ("llm", "tool", "retrieval")[at % 3]) if not alike else "tool"
        name = f"turn {turn}" if head and not alike else f"{kind} step"
        took = 20.0 if head and not alike else 0.9
        wrong = at in failed
        spans.append(
            span(
                f"s{at}",
                float(at),
                took=min(took, n - at),
                parent=parent,
                kind=kind,
                input=json.dumps({"n": at, "words": "w" * text}),
                output=f"answer {at} needle" if at == n - 2 else f"answer {at}",
                cost_usd=0.0001 * at,
                input_tokens=100 + at,
                output_tokens=at % 7,
            )
            | ({"name": name} if not wrong else {"name": f"broken {at}"})
            | ({"status": "error", "error_message": f"step {at} broke"} if wrong else {})
        )
    return log_of(*spans, input="Begin.", output="Done.", end=BEGIN + pd.Timedelta(n, "s"))


def chain_of(n: int) -> Log:
    """A trace in which each step calls the next."""
    spans = [span(f"s{at}", 0.001 * at, parent=f"s{at - 1}" if at else None) for at in range(n)]
    return log_of(*spans)


def talk_log() -> Log:
    """A trace whose model calls hold messages, calls of tools and results, one of them lost."""
    call: dict[str, Any] = {"id": "c1", "type": "function"}
    call |= {"function": {"name": "look_up", "arguments": '{"order": 7}'}}
    lost = {"id": "c2", "type": "function", "function": {"name": "refund", "arguments": "{}"}}
    system = {"role": "system", "content": "Be kind."}
    asked = {"role": "user", "content": "Where is order 7?"}
    calls = {"role": "assistant", "content": None, "tool_calls": [call, lost]}
    result = {"role": "tool", "tool_call_id": "c1", "content": '{"state": "shipped"}'}
    stray = {"role": "tool", "tool_call_id": "c9", "content": "nobody asked"}
    answer = {"role": "assistant", "content": "It is on its way, <NAME_AB2C>."}
    first = {"messages": [system, asked]}
    second = {"messages": [system, asked, calls, result, stray]}
    return log_of(
        span("root", 0, took=10.0, kind="agent"),
        span(
            "think", 1, parent="root", kind="llm", input=json.dumps(first), output=json.dumps(calls)
        ),
        span("look_up", 3, parent="root", kind="tool", input='{"order": 7}', output="shipped"),
        span(
            "answer",
            5,
            parent="root",
            kind="llm",
            input=json.dumps(second),
            output=json.dumps({"choices": [{"index": 0, "message": answer}]}),
        ),
        input="Where is order 7?",
        output="It is on its way, <NAME_AB2C>.",
    )
