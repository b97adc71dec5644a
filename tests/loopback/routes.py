"""Which part of the API answers an address?"""

from collections.abc import Callable
from dataclasses import replace

from tests.loopback.api import comments, configs, datasets, metrics, old, queues, writes
from tests.loopback.api.numbered_scores import scores_v1, scores_v2
from tests.loopback.api.observations import observations
from tests.loopback.api.paging import ProblemError
from tests.loopback.api.scores import scores
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, html, not_allowed

__all__ = ["routed"]

Handler = Callable[[State, Request], Answer]

_ROUTES: dict[str, dict[str, Handler]] = {
    "projects": {"GET": lambda state, _: Answer(200, {"data": [state.world.project]})},
    "v2/observations": {"GET": observations},
    "v3/scores": {"GET": scores},
    "v2/scores": {"GET": scores_v2},
    "scores": {"GET": scores_v1, "POST": writes.create_scores},
    "scores/*": {"DELETE": writes.delete_score},
    "traces": {"GET": old.traces, "DELETE": writes.delete_traces},
    "traces/*": {"GET": old.trace, "DELETE": writes.delete_trace},
    "observations": {"GET": old.observations},
    "score-configs": {"GET": configs.list_configs, "POST": configs.create_config},
    "score-configs/*": {"GET": configs.get_config},
    "v2/metrics": {"GET": metrics.metrics},
    "v2/datasets": {"GET": datasets.list_datasets, "POST": datasets.create_dataset},
    "v2/datasets/*": {"GET": datasets.get_dataset},
    "dataset-items": {"GET": datasets.list_items, "POST": datasets.create_item},
    "dataset-items/*": {"GET": datasets.get_item, "DELETE": datasets.delete_item},
    "annotation-queues": {"GET": queues.list_queues, "POST": queues.create_queue},
    "annotation-queues/*": {"GET": queues.get_queue},
    "annotation-queues/*/items": {"GET": queues.list_items, "POST": queues.create_item},
    "annotation-queues/*/items/*": {"GET": queues.get_item, "DELETE": queues.delete_item},
    "comments": {"GET": comments.list_comments, "POST": comments.create_comment},
}
_DEPRECATED = frozenset({"traces", "traces/*", "observations", "scores", "v2/scores"})


def routed(state: State, request: Request) -> Answer:
    """Return what the API answers, as if nothing ever went wrong."""
    name = _name(request)
    methods = _ROUTES.get(name)
    if methods is None:
        return html(404, "404: This page could not be found")
    handler = methods.get(request.method)
    if handler is None:
        return not_allowed()
    try:
        answer = handler(state, request)
    except ProblemError as problem:
        return problem.answer
    return _dressed(state, name, answer)


def _dressed(state: State, name: str, answer: Answer) -> Answer:
    """Return an answer with what servers add to it besides what was asked."""
    body, quirks = answer.body, state.quirks
    if isinstance(body, dict) and isinstance(body.get("data"), list) and quirks.extra_keys:
        body = body | {"data": [row | dict(quirks.extra_keys) for row in body["data"]]}
    if isinstance(body, dict) and quirks.deprecation and name in _DEPRECATED:
        notice = {"message": "This endpoint will be removed.", "sunset": "2026-11-16"}
        body = body | {"_deprecation": notice}
    return replace(answer, body=body, headers=dict(quirks.headers) | answer.headers)


def _name(request: Request) -> str:
    """Return the name of a route: the path with * for each id in it."""
    whole = request.path.removeprefix("/api/public/")
    if whole in _ROUTES:
        return whole
    # behind the name of a collection, every other part is an id
    first = 2 if whole.startswith(("v2/", "v3/")) else 1
    parts = whole.split("/")
    ids = range(first, len(parts), 2)
    return "/".join("*" if place in ids else part for place, part in enumerate(parts))
