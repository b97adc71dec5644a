"""What becomes of scores that are written, and of traces that are deleted?"""

import re
from typing import Any

from tests.loopback.api.bodies import body_of, parsed
from tests.loopback.api.paging import ProblemError
from tests.loopback.rows import Row, iso, micros
from tests.loopback.state import State, score_key_of
from tests.loopback.wire.answers import Answer, Request, bad_request

__all__ = ["create_scores", "delete_score", "delete_trace", "delete_traces"]

_BODY = 1_048_576
_TEXT = 500
_KINDS = ("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION")
_NUMBERS = frozenset({"NUMERIC", "BOOLEAN"})
_SOURCES = frozenset({"API", "ANNOTATION"})
_PLACE = re.compile(r"(?!langfuse)[a-z0-9_-]{1,40}")
_SUBJECTS = {"traceId": "trace", "sessionId": "session", "datasetRunId": "experiment"}
_NEVER = 1e15


def create_scores(state: State, request: Request) -> Answer:
    """Take scores: a list, or one at a time, as the server's version does."""
    if len(request.body) > _BODY:
        return Answer(413, {"message": "Body exceeded 1mb limit"})
    said = parsed(request)
    if not isinstance(said, list) or state.writes.shape == "single":
        score = _checked(state, body_of(request))
        why = state.writes.rejects(score)
        if why:
            raise ProblemError(bad_request(message=why))
        _keep(state, score)
        return Answer(200, {"id": score["id"]})
    scores = [_checked(state, one, place) for place, one in enumerate(said)]
    reasons = [state.writes.rejects(score) for score in scores]
    for score, why in zip(scores, reasons, strict=True):
        if not why:
            _keep(state, score)
    refused = [{"message": why} for why in reasons if why]
    if refused:
        accepted = len(scores) - len(refused)
        return Answer(207, {"accepted": accepted, "rejected": len(refused), "errors": refused})
    return Answer(202, {"message": "Accepted"})


def delete_score(state: State, request: Request) -> Answer:
    """Forget the versions of a score that were written here."""
    name = request.parts[1]
    for key in [key for key in state.scores if key[2] == name]:
        del state.scores[key]
    return Answer(202, {"message": f"Score deletion queued for {name}"})


def delete_trace(state: State, request: Request) -> Answer:
    """Delete a trace, after a while; it need not exist."""
    return _delete(state, [request.parts[1]])


def delete_traces(state: State, request: Request) -> Answer:
    """Delete traces, after a while; they need not exist."""
    return _delete(state, list(map(str, body_of(request).get("traceIds", []))))


def _delete(state: State, ids: list[str]) -> Answer:
    gone = state.clock.now() + state.writes.delete_delay
    for name in ids:
        state.deleted.setdefault(name, gone)
    return Answer(200, {"message": f"{len(ids)} traces are being deleted"})


def _checked(state: State, said: Any, *place: int) -> Row:
    """Return a score as it will be kept.

    Raises:
        ProblemError: it does not validate; then the whole request is refused.
    """
    at = tuple(map(str, place))
    if not isinstance(said, dict):
        message = "Invalid input: expected object"
        raise ProblemError(bad_request(*at, code="invalid_type", message=message))
    body = {name: value for name, value in said.items() if value is not None}
    kind = body.get("dataType") or ("CATEGORICAL" if _is_text(body) else "NUMERIC")
    wrong = _fault(body, kind)
    if wrong:
        raise ProblemError(bad_request(*at, wrong[0], message=wrong[1]))
    now = iso(state.now_us)
    sent = body.get("timestamp")
    own = state.writes.own_time or not sent
    return {
        "id": body.get("id") or state.new_id("score"),
        "projectId": state.project,
        "name": body["name"],
        "source": body.get("source", "API"),
        "timestamp": now if own else iso(micros(str(sent))),
        "environment": body.get("environment", "default"),
        "createdAt": f"{now[:19]}.000Z",
        "updatedAt": now,
        "comment": body.get("comment"),
        "configId": body.get("configId"),
        "metadata": body.get("metadata", {}),
        "authorUserId": None,
        "queueId": body.get("queueId"),
        "subject": _subject(body),
        "dataType": kind,
        "value": bool(body["value"]) if kind == "BOOLEAN" else body["value"],
        "visible_from": state.clock.now() + state.writes.delay,
    }


def _is_text(body: Row) -> bool:
    return isinstance(body.get("value"), str)


def _fault(body: Row, kind: str) -> tuple[str, str] | None:
    """Return the field that does not validate and why, None if all do."""
    name, value = body.get("name"), body.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return "value", "Invalid input: expected number or string, received boolean"
    place = str(body.get("environment", "default"))
    checks = (
        (isinstance(name, str), "name", "Invalid input: expected string, received undefined"),
        (kind in _KINDS, "dataType", "Invalid option"),
        ((kind in _NUMBERS) != isinstance(value, str), "value", f"Does not fit dataType {kind}"),
        (kind != "BOOLEAN" or value in {0, 1}, "value", "A BOOLEAN must be 0 or 1"),
        (kind != "TEXT" or 1 <= len(str(value)) <= _TEXT, "value", "1 to 500 characters"),
        (sum(one in body for one in _SUBJECTS) == 1, "traceId", "Exactly one subject is needed"),
        ("observationId" not in body or "traceId" in body, "observationId", "Requires traceId"),
        (_PLACE.fullmatch(place) is not None, "environment", "Lower case, not langfuse…"),
        (body.get("source", "API") in _SOURCES, "source", "Invalid option"),
        (_is_time(body.get("timestamp")), "timestamp", "Invalid ISO datetime"),
    )
    return next(((field, why) for holds, field, why in checks if not holds), None)


def _is_time(text: Any) -> bool:
    try:
        return text is None or micros(str(text)) > 0
    except ValueError:
        return False


def _subject(body: Row) -> Row:
    if "observationId" in body:
        return {"kind": "observation", "id": body["observationId"], "traceId": body["traceId"]}
    name = next(name for name in _SUBJECTS if name in body)
    return {"kind": _SUBJECTS[name], "id": body[name]}


def _keep(state: State, score: Row) -> None:
    """Keep a score; the same id, name and day is the same score, and is updated in place."""
    key = score_key_of(score)
    before = state.score(key)
    if state.writes.lost(score):
        score = score | {"visible_from": _NEVER}
    if before is not None:
        kept = {name: before[name] for name in ("createdAt", "timestamp")}
        # until the new value can be read, the old one is
        old = before | {"versions": [], "deleted_at": score["visible_from"], "first": False}
        score = score | kept | {"versions": [old, *before.get("versions", ())]}
    state.scores[key] = score
