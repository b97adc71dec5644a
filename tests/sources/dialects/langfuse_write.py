"""How are the rows of Langfuse's exports written into files of every format?"""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.sources.dialects.langfuse_file import (
    TIMES,
    Row,
    blob_row,
    download,
    legacy_row,
    ui_event,
    ui_observation,
    v2_rows,
)
from tests.sources.dialects.shared import SharedTrace


def write_csv(rows: Sequence[Row], path: Path, cell: Callable[[str, Any], str]) -> None:
    names = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows([[cell(name, row.get(name)) for name in names] for row in rows])


def ui_cell(name: str, value: Any) -> str:
    """Return a cell of a UI export: times and decimals are JSON strings, texts are not."""
    if value is None or value == "":
        return ""
    quoted = name in {*TIMES, "timestamp"} or name.endswith("Price")
    if isinstance(value, str):
        return json.dumps(value) if quoted else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def blob_cell(name: str, value: Any) -> str:
    """Return a cell of a blob export: plain, objects as JSON."""
    del name
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def write_json(rows: Any, path: Path) -> None:
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def write_jsonl(rows: Iterable[Row], path: Path) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def write_parquet(rows: Sequence[Row], path: Path) -> None:
    """Write rows of a blob export with the types that its Parquet files have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    maps = {
        "metadata": pa.map_(pa.string(), pa.string()),
        "usage_details": pa.map_(pa.string(), pa.uint64()),
        "cost_details": pa.map_(pa.string(), pa.decimal128(18, 12)),
    }
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in maps:
            exact = [[(k, _held(name, one)) for k, one in value.items()] for value in values]
            columns[name] = pa.array(exact, type=maps[name])
        elif name.endswith(("_time", "_at")) or name == "timestamp":
            moments = [one and datetime.fromisoformat(one).replace(tzinfo=UTC) for one in values]
            columns[name] = pa.array(moments, type=pa.timestamp("us", "UTC"))
        elif name == "total_cost":
            decimals = [_decimal(one) for one in values]
            columns[name] = pa.array(decimals, type=pa.decimal128(18, 12))
        elif name == "prompt_version":
            columns[name] = pa.array(values, type=pa.uint16())
        elif any(isinstance(one, dict) for one in values):
            columns[name] = pa.array([json.dumps(one) for one in values])
        else:
            columns[name] = pa.array(values)
    pq.write_table(pa.table(columns), path)


def _held(name: str, value: Any) -> Any:
    if name == "usage_details":
        return int(value)
    return _decimal(value) if name == "cost_details" else value


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("1e-12"))


FORMS: dict[str, Callable[[Sequence[SharedTrace], Path], None]] = {
    "1-lf-observations-export-p.csv": lambda traces, path: write_csv(
        [ui_observation(one) | _texts(one) for one in v2_rows(traces)], path, ui_cell
    ),
    "1-lf-observations-export-p.json": lambda traces, path: write_json(
        [ui_observation(one) for one in v2_rows(traces)], path
    ),
    "1-lf-events-export-p.jsonl": lambda traces, path: write_jsonl(
        [ui_event(one) for one in v2_rows(traces)], path
    ),
    "1-lf-events-export-p.csv": lambda traces, path: write_csv(
        [ui_event(one) for one in v2_rows(traces)], path, blob_cell
    ),
    "observations_v2.jsonl": lambda traces, path: write_jsonl(map(blob_row, v2_rows(traces)), path),
    "observations_v2.json": lambda traces, path: write_json(
        [blob_row(one) for one in v2_rows(traces)], path
    ),
    "observations_v2.csv": lambda traces, path: write_csv(
        [blob_row(one) for one in v2_rows(traces)], path, blob_cell
    ),
    "observations_v2.parquet": lambda traces, path: write_parquet(
        [blob_row(one) for one in v2_rows(traces)], path
    ),
    "observations.jsonl": lambda traces, path: write_jsonl(map(legacy_row, v2_rows(traces)), path),
    "trace-download.jsonl": lambda traces, path: write_jsonl(
        [download([one]) for one in traces], path
    ),
}
"""File name to the writer of all traces in that form; all but one are files of a single table."""


def _texts(row: Row) -> Row:
    """Return input and output as CSV keeps them, byte for byte."""
    return {"input": row["input"], "output": row["output"]}


def write(sessions: Sequence[SharedTrace], path: Path) -> None:
    """Write the traces into one file; its name says in which form."""
    FORMS[path.name](sessions, path)
