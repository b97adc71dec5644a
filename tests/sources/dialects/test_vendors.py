"""Is each vendor's file known by what it holds, and by that alone, and read through the front door?"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.files.dialects.braintrust import BRAINTRUST
from agentlens.sources.files.dialects.inspect.dialect import INSPECT
from agentlens.sources.files.dialects.langsmith.dialect import LANGSMITH
from agentlens.sources.files.dialects.mlflow.dialect import MLFLOW
from agentlens.sources.files.dialects.opik.dialect import OPIK
from agentlens.sources.files.dialects.weave import WEAVE
from agentlens.sources.files.recognise import head_of
from tests.sources.dialects import (
    braintrust_file,
    inspect_file,
    langsmith_file,
    mlflow_file,
    opik_file,
    otlp_file,
    phoenix_file,
    weave_file,
)
from tests.sources.dialects.shared import SHARED

VENDORS = (INSPECT, MLFLOW, LANGSMITH, BRAINTRUST, OPIK, WEAVE)
WRITERS: dict[str, Callable[[Path], Path]] = {}


def writes(dialect: str, form: str) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    def keep(writer: Callable[[Path], Path]) -> Callable[[Path], Path]:
        WRITERS[f"{dialect} {form}"] = writer
        return writer

    return keep


def jsonl(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def table(path: Path, *records: dict[str, Any]) -> Path:
    """Write records into a CSV or Parquet file, objects as JSON text."""
    rows = [
        {key: json.dumps(one) if isinstance(one, (dict, list)) else one for key, one in row.items()}
        for row in records
    ]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


@writes("langsmith", "jsonl")
def _(folder: Path) -> Path:
    return jsonl(folder / "runs.jsonl", langsmith_file.run(), langsmith_file.run())


@writes("langsmith", "parquet")
def _(folder: Path) -> Path:
    return table(folder / "runs.parquet", langsmith_file.run())


@writes("langsmith", "without order")
def _(folder: Path) -> Path:
    run = langsmith_file.run()
    del run["dotted_order"]
    return jsonl(folder / "runs.json", run)


@writes("weave", "jsonl")
def _(folder: Path) -> Path:
    return jsonl(folder / "calls.jsonl", weave_file.call(), weave_file.call())


@writes("weave", "csv")
def _(folder: Path) -> Path:
    return table(folder / "calls.csv", weave_file.call())


@writes("braintrust", "jsonl")
def _(folder: Path) -> Path:
    return jsonl(folder / "logs.jsonl", braintrust_file.event(), braintrust_file.event())


@writes("braintrust", "csv")
def _(folder: Path) -> Path:
    return table(folder / "logs.csv", braintrust_file.event())


def _opik(**fields: Any) -> dict[str, Any]:
    return {"trace": opik_file.trace(**fields), "spans": [opik_file.span()]}


@writes("opik", "json")
def _(folder: Path) -> Path:
    return jsonl(folder / "trace_1.json", _opik())


@writes("opik", "csv")
def _(folder: Path) -> Path:
    opik_file.write_csv([_opik()], folder / "traces.csv")
    return folder / "traces.csv"


@writes("mlflow", "jsonl")
def _(folder: Path) -> Path:
    record = mlflow_file.trace(mlflow_file.span())
    return jsonl(folder / "traces.jsonl", record, record)


@writes("mlflow", "search in parquet")
def _(folder: Path) -> Path:
    row = mlflow_file.search_row(mlflow_file.trace(mlflow_file.span()))
    return table(folder / "traces.parquet", row)


@writes("mlflow", "search in csv")
def _(folder: Path) -> Path:
    row = mlflow_file.search_row(mlflow_file.trace(mlflow_file.span()))
    return table(folder / "traces.csv", row)


@writes("mlflow", "artifact")
def _(folder: Path) -> Path:
    return jsonl(folder / "traces.json", {"spans": [mlflow_file.span()]})


@writes("mlflow", "without spans")
def _(folder: Path) -> Path:
    return jsonl(folder / "traces.json", {"info": mlflow_file.info(), "data": {}})


@writes("inspect", "packed")
def _(folder: Path) -> Path:
    members = [("samples/1.json", inspect_file.sample()), ("header.json", inspect_file.header())]
    return inspect_file.pack(folder / "log.eval", members)


@writes("inspect", "crashed")
def _(folder: Path) -> Path:
    return inspect_file.pack(folder / "log.eval", [("_journal/start.json", inspect_file.header())])


@writes("inspect", "json")
def _(folder: Path) -> Path:
    log = inspect_file.header() | {"samples": [inspect_file.sample()]}
    return jsonl(folder / "log.json", log)


@writes("nothing", "otlp")
def _(folder: Path) -> Path:
    otlp_file.write(SHARED[:2], folder / "spans.jsonl")
    return folder / "spans.jsonl"


@writes("nothing", "console")
def _(folder: Path) -> Path:
    otlp_file.write_console(SHARED[:2], folder / "spans.json")
    return folder / "spans.json"


@writes("nothing", "phoenix")
def _(folder: Path) -> Path:
    phoenix_file.write(SHARED[:2], folder / "spans.jsonl")
    return folder / "spans.jsonl"


@writes("nothing", "a trace of phoenix")
def _(folder: Path) -> Path:
    return jsonl(
        folder / "trace.json", {"traceId": "a", "spans": [{"context": {}}], "rootSpan": {}}
    )


@writes("nothing", "a trace of langfuse")
def _(folder: Path) -> Path:
    return jsonl(folder / "trace.json", {"trace": {"id": "a"}, "observations": [], "scores": []})


@writes("nothing", "some trace and spans")
def _(folder: Path) -> Path:
    return jsonl(folder / "trace.json", {"trace": {"id": "a"}, "spans": []})


@writes("nothing", "some spans")
def _(folder: Path) -> Path:
    return jsonl(folder / "spans.json", {"spans": [{"attributes": {"other": "1"}}]})


@writes("nothing", "plain table")
def _(folder: Path) -> Path:
    return table(folder / "plain.csv", {"trace_id": "a", "start": "2026-11-18", "name": "x"})


@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_is_of_its_own_dialect_and_of_no_other(writer: str, tmp_path: Path) -> None:
    path = WRITERS[writer](tmp_path)
    head = head_of(path, path.name)
    fitting = {one.name: one.fits(head) for one in VENDORS if one.fits(head)}
    wanted = writer.partition(" ")[0]
    assert list(fitting) == ([] if wanted == "nothing" else [wanted]), fitting


@pytest.mark.parametrize("dialect", VENDORS, ids=lambda one: one.name)
def test_an_empty_file_is_of_no_dialect(dialect: Dialect) -> None:
    assert not dialect.fits(Head("empty.jsonl", (), frozenset(), "jsonl"))
    odd = {"info": 3, "data": [], "trace": [], "spans": "x"}
    assert not dialect.fits(Head("odd.jsonl", (odd,), frozenset(odd), "jsonl"))


@pytest.mark.parametrize("dialect", VENDORS, ids=lambda one: one.name)
def test_no_record_gives_no_row(dialect: Dialect) -> None:
    rows = dialect.rows([], [])
    assert (rows.spans, rows.traces, rows.scores, rows.bad) == ({}, {}, {}, ())


def test_what_is_read_from_parquet_is_what_was_written(tmp_path: Path) -> None:
    run = langsmith_file.run(start_time=pd.Timestamp("2026-11-18T10:00:00.25Z"))
    path = table(tmp_path / "runs.parquet", run)
    rows = LANGSMITH.rows(pq.read_table(path).to_pylist(), ["f:1"])
    assert rows.spans["session_id"] == ["talk-1"]
    assert rows.spans["tags"] == [["blue"]]
    assert rows.spans["start"] == [pd.Timestamp("2026-11-18T10:00:00.25Z")]
