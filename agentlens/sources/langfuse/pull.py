"""How is a project read slice by slice, so that what is read is never lost?"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from agentlens.progress import Progress
from agentlens.sources.intake.normalise import Normal, Texts, normalise
from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.client import Client, Clock, SystemClock
from agentlens.sources.langfuse.coverage import Window, deep_is_due, due
from agentlens.sources.langfuse.line import Line
from agentlens.sources.langfuse.loop import Loop
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
_OVERLAP = pd.Timedelta("30min")
_SWEEP_EVERY, _SWEEP = pd.Timedelta("7D"), pd.Timedelta("30D")
What = Literal["observations", "scores"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to pull.

    Attributes:
        since: from when on; a length counts back from the server's now.
        until: up to when; None means now.
        text: which steps bring their input and output.
        environment: of which environment; "" means all.
        expand: metadata keys whose values must come whole.
        max_chars: the most characters kept of a text.
        overlap: how long after it happened a stretch is still read again.
        deep: whether, or how far back, to read again what has been read; None means once a day
            what is not settled.
        concurrency: how many requests at a time.
        timeout: seconds until a request counts as unanswered.
        max_wait: the longest wait in seconds that the server may ask for.
    """

    since: pd.Timedelta | pd.Timestamp
    until: pd.Timestamp | None = None
    text: Texts = "roots"
    environment: str = ""
    expand: tuple[str, ...] = ()
    max_chars: int | None = 65536
    overlap: pd.Timedelta = _OVERLAP
    deep: pd.Timedelta | None = None
    concurrency: int = 2
    timeout: float = 60.0
    max_wait: float = 120.0


@dataclass(frozen=True, eq=False)
class Parcel:
    """One slice as it arrived: its rows in typed columns, and what is covered once they are kept.

    Attributes:
        what: observations or scores.
        window: the stretch of time.
        rows: the rows.
        state: the state after this slice; to be kept together with its rows.
        at: the source's clock when it was read.
    """

    what: What
    window: Window
    rows: Normal
    state: State
    at: pd.Timestamp


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
        plans = _plans(known, request, since, end, now)
        line.total = sum((b - a for _, _, windows, _ in plans for a, b in windows), pd.Timedelta(0))
        for what, read, windows, again in plans:
            wishes = Wishes(request.text, request.environment, request.expand, again)
            for visit in _visits(loop, read, client, can, windows, wishes, request, _FIRST[what]):
                known = known.covered(what, visit.window, now)
                line.done(visit)
                rows = rows_of(visit, configs)
                where = f"{visit.window[0]:%Y-%m-%dT%H:%M}"
                typed = normalise(
                    rows, file=where, now=now, text=request.text, max_chars=request.max_chars
                )
                yield Parcel(what, visit.window, typed, known, now)
        if known.deep != state.deep or plans:
            yield _last(known, plans, now)


Read = Callable[[Client, Abilities, Window, Wishes], Any]
Plan = tuple[What, Read, list[Window], bool]


def _ratings(configs: Iterable[ScoreConfig]) -> dict[str, Any]:
    """Return the range or the categories of each score that the project configures."""
    found: dict[str, Any] = {}
    for one in configs:
        if one.low is not None and one.high is not None:
            found[one.name] = (one.low, one.high)
        elif one.categories:
            found[one.name] = dict(one.categories)
    return found


def _plans(
    state: State, request: Request, since: pd.Timestamp, end: pd.Timestamp, now: pd.Timestamp
) -> list[Plan]:
    """Return what must be read: steps, then judgements, each with its windows."""
    deep = state.deep is not None and deep_is_due(state.deep, now)
    windows = due(state.observations, since, end, overlap=request.overlap, deep=deep)
    if request.deep is not None:
        windows = _joined([*windows, (max(since, now - request.deep), end)])
    scores = due(state.scores, since, end, overlap=request.overlap, deep=deep)
    if state.swept is not None and now - state.swept >= _SWEEP_EVERY:
        scores = _joined([*scores, (max(since, now - _SWEEP), end)])
    return [
        ("observations", observed, windows, deep or request.deep is not None),
        ("scores", scored, scores, False),
    ]


def _joined(windows: list[Window]) -> list[Window]:
    """Return windows of which none overlap, the newest first."""
    found: list[Window] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found[::-1]


def _visits(
    loop: Loop,
    read: Read,
    client: Client,
    can: Abilities,
    windows: list[Window],
    wishes: Wishes,
    request: Request,
    length: pd.Timedelta,
) -> Iterator[Visit]:
    """Yield what each slice held; some slices are read ahead while others are kept."""
    left = deque(windows)
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


def _last(state: State, plans: list[Plan], now: pd.Timestamp) -> Parcel:
    """Return the note that a pull came to its end, with which passes are done."""
    again = plans[0][3]
    first = state.deep is None
    done = replace(
        state,
        deep=now if again or first else state.deep,
        swept=now if state.swept is None or now - state.swept >= _SWEEP_EVERY else state.swept,
    )
    empty = normalise(Rows(), file="", now=now)
    return Parcel("observations", (now, now), empty, done, now)
