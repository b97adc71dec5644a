"""What do the addresses for annotation queues answer?"""

from tests.loopback.api.bodies import body_of, text
from tests.loopback.api.paging import numbered
from tests.loopback.rows import Row, iso
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, bad_request, invalid, missing

__all__ = [
    "create_item",
    "create_queue",
    "delete_item",
    "get_item",
    "get_queue",
    "list_items",
    "list_queues",
]

_TYPES = ("TRACE", "OBSERVATION", "SESSION")
_STATES = ("PENDING", "COMPLETED")


def create_queue(state: State, request: Request) -> Answer:
    """Make a queue; its name must be new, and it needs a score config that exists."""
    body, now = body_of(request), iso(state.now_us)
    name, configs = text(body, "name", 35), body.get("scoreConfigIds")
    if not isinstance(configs, list) or not configs:
        message = "Too small: expected array to have >=1 items"
        return bad_request("scoreConfigIds", code="too_small", message=message)
    if not set(configs) <= {config["id"] for config in state.configs}:
        return invalid("At least one of the score config ids cannot be found for the project")
    if any(queue["name"] == name for queue in state.queues.values()):
        return invalid("A queue with this name already exists.")
    queue: Row = {
        "id": state.new_id("queue"),
        "name": name,
        "description": body.get("description"),
        "scoreConfigIds": configs,
        "createdAt": now,
        "updatedAt": now,
    }
    state.queues[queue["id"]] = queue
    return Answer(200, queue)


def list_queues(state: State, request: Request) -> Answer:
    """Return a page of queues, the newest first."""
    rows = list(reversed(state.queues.values()))
    return numbered(request, rows, len(rows))


def get_queue(state: State, request: Request) -> Answer:
    """Return a queue by its id."""
    found = state.queues.get(request.parts[1])
    return Answer(200, found) if found else _no_queue()


def create_item(state: State, request: Request) -> Answer:
    """Add an item, also if the same is there already."""
    queue, body, now = request.parts[1], body_of(request), iso(state.now_us)
    if queue not in state.queues:
        return _no_queue()
    kind, condition = body.get("objectType"), body.get("status", "PENDING")
    if kind not in _TYPES or condition not in _STATES:
        return bad_request("objectType", code="invalid_value", message="Invalid option")
    item = {
        "id": state.new_id("queue-item"),
        "queueId": queue,
        "objectId": text(body, "objectId"),
        "objectType": kind,
        "status": condition,
        "completedAt": now if condition == "COMPLETED" else None,
        "createdAt": now,
        "updatedAt": now,
    }
    state.queue_items.append(item)
    return Answer(200, item)


def list_items(state: State, request: Request) -> Answer:
    """Return a page of a queue's items, the newest first."""
    queue, wanted = request.parts[1], request.get("status")
    if queue not in state.queues:
        return _no_queue()
    rows = [
        item
        for item in reversed(state.queue_items)
        if item["queueId"] == queue and wanted in {"", item["status"]}
    ]
    return numbered(request, rows, len(rows))


def get_item(state: State, request: Request) -> Answer:
    """Return an item by its id."""
    found = [item for item in state.queue_items if item["id"] == request.parts[3]]
    return Answer(200, found[0]) if found else _no_item()


def delete_item(state: State, request: Request) -> Answer:
    """Delete an item by its id."""
    kept = [item for item in state.queue_items if item["id"] != request.parts[3]]
    if len(kept) == len(state.queue_items):
        return _no_item()
    state.queue_items = kept
    return Answer(200, {"success": True, "message": "Annotation queue item deleted successfully"})


def _no_queue() -> Answer:
    return missing("Annotation queue not found")


def _no_item() -> Answer:
    return missing("Annotation queue item not found")
