"""Does Langfuse still have these rows, when it is asked for them by their ids?"""

from collections.abc import Sequence
from urllib.parse import quote

import pandas as pd

from agentlens.errors import SourceError
from agentlens.sources.langfuse.check.named import Named, named
from agentlens.sources.langfuse.client import Client, TooMuchError
from agentlens.sources.langfuse.pages import Page, cursor_pages, numbered_pages
from agentlens.sources.langfuse.probe import Abilities
from agentlens.sources.langfuse.visit import Visit

__all__ = ["ASKS_SCORES", "named_again"]

ASKS_SCORES = frozenset({"v3", "v2"})
"""The ways to read scores by which some can be asked for by id."""
_IDS = 50
_STEPS, _SCORES = 1000, 100
_OK, _NOT_FOUND = 200, 404
_NEVER = (pd.Timestamp(0, tz="UTC"), pd.Timestamp(0, tz="UTC"))


async def named_again(
    client: Client, can: Abilities, traces: Sequence[str], scores: Sequence[str]
) -> Named:
    """Return what the server has of these traces and scores, at whatever time it happened.

    A window can miss a row that is there: its start was changed, or it fell between two pages.

    Args:
        client: the connection.
        can: what the server can answer.
        traces: the traces whose steps are asked for, with a request each.
        scores: the scores that are asked for.

    Raises:
        SourceError: the server does not say.
    """
    visit = Visit(_NEVER)
    try:
        for trace in traces:
            visit.add(await (_steps if can.observations == "v2" else _trace)(client, trace))
        for at in range(0, len(scores), _IDS):
            visit.scores += await _judgements(client, can, scores[at : at + _IDS])
    except TooMuchError as error:
        message = f"{client.settings.host} cannot answer for a single trace: {error}."
        raise SourceError(message) from error
    return named(visit)


async def _steps(client: Client, trace: str) -> Visit:
    asked = {"fields": "core", "traceId": trace}
    path = "/api/public/v2/observations"
    found: Page = []
    async for page in cursor_pages(client, path, asked, _STEPS):
        found += page
    return Visit(_NEVER, observations=found)


async def _trace(client: Client, trace: str) -> Visit:
    path = f"/api/public/traces/{quote(trace, safe='')}"
    answer = await client.ask(path, {}, lenient=True)
    body = answer.body
    if answer.status == _NOT_FOUND and isinstance(body, dict):
        return Visit(_NEVER)
    if answer.status != _OK or not isinstance(body, dict) or "observations" not in body:
        raise client.refusal(path, {}, answer)
    steps = [{"traceId": trace, "id": one.get("id")} for one in body["observations"]]
    return Visit(_NEVER, observations=steps, traces=[{"id": trace}])


async def _judgements(client: Client, can: Abilities, ids: Sequence[str]) -> Page:
    found: Page = []
    if can.scores == "v3":
        pages = cursor_pages(client, "/api/public/v3/scores", {"id": ",".join(ids)}, _SCORES)
    else:
        asked = {"scoreIds": ",".join(ids)}
        pages = numbered_pages(client, "/api/public/v2/scores", asked, _SCORES)
    async for page in pages:
        found += page
    return found
