"""How does the download of a single Langfuse trace become rows?"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.intake.rows import Columns, Rows
from agentlens.sources.langfuse.wire.forms import TRACES
from agentlens.sources.langfuse.wire.observations import observations, traces, usable
from agentlens.sources.langfuse.wire.scores import scores
from agentlens.tables.problems import Problem

__all__ = ["LANGFUSE_TRACE"]

_MANY = 350
_TEXTS = ("input", "output")


def _fits(head: Head) -> str:
    if not {"observations"} <= head.columns or not {"scores", "trace"} & head.columns:
        return ""
    one = head.records[0] if head.records else {}
    held = one.get("observations")
    if not isinstance(held, list) or any(not isinstance(each, dict) for each in held):
        return ""
    if not held and not isinstance(one.get("trace"), dict):
        return ""
    return "observations beside scores or trace"


def _rows(records: Sequence[Any], places: Sequence[str]) -> Rows:
    kept, where, bad = usable(records, places)
    parts = [_one(record, place) for record, place in zip(kept, where, strict=True)]
    return Rows(
        spans=_joined([one.spans for one in parts]),
        traces=_joined([one.traces for one in parts]),
        scores=_joined([one.scores for one in parts]),
        bad=(*bad, *chain.from_iterable(one.bad for one in parts)),
        problems=tuple(chain.from_iterable(one.problems for one in parts)),
    )


def _one(record: dict[str, Any], place: str) -> Rows:
    """Return the rows of one download, with the trace's own id where a row does not say it."""
    head = _head(record)
    said = head.get("id") if head else None
    steps, at = _listed(record, "observations", place, said)
    judged, about = _listed(record, "scores", place, None)
    of_steps = observations(steps, at)
    of_scores = scores(judged, about) if judged else Rows()
    of_trace = traces([head], [place]) if head else Rows()
    omitted = _omitted(steps, place)
    spans = of_steps.spans if steps else {}
    if omitted:
        spans = {name: column for name, column in spans.items() if name not in _TEXTS}
    return Rows(
        spans=spans,
        traces=of_trace.traces,
        scores=of_scores.scores,
        bad=(*of_steps.bad, *of_scores.bad),
        problems=(*of_steps.problems, *of_scores.problems, *of_trace.problems, *omitted),
    )


def _head(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is said of the trace as a whole: under `trace`, or beside its observations."""
    held = record.get("trace")
    if isinstance(held, dict):
        return held
    return record if "id" in record and "timestamp" in record else None


def _listed(
    record: dict[str, Any], name: str, place: str, trace: Any
) -> tuple[list[Any], list[str]]:
    held = record.get(name)
    found = held if isinstance(held, list) else []
    if trace is not None:
        found = [
            {**one, "traceId": trace} if isinstance(one, dict) and not one.get("traceId") else one
            for one in found
        ]
    return found, [f"{place}#{at}" for at in range(1, len(found) + 1)]


def _omitted(steps: Sequence[Any], place: str) -> tuple[Problem, ...]:
    """Return that a long trace came without its texts, which is not to say it had none."""
    held = any(isinstance(one, dict) and (one.get("input") or one.get("output")) for one in steps)
    if len(steps) < _MANY or held:
        return ()
    detail = f"text_omitted: Langfuse leaves texts out of downloads from {_MANY} observations on"
    return tuple(
        Problem(
            action="missing",
            n=len(steps),
            table="spans",
            field=name,
            severity="warn",
            share=1.0,
            examples=(place,),
            detail=detail,
        )
        for name in (*_TEXTS, "metadata")
    )


def _joined(parts: Sequence[Columns]) -> Columns:
    """Return several sets of columns as one; what only some of them have is missing elsewhere."""
    names = dict.fromkeys(name for one in parts for name in one)
    return {
        name: list(
            chain.from_iterable(one.get(name) or [None] * len(one["where"]) for one in parts if one)
        )
        for name in names
    }


LANGFUSE_TRACE = Dialect(
    name="langfuse_trace",
    fits=_fits,
    rows=_rows,
    fields=frozenset(name for names in TRACES.values() for name in names)
    | {"observations", "scores", "trace"},
    nearest=frozenset({"observations", "scores"}),
)
"""The download button of a trace, and the answer of the API's version 1 for one trace."""
