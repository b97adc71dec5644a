"""What does v2/observations answer?"""

from collections.abc import Iterator

from tests.loopback.api.filters import filtered
from tests.loopback.api.paging import (
    ProblemError,
    choice,
    number,
    observation_cursor,
    observation_key,
    take,
    time,
)
from tests.loopback.rows import Row
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, bad_request

__all__ = ["ALL_GROUPS", "GROUPS", "observations", "shaped"]

GROUPS: dict[str, tuple[str, ...]] = {
    "core": ("id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type"),
    "basic": (
        *("name", "level", "statusMessage", "version", "environment", "bookmarked", "public"),
        *("userId", "sessionId", "isRootObservation"),
    ),
    "time": ("completionStartTime", "createdAt", "updatedAt"),
    "io": ("input", "output"),
    "metadata": ("metadata",),
    "model": ("model", "internalModelId", "modelParameters"),
    "usage": (
        *("usageDetails", "inputUsage", "outputUsage", "totalUsage", "costDetails", "inputCost"),
        *("outputCost", "totalCost", "usagePricingTierId", "usagePricingTierName"),
    ),
    "prompt": ("promptId", "promptName", "promptVersion"),
    "metrics": (),
    "trace_context": ("tags", "release", "traceName"),
}
ALL_GROUPS = ",".join(GROUPS)
_ALWAYS = ("latency", "timeToFirstToken", "modelId", "inputPrice", "outputPrice", "totalPrice")
_OF_MODEL = ("modelId", "inputPrice", "outputPrice", "totalPrice")
_EQUAL = (
    *("name", "userId", "sessionId", "type", "traceId", "level", "parentObservationId", "version"),
)
_MOST = 1_000
_CUT = 200


def observations(state: State, request: Request) -> Answer:
    """Return a page of observations, the latest first, with the groups that were asked for."""
    limit = number(request, "limit", 50, _MOST)
    if request.get("parseIoAsJson") == "true":
        message = "parseIoAsJson is no longer supported; input and output are always strings"
        raise ProblemError(bad_request("parseIoAsJson", message=message))
    groups = _groups(request)
    since, until = time(request, "fromStartTime"), time(request, "toStartTime")
    found = state.observations(observation_key(request), since, until)
    # a listing gives a version only once even if it was asked below its own key
    page, more = take(_wanted(request, found), limit)
    meta = {"cursor": observation_cursor(page[-1])} if more else {}
    wide = set(request.listed("expandMetadata"))
    data = [shaped(_paired(state, row, groups), groups, wide) for row in page]
    return Answer(200, {"data": data, "meta": meta})


def shaped(row: Row, groups: set[str], wide: set[str]) -> Row:
    """Return of a row what the groups hold; long metadata is cut unless asked for."""
    names = [name for group, names in GROUPS.items() if group in groups for name in names]
    told = {name: row[name] for name in (*names, *_ALWAYS) if name in row}
    if "model" not in groups:
        told |= dict.fromkeys(_OF_MODEL)
    if "metadata" in told and "io" not in groups and isinstance(told["metadata"], dict):
        told["metadata"] = {
            key: value if key in wide or not isinstance(value, str) else value[:_CUT]
            for key, value in told["metadata"].items()
        }
    return told


def _groups(request: Request) -> set[str]:
    asked = request.listed("fields") or ["core", "basic"]
    return {"core", *(group for group in asked if group in GROUPS)}


def _wanted(request: Request, rows: Iterator[Row]) -> Iterator[Row]:
    equal = {name: request.get(name) for name in _EQUAL if request.get(name)}
    places = request.listed("environment")
    root = choice(request, "isRootObservation")
    passes = filtered(request.get("filter"))
    for row in rows:
        if (
            all(row.get(name) == value for name, value in equal.items())
            and (not places or row.get("environment") in places)
            and (root is None or row.get("isRootObservation") == root)
            and passes(row)
        ):
            yield row


def _paired(state: State, row: Row, groups: set[str]) -> Row:
    """Return a row as the server joins it: a while with the output of its old version."""
    versions = row.get("versions")
    if not versions or "io" not in groups or state.paired[row["id"]] >= state.quirks.old_output:
        return row
    state.paired[row["id"]] += 1
    return row | {"output": versions[0].get("output", row["output"])}
