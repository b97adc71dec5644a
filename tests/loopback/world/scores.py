"""Which scores do people, judges and programs give to the invented traffic?"""

from collections.abc import Iterator
from typing import Any

from tests.loopback.rows import Row, iso
from tests.loopback.world.plan import Trace, identifier
from tests.loopback.world.spans import PROJECT

__all__ = ["SCORE_CONFIGS", "score_rows"]

_SAME = {
    "createdAt": "2026-04-30T08:00:00.000Z",
    "updatedAt": "2026-04-30T08:00:00.000Z",
    "isArchived": False,
    "description": None,
    "projectId": PROJECT,
    "maxValue": None,
    "minValue": None,
    "categories": None,
}
SCORE_CONFIGS: list[Row] = [
    _SAME
    | {
        "id": "cfg-outcome",
        "name": "outcome",
        "dataType": "CATEGORICAL",
        "categories": [{"label": "solved", "value": 1}, {"label": "unsolved", "value": 0}],
    },
    _SAME
    | {"id": "cfg-grade", "name": "grade", "dataType": "NUMERIC", "minValue": 0, "maxValue": 5},
    _SAME
    | {
        "id": "cfg-polite",
        "name": "polite",
        "dataType": "BOOLEAN",
        "categories": [{"label": "True", "value": 1}, {"label": "False", "value": 0}],
    },
]
_OURS = {
    "version": "0.1.0",
    "source": "human",
    "rubric": "outcome",
    "rubric_version": "2",
    "rubric_hash": "5be1",
    "judge_model": None,
    "rater": "rater-1",
    "repeat": 0,
    "inclusion_p": 0.25,
    "plan": "weekly",
    "stage": "first",
    "stratum": "paid",
    "split": "test",
}
_MINUTE = 60_000_000


def score_rows(trace: Trace, spans: list[Row]) -> Iterator[Row]:
    """Yield the scores of a trace; not every trace has them."""
    on_trace = {"kind": "trace", "id": trace.id}
    for turn, (name, kind, value, more) in enumerate(_given(trace)):
        subject = on_trace | more.pop("subject", {})
        if subject["kind"] == "observation":
            subject |= {"id": spans[min(3, len(spans) - 1)]["id"], "traceId": trace.id}
        at = trace.start_us + (1 + turn) * _MINUTE + trace.index % 977 * 1_000
        yield {
            "start_us": at - at % 1_000,
            "id": f"sc-{name}-{identifier(trace.id, length=12)}",
            "projectId": PROJECT,
            "name": name,
            "source": "API",
            "timestamp": iso(at),
            "environment": trace.environment,
            "createdAt": f"{iso(at)[:19]}.000Z",
            "updatedAt": iso(at + 7_654_000),
            "comment": None,
            "configId": None,
            "metadata": {},
            "authorUserId": None,
            "queueId": None,
            **more,
            "subject": subject,
            "dataType": kind,
            "value": value,
        }


def _given(trace: Trace) -> Iterator[tuple[str, str, Any, Row]]:
    """Yield name, data type, value and what else is known, by turns over the traces."""
    index, good = trace.index, not trace.failure
    person = {"source": "ANNOTATION", "authorUserId": "person-7", "queueId": "queue-0"}
    if index % 3 != 1:
        yield "thumbs", "BOOLEAN", good, {}
    if index % 3 == 0:
        yield "quality", "NUMERIC", round(0.4 + 0.5 * good, 4), {"source": "EVAL", "comment": "…"}
    if index % 4 == 1:
        label = "solved" if good else "unsolved"
        yield "outcome", "CATEGORICAL", label, person | {"configId": "cfg-outcome"}
    if index % 5 == 0:
        made = {"metadata": {"agentlens": _OURS}, "comment": "see the last answer"}
        yield "outcome-ours", "CATEGORICAL", "solved" if good else "unsolved", made
    if index % 6 == 2:
        step = {"subject": {"kind": "observation"}, "metadata": {"rubric_version": "v2"}}
        yield "grounded", "NUMERIC", 1 if good else 0, step
    if index % 7 == 4:
        yield "remark", "TEXT", "merci, très clair 👍", person | {"queueId": None}
    if index % 10 == 8:
        yield "better", "CORRECTION", "It arrives on Monday.", person | {"queueId": None}
    if index % 5 == 3 and trace.session:
        yield "visit", "NUMERIC", 4, {"subject": {"kind": "session", "id": trace.session}}
    if index % 25 == 24:
        yield "run", "NUMERIC", 0.5, {"subject": {"kind": "experiment", "id": f"run-{index}"}}
