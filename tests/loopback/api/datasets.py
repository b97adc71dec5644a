"""What do the addresses for datasets and their items answer?"""

from tests.loopback.api.bodies import body_of, text
from tests.loopback.api.paging import numbered
from tests.loopback.rows import Row, iso
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, missing

__all__ = [
    "create_dataset",
    "create_item",
    "delete_item",
    "get_dataset",
    "get_item",
    "list_datasets",
    "list_items",
]

_SET = ("description", "metadata", "inputSchema", "expectedOutputSchema")
_ITEM = ("input", "expectedOutput", "metadata", "sourceTraceId", "sourceObservationId")


def create_dataset(state: State, request: Request) -> Answer:
    """Make a dataset, or change the one of that name."""
    body, now = body_of(request), iso(state.now_us)
    name = text(body, "name")
    before = state.datasets.get(name) or {
        "id": state.new_id("dataset"),
        "name": name,
        **dict.fromkeys(_SET),
        "projectId": state.project,
        "createdAt": now,
    }
    told = {field: body[field] for field in _SET if field in body}
    state.datasets[name] = before | told | {"updatedAt": now}
    return Answer(200, state.datasets[name])


def list_datasets(state: State, request: Request) -> Answer:
    """Return a page of datasets, the newest first."""
    rows = list(reversed(state.datasets.values()))
    return numbered(request, rows, len(rows))


def get_dataset(state: State, request: Request) -> Answer:
    """Return a dataset by its name."""
    found = state.datasets.get(request.parts[2])
    return Answer(200, found) if found else missing("Dataset not found")


def create_item(state: State, request: Request) -> Answer:
    """Make an item, or change the one of that id; what is left out keeps its value."""
    body, now = body_of(request), iso(state.now_us)
    dataset = state.datasets.get(text(body, "datasetName"))
    if dataset is None:
        return missing("Dataset not found")
    name = str(body.get("id") or state.new_id("item"))
    before = state.items.get(name)
    if before is not None and before["datasetId"] != dataset["id"]:
        return missing(f"Dataset item {name} not found in dataset {dataset['name']}")
    told = {field: body[field] for field in (*_ITEM, "status") if field in body}
    state.items[name] = {
        "id": name,
        "datasetId": dataset["id"],
        **dict.fromkeys(_ITEM),
        "status": "ACTIVE",
        **(before or {}),
        **told,
        "createdAt": now,  # a known habit of the server, also for an item that was there
        "updatedAt": now,
        "datasetName": dataset["name"],
        "mediaReferences": [],
    }
    return Answer(200, state.items[name])


def list_items(state: State, request: Request) -> Answer:
    """Return a page of items, the newest first."""
    dataset, names = request.get("datasetName"), ("sourceTraceId", "sourceObservationId")
    if dataset and dataset not in state.datasets:
        return missing("Dataset not found")
    rows = [
        row
        for row in reversed(state.items.values())
        if (not dataset or row["datasetName"] == dataset)
        and all(row[name] == request.get(name) for name in names if request.get(name))
    ]
    return numbered(request, rows, len(rows))


def get_item(state: State, request: Request) -> Answer:
    """Return an item by its id."""
    found: Row | None = state.items.get(request.parts[1])
    return Answer(200, found) if found else missing("Dataset item not found")


def delete_item(state: State, request: Request) -> Answer:
    """Delete an item."""
    found = state.items.pop(request.parts[1], None)
    if found is None:
        return missing("Dataset item not found")
    return Answer(200, {"message": "Dataset item successfully deleted"})
