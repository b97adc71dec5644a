"""Are days that are read one after the other the table that is read at once?"""

from pathlib import Path

import pandas as pd
import pytest

from agentlens.lake.store.leads import earliest
from agentlens.lake.tail import Tail
from tests.lake.test_held import corrected, plain


@pytest.mark.parametrize("make", [plain, corrected])
@pytest.mark.parametrize("only", [None, ("status", "error")])
def test_days_read_backwards_are_the_table(
    make: object, only: tuple[str, str] | None, tmp_path: Path
) -> None:
    log = make(tmp_path).log()  # type: ignore[operator]
    columns = ["trace_id", "span_id", "name", "status"]
    whole = log.view.rows("spans", columns, only)
    tail = Tail(log.view, "spans", columns, only)
    covers = (log.stop - log.start) / 4
    for place in (3, 2, 3, 1):
        since = log.start + place * covers
        found = tail.since(since)
        ids = log.between(since, log.stop).traces["trace_id"]
        wanted = whole[whole["trace_id"].isin(ids)].reset_index(drop=True)
        mine = found[found["trace_id"].isin(ids)].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, wanted)
    assert len(found) < len(whole)
    pd.testing.assert_frame_equal(tail.since(None), whole)


def test_a_lake_that_never_noted_how_early_rows_lie_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = plain(tmp_path).log()
    since = log.stop - pd.Timedelta("12h")
    assert earliest(log.view.reader.snapshot, "scores", since) is not None
    monkeypatch.setattr("agentlens.lake.tail.earliest", lambda *_: None)
    found = Tail(log.view, "scores", ["score_id"]).since(since)
    assert len(found) == len(log.scores)
