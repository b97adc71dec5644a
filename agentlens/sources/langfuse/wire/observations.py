"""What do Langfuse's observations and traces say, in our words?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.intake.kinds import kinds_of
from agentlens.sources.intake.rows import Bad, Columns, Rows
from agentlens.sources.langfuse.wire.forms import OBSERVATIONS, TRACES, Form, taken
from agentlens.sources.langfuse.wire.metadata import experiments, filled, flattened, tags_of
from agentlens.sources.langfuse.wire.usage import costs, tokens
from agentlens.sources.langfuse.wire.values import Notes

__all__ = ["observations", "traces", "usable"]

_STOOD_IN = (
    "trace_name",
    "user_id",
    "session_id",
    "release",
    "environment",
    "agent_version",
)
_PAYLOADS = frozenset({"input", "output", "is_root"})
_ASIDE = frozenset({"usage", "read", "written", "cost", "costs", "metadata", "tags"})
_QUIET = frozenset({"DEFAULT", "DEBUG"})
_STATUS: Mapping[str | None, str] = {
    "ERROR": "error",
    "WARNING": "ok",
    "DEFAULT": "ok",
    "DEBUG": "ok",
}
_EXCERPT = 10_000
_Given = Mapping[str, list[Any] | None]


def observations(records: Sequence[Any], places: Sequence[str], form: Form = OBSERVATIONS) -> Rows:
    """Return observations as spans; groups of fields that were not asked for are left out.

    Args:
        records: the rows of one answer or one batch of a file.
        places: where each stands.
        form: how this source spells its fields.

    Example:
        >>> row = {"id": "9f02c4d1aa37be60", "traceId": "t1", "type": "GENERATION", "level": "ERROR"}
        >>> found = observations([row], ["page 1:1"]).spans
        >>> found["kind"], found["status"]
        (['llm'], ['error'])
    """
    records, places, bad = usable(records, places)
    notes = Notes("spans", len(records))
    given = taken(records, form)
    columns = _plain(given, places)
    if "kind" in columns:
        columns["kind"] = kinds_of(columns["kind"])
    if "level" in columns:
        columns |= _outcome(columns, places, notes)
    columns |= _used(given, places, notes)
    columns |= _facts(given, places, columns, notes)
    return Rows(spans=columns, bad=bad, problems=notes.problems)


def traces(records: Sequence[Any], places: Sequence[str], form: Form = TRACES) -> Rows:
    """Return what is said of whole traces.

    Args:
        records: the rows of one answer or one batch of a file.
        places: where each stands.
        form: how this source spells its fields.
    """
    records, places, bad = usable(records, places)
    notes = Notes("traces", len(records))
    given = taken(records, form)
    columns = _plain(given, places)
    columns |= _facts(given, places, columns, notes)
    named = columns.pop("trace_name", None)
    if named is not None:
        pairs = zip(columns.get("name", named), named, strict=True)
        columns["name"] = [own or said for own, said in pairs]
    totals = given.get("cost")
    if totals is not None:  # without its parts a cost of 0 may as well be none, and -1 is none
        unasked = [None if one in (-1, "-1") else one for one in totals]
        columns["cost_usd"] = costs(unasked, [None] * len(records), places, notes)["cost_usd"]
    return Rows(traces=columns, bad=bad, problems=notes.problems)


def usable(
    records: Sequence[Any], places: Sequence[str]
) -> tuple[Sequence[dict[str, Any]], Sequence[str], tuple[Bad, ...]]:
    """Return the records that are objects, their places, and the others."""
    if set(map(type, records)) <= {dict}:
        return records, places, ()
    pairs = list(zip(records, places, strict=True))
    kept = [(one, place) for one, place in pairs if isinstance(one, dict)]
    bad = tuple(
        Bad(place, str(one)[:_EXCERPT], "not a JSON object")
        for one, place in pairs
        if not isinstance(one, dict)
    )
    return [one for one, _ in kept], [place for _, place in kept], bad


def _plain(given: _Given, places: Sequence[str]) -> Columns:
    """Return the columns that are taken as they are; Langfuse writes "" for what is not set."""
    columns: Columns = {"where": list(places)}
    for column, values in given.items():
        if values is None or column in _ASIDE:
            continue
        said = column in _PAYLOADS or all(values)
        columns[column] = values if said else [one or None for one in values]
    return columns


def _used(given: _Given, places: Sequence[str], notes: Notes) -> Columns:
    columns: Columns = {}
    n = len(places)
    usage, read, written = (given.get(name) for name in ("usage", "read", "written"))
    if usage or read or written:
        columns |= tokens(usage or [None] * n, (read, written), places, notes)
    total, parts = given["cost"], given["costs"]
    if total or parts:
        columns |= costs(total or [None] * n, parts or [None] * n, places, notes)
    return columns


def _facts(given: _Given, places: Sequence[str], columns: Columns, notes: Notes) -> Columns:
    """Return metadata and tags, and the columns that the metadata can fill."""
    n = len(places)
    found: Columns = {}
    tags, told = given.get("tags"), given["metadata"]
    metadata: Sequence[dict[str, Any] | None] = [None] * n
    if told is not None:
        metadata = flattened(told, places, notes)
        found["metadata"] = list(metadata)
        for column in _STOOD_IN:
            values = filled(column, columns.get(column, [None] * n), metadata, places, notes)
            if column in columns or any(values):
                found[column] = values
        evaluated = experiments(metadata)
        if any(evaluated):
            found["experiment"] = evaluated
    if tags is not None or told is not None:
        listed = tags_of(tags or [None] * n, metadata, places, notes)
        if tags is not None or any(listed):
            found["tags"] = listed
    return found


def _outcome(columns: Columns, places: Sequence[str], notes: Notes) -> Columns:
    """Return level, status, and what was said of it where there was something to say."""
    levels = [one if isinstance(one, str) else None for one in columns["level"]]
    found: Columns = {"level": levels, "status": [_STATUS.get(one) for one in levels]}
    pairs = zip(columns["level"], found["status"], places, strict=True)
    odd = [place for level, status, place in pairs if status is None and level is not None]
    notes.add("missing", "status", "a level that is not known", odd)
    if "error_message" in columns:
        told = zip(columns["error_message"], levels, strict=True)
        found["error_message"] = [one if level not in _QUIET else None for one, level in told]
    return found
