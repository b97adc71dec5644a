"""What do the addresses for score configs answer?"""

from tests.loopback.api.bodies import body_of, text
from tests.loopback.api.paging import numbered
from tests.loopback.rows import iso
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, bad_request, missing

__all__ = ["create_config", "get_config", "list_configs"]

_KINDS = ("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT")
_TRUTH = [{"label": "True", "value": 1}, {"label": "False", "value": 0}]


def list_configs(state: State, request: Request) -> Answer:
    """Return a page of score configs."""
    rows = state.configs
    return numbered(request, rows, len(rows))


def get_config(state: State, request: Request) -> Answer:
    """Return a score config by its id."""
    found = [row for row in state.configs if row["id"] == request.parts[1]]
    return Answer(200, found[0]) if found else missing("Score config not found")


def create_config(state: State, request: Request) -> Answer:
    """Make a score config, also if there is one of that name."""
    body, now = body_of(request), iso(state.now_us)
    name, kind = text(body, "name", 35), body.get("dataType")
    if kind not in _KINDS:
        return bad_request("dataType", code="invalid_value", message="Invalid option")
    made = {
        "id": state.new_id("config"),
        "name": name,
        "isArchived": False,
        "description": body.get("description"),
        "createdAt": now,
        "updatedAt": now,
        "projectId": state.project,
        "maxValue": body.get("maxValue"),
        "minValue": body.get("minValue"),
        "dataType": kind,
        "categories": _TRUTH if kind == "BOOLEAN" else body.get("categories"),
    }
    state.made_configs.append(made)
    return Answer(200, made)
