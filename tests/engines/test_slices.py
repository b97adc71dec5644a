"""Does a table of slices say the same of rows that stay where they are, and leave them there?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.slices.slices import Slices, slices
from agentlens.measures.tally import Contrasting
from agentlens.tables.log import Log
from tests.engines.same_tables import KINDS, same_or_refused, same_slices, weighted
from tests.engines.test_log import Watched, here

_BY = (["task_type"], ["task_type", "device"], ["prompt_version"])
_KNOBS: tuple[dict[str, Any], ...] = (
    {},
    {"current": "5D", "over": "1D"},
    {"current": "7D", "least_users": 60},
    {"current": ("2026-11-12", "2026-11-14"), "baseline": ("2026-10-20", "2026-11-10 12:00")},
)


@pytest.mark.parametrize("knobs", _KNOBS, ids=str)
@pytest.mark.parametrize("metric, by", [*zip(KINDS, (*_BY, *_BY[:2]), strict=True)])
def test_a_table_says_the_same_to_the_last_id(
    metric: str, by: list[str], knobs: dict[str, Any]
) -> None:
    by = by[:1] if "over" in knobs else by
    mine = weighted() if metric in {"strong_completion", "latency_p95"} else here()
    theirs = Watched(mine, most=10).log  # with more, bringing rows would be refused
    same_slices(slices(mine, metric, by, **knobs), slices(theirs, metric, by, **knobs))


@pytest.mark.parametrize(
    "metric, by", [("tool_success", "tool"), ("ttft_p50", "step"), ("tool_success", "device")]
)
def test_steps_are_told_apart_where_they_are(metric: str, by: str) -> None:
    mine, theirs = here(), Watched(here(), most=10).log
    for knobs in ({"current": "7D"}, {"current": "7D", "over": "2D"}):
        same_slices(slices(mine, metric, by, **knobs), slices(theirs, metric, by, **knobs))  # type: ignore[arg-type]


def test_a_table_brings_sums_values_and_ids_alone() -> None:
    watched = Watched(here(), most=10)
    table = slices(watched.log, "strong_completion", ["task_type", "device"], current="7D")
    cells = 2 * (table.frame["task_type"].nunique() + 1) * (table.frame["device"].nunique() + 1)
    behind = sum(len(one.trace_ids) for one in table.signals())
    ids = [n for n, names in zip(watched.rows, watched.columns, strict=True) if "trace" in names]
    assert ids == [behind]
    assert max(watched.rows) <= max(cells, behind)
    assert not {"trace_id", "user", "user_id"} & {
        name for names in watched.columns for name in names
    }


def test_a_quantile_brings_only_rows_near_it() -> None:
    watched = Watched(here(), most=10)
    slices(watched.log, "latency_p50", "device", current="7D")
    assert max(watched.rows) < len(here()) / 10


def test_rare_values_are_taken_together_where_they_are() -> None:
    log = here()
    many = pd.Series(np.arange(len(log.traces)) ** 2 % 97, dtype="int64").map("v{:02d}".format)
    mine = Log(traces=log.traces.assign(plan=many), spans=log.spans, scores=log.scores)
    table = slices(mine, "error_rate", "plan")
    assert any("taken together" in note for note in table.caveats)
    same_slices(table, slices(Watched(mine, most=10).log, "error_rate", "plan"))


@pytest.mark.parametrize("dtype", ["Int64", "float64", "bool", "category"])
def test_values_of_other_types_are_called_as_in_memory(dtype: str) -> None:
    log = here()
    own = (log.traces["query_chars"] % 2).astype("Int64").astype(dtype)  # type: ignore[call-overload]
    mine = Log(traces=log.traces.assign(own=own), spans=log.spans, scores=log.scores)
    table = slices(mine, "error_rate", "own")
    assert len(table.frame) == 2
    same_slices(table, slices(Watched(mine, most=10).log, "error_rate", "own"))


@pytest.mark.parametrize("by", ["query_chars", "user_id"])
def test_ranges_of_a_number_and_a_thousand_values_take_rows(by: str) -> None:
    mine = here()
    same_slices(slices(mine, "error_rate", by), slices(Watched(mine).log, "error_rate", by))
    drawn = slices(Watched(mine, most=2000).log, "error_rate", by)
    assert [one for one in drawn.caveats if one.startswith("Told from")]


def test_periods_that_are_logs_take_rows() -> None:
    mine, there = here(), Watched(here()).log
    tables = (
        slices(one, "error_rate", "device", current=one.last("2D"), baseline=("2026-10-25", end))
        for one, end in ((mine, "2026-11-10"), (there, "2026-11-10"))
    )
    same_slices(*tables)


@pytest.mark.parametrize(
    "ask",
    [
        lambda log: slices(log, "escalation", "devise"),
        lambda log: slices(log, "tool_success", "step"),
        lambda log: slices(log, "score:nobody", "device"),
        lambda log: slices(log, "escalation", "device", current=("2027-01-01", "2027-01-02")),
        lambda log: slices(log, "escalation", "device", baseline=("2020-01-01", "2020-01-02")),
        lambda log: slices(log, "escalation", "device", current="90D"),
        lambda log: slices(
            log,
            "escalation",
            "device",
            current=("2027-01-01", "2027-01-02"),
            baseline=("2026-11-02", "2026-11-01"),
        ),
        lambda log: slices(log, "escalation", "device", baseline=("2026-11-01", "2027-01-02")),
        lambda log: slices(log, "escalation", "device", current="a while"),
        lambda log: slices(log.where(device="nothing"), "escalation", "device"),
        lambda log: slices(log, "escalation", "device", over="1min"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_same_words(ask: Callable[[Log], Slices]) -> None:
    assert same_or_refused(ask, here(), Watched(here(), most=10).log) is None


def test_what_is_not_recorded_is_unknown_in_the_same_words() -> None:
    log = here()
    traces = log.traces.drop(columns=["cost_usd"])
    bare = Log(traces=traces, spans=log.spans.iloc[:0], scores=log.scores)
    for metric in ("cost_per_trace", "tool_success"):
        mine, theirs = (slices(one, metric, "device") for one in (bare, Watched(bare, most=10).log))
        assert mine.band == "unknown"
        assert (theirs.headline, theirs.caveats) == (mine.headline, mine.caveats)


def test_a_log_on_an_engine_contrasts_and_one_in_memory_does_not() -> None:
    assert isinstance(Watched(here()).log, Contrasting)
    assert not isinstance(here(), Contrasting)
