"""How is one stretch of time read from Langfuse, whole?"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from agentlens.sources.intake.normalise import Texts
from agentlens.sources.langfuse.client import Client, TooMuchError
from agentlens.sources.langfuse.coverage import Window
from agentlens.sources.langfuse.pages import Page, cursor_pages, numbered_pages
from agentlens.sources.langfuse.probe import Abilities

__all__ = ["TooLongError", "Visit", "Wishes", "configured", "observed", "scored"]

_LIGHT = "core,basic,time,metadata,model,usage,prompt,metrics,trace_context"
_WHOLE = f"{_LIGHT},io"
_ROOTS = "core,basic,time,io"
_LIGHT_PAGE, _ROOT_PAGE, _WHOLE_PAGE, _OLD_PAGE, _SCORE_PAGE = 1000, 200, 100, 100, 100
_OTHER_PAGE = 997
"""A page size that puts seams elsewhere, since a cursor may lose rows at a seam."""
_OK = 200
_SHORTEST = pd.Timedelta("2s")
_MOST_ROWS = 8_000
"""More than that is not held at a time, unless it happened within a minute."""
_MINUTE = pd.Timedelta("1min")
_PATHS = {"v3": "/api/public/v3/scores", "v2": "/api/public/v2/scores", "v1": "/api/public/scores"}


class TooLongError(Exception):
    """A stretch of time holds more than should be held at a time; read it in halves."""


@dataclass(frozen=True)
class Wishes:
    """What to ask for.

    Attributes:
        text: which steps bring their input and output.
        environment: only of this environment, where one is named.
        expand: metadata keys whose values must come whole.
        again: whether this is a second reading, which uses other seams.
    """

    text: Texts = "roots"
    environment: str = ""
    expand: tuple[str, ...] = ()
    again: bool = False


@dataclass
class Visit:
    """What one stretch of time held, as the server said it.

    Attributes:
        window: the stretch.
        observations: steps, each page's after one another.
        traces: whole traces, from servers that list them.
        scores: judgements.
        pages: how many pages it took.
    """

    window: Window
    observations: Page = field(default_factory=list)
    traces: Page = field(default_factory=list)
    scores: Page = field(default_factory=list)
    pages: int = 0

    def add(self, other: "Visit") -> None:
        """Take in what a part of the stretch held."""
        self.observations += other.observations
        self.traces += other.traces
        self.scores += other.scores
        self.pages += other.pages


async def observed(client: Client, can: Abilities, window: Window, wishes: Wishes) -> Visit:
    """Return the steps, and the traces where they are listed, that began in a window.

    A window that is too much for the server is read in halves.
    """
    read = _listed if can.observations == "v2" else _traced
    return await _halved(read, client, can, window, wishes)


async def scored(client: Client, can: Abilities, window: Window, wishes: Wishes) -> Visit:
    """Return the judgements that were given in a window."""
    if not can.scores:
        return Visit(window)
    return await _halved(_judged, client, can, window, wishes)


async def configured(client: Client) -> Page:
    """Return the project's score configs; a server that has none for us is read without."""
    found: Page = []
    path = "/api/public/score-configs"
    first = await client.ask(path, {"limit": "1", "page": "1"})
    if first.status == _OK:
        async for page in numbered_pages(client, path, {}, _OLD_PAGE):
            found += page
    return found


async def _halved(
    read: Any, client: Client, can: Abilities, window: Window, wishes: Wishes
) -> Visit:
    try:
        found: Visit = await read(client, can, window, wishes)
    except TooMuchError as error:
        start, end = window
        if end - start < _SHORTEST:
            raise client.too_much(error) from error
        middle = start + (end - start) / 2
        found = Visit(window)
        found.add(await _halved(read, client, can, (middle, end), wishes))
        found.add(await _halved(read, client, can, (start, middle), wishes))
    return found


async def _listed(client: Client, can: Abilities, window: Window, wishes: Wishes) -> Visit:
    del can
    path = "/api/public/v2/observations"
    params = _between(window, "fromStartTime", "toStartTime") | _common(wishes)
    if wishes.expand:
        params["expandMetadata"] = ",".join(wishes.expand)
    whole = wishes.text == "all"
    size = _WHOLE_PAGE if whole else (_OTHER_PAGE if wishes.again else _LIGHT_PAGE)
    asked = params | {"fields": _WHOLE if whole else _LIGHT}
    visit = Visit(window)
    await _gather(cursor_pages(client, path, asked, size), visit, visit.observations)
    if wishes.text == "roots" and visit.observations:
        await _with_texts(client, path, params, visit)
    return visit


async def _with_texts(client: Client, path: str, params: dict[str, str], visit: Visit) -> None:
    """Add input and output of the roots, which come in a pass of their own."""
    asked = {name: one for name, one in params.items() if name != "expandMetadata"}
    asked |= {"fields": _ROOTS, "isRootObservation": "true"}
    roots: Page = []
    await _gather(cursor_pages(client, path, asked, _ROOT_PAGE), visit, roots)
    newest: dict[tuple[object, object], dict[str, Any]] = {}
    doubted = set()
    for one in roots:
        key = (one.get("traceId"), one.get("id"))
        other = newest.get(key)
        if other is not None and other.get("updatedAt") != one.get("updatedAt"):
            doubted.add(key[0])  # the server may pair the newer row with the older output
        if other is None or str(one.get("updatedAt")) >= str(other.get("updatedAt")):
            newest[key] = one
    for trace in sorted(map(str, doubted)):
        again: Page = []
        more = {"fields": _ROOTS, "traceId": trace}
        await _gather(cursor_pages(client, path, more, _ROOT_PAGE), visit, again)
        for one in again:
            key = (one.get("traceId"), one.get("id"))
            if key in newest and str(one.get("updatedAt")) >= str(newest[key].get("updatedAt")):
                newest[key] = one
    for row in visit.observations:
        texts = newest.get((row.get("traceId"), row.get("id")))
        if texts is not None:
            row["input"], row["output"] = texts.get("input"), texts.get("output")


async def _traced(client: Client, can: Abilities, window: Window, wishes: Wishes) -> Visit:
    """Read traces and their steps from a server that lists traces; newer ones no longer do."""
    del can
    visit = Visit(window)
    fields = "core,scores" if wishes.text == "none" else "core,io,scores"
    traces = _between(window, "fromTimestamp", "toTimestamp") | _common(wishes)
    traces |= {"fields": fields, "orderBy": "timestamp.asc"}
    steps = _between(window, "fromStartTime", "toStartTime") | _common(wishes)
    for path, asked, into in (
        ("/api/public/traces", traces, visit.traces),
        ("/api/public/observations", steps, visit.observations),
    ):
        await _gather(numbered_pages(client, path, asked, _OLD_PAGE), visit, into)
    return visit


async def _judged(client: Client, can: Abilities, window: Window, wishes: Wishes) -> Visit:
    visit = Visit(window)
    path = _PATHS[can.scores]
    asked = _between(window, "fromTimestamp", "toTimestamp") | _common(wishes)
    if can.scores == "v3":
        asked["fields"] = "details,subject,annotation"
        pages = cursor_pages(client, path, asked, _SCORE_PAGE)
    else:
        pages = numbered_pages(client, path, asked, _SCORE_PAGE)
    await _gather(pages, visit, visit.scores)
    return visit


async def _gather(pages: AsyncIterator[Page], visit: Visit, into: Page) -> None:
    async for page in pages:
        visit.pages += 1
        into.extend(page)
        if len(into) > _MOST_ROWS and visit.window[1] - visit.window[0] > _MINUTE:
            raise TooLongError


def _between(window: Window, first: str, last: str) -> dict[str, str]:
    return {first: _said(window[0]), last: _said(window[1])}


def _said(moment: pd.Timestamp) -> str:
    return f"{moment.tz_convert('UTC'):%Y-%m-%dT%H:%M:%S.%f}Z"


def _common(wishes: Wishes) -> dict[str, str]:
    asked: Mapping[str, str] = {"environment": wishes.environment} if wishes.environment else {}
    return dict(asked)
