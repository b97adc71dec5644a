"""What does one sample of an Inspect log say of its trace?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentlens.sources.files.dialects.inspect.events import steps_of, usage_of
from agentlens.sources.files.dialects.inspect.scores import scores_of
from agentlens.sources.files.dialects.inspect.texts import answer_of, resolved
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    after,
    flat,
    listed,
    moment,
    number,
    object_of,
    word,
)
from agentlens.sources.files.dialects.vendor.words import said_in

__all__ = ["Found", "Sample", "rows_of"]

_BULK = frozenset({"call", "tools", "config"})  # raw requests, which repeat input and output
_SLOW = frozenset({"time", "working", "message", "turn"})
_SAID = frozenset({"release", "revision_id", "environment"})
_NUMBERS = ("total_time", "turn_count")
Row = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One sample, the header of its log, and where it stands."""

    header: Mapping[str, Any]
    sample: Mapping[str, Any]
    where: str


@dataclass(frozen=True)
class Found:
    """The rows that one sample becomes."""

    trace: Row
    spans: list[Row]
    scores: list[Row]


def rows_of(given: Sample, notes: Notes) -> Found:
    """Return the trace of a sample, its steps below one that stands for the sample, its scores.

    Args:
        given: the sample and its log's header.
        notes: where what is odd is counted.
    """
    run, sample, place = object_of(given.header.get("eval")), given.sample, given.where
    trace_id = _trace_id(run, sample, place, notes)
    attached = object_of(sample.get("attachments"))
    events = [
        resolved(
            {key: held for key, held in one.items() if key not in _BULK}, attached, place, notes
        )
        for one in listed(sample.get("events"))
        if isinstance(one, dict)
    ]
    steps = steps_of(events, trace_id, place, notes)
    root = _root(run, sample, trace_id, steps, place, notes)
    root |= {
        "input": resolved(sample.get("input"), attached, place, notes),
        "output": resolved(answer_of(sample.get("output")), attached, place, notes),
    }
    trace = _facts(given, run, trace_id, notes)
    scores = scores_of(sample, trace_id, root["end"], place, notes)
    return Found(trace, [root, *steps], scores)


def _trace_id(run: Mapping[str, Any], sample: Mapping[str, Any], place: str, notes: Notes) -> Any:
    uuid = word(sample.get("uuid"))
    if uuid:
        return uuid
    parts = [word(one) for one in (run.get("eval_id"), sample.get("id"), sample.get("epoch"))]
    if parts[1] is None:
        return None
    notes.add(
        "assumed", "trace_id", "no uuid; made of run, sample and epoch", place, table="traces"
    )
    return ":".join(one or "" for one in parts)


def _facts(given: Sample, run: Mapping[str, Any], trace_id: Any, notes: Notes) -> Row:
    header, sample, place = given.header, given.sample, given.where
    told = object_of(run.get("metadata"))
    about = {key: one for key, one in told.items() if key in _SAID}
    said, rest = said_in(about, place, notes, table="traces")
    by_model = object_of(sample.get("model_usage")).values()
    used = [usage_of(object_of(one)) for one in by_model]
    sums = {name: _sum([one.get(name) for one in used]) for name in used[0]} if used else {}
    own = {key: one for key, one in told.items() if key not in about} | rest
    metadata = flat(own) | flat(object_of(sample.get("metadata"))) | _odds(given, run)
    metadata.setdefault("task_type", word(run.get("task")))
    if header.get("status") == "incomplete":
        detail = "a log without a header: the run crashed; its finished samples were read"
        notes.add("missing", "header", detail, place, table="traces", severity="warn")
    if header.get("invalidated") or sample.get("invalidation"):
        metadata["invalidated"] = True
        detail = "samples that were declared invalid"
        notes.add("conflict", "invalidated", detail, place, table="traces")
    return {
        "where": place,
        "trace_id": trace_id,
        "session_id": run.get("eval_id"),
        "name": run.get("task"),
        "model": run.get("model"),
        "tags": listed(header.get("tags")) or listed(run.get("tags")) or None,
        "metadata": {key: one for key, one in metadata.items() if one is not None},
        **said,
        **sums,
    }


def _odds(given: Sample, run: Mapping[str, Any]) -> Row:
    """Return what has no column of its own."""
    sample = given.sample
    odds: Row = {"epoch": sample.get("epoch"), "sample_id": sample.get("id")}
    odds["working_s"] = number(sample.get("working_time"))
    odds |= {name: sample[name] for name in _NUMBERS if name in sample}
    odds["run_status"] = given.header.get("status")
    retries = listed(sample.get("error_retries"))
    if retries:
        odds["error_retries"] = len(retries)
    if sample.get("target"):
        odds["attributes.inspect.target"] = sample["target"]
    for name in ("run_id", "task_id", "dataset"):
        if run.get(name):
            odds |= flat({name: run[name]}, "attributes.inspect.")
    return odds


def _root(
    run: Mapping[str, Any],
    sample: Mapping[str, Any],
    trace_id: Any,
    steps: list[Row],
    place: str,
    notes: Notes,
) -> Row:
    start, end = sample.get("started_at"), sample.get("completed_at")
    if not start:
        start = _edge([one["start"] for one in steps], first=True)
        detail = "no start is given; the first event's time was taken"
        if start is None:
            start = run.get("created")
            detail = "no start is given; the run's creation was taken"
        notes.add("assumed", "start", detail, place)
    if not end and not sample.get("started_at"):
        end = _edge([one["end"] for one in steps], first=False)
        end = end or after(start, number(sample.get("total_time")))
        if end is not None:
            notes.add("assumed", "end", "no end is given; events or the total time tell it", place)
    return {
        "where": place,
        "trace_id": trace_id,
        "span_id": trace_id,
        "parent_id": None,
        "is_root": True,
        "kind": "agent",
        "name": run.get("task"),
        "start": start,
        "end": end or None,
        **_ending(sample, end),
    }


def _edge(times: list[Any], *, first: bool) -> Any:
    known = [one for one in map(moment, times) if isinstance(one, datetime)]
    if not known:
        return None
    return min(known) if first else max(known)


def _ending(sample: Mapping[str, Any], end: object) -> Row:
    error = object_of(sample.get("error"))
    if error or sample.get("error"):
        return {"status": "error", "error_message": error.get("message") or sample.get("error")}
    limit = object_of(sample.get("limit"))
    reached = word(limit.get("type")) or word(sample.get("limit"))
    if reached:
        kind = "timeout" if reached in _SLOW else "cancelled" if reached == "operator" else "limit"
        message = f"limit reached: {reached} {word(limit.get('limit')) or ''}".strip()
        return {"status": "error", "error_type": kind, "error_message": message}
    return {"status": "ok" if end else None}


def _sum(values: list[Any]) -> float | None:
    known = [one for one in map(number, values) if one is not None]
    return sum(known) if known else None
