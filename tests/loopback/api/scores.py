"""What does v3/scores answer?"""

import math
from collections.abc import Iterator
from typing import Any

from tests.loopback.api.paging import ProblemError, number, score_cursor, score_key, take, time
from tests.loopback.rows import Row
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, bad_request, invalid

__all__ = ["scores"]

_CORE = (
    *("id", "projectId", "name", "source", "timestamp", "environment", "createdAt", "updatedAt"),
)
_GROUPS = {
    "details": ("comment", "configId", "metadata"),
    "subject": ("subject",),
    "annotation": ("authorUserId", "queueId"),
}
_LISTS = (
    *("id", "name", "source", "dataType", "environment", "configId", "queueId", "authorUserId"),
)
_SUBJECTS = {
    "traceId": "trace",
    "sessionId": "session",
    "observationId": "observation",
    "experimentId": "experiment",
}
_KNOWN = frozenset(
    (
        *("limit", "cursor", "fields", "value", "valueMin", "valueMax"),
        *("fromTimestamp", "toTimestamp", *_LISTS, *_SUBJECTS),
    )
)
_CASELESS = frozenset({"source", "dataType"})
_VALUED = frozenset({"NUMERIC", "BOOLEAN", "CATEGORICAL"})
_MOST = 100


def scores(state: State, request: Request) -> Answer:
    """Return a page of scores, the latest first."""
    _check(request)
    limit = number(request, "limit", 50, _MOST)
    groups = request.listed("fields")
    since, until = time(request, "fromTimestamp"), time(request, "toTimestamp")
    found = state.all_scores(score_key(request), since, until)
    page, more = take(_wanted(request, found), limit)
    meta: Row = {"limit": limit}
    if more:
        meta["cursor"] = score_cursor(page[-1])
    names = (*_CORE, *(name for group in groups for name in _GROUPS[group]), "dataType", "value")
    data = [{name: row[name] for name in names if name in row} for row in page]
    return Answer(200, {"data": data, "meta": meta})


def _check(request: Request) -> None:
    """Refuse what v3/scores refuses."""
    unknown = sorted(set(request.params) - _KNOWN)
    if unknown:
        word = "keys" if len(unknown) > 1 else "key"
        quoted = ", ".join(f'"{name}"' for name in unknown)
        said = f"Unrecognized {word}: {quoted}"
        more: dict[str, Any] = {"code": "unrecognized_keys", "keys": unknown}
        raise ProblemError(bad_request(message=said, **more))
    for group in request.listed("fields"):
        if group not in _GROUPS:
            said = f'Unknown field group "{group}". Valid groups: {", ".join(_GROUPS)}'
            raise ProblemError(bad_request("fields", message=said))
    if request.get("observationId") and not request.get("traceId"):
        raise ProblemError(bad_request("observationId", message="observationId requires traceId"))
    subjects = {name for name in ("traceId", "sessionId", "experimentId") if request.get(name)}
    if len(subjects) > 1:
        said = f"{' and '.join(sorted(subjects))} are mutually exclusive"
        raise ProblemError(invalid(said))
    kinds = [kind.upper() for kind in request.listed("dataType")]
    if request.get("value") and (len(kinds) != 1 or kinds[0] not in _VALUED):
        said = "value requires a single dataType of NUMERIC, BOOLEAN or CATEGORICAL"
        raise ProblemError(bad_request("value", message=said))
    if request.get("value"):
        _values(request, kinds[0])
    if (request.get("valueMin") or request.get("valueMax")) and kinds != ["NUMERIC"]:
        said = "valueMin and valueMax require dataType NUMERIC"
        raise ProblemError(bad_request("valueMin", message=said))


def _values(request: Request, kind: str) -> list[Any]:
    """Return the values that were asked for, as their data type writes them."""
    texts = request.listed("value")
    if kind == "BOOLEAN" and set(texts) <= {"true", "false"}:
        return [text == "true" for text in texts]
    if kind == "CATEGORICAL":
        return texts
    if kind == "NUMERIC" and all(_finite(text) for text in texts):
        return [float(text) for text in texts]
    said = f"Invalid value for dataType {kind}"
    raise ProblemError(bad_request("value", message=said))


def _finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _wanted(request: Request, rows: Iterator[Row]) -> Iterator[Row]:
    lists = {name: set(_asked(request, name)) for name in _LISTS if request.get(name)}
    subjects = {name: set(request.listed(name)) for name in _SUBJECTS if request.get(name)}
    values = _values(request, request.get("dataType").upper()) if request.get("value") else None
    least = float(request.get("valueMin", "-inf"))
    most = float(request.get("valueMax", "inf"))
    ranged = bool(request.get("valueMin") or request.get("valueMax"))
    for row in rows:
        if (
            all(row.get(name) in wanted for name, wanted in lists.items())
            and _about(row.get("subject") or {}, subjects)
            and (values is None or row.get("value") in values)
            and (not ranged or least <= row["value"] <= most)
        ):
            yield row


def _asked(request: Request, name: str) -> list[str]:
    return [one.upper() if name in _CASELESS else one for one in request.listed(name)]


def _about(subject: Row, wanted: dict[str, set[str]]) -> bool:
    """Whether a score is about one of what was asked for; a trace's include its observations'."""
    for name, ids in wanted.items():
        kind = subject.get("kind")
        if name == "traceId" and kind == "observation":
            if subject["traceId"] not in ids:
                return False
        elif kind != _SUBJECTS[name] or subject["id"] not in ids:
            return False
    return True
