"""What do the old addresses for traces and observations answer?"""

import json
from typing import Any

from tests.loopback.api.numbered_scores import plain_score
from tests.loopback.api.paging import number, numbered, time
from tests.loopback.rows import END, Row, micros
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, missing
from tests.loopback.world.traces import trace_rows

__all__ = ["observations", "trace", "traces"]

_SAME = ("userId", "name", "sessionId", "version", "release")
_EMPTY: Row = {"input": None, "output": None, "metadata": {}}
_TECHNICAL = ("attributes", "resourceAttributes", "scope")
_GROUPS = ("core", "io", "scores", "observations", "metrics")
_OBSERVATION = (
    *("id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type"),
    *("environment", "name", "level", "statusMessage", "version", "createdAt", "updatedAt"),
    *("input", "output", "metadata", "model", "modelParameters", "completionStartTime"),
    *("promptId", "promptName", "promptVersion", "latency", "timeToFirstToken", "usageDetails"),
    *("costDetails", "usagePricingTierId", "usagePricingTierName", "modelId", "inputPrice"),
    *("outputPrice", "totalPrice"),
)
_UNSET = ("statusMessage", "version", "model", "promptId", "promptName", "name")
_PRICES = ("inputPrice", "outputPrice", "totalPrice")
_EQUAL = ("name", "userId", "type", "traceId", "level", "parentObservationId", "version")


def traces(state: State, request: Request) -> Answer:
    """Return a page of traces; what was not asked for is empty, and -1 where it is a number."""
    since, until = time(request, "fromTimestamp"), time(request, "toTimestamp")
    groups = set(request.listed("fields") or _GROUPS)
    table, roots = state.traces()
    rows = [
        row
        for row in table
        if _within(micros(row["timestamp"]), since, until) and _wanted(request, row)
    ]
    if not request.get("orderBy").lower().endswith("asc"):
        rows.reverse()
    # the total counts every version of a root
    total = sum(max(1, roots[row["id"]]) for row in rows)
    page = numbered(request, rows, total)
    page.body["data"] = [_listed(row, groups) for row in page.body["data"]]
    return page


def trace(state: State, request: Request) -> Answer:
    """Return one trace with all its observations and scores."""
    name = request.parts[1]
    found = state.latest(row for row in state.observations(END) if row["traceId"] == name)
    if not found:
        return missing(f"Trace {name} not found within authorized project")
    given = state.latest(row for row in state.all_scores(END) if _about(row) == name)
    whole = _plain_trace(trace_rows(found, given)[0])
    parts = [_plain_observation(row) for row in found]
    scores = [plain_score(row, {}, state.configs) for row in given]
    for score in scores:
        del score["trace"]
    return Answer(200, whole | {"observations": parts, "scores": scores})


def observations(state: State, request: Request) -> Answer:
    """Return a page of observations, the latest first."""
    number(request, "limit", 50, 100, 1)
    equal = {name: request.get(name) for name in _EQUAL if request.get(name)}
    places = request.listed("environment")
    since, until = time(request, "fromStartTime"), time(request, "toStartTime")
    seen = [
        row
        for row in state.observations(END, since, until)
        if all(row[name] == value for name, value in equal.items())
        and (not places or row["environment"] in places)
    ]
    page = numbered(request, state.latest(iter(seen)), len(seen))
    page.body["data"] = [_plain_observation(row) for row in page.body["data"]]
    return page


def _within(at: int, since: int | None, until: int | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _wanted(request: Request, row: Row) -> bool:
    places = request.listed("environment")
    return (
        all(row[name] == request.get(name) for name in _SAME if request.get(name))
        and (not places or row["environment"] in places)
        and set(request.listed("tags")) <= set(row["tags"])
    )


def _listed(row: Row, groups: set[str]) -> Row:
    plain = _plain_trace(row)
    if "io" not in groups:
        plain |= _EMPTY
    if "metrics" not in groups:
        plain |= {"totalCost": -1, "latency": -1}
    for name in ("scores", "observations"):
        if name not in groups:
            plain[name] = []
    return plain


def _plain_trace(row: Row) -> Row:
    names = ("name", "release", "version", "userId", "sessionId")
    empty = {name: row[name] or None for name in names}
    return row | empty | _parsed(row)


def _plain_observation(row: Row) -> Row:
    usage = {"input": row["inputUsage"], "output": row["outputUsage"], "total": row["totalUsage"]}
    return (
        {name: row[name] for name in _OBSERVATION}
        | {name: row[name] or None for name in _UNSET}
        | {name: None if row[name] is None else float(row[name]) for name in _PRICES}
        | _parsed(row)
        | {
            "calculatedInputCost": row["inputCost"],
            "calculatedOutputCost": row["outputCost"],
            "calculatedTotalCost": row["totalCost"],
            "unit": "TOKENS",
            "promptTokens": usage["input"],
            "completionTokens": usage["output"],
            "totalTokens": usage["total"],
            "usage": {"unit": "TOKENS", **usage},
        }
    )


def _parsed(row: Row) -> Row:
    return {
        "input": _value(row["input"]),
        "output": _value(row["output"]),
        "metadata": _nested(row["metadata"]),
    }


def _value(text: str | None) -> Any:
    """Return what a text says as JSON, else the text."""
    if text is None or text[:1] not in {"{", "["}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _nested(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata with the technical keys as objects, the way the old addresses give them."""
    nested: dict[str, Any] = {}
    for key, value in metadata.items():
        group, _, rest = key.partition(".")
        if rest and group in _TECHNICAL:
            nested.setdefault(group, {})[rest] = value
        else:
            nested[key] = value
    return nested


def _about(score: Row) -> str:
    return str(score["subject"].get("traceId", score["subject"]["id"]))
