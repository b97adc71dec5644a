"""Does a question to a table that grows meanwhile count the rows that it began with?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from agentlens.analysis.explain.explanation import explain
from agentlens.analysis.slices.find import find_slices
from agentlens.engines.log import EngineLog
from agentlens.engines.read import read_table
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.engines.test_log import here
from tests.engines.worlds import arrow

COMING = "INSERT INTO {0} BY NAME SELECT * REPLACE ('a' || trace_id AS trace_id) FROM {0} LIMIT {1}"


def growing(log: Log, *, going: bool = False) -> EngineLog:
    """Return a log on DuckDB into which older rows come, or from which rows go, at each question."""
    con = duckdb.connect()
    for name in ("traces", "spans", "scores"):
        con.register("seen", arrow(getattr(log, name)))
        con.execute(f"CREATE TABLE {name} AS FROM seen")
    found = read_table(con)
    assert found.start < found.stop  # asked before anything moves
    tables = found.view.tables
    ask = tables.engine.run

    def asked(expression: Any) -> pa.Table:
        answer = ask(expression)
        if going:
            con.execute("DELETE FROM traces WHERE start = (SELECT min(start) FROM traces)")
        for name, n in () if going else (("traces", 3), ("spans", 5)):
            con.execute(COMING.format(name, n))
        return answer

    view = replace(found.view, tables=replace(tables, engine=replace(tables.engine, run=asked)))
    moving = EngineLog.of(view, found.most)
    moving.__dict__["_extent"] = found._extent
    return moving


def test_a_column_that_is_brought_later_is_of_the_same_rows() -> None:
    log = growing(here())
    first = log.columns("traces", ["status"])
    later = log.columns("traces", ["device"])
    assert (
        later["trace_id"].tolist()
        == first["trace_id"].tolist()
        == here().traces["trace_id"].tolist()
    )
    pd.testing.assert_series_equal(later["device"], here().traces["device"], check_dtype=False)
    assert log.columns("spans", ["name"])["trace_id"].isin(first["trace_id"]).all()


def test_rows_that_went_meanwhile_are_missing_and_move_no_other() -> None:
    log = growing(here(), going=True)
    log.columns("traces", ["status"])
    later = log.columns("traces", ["device"])
    assert len(later) == len(here())
    gone = later["device"].isna()
    assert 1 <= gone.sum() <= 3
    assert (later["device"] == here().traces["device"])[~gone].all()


@pytest.mark.parametrize("verb", [explain, find_slices])
@pytest.mark.parametrize("metric", ["error_rate", "tool_success"])
def test_a_verb_counts_what_was_there_when_it_began(
    verb: Callable[..., Result], metric: str
) -> None:
    when = {"current": "7D", "baseline": "21D"}
    log = growing(here())
    log.columns("traces", [])  # begins here
    mine, theirs = (verb(one, metric, **when) for one in (here(), log))
    assert theirs.headline == mine.headline
    pd.testing.assert_frame_equal(theirs.frame, mine.frame, check_dtype=False, rtol=1e-9)
