"""Which stretches of time does a pull read, for the first time or again?"""

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from agentlens.sources.intake.normalise import Texts
from agentlens.sources.langfuse.coverage import Window, deep_is_due, due
from agentlens.sources.langfuse.state import State

__all__ = ["Plan", "Request", "What", "passed", "plans"]

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


@dataclass(frozen=True)
class Plan:
    """The windows of one kind of row, the newest first, and whether other seams are to be used."""

    what: What
    windows: list[Window]
    again: bool = False


def plans(
    state: State, request: Request, since: pd.Timestamp, end: pd.Timestamp, now: pd.Timestamp
) -> list[Plan]:
    """Return what must be read: steps, then judgements.

    What is settled is read again by three passes only. The daily one reads each stretch for the
    last time when it has just settled; `deep=` reads steps and judgements as far back as it says;
    and once a week the judgements of a month are.

    Args:
        state: what was read before.
        request: what is wanted.
        since: from when on.
        end: up to when.
        now: the source's clock.
    """
    deep = state.deep is not None and deep_is_due(state.deep, now)
    steps = due(state.observations, since, end, overlap=request.overlap, deep=deep)
    scores = due(state.scores, since, end, overlap=request.overlap, deep=deep)
    if request.deep is not None:
        far = (max(since, now - request.deep), end)
        steps, scores = _joined([*steps, far]), _joined([*scores, far])
    if state.swept is not None and now - state.swept >= _SWEEP_EVERY:
        scores = _joined([*scores, (max(since, now - _SWEEP), end)])
    return [
        Plan("observations", steps, deep or request.deep is not None),
        Plan("scores", scores),
    ]


def passed(state: State, done: list[Plan], now: pd.Timestamp) -> State:
    """Return the state after all plans were carried out, with which passes are done."""
    again, first = done[0].again, state.deep is None
    swept = state.swept is None or now - state.swept >= _SWEEP_EVERY
    return replace(
        state, deep=now if again or first else state.deep, swept=now if swept else state.swept
    )


def _joined(windows: list[Window]) -> list[Window]:
    """Return windows of which none overlap, the newest first."""
    found: list[Window] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found[::-1]
