"""Do foreign columns, metadata, tags, scores and steps become our columns on an engine?"""

from typing import Any

import duckdb
import pandas as pd
import pytest

from agentlens.engines.log import EngineLog
from agentlens.engines.read import read_table
from agentlens.errors import AgentLensError, BadInputError

RUNS = """
CREATE TABLE runs AS SELECT * FROM (VALUES
  ('a', TIMESTAMP '2026-11-01 10:00:00.5', 1500, 'done', MAP {'plan': 'pro', 'handoff': 'yes'},
   ['vip', 'task:refund'], '{"tier": "gold"}'),
  ('b', TIMESTAMP '2026-11-01 11:00:00', 250, 'failed', MAP {'plan': 'free', 'handoff': 'no'},
   ['task:order:late'], '{"tier": null}'),
  ('c', TIMESTAMP '2026-11-01 12:00:00', NULL, NULL, MAP {'plan': ''},
   NULL, NULL)
) AS t(id, began, took_ms, state, metadata, tags, extra)
"""
STEPS = """
CREATE TABLE steps AS SELECT * FROM (VALUES
  ('1', 'a', TIMESTAMP '2026-11-01 10:00:01', 'tool', 'handover'),
  ('2', 'b', TIMESTAMP '2026-11-01 11:00:01', 'tool', 'search')
) AS t(span_id, trace_id, start, kind, name)
"""
MARKS = """
CREATE TABLE marks AS SELECT * FROM (VALUES
  ('1', 'a', NULL, 'stars', 5.0, TIMESTAMP '2026-11-01 10:30:00'),
  ('2', 'a', 's', 'stars', 1.0, TIMESTAMP '2026-11-01 10:40:00'),
  ('3', 'b', NULL, 'stars', 2.0, TIMESTAMP '2026-11-01 11:30:00'),
  ('4', 'b', NULL, 'stars', 3.0, TIMESTAMP '2026-11-01 11:40:00')
) AS t(score_id, trace_id, span_id, name, value, time)
"""
NAMES = {"trace_id": "id", "start": "began"}


def read(mapping: dict[str, Any], **how: Any) -> EngineLog:
    con = duckdb.connect()
    for made in (RUNS, STEPS, MARKS):
        con.execute(made)
    return read_table(
        con, {**NAMES, **mapping}, traces="runs", spans="steps", scores="marks", **how
    )


def given(mapping: dict[str, Any], column: str) -> list[Any]:
    values = read(mapping).traces[column].tolist()
    return [None if pd.isna(one) else one for one in values]


def test_names_units_and_constants() -> None:
    log = read({"latency_s": ("took_ms", "ms"), "status": "state", "environment": "=production"})
    assert log.traces["latency_s"].tolist()[:2] == [1.5, 0.25]
    assert log.traces["status"].tolist()[:2] == ["done", "failed"]
    assert log.traces["environment"].tolist() == ["production"] * 3
    assert log.start == pd.Timestamp("2026-11-01 10:00:00.5", tz="UTC")


@pytest.mark.parametrize(
    "source, column, values",
    [
        ("metadata.plan", "segment", ["pro", "free", None]),
        ("metadata.handoff", "escalated", [True, False, None]),
        ("tag:vip", "escalated", [True, False, False]),
        ("tag:nobody", "escalated", [None, None, None]),
        ("tag:task:*", "task_type", ["refund", "order:late", None]),
        ("span:handover", "escalated", [True, False, False]),
        ("event:handover", "escalated", [None, None, None]),
        ("score:stars>=4", "completed", [True, False, None]),
        (("score:stars", 1, 5), "user_rating", [1.0, 0.5, None]),
        ("field:state", "segment", ["done", "failed", None]),
        (["metadata.nothing", "field:state"], "segment", ["done", "failed", None]),
    ],
)
def test_an_expression_of_the_mapping_language(source: Any, column: str, values: list[Any]) -> None:
    assert given({column: source}, column) == values


def test_metadata_may_be_json_in_a_text() -> None:
    assert given({"metadata": "extra", "segment": "metadata.tier"}, "segment") == [
        "gold",
        None,
        None,
    ]


@pytest.mark.parametrize(
    "mapping, said",
    [
        ({"segment": len}, "a function of Python cannot run on duckdb"),
        ({"segment": "statee"}, "'statee'.*'state'"),
        ({"start": ("began", "hours")}, "hours"),
        ({"latency_s": ("took_ms", "hours")}, "hours"),
        ({"escalated": "attr:x"}, "attr:x cannot run on duckdb"),
        ({"escalated": "field:statee"}, "state"),
        ({"completed": "state"}, "completed is string on duckdb and should be a flag"),
        ({"start": "took_ms"}, r"start is int32 .* \('their column', 'ms'\)"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: dict[str, Any], said: str) -> None:
    with pytest.raises(AgentLensError, match=said):
        read(mapping)


def test_a_column_that_is_needed_is_asked_for() -> None:
    con = duckdb.connect()
    con.execute(RUNS)
    with pytest.raises(BadInputError, match="no column 'trace_id'"):
        read_table(con, {"start": "began"}, traces="runs")


def test_numbers_may_be_times_when_their_unit_is_told() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE traces AS SELECT 'a' AS trace_id, 1793527200500 AS at")
    log = read_table(con, {"start": ("at", "ms")})
    assert log.start == pd.Timestamp("2026-11-01 10:00:00.5", tz="UTC")
