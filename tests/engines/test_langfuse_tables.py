from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chdb.session import Session

import agentlens as al
from agentlens.engines.engine import engine_of
from agentlens.engines.log import EngineLog
from agentlens.engines.mapping.langfuse.layout import TEXTS, langfuse
from tests.engines.langfuse_rows import (
    create,
    events,
    insert,
    observations,
    score,
    traces,
)
from tests.sources.dialects.langfuse_file import PROJECT, blob_row, legacy_row, v2_rows
from tests.sources.dialects.langfuse_write import write_jsonl
from tests.sources.dialects.shared import SHARED

pytestmark = pytest.mark.engine

SESSION: Any = Session  # it has no types
# Costs of the tables have twelve decimals; those of the export have them then, too.
TOLD = tuple(
    replace(
        one,
        spans=tuple(
            replace(each, cost_usd=each.cost_usd and round(each.cost_usd, 8)) for each in one.spans
        ),
    )
    for one in SHARED
)
VERDICTS: tuple[dict[str, Any], ...] = (
    {"value": 0.25},
    {"data_type": "BOOLEAN", "value": 1, "string_value": "True", "name": "ok"},
    {"data_type": "CATEGORICAL", "value": 0, "string_value": "good", "name": "word"},
    {"value": -3.5, "comment": "no"},
    {"data_type": "BOOLEAN", "value": 0, "string_value": "False", "name": "ok"},
)
SCORED = [
    score(f"s{n}", trace_id=one.trace_id, project_id=PROJECT, source=source, **verdict)
    for n, (one, source, verdict) in enumerate(
        zip(
            TOLD,
            ("API", "EVAL", "ANNOTATION", "API", "EVAL") * 10,
            VERDICTS * 10,
            strict=True,
        )
    )
]
OTHERS = [row | {"project_id": "another"} for row in events(TOLD[:5])]
METRICS = (
    *("error_rate", "weak_completion", "latency_p95", "cost_per_trace", "tool_success"),
    *("ttft_p50", "tokens", "score:quality", "score:ok"),
)


@pytest.fixture(scope="module")
def clickhouse() -> Iterator[Any]:
    session = SESSION()
    create(session, "now", ("events_core", "events_full", "scores"))
    insert(session, "events_core", [*events(TOLD, 200), *OTHERS])
    insert(session, "events_full", [*events(TOLD), *OTHERS])
    insert(session, "scores", SCORED)
    create(session, "whole", ("events_full",))
    insert(session, "events_full", [*events(TOLD), *OTHERS])
    create(session, "before", ("observations", "traces", "scores"))
    insert(session, "observations", observations(TOLD))
    insert(session, "traces", traces(TOLD))
    insert(session, "scores", SCORED)
    yield session
    session.close()


def tables(session: Any, database: str) -> EngineLog:
    session.query(f"USE {database}")
    return al.read_table(session, "langfuse_clickhouse", project=PROJECT)


@pytest.fixture(scope="module")
def held(clickhouse: Any) -> EngineLog:
    return tables(clickhouse, "now")


@pytest.fixture
def log(clickhouse: Any, held: EngineLog) -> EngineLog:
    """Return the log of the newer tables, where its session looks at these again."""
    clickhouse.query("USE now")
    return held


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> al.Log:
    folder = tmp_path_factory.mktemp("now")
    write_jsonl(map(blob_row, v2_rows(TOLD)), folder / "observations_v2.jsonl")
    return exported(folder)


@pytest.fixture(scope="module")
def older_export(tmp_path_factory: pytest.TempPathFactory) -> al.Log:
    folder = tmp_path_factory.mktemp("before")
    write_jsonl(map(legacy_row, v2_rows(TOLD)), folder / "observations.jsonl")
    rows = [{**one, "public": False, "bookmarked": False} for one in traces(TOLD)]
    write_jsonl(rows, folder / "traces.jsonl")
    return exported(folder)


def exported(folder: Path) -> al.Log:
    gone = {"metadata", "event_ts", "is_deleted"}
    kept = ({key: one for key, one in row.items() if key not in gone} for row in SCORED)
    asked = {"observation_id": "", "session_id": "", "dataset_run_id": "", "comment": ""}
    write_jsonl((asked | row for row in kept), folder / "scores.jsonl")
    return al.read_files(folder, redact=None)


def same(log: al.Log, other: al.Log, table: str, key: list[str]) -> list[str]:
    """Return the columns that two logs have, and hold them to be the same."""
    theirs = getattr(other, table)
    kept = [one for one in log.view.tables.of(table).names if one in theirs.columns]  # type: ignore[attr-defined]
    ours = log.columns(table, kept).set_index(key).sort_index()
    theirs = theirs.set_index(key).sort_index()
    assert ours.index.equals(theirs.index)
    for name in ours.columns:
        assert alike(ours[name], theirs[name]), name
    return list(ours.columns)


def alike(one: "pd.Series[Any]", other: "pd.Series[Any]") -> bool:
    if pd.api.types.is_float_dtype(one):
        return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    both = one.isna() & other.isna()
    return bool(((one == other).fillna(value=False) | both).all())


def test_each_trace_is_what_the_export_says(log: EngineLog, export: al.Log) -> None:
    found = same(log, export, "traces", ["trace_id"])
    wanted = {"start", "status", "error_type", "completed", "cost_usd", "task_type", "segment"}
    wanted |= {"model", "prompt_version", "tags", "steps", "tool_errors", "cached_tokens"}
    assert wanted <= {*found}


def test_each_step_is_what_the_export_says(log: EngineLog, export: al.Log) -> None:
    found = same(log, export, "spans", ["trace_id", "span_id"])
    wanted = {"parent_id", "kind", "status", "error_type", "error_message", "ttft_s", "cost_usd"}
    assert wanted <= {*found}


def test_each_score_is_what_the_export_says(log: EngineLog, export: al.Log) -> None:
    found = same(log, export, "scores", ["score_id"])
    assert {"name", "value", "label", "kind", "source", "time", "comment"} <= {*found}


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_is_the_same_by_the_tables_and_by_the_export(
    log: EngineLog, export: al.Log, metric: str
) -> None:
    ours, theirs = (al.series(one, metric, every="1h", by="segment") for one in (log, export))
    numbers = ["n", "n_eff", "value", "low", "high"]
    assert ours["segment"].tolist() == theirs["segment"].tolist()
    assert theirs["n"].sum() > 0
    np.testing.assert_allclose(
        ours[numbers].to_numpy(float), theirs[numbers].to_numpy(float), rtol=1e-9, atol=1e-12
    )


def test_older_tables_say_what_their_export_says(clickhouse: Any, older_export: al.Log) -> None:
    log = tables(clickhouse, "before")
    plain = replace(older_export, traces=older_export.traces.drop(columns="completed"))
    found = same(log, plain, "traces", ["trace_id"])
    assert {"user_id", "session_id", "release", "tags", "input", "output", "task_type"} <= {*found}
    assert {"cost_usd", "input"} <= {*same(log, plain, "spans", ["trace_id", "span_id"])}
    same(log, plain, "scores", ["score_id"])


def test_without_outputs_a_trace_is_completed_if_it_ended_well(clickhouse: Any) -> None:
    log = tables(clickhouse, "before")
    rows = log.columns("traces", ["completed", "status"])
    assert rows["completed"].tolist() == (rows["status"] == "ok").tolist()
    assert not rows["completed"].all()
    assert any("outputs are not read" in one for one in log.report["detail"])


def test_texts_of_a_light_table_come_from_the_whole_one(
    clickhouse: Any, log: EngineLog, export: al.Log
) -> None:
    part = log.where(segment="free")
    assert isinstance(part, EngineLog)
    engine = engine_of(clickhouse)
    found = langfuse(engine, PROJECT, (None, None)).tables
    for key, table, ids in zip(TEXTS, ("traces", "spans"), (1, 2), strict=True):
        names = ["trace_id", "span_id"][:ids]
        asked = found[key](part.view.traces(()).select("trace_id"))
        ours = engine.arrow(asked).to_pandas().set_index(names).sort_index()
        theirs = getattr(export.where(segment="free"), table).set_index(names).sort_index()
        assert 0 < len(theirs) < len(getattr(export, table))
        assert ours.index.equals(theirs.index)
        assert alike(ours["input"], theirs["input"]), table
        assert alike(ours["output"].astype("str"), theirs["output"]), table


def test_where_only_the_whole_table_is_there_texts_are_columns(
    clickhouse: Any, export: al.Log
) -> None:
    log = tables(clickhouse, "whole")
    assert log.score_kinds().empty
    plain = replace(export, traces=export.traces.drop(columns="completed"))
    assert {"input", "output"} <= {*same(log, plain, "traces", ["trace_id"])}


def test_light_questions_do_not_look_at_whole_texts(clickhouse: Any, log: EngineLog) -> None:
    import ibis

    asked = str(ibis.to_sql(log.view.tables.traces.rows, dialect="clickhouse"))
    assert "events_core" in asked
    assert "events_full" not in asked
    plan = "EXPLAIN header = 1 SELECT start FROM (" + asked + ")"
    read = clickhouse.query(plan, "TSVRaw").bytes().decode().split("ReadFromMergeTree")[-1]
    assert "start_time" in read
    assert not any(name in read for name in ("output", "metadata_values", "usage_details", "tags"))


def test_rows_and_texts_of_a_trace_come_here_whole(clickhouse: Any, export: al.Log) -> None:
    log = tables(clickhouse, "whole")
    one = TOLD[3].trace_id
    ours, theirs = log.trace(one), export.trace(one)
    assert (ours.row["input"], ours.row["output"]) == (theirs.row["input"], theirs.row["output"])
    assert ours.spans["output"].tolist() == theirs.spans["output"].tolist()
    assert log.view.tables.traces.kinds["metadata"] == "nested"
    assert len(log.traces) == len(export)
