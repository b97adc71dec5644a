"""How does all that was said in some traces come into a lake that keeps only their outlines?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agentlens.errors import BadInputError, SourceError
from agentlens.lake.sync.bring import bring
from agentlens.lake.sync.langfuse import name_of
from agentlens.lake.sync.synced import Synced
from agentlens.progress import Progress
from agentlens.sources.intake.road import gathered
from agentlens.sources.langfuse.client import Clock
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.whole import whole_traces

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["sync_traces"]

_MOST = 2_000
"""Each trace is a request of its own; for more, a pull of everything asks for less."""


def sync_traces(
    lake: "Lake",
    settings: Settings,
    traces: Iterable[str],
    *,
    max_chars: int | None = 65536,
    clock: Clock | None = None,
) -> Synced:
    """Return what came of these traces; what is kept of others stays as it is.

    Args:
        lake: where to.
        settings: which server, with which key.
        traces: their ids.
        max_chars: the most characters kept of a text.
        clock: what time it is for the server.
    """
    ids = [traces] if isinstance(traces, str) else list(dict.fromkeys(map(str, traces)))
    if not ids or len(ids) > _MOST:
        message = (
            f"traces= takes up to {_MOST:,} ids, found {len(ids):,}; text='all' with since= and"
            " until= reads whole days."
        )
        raise BadInputError(message)
    name = name_of(settings)
    done = Synced(source=name, snapshot=lake.store.head().n)
    n = 0
    with Progress() as progress:
        try:
            for found in whole_traces(
                settings, ids, max_chars=max_chars, clock=clock, progress=progress
            ):
                rows = gathered([found.rows])
                snapshot = bring(lake, rows, found.at, source=name, origin=name)
                done = done.with_slice(snapshot.n, len(rows.spans), 0)
                n += found.n
        except SourceError as error:
            return done.stopped(str(error))
    lost = f"{len(ids) - n:,} of {len(ids):,} traces are not there" if n < len(ids) else ""
    return done.finished(None, why=lost)
