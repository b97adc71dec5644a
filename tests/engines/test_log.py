"""Does a log on an engine choose lazily, bring no more than it must, and say so where it will not?"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pytest

from agentlens.analysis.compare.compare import compare
from agentlens.analysis.control.chart import control_chart
from agentlens.analysis.control.family import Charts, charts
from agentlens.analysis.drift.drift import drift
from agentlens.analysis.explain.explanation import explain
from agentlens.analysis.failures.growth.emerging import emerging
from agentlens.analysis.investigate.investigate import investigate
from agentlens.analysis.slices.find import find_slices
from agentlens.analysis.slices.slices import slices
from agentlens.analysis.slos.check import check_slos
from agentlens.analysis.slos.slo import SLO
from agentlens.engines.log import EngineLog
from agentlens.engines.read import read_table
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.measures.catalogue import metrics
from agentlens.measures.series import series
from agentlens.report.weekly import weekly
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.engines.worlds import arrow, ordered
from tests.logs import demo_log

TEXTS = ("input", "output", "error_message", "comment", "note")


@lru_cache(maxsize=1)
def here() -> Log:
    """The demo as an engine's log brings it: in the order of time, without what was said."""
    log = ordered(demo_log())
    bare = {name: getattr(log, name) for name in ("traces", "spans", "scores")}
    return Log(**{n: one.drop(columns=[*TEXTS], errors="ignore") for n, one in bare.items()})


class Watched:
    """A log on DuckDB, and how many rows each question brought."""

    def __init__(self, log: Log, **how: Any) -> None:
        con = duckdb.connect()
        for name in ("traces", "spans", "scores"):
            con.register(name, arrow(getattr(log, name)))
        found = read_table(con, **how)
        self.rows: list[int] = []
        self.columns: list[list[str]] = []
        tables = found.view.tables
        engine = replace(tables.engine, run=self._counted(tables.engine.run))
        view = replace(found.view, tables=replace(tables, engine=engine))
        self.log = EngineLog.of(view, found.most)

    def _counted(self, ask: Callable[[Any], pa.Table]) -> Callable[[Any], pa.Table]:
        def asked(expression: Any) -> pa.Table:
            found = ask(expression)
            self.rows.append(found.num_rows)
            self.columns.append(found.column_names)
            return found

        return asked


VERBS: dict[str, Callable[[Log], Result]] = {
    "a chart": lambda log: control_chart(log, "strong_completion", every="6h"),
    "a chart of a quantile": lambda log: control_chart(log, "latency_p95", every="6h"),
    "a chart of steps": lambda log: control_chart(log, "tool_success", every="6h"),
    "slices": lambda log: slices(log, "strong_completion", ["task_type", "device"]),
    "found slices": lambda log: find_slices(log, "strong_completion"),
    "an explanation": lambda log: explain(log, "strong_completion"),
    "drift": drift,
    "a comparison": lambda log: compare(log, by="release"),
    "promises": lambda log: check_slos(log, SLO("errors", "error_rate", 0.02)),
    "an investigation": lambda log: investigate(log, "strong_completion"),
}


@pytest.mark.parametrize("verb", [*VERBS])
def test_a_verb_says_the_same_to_the_last_sentence(verb: str) -> None:
    mine, theirs = (VERBS[verb](log) for log in (here(), Watched(here()).log))
    assert theirs.headline == mine.headline
    assert theirs.caveats == mine.caveats
    assert [one.trace_ids for one in theirs.signals()] == [one.trace_ids for one in mine.signals()]
    pd.testing.assert_frame_equal(theirs.frame, mine.frame, check_dtype=False, rtol=1e-9)


def test_the_weekly_report_says_the_same() -> None:
    few = here().last("21D")
    mine, theirs = (weekly(log).digest() for log in (few, Watched(few).log))
    assert theirs == mine


def test_a_chart_brings_sums_and_ids_alone() -> None:
    watched = Watched(here())
    found = control_chart(watched.log, "strong_completion", every="6h")
    bins, behind = len(found.frame), max(len(one.trace_ids) for one in found.signals())
    assert max(watched.rows) <= max(bins, behind)
    assert max(watched.rows) < len(here()) / 20


def test_charts_of_slices_bring_no_row_of_a_trace() -> None:
    watched = Watched(here(), most=10)  # with more, bringing rows would be refused
    found = charts(watched.log, ["error_rate"], by="device", every="6h")
    assert len(found.charts) == 1 + here().traces["device"].nunique()


def test_a_quantile_brings_only_rows_near_it() -> None:
    watched = Watched(here())
    series(watched.log, "latency_p50", every=None)
    assert max(watched.rows) < len(here()) / 10


def test_a_verb_brings_only_the_columns_that_it_reads() -> None:
    watched = Watched(here())
    check_slos(watched.log, SLO("errors", "error_rate", 0.02))
    brought = {name for names in watched.columns for name in names}
    assert "status" in brought
    assert not brought & {"latency_s", "cost_usd", "tags", "input", "output"}


@pytest.mark.parametrize("verb", [drift, emerging, compare])
def test_rows_are_brought_of_the_periods_alone(verb: Callable[..., Result]) -> None:
    when: dict[str, Any] = {"current": "24h", "baseline": "4D"}
    held = len(here().last("5D"))
    assert held < len(here()) / 4
    one, other = (verb(log, **when) for log in (here(), Watched(here(), most=held).log))
    assert other.headline == one.headline
    pd.testing.assert_frame_equal(other.frame, one.frame, check_dtype=False, rtol=1e-9)


def test_a_promise_brings_the_rows_of_its_window() -> None:
    promise = SLO("errors", "error_rate", 0.02, window="3D")
    held = len(here().last("3D"))
    one, other = (check_slos(log, promise) for log in (here(), Watched(here(), most=held).log))
    assert (other.headline, other.caveats) == (one.headline, one.caveats)


def test_more_rows_than_agreed_are_refused_with_a_way_on() -> None:
    log = Watched(here(), most=100).log
    with pytest.raises(BadInputError, match=r"more than the 100 .* \.sample\(100_000\)"):
        _ = log.traces
    assert len(log.last("2h").traces) <= 100
    assert series(log, "traffic", every="1D")["n"].sum() == len(here())


def test_a_sample_is_weighted_and_has_what_was_said() -> None:
    log = ordered(demo_log())
    drawn = Watched(log).log.sample(2000, salt="weekly")
    assert 1800 < len(drawn) < 2200
    assert "output" in drawn.traces
    assert drawn.traces["inclusion_p"].unique().tolist() == [pytest.approx(2000 / len(log))]
    whole = series(log, "error_rate", every=None).iloc[0]
    part = series(drawn, "error_rate", every=None).iloc[0]
    assert part["low"] < whole["value"] < part["high"]
    assert part["weight"] == pytest.approx(len(log), rel=0.1)


def test_users_are_drawn_whole() -> None:
    drawn = Watched(here()).log.sample(2000, unit="user_id").traces
    chosen = here().traces["user_id"].isin(drawn["user_id"].dropna())
    assert chosen.sum() == drawn["user_id"].notna().sum()


def test_one_trace_comes_with_its_steps_and_words() -> None:
    log = ordered(demo_log())
    wanted = log.traces["trace_id"].iloc[7]
    mine, theirs = (one.trace(wanted) for one in (log, Watched(log).log))
    assert theirs.row["output"] == mine.row["output"]
    pd.testing.assert_frame_equal(theirs.spans[[*mine.spans]], mine.spans)
    with pytest.raises(UnknownNameError, match="trace 'nobody'"):
        Watched(log).log.trace("nobody")


def test_a_log_says_where_it_is_without_bringing_rows() -> None:
    watched = Watched(here(), most=10)
    assert repr(watched.log) == f"Log({len(here()):,} traces; on duckdb)"
    facts = watched.log.facts()
    assert (facts["engine"], facts["spans"]) == ("duckdb", f"{len(here().spans):,}")
    assert "duckdb" in watched.log._repr_html_()


def test_the_metrics_of_a_log_are_listed_with_their_rows() -> None:
    mine, theirs = (metrics(log) for log in (here(), Watched(here(), most=10).log))
    pd.testing.assert_frame_equal(theirs, mine)


def test_since_and_until_reach_the_column_that_partitions_are_told_by() -> None:
    log = read_table(_tables(here()), since="2026-11-10", until="2026-11-12")
    sql = ibis.to_sql(log.view.traces(()), dialect="duckdb")
    assert "MAKE_TIMESTAMP(2026, 11, 8" in sql
    assert len(log) == len(here().between("2026-11-10", "2026-11-12"))


def test_an_empty_log_answers_as_an_empty_log() -> None:
    none = Watched(here()).log.where(device="nothing")
    assert len(none) == 0
    assert pd.isna(none.start)
    assert none.facts()["traces"] == "none"
    assert control_chart(none, "error_rate", every="1h").band == "unknown"


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda log: log.where(devise="x"), "devise.*device"),
        (lambda log: log.between("2026-11-02", "2026-11-01"), "ends before it begins"),
        (lambda log: series(log, "latensy_p50"), "latency_p50"),
        (lambda log: series(log, "error_rate", by="devise"), "device"),
        (lambda log: series(log, "score:nobody"), "score"),
        (lambda log: log.sample(0), "from 1"),
        (lambda log: log.sample(9, unit="device"), "unit="),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Callable[[Log], object], said: str) -> None:
    with pytest.raises(AgentLensError, match=said):
        ask(Watched(here()).log)


def test_only_tables_and_connections_are_read() -> None:
    with pytest.raises(BadInputError, match=r"not DataFrame.*al\.from_frames"):
        read_table(here().traces)
    with pytest.raises(BadInputError, match="no table 'runs'"):
        read_table(duckdb.connect(), traces="runs")


def _tables(log: Log) -> Any:
    con = duckdb.connect()
    con.register("traces", arrow(log.traces))
    return con


def test_a_week_in_a_warehouse_is_judged_by_as_many_weeks_as_come_here() -> None:
    few = here().last("21D")
    log = Watched(few, most=len(few) - 1).log
    found, cut = (
        weekly(log),
        weekly(few.between(log.stop.ceil("h") - pd.Timedelta("14D"), log.stop)),
    )
    assert any("judged by the last 2 weeks" in note for note in found.notes)
    for heading in ("What changed most", "Drift", "New failures"):
        same = [[str(one) for one in report[heading].items] for report in (found, cut)]
        assert same[0] == same[1]
    charted = [one for report in (found, cut) for one in report["Charts"].items]
    starts = [one.frame["time"].min() for one in charted if isinstance(one, Charts)]
    assert starts[0] < starts[1]  # a chart needs no rows and sees all three weeks
