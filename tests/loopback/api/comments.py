"""What do the addresses for comments answer?"""

from tests.loopback.api.bodies import body_of, text
from tests.loopback.api.paging import numbered
from tests.loopback.rows import END, iso
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, bad_request, invalid, missing

__all__ = ["create_comment", "list_comments"]

_TYPES = ("TRACE", "OBSERVATION", "SESSION", "PROMPT")
_KEYS = {"TRACE": "traceId", "OBSERVATION": "id", "SESSION": "sessionId"}
_LONGEST = 5_000


def create_comment(state: State, request: Request) -> Answer:
    """Add a comment, also if the same is there already."""
    body, now = body_of(request), iso(state.now_us)
    kind, thing = text(body, "objectType").upper(), text(body, "objectId")
    content = text(body, "content", _LONGEST)
    if kind not in _TYPES:
        return bad_request("objectType", code="invalid_value", message="Invalid option")
    if text(body, "projectId") != state.project:
        return invalid("Project ID mismatch")
    key = _KEYS.get(kind)
    if key and not any(row[key] == thing for row in state.observations(END)):
        return missing(f"Reference object, {kind}: {thing} not found within project")
    comment = {
        "id": state.new_id("comment"),
        "projectId": state.project,
        "createdAt": now,
        "updatedAt": now,
        "objectType": kind,
        "objectId": thing,
        "content": content,
        "authorUserId": body.get("authorUserId"),
    }
    state.comments.append(comment)
    return Answer(200, {"id": comment["id"]})


def list_comments(state: State, request: Request) -> Answer:
    """Return a page of comments, the newest first."""
    names = ("objectType", "objectId", "authorUserId")
    rows = [
        comment
        for comment in reversed(state.comments)
        if all(comment[name] == request.get(name) for name in names if request.get(name))
    ]
    return numbered(request, rows, len(rows))
