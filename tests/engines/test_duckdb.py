"""Does a log on DuckDB answer as the same log does in memory?"""

from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.engines.counting.expression import compiled
from agentlens.engines.log import EngineLog
from agentlens.engines.read import read_table
from agentlens.measures.builtin import BUILTIN
from agentlens.measures.catalogue import metrics
from agentlens.measures.expression import parse
from agentlens.measures.rows import metric_rows
from agentlens.measures.series import series
from agentlens.tables.log import Log
from tests.engines.worlds import OWN, arrow, same_series, worlds


def on_duckdb(log: Log, most: int = 2_000_000) -> EngineLog:
    con = duckdb.connect()
    for name in ("traces", "spans", "scores"):
        con.register(name, arrow(getattr(log, name)))
    return read_table(con, most=most)


@settings(max_examples=25, deadline=None)
@given(log=worlds(), data=st.data())
def test_every_metric_is_the_same_in_every_bin_of_every_slice(
    log: Log, data: st.DataObject
) -> None:
    there = on_duckdb(log)
    known: list[Any] = [
        *BUILTIN,
        *OWN,
        *metrics(log)["name"],
        "tool_success:search",
        "error_rate:it's",
    ]
    metric = data.draw(st.sampled_from(known))
    every = data.draw(st.sampled_from(["1h", "7h", "1D", None]))
    by: tuple[str, ...] = data.draw(
        st.sampled_from([(), ("task_type",), ("segment", "completed"), ("steps",)])
    )
    same_series(lambda one: series(one, metric, every, by), log, there)


@settings(max_examples=25, deadline=None)
@given(log=worlds(), data=st.data())
def test_every_metric_says_the_same_of_what_it_left_out(log: Log, data: st.DataObject) -> None:
    there = on_duckdb(log)
    metric = data.draw(st.sampled_from([*BUILTIN.values(), *OWN]))
    needs_scores = any(
        "score:" in name for one in metric.expressions().values() for name in one.columns
    )
    if needs_scores and not {"tone", "safe"} <= {*log.scores["name"]}:
        return
    from agentlens.measures.series import binned

    here = metric_rows(log, metric)
    told = there.tally(metric, binned(log, None).grid)
    assert (told.notes, told.absent) == (here.notes, here.absent)
    assert there.rows_of(metric) == here.positions.size


_NUMBERS = st.sampled_from(
    ["steps", "cost_usd", "user_rating", "completed", "nowhere", "0", "2.5", "True"]
)


def _formulas() -> st.SearchStrategy[str]:
    texts = st.sampled_from(
        ["status == 'ok'", "task_type != 'refund'", "segment in ('free', 'x')", "known(status)"]
    )

    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        two = st.tuples(inner, inner)
        return st.one_of(
            two.flatmap(
                lambda one: st.sampled_from(
                    ["+", "-", "*", "/", "<", ">=", "==", "!=", "and", "or"]
                ).map(lambda op: f"({one[0]}) {op} ({one[1]})")
            ),
            inner.map(lambda one: f"not ({one})"),
            inner.map(lambda one: f"-({one})"),
            inner.map(lambda one: f"known({one})"),
            two.map(lambda one: f"coalesce({one[0]}, {one[1]})"),
            inner.map(lambda one: f"({one}) in (0, 1, 2.5)"),
        )

    return st.recursive(st.one_of(_NUMBERS, texts), deeper, max_leaves=8)


@settings(max_examples=50, deadline=None)
@given(log=worlds(), formula=_formulas())
def test_a_formula_means_the_same_in_sql_as_in_numpy(log: Log, formula: str) -> None:
    expression = parse(formula)
    there = on_duckdb(log).view.tables
    rows = there.traces.rows
    told = compiled(expression, {name: rows[name] for name in there.traces.names})
    found = (
        there.engine.arrow(rows.select("trace_id", value=told)).to_pandas().set_index("trace_id")
    )
    here = expression.evaluate(log.traces, len(log))
    theirs = found["value"].reindex(log.traces["trace_id"]).to_numpy(float)
    assert theirs == pytest.approx(here, nan_ok=True, rel=1e-12)


@settings(max_examples=10, deadline=None)
@given(log=worlds())
def test_rows_come_back_as_they_are_in_memory(log: Log) -> None:
    there = on_duckdb(log)
    mine = log.traces.sort_values(["start", "trace_id"], ignore_index=True)
    pd.testing.assert_frame_equal(there.traces[list(mine)], mine)
    assert len(there) == len(log)
    assert (there.start, there.stop) == (log.start, log.stop)


@settings(max_examples=10, deadline=None)
@given(log=worlds(), data=st.data())
def test_a_choice_keeps_the_same_traces(log: Log, data: st.DataObject) -> None:
    there = on_duckdb(log)
    value = data.draw(st.sampled_from([None, "refund", ["order", None], ["nobody"]]))
    assert {*there.where(task_type=value).traces["trace_id"]} == {
        *log.where(task_type=value).traces["trace_id"]
    }
    flag = data.draw(st.sampled_from([True, False, None]))
    assert {*there.where(completed=flag).traces["trace_id"]} == {
        *log.where(completed=flag).traces["trace_id"]
    }
    begin = log.start + (log.stop - log.start) * data.draw(st.floats(0, 0.9))
    here = log.between(begin, log.stop)
    assert {*there.between(begin, log.stop).spans["span_id"]} == {*here.spans["span_id"]}
    assert len(there.last("12h")) == len(log.last("12h"))
