"""Is a frame checked once at the door, with every change written down and nothing lost?"""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from agentlens.tables.schema import TABLES
from tests.logs import START, tiny_log

HOUR = pd.Timedelta("1h")


def _log(**columns: object) -> Log:
    base = {"trace_id": ["a", "b", "c"], "start": [START, START + HOUR, START + 2 * HOUR]}
    return from_frames(pd.DataFrame({**base, **columns}), strict=False)


def _told(log: Log, field: str) -> list[tuple[str, int]]:
    rows = log.report[log.report["field"] == field]
    return list(zip(rows["action"], rows["n"], strict=True))


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_meaning_and_a_known_type(table: str) -> None:
    columns = TABLES[table].columns
    assert len({column.name for column in columns}) == len(columns)
    assert all(column.meaning for column in columns)
    assert TABLES[table].key in {column.name for column in columns if column.required}


def test_a_million_traces_are_taken_without_copying_their_text() -> None:
    n = 1_000_000
    texts = pd.Series(["what was asked", "and something else"] * (n // 2), dtype="str")
    objects = pd.Series([f"answer {i}" for i in range(1000)] * (n // 1000), dtype="object")
    frame = pd.DataFrame(
        {
            "trace_id": pd.Series(np.arange(n)).astype("str"),
            "start": pd.Series(START + pd.to_timedelta(np.arange(n), unit="s")).dt.as_unit("us"),
            "input": texts,
            "output": objects,
        }
    )
    log = from_frames(frame)
    assert len(log) == n

    def address(values: Any) -> list[int]:
        return [
            buffer.address
            for chunk in values.array._pa_array.chunks
            for buffer in chunk.buffers()
            if buffer
        ]

    assert address(log.traces["input"]) == address(frame["input"])
    assert np.shares_memory(log.traces["output"].to_numpy(), frame["output"].to_numpy())


def test_the_frames_that_were_given_stay_as_they_were() -> None:
    frame = pd.DataFrame(
        {"trace_id": ["a", "a"], "start": ["2026-11-01", "2026-11-02"], "latency_s": ["1", "-1"]}
    )
    before = frame.copy(deep=True)
    from_frames(frame, strict=False)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "times, first, action",
    [
        (["2026-11-01T10:00:00Z"] * 3, "2026-11-01 10:00", None),
        (["2026-11-01T12:00:00+02:00"] * 3, "2026-11-01 10:00", None),
        (["2026-11-01T10:00:00"] * 3, "2026-11-01 10:00", "assumed"),
        (["2026-11-01 10:00"] * 3, "2026-11-01 10:00", "assumed"),
        (["2026-11-01"] * 3, "2026-11-01", "assumed"),
        ([1793527200] * 3, "2026-11-01 10:00", "assumed"),
        ([1793527200000] * 3, "2026-11-01 10:00", "assumed"),
        ([1793527200000000000] * 3, "2026-11-01 10:00", "assumed"),
        (pd.to_datetime(["2026-11-01 10:00"] * 3), "2026-11-01 10:00", "assumed"),
        (
            pd.to_datetime(["2026-11-01 11:00"] * 3).tz_localize("Europe/Vienna"),
            "2026-11-01 10:00",
            None,
        ),
        (
            ["2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00Z", "2026-11-01 10:00"],
            "2026-11-01 10:00",
            "assumed",
        ),
    ],
)
def test_times_of_any_spelling_are_utc_and_assumptions_are_said(
    times: object, first: str, action: str | None
) -> None:
    log = _log(start=times)
    assert (log.traces["start"] == pd.Timestamp(first, tz="UTC")).all()
    assert str(log.traces["start"].dtype) == "datetime64[us, UTC]"
    assert [one for one, _ in _told(log, "start")] == ([action] if action else [])


def test_numbers_that_cannot_be_are_missing_and_counted() -> None:
    log = _log(
        latency_s=[-1.0, np.nan, np.inf],
        cost_usd=["1.5e-3", "free", None],
        input_tokens=[5, -1, 2.4],
        user_rating=[0.5, 7, None],
        weight=[1.0, 0.0, 4.0],
    )
    assert log.traces["latency_s"].isna().all()
    assert _told(log, "latency_s") == [("missing", 2)]
    assert log.traces["cost_usd"].tolist()[0] == 0.0015
    assert _told(log, "cost_usd") == [("missing", 1)]
    assert log.traces["input_tokens"].tolist() == [5, pd.NA, 2]
    assert dict(_told(log, "input_tokens")) == {"missing": 1, "repaired": 1}
    assert _told(log, "user_rating") == [("missing", 1)]
    assert log.traces["weight"].isna().tolist() == [False, True, False]


def test_flags_are_three_valued_and_odd_words_are_counted() -> None:
    log = _log(completed=["Yes", "0", "perhaps"], escalated=[1.0, None, 0.0])
    assert log.traces["completed"].tolist() == [True, False, pd.NA]
    assert _told(log, "completed") == [("missing", 1)]
    assert log.traces["escalated"].tolist() == [True, pd.NA, False]


def test_an_end_before_its_start_is_missing_and_so_is_that_latency() -> None:
    log = _log(end=[START - HOUR, START + 2 * HOUR, None], latency_s=[9.0, np.nan, 4.0])
    assert log.traces["end"].isna().tolist() == [True, False, True]
    assert log.traces["latency_s"].isna().tolist() == [True, False, False]
    assert log.traces["latency_s"].tolist()[1:] == [3600.0, 4.0]
    assert _told(log, "end") == [("missing", 1)]


def test_of_rows_with_one_id_the_last_is_kept_and_the_others_can_be_read() -> None:
    log = _log(trace_id=["a", "b", "a"], name=["old", "x", "new"])
    assert log.traces["name"].tolist() == ["x", "new"]
    assert _told(log, "trace_id") == [("duplicate", 1)]
    assert '"name":"old"' in log.rejected["row"].iloc[0]
    assert log.rejected["where"].tolist() == ["row 0"]


def test_spans_and_scores_without_a_trace_are_set_aside() -> None:
    traces = pd.DataFrame({"trace_id": ["a"], "start": [START]})
    spans = pd.DataFrame({"span_id": ["1", "1"], "trace_id": ["a", "gone"], "start": [START] * 2})
    scores = pd.DataFrame({"trace_id": ["gone"], "name": ["tone"], "value": [1.0]})
    log = from_frames(traces, spans, scores)
    assert repr(log) == "Log(1 traces, 1 spans, 0 scores)"
    assert log.rejected["reason"].tolist() == ["no such trace", "no such trace"]
    assert "2 dropped" in log.facts()["report"]


@pytest.mark.parametrize(
    "frame, says",
    [
        (pd.DataFrame({"start": [START]}), "no column 'trace_id'"),
        (pd.DataFrame({"trace_id": ["a"], "started": [START]}), "Did you mean 'started'"),
        (pd.DataFrame({"trace_id": ["a"], "start": [START], "cost": [1]}), "which currency"),
        (
            pd.DataFrame([["a", START, 1, 2]], columns=["trace_id", "start", "x", "x"]),
            "two columns",
        ),
        (pd.DataFrame({"trace_id": ["a"] * 3, "start": ["x", "y", "2026-11-01"]}), "2 of 3 rows"),
        (
            pd.DataFrame({"trace_id": ["a"] * 4, "start": [None, "2026-11-01", 1, "z"]}),
            "3 of 4 rows",
        ),
        ([{"trace_id": "a"}], "must be a pandas DataFrame, not list"),
    ],
)
def test_a_frame_that_is_no_table_is_refused_with_a_sentence(frame: Any, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        from_frames(frame)


def test_a_session_may_stand_for_a_trace_and_that_is_said() -> None:
    log = from_frames(pd.DataFrame({"session_id": ["s"], "start": [START]}))
    assert log.traces["trace_id"].tolist() == ["s"]
    assert _told(log, "trace_id") == [("assumed", 1)]


def test_a_mapping_to_nothing_or_of_an_unknown_unit_is_refused() -> None:
    frame = pd.DataFrame({"trace_id": ["a"], "start": [START], "took": ["soon"]})
    with pytest.raises(UnknownNameError, match="no traces column 'tok'"):
        from_frames(frame, mapping={"latency_s": "tok"})
    with pytest.raises(UnknownNameError, match="no unit 'fortnights'"):
        from_frames(frame, mapping={"latency_s": ("took", "fortnights")})
    with pytest.raises(BadInputError, match="values that are no numbers"):
        from_frames(frame, mapping={"latency_s": ("took", "ms")})


def test_empty_and_one_row_frames_are_logs() -> None:
    nothing = from_frames(pd.DataFrame({"trace_id": [], "start": []}))
    assert len(nothing) == 0
    assert nothing.facts()["traces"] == "none"
    assert "Log" in nothing._repr_html_()
    assert len(nothing.last("1h")) == 0
    assert len(tiny_log().where(trace_id="b")) == 1


def test_half_a_character_is_mended_and_counted() -> None:
    log = _log(name=pd.Series(["a\ud800", "b", "ü"], dtype="object"))
    assert log.traces["name"].tolist() == ["a\ufffd", "b", "ü"]
    assert _told(log, "name") == [("repaired", 1)]


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=5)
)


@given(
    values=st.lists(ANY, min_size=3, max_size=3),
    column=st.sampled_from([one.name for one in TABLES["traces"].columns if not one.required]),
)
def test_whatever_stands_in_a_column_a_log_comes_of_it(values: list[object], column: str) -> None:
    log = _log(**{column: pd.Series(values, dtype="object")})
    assert len(log) == 3
    again = from_frames(log.traces)
    pd.testing.assert_frame_equal(again.traces, log.traces)
    assert len(again.report) == 0


def test_each_epoch_number_is_read_in_its_own_unit_and_text_as_numbers_are() -> None:
    log = _log(start=[1793527200, 1793527200000, 1793527200000000])
    assert (log.traces["start"] == START + 10 * HOUR).all()
    assert _told(log, "start") == [("assumed", 1)] * 3
    spelt = _log(start=["1793527200", "1793527200000", "2026-11-01T10:00:00Z"])
    assert (spelt.traces["start"] == START + 10 * HOUR).all()


def test_one_absurd_time_does_not_spoil_the_others() -> None:
    log = _log(start=[1793527200.0, 1e30, 1793527200.0])
    assert log.traces["start"].tolist() == [START + 10 * HOUR] * 2
    assert log.rejected["reason"].tolist() == ["no usable start"]


def test_lengths_of_time_are_seconds() -> None:
    log = _log(latency_s=pd.to_timedelta(["1500ms", None, "2s"]))
    assert log.traces["latency_s"].tolist()[::2] == [1.5, 2.0]


@pytest.mark.parametrize(
    "start",
    [
        pd.to_timedelta([1, 2, 3], unit="s"),
        [1 + 2j] * 3,
        [["x"], {"y": 1}, object()],
        pd.Series([b"x", "\ud800", 5], dtype="object"),
    ],
)
def test_what_is_no_time_is_set_aside_whatever_it_is(start: object) -> None:
    log = _log(start=start)
    assert len(log) == 0
    assert len(log.rejected) == 3


def test_columns_of_arrow_and_periods_are_taken() -> None:
    log = _log(
        start=pd.period_range("2026-11-01", periods=3, freq="D"),
        completed=pd.Series([True, None, False], dtype="bool[pyarrow]"),
        cost_usd=pd.Series([Decimal("1.5"), None, 2], dtype=pd.ArrowDtype(pa.decimal128(9, 3))),
        steps=pd.Series([1, None, 3], dtype="int64[pyarrow]"),
    )
    assert log.traces["start"].iloc[1] == START + 24 * HOUR
    assert log.traces["completed"].tolist() == [True, pd.NA, False]
    assert log.traces["cost_usd"].tolist()[::2] == [1.5, 2.0]
    assert log.traces["steps"].tolist() == [1, pd.NA, 3]
