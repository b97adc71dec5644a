"""Which spans does a trace have, and what does the API know of each?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.loopback.rows import Row, iso
from tests.loopback.world.plan import Size, Trace, identifier
from tests.loopback.world.texts import ERRORS, MODELS, PROMPTS, TOOLS
from tests.loopback.world.usage import generation_fields, no_generation

__all__ = ["PROJECT", "span_rows"]

PROJECT = "proj-loopback"
_LATE = 2_500_000
_BREAKS = {
    "tool_failure": "TOOL",
    "guardrail": "GUARDRAIL",
    "model_error": "GENERATION",
    "refusal": "GENERATION",
    "rate_limit": "GENERATION",
    "context_overflow": "GENERATION",
}


@dataclass(frozen=True)
class _Step:
    kind: str
    name: str
    input: Any
    output: Any
    parent: int = 0
    failed: str = ""
    repeats: bool = False


def span_rows(size: Size, trace: Trace) -> Iterator[Row]:
    """Yield the rows of a trace, the root first."""
    steps = _steps(size, trace)
    lengths = [trace.random.randrange(40, 1_900) * 1_000 for _ in steps]
    tick = 7 if size.micro else 0
    begins, at = [], trace.start_us
    for number, length in enumerate(lengths):
        begins.append(at + tick * number)
        # every third step begins together with the one after it
        at += 0 if number % 3 == 1 else length
    ends = [begin + length for begin, length in zip(begins, lengths, strict=True)]
    for number, step in enumerate(steps):
        ends[step.parent] = max(ends[step.parent], ends[number] + 1_000 * (step.parent > 0))
    ends[0] = max(ends) + 4_000
    ids = [identifier("span", trace.id, number, length=16) for number in range(len(steps))]
    for number, step in enumerate(steps):
        open_end = trace.last and number == 0
        row = _row(trace, step, begins[number], None if open_end else ends[number])
        row |= {"id": ids[number], "isRootObservation": number == 0}
        row["parentObservationId"] = None if number == 0 else ids[step.parent]
        yield row


def _steps(size: Size, trace: Trace) -> list[_Step]:
    messages = [{"role": "user", "content": trace.question}]
    said = {"role": "assistant", "content": trace.answer}
    tool = TOOLS[trace.index % len(TOOLS)]
    ask = {"query": trace.question, "n": trace.index}
    done: Any = {"answer": trace.answer, "ok": not trace.failure}
    if trace.failure:
        done = None
    elif trace.index % 6 == 0:
        done = trace.answer
    steps = [
        _Step("AGENT", trace.name, ask, done, failed=trace.failure),
        _Step("GUARDRAIL", "input-check", trace.question, {"passed": True}),
        _Step("RETRIEVER", "search-notes", trace.question, [{"id": "note-1", "text": "…"}]),
        _Step("GENERATION", "think", messages, said, repeats=trace.index % 5 == 2),
    ]
    if steps[-1].repeats:  # a framework's own span around the one that the provider reported
        steps.append(_Step("GENERATION", "think.provider", messages, said, parent=3))
    if trace.survives:
        steps.append(_Step("TOOL", tool, {"id": trace.index}, None, failed="tool_failure"))
    more = trace.random.randrange(-1, 2) + size.spans_per_trace - len(steps)
    ring = (
        _Step("TOOL", tool, {"id": trace.index}, {"found": True}),
        _Step("GENERATION", "answer", messages, said),
        _Step("SPAN", "format", trace.answer, trace.answer),
        _Step("EMBEDDING", "embed", trace.question, None),
        _Step("EVENT", "cache-hit", None, None),
    )
    steps += [ring[number % len(ring)] for number in range(max(more, 2))]
    return _broken(steps, trace.failure)


def _broken(steps: list[_Step], failure: str) -> list[_Step]:
    """Let the last step of the kind that a failure begins in fail."""
    kind = _BREAKS.get(failure)
    place = max((n for n, step in enumerate(steps) if step.kind == kind), default=None)
    if place is None:
        return steps
    old = steps[place]
    fails = _Step(old.kind, old.name, old.input, None, old.parent, failure)
    return [*steps[:place], fails, *steps[place + 1 :]]


def _row(trace: Trace, step: _Step, start: int, end: int | None) -> Row:
    known = iso((end or start) + _LATE)
    kinds = MODELS[trace.index % len(MODELS)], PROMPTS[trace.index % len(PROMPTS)]
    shown = round((end - start) / 1e6, 3) if end is not None else None
    talks = step.kind == "GENERATION"
    return {
        "start_us": start,
        "traceId": trace.id,
        "startTime": iso(start),
        "endTime": None if end is None else iso(end),
        "projectId": PROJECT,
        "type": step.kind,
        "name": step.name,
        "level": "ERROR" if step.failed else "DEFAULT",
        "statusMessage": ERRORS[step.failed] if step.failed else "",
        "version": trace.version,
        "environment": trace.environment,
        "completionStartTime": iso(start + 90_000) if talks else None,
        "createdAt": known,
        "updatedAt": known,
        "input": _text(step.input),
        "output": _text(step.output),
        "metadata": _metadata(trace, step.kind),
        **(generation_fields(trace.random, *kinds, trace.index) if talks else no_generation()),
        "latency": shown,
        "timeToFirstToken": 0.09 if talks else None,
        "userId": trace.user,
        "sessionId": trace.session,
        "traceName": trace.name,
        "release": trace.release,
        "tags": trace.tags,
        "bookmarked": False,
        "public": False,
    }


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _metadata(trace: Trace, kind: str) -> dict[str, Any]:
    return {
        **trace.metadata,
        "scope.name": "desk-tracer",
        "scope.version": 2,
        "resourceAttributes.service.name": "desk",
        "attributes.langfuse.observation.type": kind.lower(),
        "attributes.langfuse.release": trace.release,
        "attributes.langfuse.trace.name": trace.name,
        "attributes.user.id": trace.user,
        "attributes.session.id": trace.session,
    }
