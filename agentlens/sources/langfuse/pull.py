"""How is a project read slice by slice, so that what is read is never lost?"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from agentlens.progress import Progress
from agentlens.sources.intake.normalise import Normal, normalise
from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.check.named import Named, named
from agentlens.sources.langfuse.client import Client, Clock, SystemClock
from agentlens.sources.langfuse.coverage import Window
from agentlens.sources.langfuse.line import Line
from agentlens.sources.langfuse.loop import Loop
from agentlens.sources.langfuse.plan import Request, What, passed, plans
from agentlens.sources.langfuse.probe import Abilities, probe
from agentlens.sources.langfuse.rows import rows_of
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.state import State
from agentlens.sources.langfuse.visit import (
    TooLongError,
    Visit,
    Wishes,
    configured,
    observed,
    scored,
)
from agentlens.sources.langfuse.wire.scores import ScoreConfig, score_configs

__all__ = ["Parcel", "Request", "pull"]

_FIRST = {"observations": pd.Timedelta("1h"), "scores": pd.Timedelta("6h")}
_SHORTEST, _LONGEST = pd.Timedelta("1min"), pd.Timedelta("2D")
_FEW, _MANY = 5, 20
_READ = {"observations": observed, "scores": scored}


@dataclass(frozen=True, eq=False)
class Parcel:
    """One slice as it arrived: its rows in typed columns, and what is covered once they are kept.

    Attributes:
        what: observations or scores.
        window: the stretch of time.
        rows: the rows.
        state: the state after this slice; to be kept together with its rows.
        at: the source's clock when the pass began that read it.
        named: all rows that the server named, those that cannot be read included.
    """

    what: What
    window: Window
    rows: Normal
    state: State
    at: pd.Timestamp
    named: Named = field(default_factory=Named)


def pull(
    settings: Settings,
    request: Request,
    state: State,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Generator[Parcel, None, None]:
    """Yield slices, the newest first; whoever keeps each with its state can go on after any stop.

    Args:
        settings: where and with which key.
        request: what to pull.
        state: what earlier pulls covered.
        clock: what time it is.
        progress: where to say how far it is.

    Raises:
        SourceError: the server refuses, cannot be reached, or asks to wait for too long.
    """
    shown = progress or Progress()
    line = Line(shown)
    client = Client(
        settings,
        max_wait=request.max_wait,
        timeout=request.timeout,
        clock=clock or SystemClock(),
        told=line.waiting,
    )
    line.client = client
    with Loop(client.close) as loop:
        can = loop.run(probe(client))
        now = pd.Timestamp(client.clock.now() + can.offset, unit="s", tz="UTC").floor("us")
        end = min(request.until, now) if request.until is not None else now
        since = request.since if isinstance(request.since, pd.Timestamp) else now - request.since
        known = state.of(can)
        configs = score_configs(loop.run(configured(client)))
        known = replace(known, ratings=_ratings(configs.values()))
        todo = plans(known, request, since, end, now)
        every = [window for plan in todo for window in plan.windows]
        line.total = sum((b - a for a, b in every), pd.Timedelta(0))
        for plan in todo:
            wishes = Wishes(request.text, request.environment, request.expand, plan.again)
            for visit in _visits(loop, plan.what, client, can, plan.windows, wishes, request):
                known = known.covered(plan.what, visit.window, now)
                line.done(visit)
                rows = rows_of(visit, configs)
                where = f"{visit.window[0]:%Y-%m-%dT%H:%M}"
                typed = normalise(
                    rows, file=where, now=now, text=request.text, max_chars=request.max_chars
                )
                yield Parcel(plan.what, visit.window, typed, known, now, named(visit))
        empty = normalise(Rows(), file="", now=now)
        yield Parcel("observations", (now, now), empty, passed(known, todo, now), now)


def _ratings(configs: Iterable[ScoreConfig]) -> dict[str, Any]:
    """Return the range or the categories of each score that the project configures."""
    found: dict[str, Any] = {}
    for one in configs:
        if one.low is not None and one.high is not None:
            found[one.name] = (one.low, one.high)
        elif one.categories:
            found[one.name] = dict(one.categories)
    return found


def _visits(
    loop: Loop,
    what: What,
    client: Client,
    can: Abilities,
    windows: list[Window],
    wishes: Wishes,
    request: Request,
) -> Iterator[Visit]:
    """Yield what each slice held; some slices are read ahead while others are kept."""
    read: Any = _READ[what]
    length, left = _FIRST[what], deque(windows)
    running: deque[Any] = deque()
    while left or running:
        while left and len(running) < max(1, min(request.concurrency, 4)):
            start, end = left.popleft()
            edge = max(start, _edge(end, length, shifted=wishes.again))
            if edge > start:
                left.appendleft((start, edge))
            running.append(((edge, end), loop.begin(read(client, can, (edge, end), wishes))))
        window, future = running.popleft()
        try:
            visit: Visit = loop.wait(future)
        except TooLongError:
            middle = window[0] + (window[1] - window[0]) / 2
            left.extendleft([(window[0], middle), (middle, window[1])])
            length = max(length / 2, _SHORTEST)
            continue
        yield visit
        if visit.pages > _MANY:
            length = max(length / 2, _SHORTEST)
        elif visit.pages < _FEW:
            length = min(length * 2, _LONGEST)


def _edge(end: pd.Timestamp, length: pd.Timedelta, *, shifted: bool) -> pd.Timestamp:
    """Return where a slice that ends here begins; a second reading has its edges elsewhere."""
    shift = length / 2 if shifted else pd.Timedelta(0)
    before = end - pd.Timedelta(1, "us")
    whole = (before - pd.Timestamp(0, tz="UTC") - shift) // length
    return pd.Timestamp(0, tz="UTC") + whole * length + shift
