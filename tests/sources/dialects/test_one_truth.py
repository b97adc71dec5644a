"""Do all dialects tell the same fifty traces, each known by what it holds?"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.sources.files import read_files
from agentlens.sources.files.recognise import DIALECTS, dialect_of, head_of, known
from agentlens.tables.log import Log
from tests.sources.dialects import (
    braintrust_file,
    inspect_file,
    langfuse_write,
    langsmith_file,
    mlflow_file,
    opik_file,
    otlp_file,
    phoenix_file,
    weave_file,
)
from tests.sources.dialects.shared import SHARED

Write = Callable[[Any, Path], None]

FORMS: dict[str, tuple[str, Write]] = {
    "otlp.jsonl": ("otlp", otlp_file.write),
    "console.json": ("otel_console", otlp_file.write_console),
    "phoenix.jsonl": ("phoenix", phoenix_file.write),
    "phoenix.parquet": ("phoenix", phoenix_file.write_frame),
    "mlflow.jsonl": ("mlflow", mlflow_file.write),
    "langsmith.jsonl": ("langsmith", langsmith_file.write),
    "braintrust.jsonl": ("braintrust", braintrust_file.write),
    "weave.jsonl": ("weave", weave_file.write),
    "inspect": ("inspect", inspect_file.write),
    "opik": ("opik", opik_file.write),
    **dict.fromkeys(langfuse_write.FORMS, ("langfuse", langfuse_write.write)),
}
LOST = {
    "inspect": {"user_id", "cost_usd", "release", "name", "session_id", "environment"},
    "otlp": {"cost_usd"},
    "otel_console": {"cost_usd"},
    "phoenix": {"release", "environment"},
    "langsmith": {"environment"},
    "opik": {"release"},
    "weave": {"release", "cost_usd", "environment"},
    "braintrust": {"environment"},
    "mlflow": {"environment"},
}
"""The trace columns that a dialect cannot carry, or says in words of its own."""

COLUMNS = [
    *("trace_id", "name", "session_id", "user_id", "start", "end", "latency_s", "environment"),
    *("release", "model", "status", "input_tokens", "output_tokens", "cost_usd", "tool_calls"),
    *("llm_calls", "tool_errors", "query_chars", "completed"),
]


def written(name: str, folder: Path) -> Path:
    """Write the shared traces in one form, and return where they are."""
    path = folder / name
    if name in {"inspect", "opik"}:
        path.mkdir()
    FORMS[name][1](SHARED, path)
    return path


@lru_cache(maxsize=1)
def truth() -> pd.DataFrame:
    """Return what is known of the traces by hand."""
    rows = []
    for one in SHARED:
        root, think, look = one.spans
        rows.append(
            {
                "trace_id": one.trace_id,
                "name": one.name,
                "session_id": one.session_id,
                "user_id": one.user_id,
                "start": root.start,
                "end": root.end,
                "latency_s": (root.end - root.start).total_seconds(),
                "environment": one.environment,
                "release": one.release,
                "model": think.model,
                "status": "error" if root.error else "ok",
                "input_tokens": think.input_tokens,
                "output_tokens": think.output_tokens,
                "cost_usd": think.cost_usd,
                "tool_calls": 1,
                "llm_calls": 1,
                "tool_errors": int(look.error is not None),
                "query_chars": len(root.input),
                "completed": root.error is None,
            }
        )
    return pd.DataFrame(rows)[COLUMNS].sort_values("trace_id", ignore_index=True)


def read(path: Path) -> Log:
    return read_files(
        path, redact=None, environment=["production", "eval", "default"], strict=False
    )


@pytest.mark.parametrize("name", list(FORMS))
def test_every_dialect_is_known_by_what_it_holds_and_tells_the_same_traces(
    name: str, tmp_path: Path
) -> None:
    path = written(name, tmp_path)
    dialect = FORMS[name][0]
    log = read_files(path, redact=None, strict=False) if dialect != "inspect" else read(path)
    lost = LOST.get(dialect, set())
    columns = [one for one in COLUMNS if one not in lost and one not in _trace_id_of(dialect)]
    found = log.traces.sort_values(["start"], ignore_index=True)
    wanted = truth().sort_values(["start"], ignore_index=True)
    assert len(found) == len(wanted)
    pd.testing.assert_frame_equal(
        found[columns], wanted[columns], check_dtype=False, check_exact=False, rtol=1e-9
    )
    assert not len(log.rejected)


def _trace_id_of(dialect: str) -> set[str]:
    """Return the columns that a dialect spells in its own way."""
    return {"trace_id"} if dialect in {"mlflow", "inspect"} else set()


@pytest.mark.parametrize("name", list(FORMS))
def test_only_its_own_dialect_fits_a_file(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    for file in files:
        if file.name in {"project.json", "export_manifest.db"}:
            continue
        head = head_of(file, file.name)
        fitting = [one for one in DIALECTS if known(one).fits(head)]
        assert len(fitting) == 1, (file.name, fitting)
        found = dialect_of(head)
        assert found is not None
        assert found.name.startswith(FORMS[name][0])


def test_what_no_dialect_knows_is_refused_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"run_type": "llm", "began": 5}\n')
    with pytest.raises(BadInputError, match=r"of no dialect.*langsmith.*mapping="):
        read_files(file)


def test_exports_and_plain_tables_are_not_mixed(tmp_path: Path) -> None:
    path = written("otlp.jsonl", tmp_path)
    plain = tmp_path / "plain.csv"
    plain.write_text("trace_id,start\na,2026-11-01T00:00:00Z\n")
    with pytest.raises(BadInputError, match="read them in two calls"):
        read_files([path, plain])


@pytest.mark.parametrize("name", FORMS)
def test_a_clean_file_passes_the_strict_reader_unless_its_format_leaves_something_open(
    name: str, tmp_path: Path
) -> None:
    path = written(name, tmp_path)
    if FORMS[name][0] in {"otlp", "otel_console", "phoenix", "langfuse"}:
        log = read_files(path, strict=True)
        pd.testing.assert_frame_equal(log.traces, read_files(path).traces)
        assert not (log.report["action"] == "assumed")[log.report["file"] != ""].any()
    else:
        with pytest.raises(BadInputError, match=r"nothing to be assumed: \d+ × read from"):
            read_files(path, strict=True)
