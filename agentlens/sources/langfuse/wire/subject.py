"""What does a score judge: a trace, a step of it, a session or an experiment?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.intake.rows import Columns
from agentlens.sources.langfuse.wire.values import Notes

__all__ = ["subjects"]

_Subject = tuple[Any, Any, Any, Any, str | None]
_NOBODY: _Subject = (None, None, None, None, None)


def subjects(given: Mapping[str, list[Any] | None], places: Sequence[str], notes: Notes) -> Columns:
    """Return trace, span, session and experiment that each score judges, and the level of it.

    The score of an experiment belongs to no trace; its run is kept in the metadata.

    Args:
        given: the columns subject, or trace_id, span_id, session_id and run.
        places: where each stands.
        notes: told of scores that judge nothing, and of those of experiments.
    """
    n = len(places)
    named = given["subject"]
    if named is not None:
        found = [_named(one) for one in named]
    else:
        keys = ("trace_id", "span_id", "session_id", "run")
        columns = [given[key] or [None] * n for key in keys]
        found = [_told(*one) for one in zip(*columns, strict=True)]
    pairs = list(zip(places, found, strict=True))
    lost = [place for place, one in pairs if one[4] is None]
    runs = [place for place, one in pairs if one[4] == "experiment"]
    notes.add("missing", "trace_id", "it does not say what it judges", lost)
    notes.add("ignored", "trace_id", "it judges an experiment, which is no trace", runs)
    names = ("trace_id", "span_id", "session_id", "run", "level")
    return {name: [one[at] for one in found] for at, name in enumerate(names)}


def _named(subject: Any) -> _Subject:
    """Return the subject of version 3, which says its kind."""
    if not isinstance(subject, dict):
        return _NOBODY
    one = subject.get("id") or None
    match subject.get("kind") if one else None:
        case "trace":
            return one, None, None, None, "trace"
        case "observation":
            return subject.get("traceId") or None, one, None, None, "span"
        case "session":
            return None, None, one, None, "session"
        case "experiment":
            return None, None, None, one, "experiment"
    return _NOBODY


def _told(trace: Any, span: Any, session: Any, run: Any) -> _Subject:
    """Return the subject of older versions, which only fill one id or another."""
    if trace:
        return trace, span or None, None, None, "span" if span else "trace"
    if session:
        return None, None, session, None, "session"
    if run:
        return None, None, None, run, "experiment"
    return _NOBODY
