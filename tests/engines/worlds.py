"""Which logs have everything in them that engines read otherwise than pandas does?"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import strategies as st

from agentlens.measures.metric import Metric
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["OWN", "arrow", "ordered", "same_series", "worlds", "written"]

OWN = (
    Metric("dear_or_slow", "rate", "lower", "share", "latency_s > 2 or cost_usd >= 0.5"),
    Metric("per_step", "mean", "lower", "", "(cost_usd + latency_s) / steps"),
    Metric("per_token", "ratio", "lower", "USD", "cost_usd", "output_tokens - steps"),
    Metric("ends_well", "rate", "higher", "share", "status in ('ok', 'open') and not escalated"),
    Metric("not_open", "rate", "neither", "share", "status not in ('open',)"),
    Metric("same_plan", "rate", "neither", "share", "task_type == segment"),
    Metric("other_plan", "rate", "neither", "share", "task_type != 'refund'"),
    Metric("known_rating", "rate", "neither", "share", "known(user_rating) or known(task_type)"),
    Metric("filled", "mean", "neither", "", "coalesce(user_rating, 0.5) * -1 + steps"),
    Metric("nowhere", "rate", "neither", "share", "coalesce(no_such_column, 1) == 1"),
    Metric("lacking", "mean", "neither", "", "no_such_column"),
    Metric("middle_cost", "quantile", "lower", "USD", "cost_usd", where="known(cost_usd)", q=0.9),
    Metric("two_scores", "mean", "higher", "", "score('tone') + score('safe')"),
    Metric("slow_steps", "quantile", "lower", "s", "latency_s", table="spans", q=0.25),
    Metric("heavy", "count", "neither", "traces", "steps > 2"),
)
"""Metrics of a user's own: every kind, every word of the language, nothing that is there."""

_EPOCH = pd.Timestamp("2026-10-24 22:30", tz="UTC")  # a weekend on which clocks are put back
_EIGHTHS = st.integers(0, 40).map(lambda n: n / 8)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def _rows(n: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, list[Any]]]:
    lists = {name: st.lists(one, min_size=n, max_size=n) for name, one in columns.items()}
    return st.fixed_dictionaries(lists)


@st.composite
def worlds(draw: st.DrawFn) -> Log:
    """Draw a log: users who return, weights, missing values of every kind, scores by several judges."""
    n = draw(st.integers(1, 40))
    told = draw(
        _rows(
            n,
            start=st.integers(0, 3 * 86_400_000_000),
            user_id=_maybe(st.sampled_from(["ann", "bo", "cy", "Ö"])),
            session_id=_maybe(st.sampled_from(["s1", "s2"])),
            status=_maybe(st.sampled_from(["ok", "error", "open"])),
            error_type=_maybe(st.sampled_from(["timeout", "it's"])),
            task_type=_maybe(st.sampled_from(["refund", "order", "Zoll"])),
            segment=_maybe(st.sampled_from(["refund", "free"])),
            latency_s=_maybe(_EIGHTHS),
            cost_usd=_maybe(_EIGHTHS),
            steps=_maybe(st.integers(0, 4)),
            output_tokens=_maybe(st.integers(0, 6)),
            user_rating=_maybe(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
            completed=_maybe(st.booleans()),
            escalated=_maybe(st.booleans()),
            user_corrected=_maybe(st.booleans()),
            copied=_maybe(st.booleans()),
            weight=_maybe(st.sampled_from([1.0, 2.0, 4.0])),
            inclusion_p=_maybe(st.sampled_from([1.0, 0.5])),
            sampled_by=_maybe(st.sampled_from(["base", "otel th"])),
        )
    )
    ids = [f"t{place}" for place in range(n)]
    traces = pd.DataFrame({**told, "trace_id": ids})
    kept = draw(st.booleans())
    if kept:  # most logs have no weights at all
        traces = traces.drop(columns=["weight", "inclusion_p", "sampled_by"])
    traces["start"] = _times(told["start"])
    return from_frames(traces, _spans(draw, ids), _scores(draw, ids), strict=False)


def _times(micros: list[int]) -> pd.Series:
    times = _EPOCH + pd.to_timedelta(np.asarray(micros, dtype="int64"), unit="us")
    return pd.Series(times).astype("datetime64[us, UTC]")


def _spans(draw: st.DrawFn, ids: list[str]) -> pd.DataFrame:
    n = draw(st.integers(0, 30))
    told = draw(
        _rows(
            n,
            trace_id=st.sampled_from(ids),
            start=st.integers(-3_600_000_000, 3 * 86_400_000_000),
            kind=_maybe(st.sampled_from(["llm", "tool"])),
            name=_maybe(st.sampled_from(["search", "write"])),
            status=_maybe(st.sampled_from(["ok", "error"])),
            latency_s=_maybe(_EIGHTHS),
            ttft_s=_maybe(_EIGHTHS),
        )
    )
    frame = pd.DataFrame({**told, "span_id": [f"p{place}" for place in range(n)]})
    return frame.assign(start=_times(told["start"]))


def _scores(draw: st.DrawFn, ids: list[str]) -> pd.DataFrame:
    n = draw(st.integers(0, 40))
    told = draw(
        _rows(
            n,
            trace_id=st.sampled_from(ids),
            span_id=_maybe(st.sampled_from(["p0", "p1"])),
            name=st.sampled_from(["tone", "safe"]),
            source=st.sampled_from(["judge", "human", "check"]),
            value=_maybe(st.sampled_from([0.0, 0.25, 1.0])),
            rubric_version=_maybe(st.sampled_from(["1", "2", "10"])),
            judge_id=_maybe(st.sampled_from(["a", "b"])),
            inclusion_p=_maybe(st.sampled_from([1.0, 0.25])),
            time=st.integers(0, 10**9),
        )
    )
    frame = pd.DataFrame({**told, "score_id": [f"c{place}" for place in range(n)]})
    return frame.assign(time=_times(told["time"]))


def ordered(log: Log) -> Log:
    """Return a log with its rows as an engine's log brings them."""
    keys = {"traces": ["start", "trace_id"], "spans": ["start", "trace_id", "span_id"],
            "scores": ["trace_id", "score_id"]}  # fmt: skip
    frames = {
        name: getattr(log, name).sort_values(key, ignore_index=True) for name, key in keys.items()
    }
    return Log(**frames)


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an engine keeps it: times to the microsecond, nothing of pandas' own."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    typed = [
        pa.string()
        if pa.types.is_large_string(one.type) or pa.types.is_null(one.type)
        else one.type
        for one in table.schema
    ]
    return table.cast(
        pa.schema([one.with_type(kind) for one, kind in zip(table.schema, typed, strict=True)])
    )


@contextmanager
def written(log: Log, folder: Path) -> Iterator[dict[str, Path]]:
    """Write the three tables as Parquet for an engine that reads files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.parquet" for name in ("traces", "spans", "scores")}
    for name, file in files.items():
        pq.write_table(arrow(getattr(log, name)), file)
    yield files
    for file in files.values():
        file.unlink()


def same_series(ask: Callable[[Log], pd.DataFrame], here: Log, there: Log) -> None:
    """Hold that two logs give the same series, or refuse it in the same words."""
    try:
        mine = ask(here)
    except Exception as error:  # noqa: BLE001 - whatever one refuses, the other must
        with pytest.raises(type(error), match=re.escape(str(error))):
            ask(there)
        return
    theirs = ask(there)
    pd.testing.assert_frame_equal(mine, theirs, check_dtype=False, rtol=1e-9, atol=1e-12)
