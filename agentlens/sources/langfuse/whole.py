"""How is everything that was said in a few traces read?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from agentlens.progress import Progress
from agentlens.sources.intake.normalise import Normal, normalise
from agentlens.sources.langfuse.client import Client, Clock, SystemClock
from agentlens.sources.langfuse.loop import Loop
from agentlens.sources.langfuse.pages import Page, cursor_pages, numbered_pages
from agentlens.sources.langfuse.probe import Abilities, probe
from agentlens.sources.langfuse.rows import rows_of
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.visit import Visit

__all__ = ["Found", "whole_traces"]

_PAGE = 100
_FIELDS = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"
_BATCH = 50


@dataclass(frozen=True, eq=False)
class Found:
    """Some traces as the source has them now.

    Attributes:
        rows: their steps, with all that was said.
        n: of how many traces.
        can: what the server is able to do.
        at: the source's clock when they were read.
    """

    rows: Normal
    n: int
    can: Abilities
    at: pd.Timestamp


def whole_traces(
    settings: Settings,
    ids: Sequence[str],
    *,
    max_chars: int | None = 65536,
    timeout: float = 60.0,
    max_wait: float = 120.0,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Iterator[Found]:
    """Yield these traces in batches, each with the input and output of every step.

    Args:
        settings: where and with which key.
        ids: of the traces; one that the source does not have is not among what comes.
        max_chars: the most characters kept of a text.
        timeout: seconds until a request counts as unanswered.
        max_wait: the longest wait in seconds that the server may ask for.
        clock: what time it is.
        progress: where to say how far it is.

    Raises:
        SourceError: the server refuses, cannot be reached, or asks to wait for too long.
    """
    shown = progress or Progress()
    client = Client(settings, max_wait=max_wait, timeout=timeout, clock=clock or SystemClock())
    with Loop(client.close) as loop:
        can = loop.run(probe(client))
        now = pd.Timestamp(client.clock.now() + can.offset, unit="s", tz="UTC").floor("us")
        for first in range(0, len(ids), _BATCH):
            some = ids[first : first + _BATCH]
            visit = Visit((now, now))
            for at, one in enumerate(some, first + 1):
                visit.observations += loop.run(_steps(client, can, one))
                shown.say(_Line(at, len(ids)).text)
            rows = rows_of(visit, {})
            typed = normalise(rows, file="traces", now=now, text="all", max_chars=max_chars)
            held = {row.get("traceId") for row in visit.observations}
            yield Found(typed, len(held), can, now)


async def _steps(client: Client, can: Abilities, trace: str) -> Page:
    found: Page = []
    if can.observations == "v2":
        path, asked = "/api/public/v2/observations", {"fields": _FIELDS, "traceId": trace}
        pages = cursor_pages(client, path, asked, _PAGE)
    else:
        pages = numbered_pages(client, "/api/public/observations", {"traceId": trace}, _PAGE)
    async for page in pages:
        found += page
    return found


@dataclass(frozen=True)
class _Line:
    at: int
    n: int

    def text(self) -> str:
        return f"{self.at:,} of {self.n:,} traces"
