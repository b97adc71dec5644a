"""What a dialect read, as tests look at it: typed, built into a log, and damaged on purpose."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from agentlens.sources.files.dialect import Dialect, Record
from agentlens.sources.intake.normalise import normalise
from agentlens.sources.intake.road import Choices, gathered, log_of
from agentlens.sources.intake.rows import Rows
from agentlens.tables.log import Log
from tests.sources.dialects.corrupt import ODD
from tests.sources.dialects.otel_reading import shared_rows
from tests.sources.dialects.shared import SHARED

__all__ = [
    "NOW",
    "assert_shared",
    "built",
    "counts",
    "damaged",
    "iso",
    "places_of",
    "rows_of",
    "survives",
    "told",
]

NOW = pd.Timestamp("2026-12-31", tz="UTC")
_TRACE_SAID = ("session_id", "user_id", "release", "environment")


def iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


def rows_of(dialect: Dialect, records: Sequence[Record]) -> Rows:
    """Return the rows of records that stand in lines 1, 2, … of a file f."""
    found = dialect.rows(records, [f"f:{line}" for line in range(1, len(records) + 1)])
    for table in (found.spans, found.traces, found.scores):
        assert len({len(column) for column in table.values()}) <= 1
        assert not table or "where" in table
    return found


def places_of(rows: Rows) -> set[str]:
    """Return the records that left a row anywhere, be it among those that could not be read."""
    tables = (rows.spans, rows.traces)
    kept = {place.partition("#")[0] for one in tables for place in one.get("where", [])}
    return kept | {bad.where for bad in rows.bad}


def told(table: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return the rows of a table, each with what is known of it."""
    return [
        {name: one for name, one in zip(table, row, strict=True) if one not in (None, {})}
        for row in zip(*table.values(), strict=True)
    ]


def counts(rows: Rows, action: str) -> dict[tuple[str, str], int]:
    """Return how many rows met an action, by field and detail."""
    return {(one.field, one.detail): one.n for one in rows.problems if one.action == action}


def built(*rows: Rows, environment: str = "", now: pd.Timestamp = NOW) -> Log:
    """Return the log of rows, built by the road that all sources share."""
    parts = [normalise(one, file="f", now=now) for one in rows]
    return log_of(gathered(parts), Choices(now=now, default_environment=environment))


def assert_shared(
    log: Log,
    *,
    without: Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
    own_root: bool = True,
) -> None:
    """Assert that a log is the shared traces, but for the columns that a format cannot say.

    Args:
        log: what was read.
        without: the columns left out.
        kinds: kinds that become another.
        own_root: whether the root has an id of its own, and not its trace's.
    """
    lost = [*without, *(name for name in _TRACE_SAID if name not in without)]
    spans = shared_rows(SHARED, [name for name in lost if name in shared_rows(SHARED[:1])])
    spans["kind"] = spans["kind"].replace(dict(kinds or {}))
    if not own_root:
        ids = {one.spans[0].span_id: one.trace_id for one in SHARED}
        spans[["span_id", "parent_id"]] = spans[["span_id", "parent_id"]].replace(ids)
        spans = spans.sort_values("span_id", ignore_index=True)
    found = log.spans.sort_values("span_id", ignore_index=True)
    pd.testing.assert_frame_equal(found[list(spans)], spans, check_dtype=False)
    traces = _truth().drop(columns=[name for name in without if name in _truth()])
    held = log.traces.sort_values("trace_id", ignore_index=True)
    pd.testing.assert_frame_equal(held[list(traces)], traces, check_dtype=False)


def _truth() -> pd.DataFrame:
    rows = [
        {
            "trace_id": one.trace_id,
            "name": one.name,
            "session_id": one.session_id,
            "user_id": one.user_id,
            "release": one.release,
            "environment": one.environment,
            "tags": ",".join(sorted(one.tags)),
            "segment": dict(one.metadata)["segment"],
            "device": dict(one.metadata)["device"],
            "start": root.start,
            "end": root.end,
            "latency_s": (root.end - root.start).total_seconds(),
            "status": "error" if root.error else "ok",
            "error_type": "timeout" if root.error else None,
            "model": think.model,
            "input_tokens": think.input_tokens,
            "output_tokens": think.output_tokens,
            "cached_tokens": think.cached_tokens,
            "cost_usd": think.cost_usd,
            "steps": 2,
            "llm_calls": 1,
            "tool_calls": 1,
            "tool_errors": int(any(span.error for span in one.spans if span.kind == "tool")),
            "input": root.input,
            # a silent root that did not fail: its last model call
            "output": root.output or (None if root.error else think.output),
        }
        for one in SHARED
        for root, think in [(one.spans[0], one.spans[1])]
    ]
    frame = pd.DataFrame(rows)
    for name in ("start", "end"):
        frame[name] = frame[name].astype("datetime64[us, UTC]")
    return frame.sort_values("trace_id", ignore_index=True)


@st.composite
def damaged(draw: st.DrawFn, records: Sequence[Record]) -> list[Record]:
    """Return records with fields at any depth dropped or changed, in another order."""
    found: list[Record] = []
    for record in records:
        one = deepcopy(record)
        for _ in range(draw(st.integers(0, 4))):
            _damage(draw, one)
        found.append(one)
    return draw(st.permutations(found))[: draw(st.integers(0, len(found)))]


def _damage(draw: st.DrawFn, record: Record) -> None:
    held: Any = record
    while held:
        keys = sorted(held) if isinstance(held, dict) else list(range(len(held)))
        key = draw(st.sampled_from(keys))
        if isinstance(held[key], (dict, list)) and held[key] and draw(st.booleans()):
            held = held[key]
            continue
        if isinstance(held, dict) and draw(st.booleans()):
            del held[key]
        else:
            held[key] = draw(ODD)
        return


def survives(dialect: Dialect, records: Sequence[Record]) -> Rows:
    """Return the rows of damaged records, which must become typed columns whatever they hold."""
    rows = rows_of(dialect, records)
    held = normalise(rows, file="f", now=NOW)
    came = [rows.spans, rows.traces, rows.scores]
    kept = [held.spans, held.traces, held.scores]
    assert len(held.rejected) == len(rows.bad) + sum(
        len(one.get("where", [])) for one in came
    ) - sum(map(len, kept))
    return rows
