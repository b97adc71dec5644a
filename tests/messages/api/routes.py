"""Which address answers what?"""

from typing import Literal

from tests.loopback.wire.answers import Answer, Request, html
from tests.messages.api.batches import Batches
from tests.messages.api.catalogue import told, told_all
from tests.messages.api.checks import refused_body, refused_headers
from tests.messages.api.errors import error, refused

__all__ = ["Kind", "kind_of", "routed"]

Kind = Literal[
    "messages", "count", "models", "create", "batch", "list", "results", "cancel", "other"
]
_FIXED: dict[tuple[str, str], Kind] = {
    ("POST", "/v1/messages"): "messages",
    ("POST", "/v1/messages/count_tokens"): "count",
    ("POST", "/v1/messages/batches"): "create",
    ("GET", "/v1/messages/batches"): "list",
    ("GET", "/v1/models"): "models",
}


def kind_of(request: Request) -> Kind:
    """Return what a request asks for."""
    found = _FIXED.get((request.method, request.path))
    if found is not None:
        return found
    if request.path.startswith("/v1/models/"):
        return "models"
    if not request.path.startswith("/v1/messages/batches/"):
        return "other"
    last = request.path.rsplit("/", 1)[1]
    ends: dict[str, Kind] = {"results": "results", "cancel": "cancel"}
    return ends.get(last, "batch")


def routed(batches: Batches, request: Request, url: str) -> Answer:
    """Return what is answered when nothing goes wrong."""
    options, kind = batches.model.options, kind_of(request)
    absent = {
        "models": not options.models,
        "count": not options.counts,
        "messages": False,
        "other": True,
    }
    if absent.get(kind, not options.batches):
        return html(404, "404 page not found")
    wrong = refused_headers(request, options.key)
    if wrong is not None:
        return wrong
    there, parts = options.elsewhere or url, request.path.split("/")
    return {
        "messages": lambda: _asked(batches, request, kind),
        "count": lambda: _asked(batches, request, kind),
        "models": lambda: told(parts[3]) if len(parts) > 3 else told_all(request),
        "create": lambda: batches.create(request, url),
        "list": lambda: batches.listed(request, url),
        "batch": lambda: batches.one(parts[4], there),
        "results": lambda: batches.results(parts[4]),
        "cancel": lambda: batches.cancel(parts[4], there),
    }[kind]()


def _asked(batches: Batches, request: Request, kind: Kind) -> Answer:
    """Answer a message, or count what it would be read as."""
    try:
        body = request.json()
    except ValueError:
        return refused("The request body is not valid JSON")
    if kind == "count":
        return Answer(200, {"input_tokens": batches.model.count(body)})
    wrong = refused_body(body, known=batches.model.options.models)
    if wrong is not None:
        return wrong
    if body.get("stream"):
        return error(400, "stream: not here")
    return Answer(200, batches.model.message(body), {"request-id": f"req_{request.index:06d}"})
