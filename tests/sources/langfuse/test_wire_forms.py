import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.dialect import Dialect
from agentlens.sources.files.dialects.langfuse.blob import LANGFUSE_BLOB
from agentlens.sources.files.dialects.langfuse.trace import LANGFUSE_TRACE
from agentlens.sources.files.dialects.langfuse.ui import LANGFUSE_UI
from agentlens.sources.files.recognise import head_of
from agentlens.sources.intake.normalise import normalise
from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.wire.forms import taken
from agentlens.sources.langfuse.wire.observations import observations
from tests.sources.dialects.langfuse_file import v1_row, v2_rows, words
from tests.sources.dialects.langfuse_write import FORMS, write
from tests.sources.dialects.shared import SHARED

NOW = pd.Timestamp("2026-11-20", tz="UTC")
MINE = (LANGFUSE_UI, LANGFUSE_BLOB, LANGFUSE_TRACE)
LOST = {
    "observations-export": {"is_root"},
    "events-export": {"is_root", "updated_at"},
    "observations.jsonl": {"is_root"},
    "trace-download": {"is_root"},
    "v1": {"is_root"},
}
"""The columns that a form cannot carry; it then has none, and says nothing else."""


def truth() -> pd.DataFrame:
    """Return the spans of the shared traces, written down from what they are."""
    rows = [
        {
            "trace_id": trace.trace_id,
            "span_id": span.span_id,
            "parent_id": span.parent_id,
            "is_root": span.parent_id is None,
            "kind": span.kind,
            "name": span.name,
            "start": span.start,
            "end": span.end,
            "first_token": span.first_token,
            "status": "error" if span.error else "ok",
            "level": "ERROR" if span.error else "DEFAULT",
            "error_message": span.error,
            "model": span.model,
            "prompt_name": "answer" if span.model else None,
            "prompt_version": "3" if span.model else None,
            "input_tokens": span.input_tokens,
            "output_tokens": span.output_tokens,
            "cached_tokens": span.cached_tokens,
            "cost_usd": span.cost_usd,
            "cost_stated": span.cost_usd is not None,
            "input": _same(span.input),
            "output": _same(span.output or None),
            "trace_name": trace.name,
            "user_id": trace.user_id,
            "session_id": trace.session_id,
            "release": trace.release,
            "environment": trace.environment,
            "agent_version": "1.0",
            "tags": json.dumps(list(trace.tags)),
            "metadata": _told(
                {
                    **dict(trace.metadata),
                    "attributes.user.id": trace.user_id,
                    "attributes.session.id": trace.session_id,
                    "attributes.langfuse.trace.name": trace.name,
                    "attributes.langfuse.trace.tags": list(trace.tags),
                    "attributes.langfuse.release": trace.release,
                    "scope.name": "shop",
                }
            ),
            "updated_at": span.end,
        }
        for trace in SHARED
        for span in trace.spans
    ]
    return pd.DataFrame(rows)


def _same(text: str | None) -> str | None:
    """Return a text so that JSON is the same however it is spaced."""
    try:
        return None if text is None else json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def _told(metadata: dict[str, Any]) -> str:
    told = {key: one if isinstance(one, str) else json.dumps(one) for key, one in metadata.items()}
    return json.dumps({key: "".join(one.split()) for key, one in told.items()}, sort_keys=True)


def read(file: Path, dialect: Dialect) -> pd.DataFrame:
    pairs = list(Opened(file, file.name).records())
    return spans_of(dialect.rows([row for _, row in pairs], [place for place, _ in pairs]))


def spans_of(rows: Rows) -> pd.DataFrame:
    assert rows.bad == ()
    done = normalise(rows, file="f", now=NOW, max_chars=None)
    assert len(done.rejected) == 0
    odd = [one for one in done.problems if one.action not in {"ignored", "assumed"}]
    assert [one for one in odd if one.field != "environment"] == []
    return done.spans


def compared(found: pd.DataFrame, lost: set[str]) -> None:
    wanted = truth().drop(columns=sorted(lost))
    assert lost & set(found.columns) == set()
    shown = found[wanted.columns].copy()
    for name in ("input", "output", "tags"):
        shown[name] = shown[name].astype(object).map(_same, na_action="ignore")
    shown["metadata"] = shown["metadata"].map(lambda text: _told(json.loads(text)))
    for name in map(str, wanted.columns):
        got, want = _plain(shown[name]), _plain(wanted[name])
        if name == "cost_usd":
            assert got == pytest.approx(want, abs=1e-12)  # as many digits as Parquet has
        else:
            assert got == want, name


def _plain(values: pd.Series) -> list[Any]:
    moments = isinstance(values.dtype, pd.DatetimeTZDtype)
    held = values.dt.as_unit("us") if moments else values
    return [None if pd.isna(one) else one for one in held.tolist()]


def lost_of(name: str) -> set[str]:
    return next((columns for part, columns in LOST.items() if part in name), set())


@pytest.mark.parametrize("name", list(FORMS))
def test_every_file_form_of_langfuse_says_the_same(name: str, tmp_path: Path) -> None:
    write(SHARED, tmp_path / name)
    dialect = _dialect_of(tmp_path / name)
    compared(read(tmp_path / name, dialect), lost_of(name))


def test_both_versions_of_the_api_say_the_same() -> None:
    rows = v2_rows(SHARED)
    places = [f"page:{at}" for at in range(len(rows))]
    compared(spans_of(observations(rows, places)), set())
    compared(spans_of(observations([v1_row(one) for one in rows], places)), {"is_root"})


@pytest.mark.parametrize("name", list(FORMS))
def test_exactly_one_langfuse_dialect_knows_each_form(name: str, tmp_path: Path) -> None:
    write(SHARED, tmp_path / name)
    head = head_of(tmp_path / name, name)
    assert [one.name for one in MINE if one.fits(head)] == [_dialect_of(tmp_path / name).name]


def _dialect_of(file: Path) -> Dialect:
    if "export" in file.name:
        return LANGFUSE_UI
    return LANGFUSE_TRACE if "trace" in file.name else LANGFUSE_BLOB


def test_groups_that_were_not_asked_for_leave_no_column() -> None:
    core = words("id traceId startTime endTime projectId parentObservationId type")
    light = [{key: row[key] for key in core} for row in v2_rows(SHARED[:2])]
    found = list(observations(light, ["p"] * len(light)).spans)
    assert set(found) == {
        "where",
        "trace_id",
        "span_id",
        "parent_id",
        "kind",
        "start",
        "end",
    }


def test_of_many_rows_each_gives_the_fields_that_it_has() -> None:
    form = {"one": ("a", "b"), "other": ("c",), "none": ("d",)}
    rows = [{"a": at, "c": -at} for at in range(200)]
    whole = taken(rows, form)
    assert whole == {"one": [*range(200)], "other": [-at for at in range(200)], "none": None}
    for at in (0, 63, 64, 150):
        rows[at] = {"b": 7, "a": at}
    rows[199] = {"b": 7}
    found = taken(rows, form)
    assert found["one"] == [*range(199), None]
    assert found["other"] == [None if at in {0, 63, 64, 150, 199} else -at for at in range(200)]
    assert taken([], form) == dict.fromkeys(form)
