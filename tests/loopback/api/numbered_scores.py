"""What do the old addresses for scores answer?"""

from typing import Any

from tests.loopback.api.paging import number, numbered, time
from tests.loopback.rows import END, Row
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request
from tests.loopback.world.traces import trace_rows

__all__ = ["plain_score", "scores_v1", "scores_v2"]

_SAME = (
    *("id", "projectId", "environment", "name", "source", "authorUserId", "comment", "metadata"),
    *("configId", "queueId", "createdAt", "updatedAt", "timestamp", "dataType"),
)
_LISTS = {"name": "name", "dataType": "dataType", "source": "source", "configId": "configId"}


def scores_v1(state: State, request: Request) -> Answer:
    """Return a page of the scores that are about a trace or an observation."""
    return _scores(state, request, newer=False)


def scores_v2(state: State, request: Request) -> Answer:
    """Return a page of scores about anything."""
    return _scores(state, request, newer=True)


def plain_score(row: Row, trace: Row | None, configs: list[Row]) -> Row:
    """Return a score as it was before version 3: a number and a text.

    Args:
        row: the score.
        trace: user, tags and environment of its trace.
        configs: where the number of a category stands.
    """
    subject = row["subject"]
    kinds = {"trace": "traceId", "session": "sessionId", "experiment": "datasetRunId"}
    about = dict.fromkeys(("traceId", "observationId", "sessionId", "datasetRunId"))
    if subject["kind"] == "observation":
        about |= {"traceId": subject["traceId"], "observationId": subject["id"]}
    else:
        about[kinds[subject["kind"]]] = subject["id"]
    value, text = _told(row, configs)
    told = {"value": value, "stringValue": text, "executionTraceId": None}
    return {name: row[name] for name in _SAME} | told | about | {"trace": trace}


def _scores(state: State, request: Request, *, newer: bool) -> Answer:
    number(request, "limit", 50, 100, 1)
    since, until = time(request, "fromTimestamp"), time(request, "toTimestamp")
    rows = [
        row
        for row in state.all_scores(END, since, until)
        if (newer or row["subject"]["kind"] in {"trace", "observation"}) and _wanted(request, row)
    ]
    page = numbered(request, state.latest(iter(rows)), len(rows))
    wanted = {_trace_of(row) for row in page.body["data"]}
    seen = (row for row in state.observations(END) if row["traceId"] in wanted)
    found = {row["id"]: row for row in trace_rows(state.latest(seen), [])}
    page.body["data"] = [
        _of_version(plain_score(row, _trace(found, row, newer), state.configs), newer)
        for row in page.body["data"]
    ]
    return page


def _of_version(row: Row, newer: bool) -> Row:  # noqa: FBT001 - one of two addresses
    left_out = set() if newer else {"sessionId", "datasetRunId"}
    return {name: value for name, value in row.items() if name not in left_out}


def _trace(found: dict[str, Row], score: Row, newer: bool) -> Row | None:  # noqa: FBT001 - as above
    row = found.get(_trace_of(score))
    if row is None:
        return None
    names = ["userId", "tags", "environment", *(["sessionId"] if newer else [])]
    return {name: row[name] or (None if name != "tags" else []) for name in names}


def _trace_of(score: Row) -> str:
    return str(score["subject"].get("traceId", score["subject"]["id"]))


def _told(row: Row, configs: list[Row]) -> tuple[Any, str | None]:
    value = row["value"]
    if row["dataType"] == "NUMERIC":
        return value, None
    if row["dataType"] == "BOOLEAN":
        return int(value), str(bool(value))
    config = next((one for one in configs if one["id"] == row["configId"]), None)
    categories = (config or {}).get("categories") or []
    return next((one["value"] for one in categories if one["label"] == value), 0), value


def _wanted(request: Request, row: Row) -> bool:
    ids = request.listed("scoreIds")
    return (not ids or row["id"] in ids) and all(
        row[name] in request.listed(asked) for asked, name in _LISTS.items() if request.get(asked)
    )
