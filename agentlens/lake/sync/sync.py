"""Which source is meant, and how does it come into the lake?"""

from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.sync.files import sync_files, taken
from agentlens.lake.sync.langfuse import name_of, sync_langfuse
from agentlens.lake.sync.synced import Synced
from agentlens.lake.sync.traces import sync_traces
from agentlens.sources.langfuse.client import Clock
from agentlens.sources.langfuse.pull import Request
from agentlens.sources.langfuse.settings import settings_of
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, length, moment

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["request_of", "sync"]

_LOOK = 0.5


def sync(
    lake: "Lake",
    source: Any,
    *,
    wait: float = 60.0,
    verify: bool = False,
    clock: Clock | None = None,
    **how: Any,
) -> Synced:
    """Return what came from a source; `Lake.sync` says what it takes."""
    if verify and not (isinstance(source, str) and source == "langfuse"):
        message = "verify=True asks Langfuse for its counts; files and logs have none to compare."
        raise BadInputError(message)
    if isinstance(source, Log):
        return taken(lake, source, "log", how)
    if isinstance(source, (str, Path, list, tuple)) and source != "langfuse":
        return sync_files(lake, source, **how)
    if source != "langfuse":
        message = f"A source is 'langfuse', a path, or a Log, not {type(source).__name__}."
        raise BadInputError(message)
    keys = ("host", "public_key", "secret_key")
    settings = settings_of(*(how.pop(key, None) for key in keys))
    if "traces" in how:
        return sync_traces(lake, settings, clock=clock, **_few(how))
    request = request_of(**how)
    name = name_of(settings)
    begun = monotonic()
    while True:
        with lake.lock(name) as holder:
            if holder is None:
                return sync_langfuse(lake, settings, request, verify=verify, clock=clock)
        if monotonic() - begun > wait:
            why = f"Another sync of this project runs {holder}; what it has read so far is here."
            return Synced(source=name, snapshot=lake.store.head().n).stopped(why)
        sleep(_LOOK)


def _few(how: dict[str, Any]) -> dict[str, Any]:
    """Return the words that go with `traces=`; the others choose traces in another way."""
    for name in how:
        if name not in {"traces", "max_chars"}:
            message = f"traces= names what is read; {name}= cannot be said beside it."
            raise BadInputError(message)
    return how


def request_of(
    *,
    since: str | Moment = "7D",
    until: Moment | None = None,
    deep: str | None = None,
    **how: Any,
) -> Request:
    """Return what to pull, from what a user says.

    Args:
        since: a length of time that counts back from now, or a time.
        until: a time; None means now.
        deep: how far back everything is read again, such as "7D".
        how: other fields of a request.
    """
    known = set(Request.__dataclass_fields__)
    for name in how:
        if name not in known:
            raise UnknownNameError("keyword of a Langfuse sync", name, sorted(known))
    if "environment" in how and how["environment"] is None:
        how["environment"] = ""
    return Request(
        since=_since(since),
        until=None if until is None else moment(until),
        deep=None if deep is None else length(deep),
        **how,
    )


def _since(since: str | Moment) -> pd.Timedelta | pd.Timestamp:
    """Return a length or a time, whichever the words mean."""
    if not isinstance(since, str):
        return moment(since)
    try:
        return length(since)
    except BadInputError:
        return moment(since)
