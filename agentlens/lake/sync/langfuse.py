"""How does a project of Langfuse come into a lake, slice by slice?"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.errors import SourceError
from agentlens.lake.store.reader import Reader
from agentlens.lake.sync.bring import bring
from agentlens.lake.sync.compare import compare
from agentlens.lake.sync.deletions import conclude
from agentlens.lake.sync.known import LANGFUSE
from agentlens.lake.sync.synced import Synced
from agentlens.lake.sync.watch import Watch
from agentlens.progress import Progress
from agentlens.sources.intake.road import gathered
from agentlens.sources.langfuse.check.asking import asked
from agentlens.sources.langfuse.client import Clock
from agentlens.sources.langfuse.coverage import settled_until
from agentlens.sources.langfuse.pull import Request, pull
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.state import State

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["name_of", "sync_langfuse"]

_LONGEST_OVERLAP = pd.Timedelta("6h")
_SHARE = 0.999
_MARGIN = 1.5


def name_of(settings: Settings) -> str:
    """Return the name by which a lake knows this server and key's project."""
    return f"langfuse-{sha256(settings.host.encode()).hexdigest()[:12]}"


def sync_langfuse(
    lake: "Lake",
    settings: Settings,
    request: Request,
    *,
    verify: bool = False,
    clock: Clock | None = None,
    told: Callable[[Synced], None] = lambda _: None,
) -> Synced:
    """Return what came; every slice is kept as soon as it is read.

    What is deleted at the source is found only by a pass that comes to its end and asks for all
    environments.

    Args:
        lake: where to.
        settings: which server, with which key.
        request: what to pull.
        verify: whether the days that settled are compared with the source's own counts.
        clock: what time it is for the server.
        told: told after each slice.
    """
    name = name_of(settings)
    state = State.from_json(lake.state(name).get(LANGFUSE, {}))
    done = Synced(source=name, snapshot=lake.store.head().n)
    salt = lake.door.salt if state.missed else b""
    watch = Watch(source=name, before=state, salt=salt, whole=not request.environment)
    ask = partial(asked, settings, max_wait=request.max_wait, timeout=request.timeout, clock=clock)
    with (
        Progress() as progress,
        closing(
            pull(settings, _wider(request, lake), state, clock=clock, progress=progress)
        ) as parcels,
    ):
        try:
            for parcel in parcels:
                now = parcel.at
                rows = gathered([parcel.rows])
                watch = watch.seen(parcel)
                state = watch.known(parcel.state)
                kept = {LANGFUSE: state.to_json()}
                snapshot = bring(lake, rows, now, source=name, origin=name, state=kept)
                watch = watch.compared(parcel, Reader(lake.store, lake.store.head(), skip=True))
                done = done.with_slice(snapshot.n, len(rows.spans), len(rows.scores))
                told(done)
            gone = conclude(lake, watch, state, now, ask)
        except KeyboardInterrupt:
            message = f"Stopped. {done.slices:,} slices are kept; the same call goes on from there."
            raise KeyboardInterrupt(message) from None
        except SourceError as error:
            return done.stopped(str(error))
    first = min((one.start for one in state.observations), default=None)
    settled = settled_until(state.observations, first) if first is not None else None
    notes = [state.can.why] if state.can and state.can.why else []
    done = done.with_deletions(gone.snapshot, gone.deleted, gone.missed)
    if verify:
        done = replace(done, compared=compare(lake, name, state, now, ask))
    return done.finished(settled, why=" ".join([*notes, *gone.notes]))


def _wider(request: Request, lake: "Lake") -> Request:
    """Return the request with an overlap as long as the longest traces take: steps come at their end."""
    columns: Any = lake.store.head().columns.get("traces", {})
    if "latency_s" not in columns:
        return request
    spent = lake.log(text=False).view.traces(["latency_s"])["latency_s"].dropna()
    if not len(spent):
        return request
    late = pd.Timedelta(_MARGIN * float(spent.quantile(_SHARE)), "s")
    return replace(request, overlap=min(max(request.overlap, late), _LONGEST_OVERLAP))
