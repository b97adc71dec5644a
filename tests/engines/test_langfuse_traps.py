import re
from collections.abc import Iterator
from typing import Any

import ibis
import pandas as pd
import pytest
from chdb.session import Session

import agentlens as al
from agentlens.errors import BadInputError
from tests.engines.langfuse_rows import create, event, insert, observation, score

pytestmark = pytest.mark.engine

SESSION: Any = Session  # it has no types
CALL: dict[str, Any] = {
    "type": "GENERATION",
    "parent_span_id": "root",
    "usage_details": {"input": 7, "output": 2},
}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    held = SESSION()
    yield held
    held.close()


@pytest.fixture
def clickhouse(session: Any) -> Iterator[Any]:
    create(session, "traps", ("events_core", "scores"))
    yield session
    session.query("DROP DATABASE traps")


def read(session: Any, *rows: dict[str, Any], **more: Any) -> pd.DataFrame:
    """Return the traces of project p that these events make, by their ids."""
    insert(session, "events_core", rows)
    log = al.read_table(session, "langfuse_clickhouse", project="p", **more)
    return log.traces.set_index("trace_id").sort_index()


def test_the_newest_version_of_a_step_counts_even_if_it_began_elsewhere(
    clickhouse: Any,
) -> None:
    old = event("root", "2026-11-02 10:00:00", name="old", level="ERROR", release="r1")
    new = old | {"start_time": "2026-11-02 11:30:00", "name": "new", "level": "DEFAULT"}
    new |= {"end_time": "2026-11-02 11:30:04", "event_ts": "2026-11-02 12:00:00", "release": ""}
    insert(clickhouse, "events_core", [new])
    found = read(clickhouse, old)
    assert len(found) == 1
    row = found.loc["t1"]
    assert (row["name"], row["status"], row["latency_s"]) == ("new", "ok", 4.0)
    assert found["release"].isna().all()
    assert row["start"] == pd.Timestamp("2026-11-02 11:30", tz="UTC")


def test_a_row_deleted_in_its_newest_version_is_gone(clickhouse: Any) -> None:
    kept = event("root", "2026-11-02 10:00:00")
    step = event("step", "2026-11-02 10:00:01", **CALL)
    gone = step | {"is_deleted": 1, "event_ts": "2026-11-02 12:00:00"}
    insert(clickhouse, "events_core", [gone])
    found = read(clickhouse, kept, step, event("x", "2026-11-02 10:00:00", trace_id="t2"))
    assert found["llm_calls"].tolist() == [0, 0]
    insert(clickhouse, "events_core", [event("x", "2026-11-02 10:00:00", trace_id="t2")])
    back = event("x", "2026-11-02 10:00:00", trace_id="t2", is_deleted=1)
    found = read(clickhouse, back | {"event_ts": "2026-11-03 10:00:00"})
    assert found.index.tolist() == ["t1"]


def test_other_projects_are_not_seen(clickhouse: Any) -> None:
    own = event("root", "2026-11-02 10:00:00")
    other = event("root", "2026-11-02 11:00:00", project_id="q", level="ERROR")
    insert(clickhouse, "scores", [score("s1"), score("s2", project_id="q")])
    found = read(
        clickhouse, own, other | {"event_ts": "2026-11-09 10:00:00"}, other | {"trace_id": "t9"}
    )
    assert found["status"].to_dict() == {"t1": "ok"}
    log = al.read_table(clickhouse, "langfuse_clickhouse", project="p")
    assert log.scores["score_id"].tolist() == ["s1"]


def test_of_a_name_that_metadata_have_twice_the_last_value_counts(clickhouse: Any) -> None:
    root = event(
        "root",
        "2026-11-02 10:00:00",
        metadata_names=["task_type", "Customer-Tier", "task_type", "visit"],
        metadata_values=["first", '"gold"', " second ", "3"],
        tags=["plan:silver", "b"],
    )
    step = event("step", "2026-11-02 10:00:01", parent_span_id="root", tags=["a", "b"])
    step |= {"metadata_names": ["device", "visit"], "metadata_values": ["kiosk", "4"]}
    row = read(clickhouse, root, step).loc["t1"]
    assert (row["task_type"], row["segment"], row["device"]) == ("second", "gold", "kiosk")
    assert row["session_number"] == 3
    assert row["tags"] == "a,b,plan:silver"


def test_usage_that_steps_repeat_above_or_below_is_counted_once(clickhouse: Any) -> None:
    wrapper = event("root", "2026-11-02 10:00:00", type="AGENT", usage_details={"input": 30})
    wrapper |= {"cost_details": {"total": "0.5"}}
    outer = event("outer", "2026-11-02 10:00:01", **CALL)
    outer |= {"usage_details": {"input": 20, "output": 5}, "cost_details": {"total": "0.4"}}
    inner = outer | {"span_id": "inner", "parent_span_id": "outer"}
    other = event("other", "2026-11-02 10:00:02", **CALL)
    other |= {"usage_details": {"input": 8, "input_cache_read": 2, "output": 1, "total": 11}}
    other |= {"cost_details": {"input": "0.07", "output": "0.03"}}
    alone = wrapper | {"trace_id": "t2"}
    plain = event("root", "2026-11-02 10:00:00", trace_id="t3")
    found = read(clickhouse, wrapper, outer, inner, other, alone, plain)
    assert found["input_tokens"].tolist()[:2] == [30, 30]
    assert found["output_tokens"].tolist()[0] == 6
    assert found["cached_tokens"].tolist()[0] == 2
    assert found["cost_usd"].tolist()[:2] == pytest.approx([0.5, 0.5], abs=1e-12)
    assert found.loc["t3", ["input_tokens", "cost_usd"]].isna().all()


def test_a_trace_is_open_or_incomplete_until_its_root_has_ended(clickhouse: Any) -> None:
    now = pd.Timestamp.now("UTC")
    old, young = (f"{now - pd.Timedelta(one):%Y-%m-%d %H:%M:%S}" for one in ("3h", "5min"))
    rows = [
        event("root", old, trace_id="late", end_time=None),
        event("root", young, trace_id="young", end_time=None),
        event("step", old, trace_id="orphan", parent_span_id="nobody"),
        event("step", old, trace_id="within", parent_span_id="elsewhere", is_app_root=True),
        event("root", young, trace_id="failed", end_time=None, level="ERROR"),
    ]
    found = read(clickhouse, *rows)
    assert found["status"].to_dict() == {
        "failed": "error",
        "late": "incomplete",
        "orphan": "incomplete",
        "within": "ok",
        "young": "open",
    }
    assert found["completed"].isna().to_dict()["young"]


def test_a_trace_is_completed_where_something_came_out(clickhouse: Any) -> None:
    start, later = "2026-11-02 10:00:00", "2026-11-02 10:00:01"
    rows = [event("root", start, trace_id=f"t{n}", output=one) for n, one in enumerate(_OUTPUTS)]
    rows.append(event("call", later, **CALL | {"trace_id": "called", "output": "yes"}))
    rows.append(event("root", start, trace_id="called", output=""))
    rows.append(event("call", later, **CALL | {"trace_id": "failed", "output": "yes"}))
    rows.append(event("root", start, trace_id="failed", output="", level="ERROR"))
    rows.append(event("last", later, parent_span_id="root", trace_id="lost", level="ERROR"))
    rows.append(event("root", start, trace_id="lost", output=""))
    found = read(clickhouse, *rows)
    told = {f"t{n}": bool(came) for n, came in enumerate(_OUTPUTS.values())}
    told |= {"called": True, "failed": False, "lost": False}
    assert found["completed"].to_dict() == told
    assert found.loc["lost", "status"] == "error"


_OUTPUTS = {"done": True, "null": False, " {} ": False, "[ ]": False, '""': False, "{1}": True}


def test_an_error_is_of_the_first_type_that_its_message_tells(clickhouse: Any) -> None:
    said = {
        "Rate limit: 429": "rate_limit",
        "the deadline passed": "timeout",
        "ZeroDivisionError: by nought": "ZeroDivisionError",
        "no idea": "other",
    }
    rows = [
        event("root", "2026-11-02 10:00:00", trace_id=f"t{n}", level="ERROR", status_message=one)
        for n, one in enumerate(said)
    ]
    tool = event("tool", "2026-11-02 10:00:00", trace_id="u", type="TOOL", level="ERROR")
    fine = event("root", "2026-11-02 10:00:00", trace_id="v", status_message="Rate limit: 429")
    found = read(clickhouse, *rows, tool, fine)
    assert found["error_type"].tolist()[:-1] == [*said.values(), "tool_failure"]
    assert found["error_type"].isna()["v"]


def test_runs_of_evaluators_and_experiments_are_no_traffic(clickhouse: Any) -> None:
    rows = [
        event("a", "2026-11-02 10:00:00", trace_id="judge", environment="langfuse-llm-as-a-judge"),
        event("b", "2026-11-02 10:00:00", trace_id="trial", experiment_id="e1"),
        event("c", "2026-11-02 10:00:00", trace_id="user", environment="production"),
    ]
    found = read(clickhouse, *rows)
    assert found.index.tolist() == ["user"]
    log = al.read_table(clickhouse, "langfuse_clickhouse", project="p")
    assert log.spans["span_id"].tolist() == ["c"]


def test_times_reach_the_partitions_with_two_days_to_spare(clickhouse: Any) -> None:
    days = ("2026-08-30", "2026-09-29", "2026-10-02", "2026-10-05", "2026-10-30", "2026-11-30")
    rows = [event("root", f"{day} 10:00:00", trace_id=day) for day in days]
    insert(clickhouse, "events_core", rows)
    asked = {"project": "p", "since": "2026-10-01", "until": "2026-10-29"}
    log = al.read_table(clickhouse, "langfuse_clickhouse", **asked)  # type: ignore[arg-type]
    assert log.traces["trace_id"].tolist() == ["2026-10-02", "2026-10-05"]
    sql = str(ibis.to_sql(log.view.traces(), dialect="clickhouse"))
    plan = clickhouse.query("EXPLAIN indexes = 1 " + sql, "TSVRaw").bytes().decode()
    parts = re.search(r"Parts: (\d+)/(\d+)", plan)
    assert parts is not None
    assert [int(one) for one in parts.groups()] == [2, 4]


def test_a_project_must_be_named_and_known(clickhouse: Any) -> None:
    rows = [event("root", "2026-11-02 10:00:00", project_id=f"p{n}") for n in range(7)]
    insert(clickhouse, "events_core", rows)
    with pytest.raises(BadInputError, match=r"project=\. Found: 'p0', 'p1', .*'p4' and more"):
        al.read_table(clickhouse, "langfuse_clickhouse")
    with pytest.raises(BadInputError, match=r"No row is of project='p9', .*Found: 'p0'"):
        al.read_table(clickhouse, "langfuse_clickhouse", project="p9")


def test_tables_that_are_elsewhere_are_refused(session: Any) -> None:
    with pytest.raises(BadInputError, match="Langfuse keeps its tables in ClickHouse"):
        al.read_table(ibis.duckdb.connect(), "langfuse_clickhouse", project="p")
    session.query("CREATE DATABASE bare")
    session.query("USE bare")
    with pytest.raises(BadInputError, match="Neither events_core or events_full nor observations"):
        al.read_table(session, "langfuse_clickhouse", project="p")


def test_what_agentlens_wrote_of_a_score_comes_back(clickhouse: Any) -> None:
    design = '{"version": "1", "source": "judge", "rubric": "help", "rubric_version": "2",'
    design += ' "inclusion_p": 0.25, "repeat": 2, "blind": true, "judge_id": null}'
    rows = [
        score("a", metadata={"agentlens": design}),
        score("b", source="ANNOTATION", author_user_id="ann", observation_id="root"),
        score("c", data_type="CATEGORICAL", value=0, string_value="good", source="EVAL"),
        score("d", data_type="CORRECTION", value=0, long_string_value="a better answer"),
        score("e", trace_id=None, session_id="s"),
        score("f", source="ANNOTATION", metadata={"agentlens": '{"source": "judge"}'}),
    ]
    insert(clickhouse, "scores", rows)
    read(clickhouse, event("root", "2026-11-02 08:00:00"))
    log = al.read_table(clickhouse, "langfuse_clickhouse", project="p")
    found = log.scores.set_index("score_id")
    assert found.index.tolist() == ["a", "b", "c", "d", "f"]
    assert found["source"].tolist() == ["judge", "human", "judge", "api", "human"]
    first = found.loc["a"]
    assert (first["rubric"], first["rubric_version"], first["inclusion_p"]) == ("help", "2", 0.25)
    assert found["repeat"].tolist()[0] == 2
    assert found["blind"].tolist()[0] is True
    assert [found[name].tolist()[1] for name in ("rater", "span_id")] == ["ann", "root"]
    assert found["label"].tolist()[2:4] == ["good", "a better answer"]
    assert found["value"].isna().tolist() == [False, False, True, True, False]
    assert "judge_id" not in found
    assert "plan" not in found


def test_a_score_counts_in_its_newest_version_however_late(clickhouse: Any) -> None:
    old = score("a", value=0.1)
    new = score("a", value=0.9, timestamp="2026-12-24 09:00:00", event_ts="2026-12-24 09:00:00")
    gone = score("b") | {"is_deleted": 1, "event_ts": "2026-12-24 09:00:00"}
    insert(clickhouse, "scores", [new, gone])
    insert(clickhouse, "scores", [old, score("b")])
    read(clickhouse, event("root", "2026-11-02 08:00:00"))
    span = {"since": "2026-11-01", "until": "2026-11-03"}
    log = al.read_table(clickhouse, "langfuse_clickhouse", project="p", **span)  # type: ignore[arg-type]
    assert log.scores["value"].tolist() == [0.9]


def test_of_an_older_trace_without_steps_only_what_is_said_of_it_is_known(
    session: Any,
) -> None:
    create(session, "old_traps", ("observations", "traces", "scores"))
    whole = {"project_id": "p", "updated_at": "2026-11-02 10:00:00", "name": "asked"}
    whole |= {"event_ts": "2026-11-02 10:00:00", "timestamp": "2026-11-02 10:00:00"}
    facts = [whole | {"id": "bare", "user_id": "u"}, whole | {"id": "full", "output": "yes"}]
    insert(session, "traces", facts)
    insert(session, "observations", [observation("root", "2026-11-02 10:00:05", trace_id="full")])
    log = al.read_table(session, "langfuse_clickhouse", project="p")
    found = log.traces.set_index("trace_id")
    assert found["status"].to_dict() == {"bare": "incomplete", "full": "ok"}
    assert found["user_id"].isna().to_dict() == {"bare": False, "full": True}
    assert found["steps"].isna()["bare"]
    assert found.loc["full", "steps"] == 0
    assert found.loc["full", "start"] == pd.Timestamp("2026-11-02 10:00:05", tz="UTC")
    assert found["name"].tolist() == ["asked", "asked"]
    assert log.trace("full").row["output"] == "yes"
