"""What is known of all traffic from how a lake was filled?"""

import pandas as pd

from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.view import View
from agentlens.sources.langfuse.state import State
from agentlens.sources.signals.slices import History

__all__ = ["history_of", "known_since"]

_LANGFUSE = "langfuse"
_VISITS = ["user_id", "session_id", "start"]


def known_since(snapshot: Snapshot) -> pd.Timestamp | None:
    """Return since when a lake holds every trace; None where nobody can know.

    A project that is pulled says what was read. Files do not say what they lack, and rows that
    expired are not there.

    Args:
        snapshot: of a lake.
    """
    states = [one.get(_LANGFUSE) for one in snapshot.sources.values()]
    if not states or not all(states):
        return None
    begun = [_whole_since(State.from_json(one)) for one in states if one]
    kept = snapshot.expired.get("traces", "")
    begun += [pd.Timestamp(kept, tz="UTC")] if kept else []
    return None if any(one is None for one in begun) else max(one for one in begun if one)


def history_of(view: View, history: History | None) -> History | None:
    """Return the history with every visit that the lake knows, where a log holds only some.

    Args:
        view: which traces the log holds.
        history: since when all are known.
    """
    there = view.reader.columns("traces")
    if history is None or history.since is None or view.whole or not set(_VISITS) <= set(there):
        return history
    return History(history.since, view.reader.read("traces", columns=_VISITS))


def _whole_since(state: State) -> pd.Timestamp | None:
    """Return since when steps were read without a gap up to the newest reading."""
    since: pd.Timestamp | None = None
    for one in sorted(state.observations, reverse=True):
        if since is not None and one.end < since:
            break
        since = one.start
    return since
