"""Do files give the same lake whether they are read together or batch by batch?"""

import bz2
import gzip
from pathlib import Path

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError
from agentlens.sources.files.containers import records
from agentlens.sources.files.containers.weight import weight
from tests.lake.test_sync import same
from tests.logs import demo_log
from tests.sources.dialects import langfuse_write
from tests.sources.dialects.shared import SHARED

KEY = "the key of these tests"


def lake(path: Path) -> al.Lake:
    return al.Lake(path, key=KEY, clock=lambda: pd.Timestamp("2026-11-20", tz="UTC"))


def test_batches_give_the_log_that_reading_the_file_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTLENS_REDACT_KEY", KEY)
    file = tmp_path / "observations_v2.jsonl"
    langfuse_write.write(SHARED, file)
    wanted = al.read_files(file)
    whole = lake(tmp_path / "whole")
    assert whole.sync(file).complete
    same(whole.log(), wanted)
    monkeypatch.setattr(records, "_BATCH", 7)
    parts = lake(tmp_path / "parts")
    done = parts.sync(file, together=0)
    assert (done.spans, done.slices) == (150, 22)
    same(parts.log(), wanted)
    assert parts.sync(file, together=0).snapshot == done.snapshot


def test_a_file_counts_by_what_it_holds_and_not_by_how_small_it_was_packed(tmp_path: Path) -> None:
    plain = b'{"id": 1}\n' * 1000
    file = tmp_path / "x.jsonl"
    for content, times in ((plain, 1), (gzip.compress(plain), 6), (bz2.compress(plain), 6)):
        file.write_bytes(content)
        assert weight(file) == len(content) * times


def test_a_log_and_plain_tables_are_kept_as_they_are(tmp_path: Path) -> None:
    log = demo_log().last("24h")
    raw = al.Lake(tmp_path / "a", redact=None)
    raw.sync(log)
    assert len(raw.log()) == len(log)
    assert set(raw.log().traces["user_id"]) == set(log.traces["user_id"])
    log.save(tmp_path / "day.parquet")
    other = al.Lake(tmp_path / "b", redact=None)
    other.sync(str(tmp_path / "day.parquet"))
    assert len(other.log().spans) == len(log.spans)
    with pytest.raises(BadInputError, match="no further keywords"):
        raw.sync(log, text="all")


@pytest.mark.parametrize("redact", ["default", None])
def test_a_table_may_be_redacted_before_the_lake_does_it(
    redact: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("trace_id,start,user_id\na,2026-11-01,ann\n")
    raw = al.Lake(tmp_path / "lake", redact=None)
    raw.sync(file, redact=redact)
    assert (raw.log().traces["user_id"].tolist() == ["ann"]) == (redact is None)
