"""What do the projects that a lake was filled from say of all its traffic?"""

from typing import Any

import pandas as pd

from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.view import View
from agentlens.sources.langfuse.state import State
from agentlens.sources.signals.slices import History

__all__ = ["LANGFUSE", "history_of", "known_since", "ratings_in"]

LANGFUSE = "langfuse"
"""Under which word a lake remembers how far a project was pulled."""
_VISITS = ["user_id", "session_id", "start"]


def ratings_in(snapshot: Snapshot) -> dict[str, Any]:
    """Return the ranges of scores that the projects of a lake configure.

    Args:
        snapshot: of a lake.
    """
    states = [one for one in _states(snapshot) if one is not None]
    return {name: one for state in states for name, one in state.ratings.items()}


def known_since(snapshot: Snapshot) -> pd.Timestamp | None:
    """Return since when a lake holds every trace; None where nobody can know.

    A project that is pulled says what was read. Files do not say what they lack, and rows that
    expired are not there.

    Args:
        snapshot: of a lake.
    """
    states = _states(snapshot)
    if not states:
        return None
    begun = [None if one is None else _whole_since(one) for one in states]
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


def _states(snapshot: Snapshot) -> list[State | None]:
    """Return how far each source was pulled; None for one that is no project."""
    told = [one.get(LANGFUSE) for one in snapshot.sources.values()]
    return [State.from_json(one) if one else None for one in told]


def _whole_since(state: State) -> pd.Timestamp | None:
    """Return since when steps were read without a gap up to the newest reading."""
    since: pd.Timestamp | None = None
    for one in sorted(state.observations, reverse=True):
        if since is not None and one.end < since:
            break
        since = one.start
    return since
