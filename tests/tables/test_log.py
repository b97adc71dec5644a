"""Does choosing a part of a log give that part, whole, and change nothing?"""

import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.frames import from_frames
from agentlens.tables.period import window
from agentlens.tables.weights import weighting
from tests.logs import START, demo_log, tiny_log


def test_a_part_holds_the_spans_and_scores_of_its_traces_and_no_others() -> None:
    log = demo_log()
    part = log.where(task_type=["refund", "complaint"], device="mobile").last("48h")
    assert 0 < len(part) < len(log)
    assert set(part.traces["task_type"]) == {"refund", "complaint"}
    ids = set(part.traces["trace_id"])
    for name in ("spans", "scores"):
        held, whole = getattr(part, name), getattr(log, name)
        assert set(held["trace_id"]) <= ids
        assert len(held) == whole["trace_id"].isin(ids).sum()


def test_between_takes_its_start_and_leaves_its_end() -> None:
    log = tiny_log()
    part = log.between(START, START + pd.Timedelta("2h"))
    assert part.traces["trace_id"].tolist() == ["a", "b"]
    assert log.between("2026-11-01 01:00", "2026-11-02").traces["trace_id"].tolist() == ["b", "c"]


def test_last_counts_from_the_last_trace_and_not_from_now() -> None:
    assert tiny_log().last("1h").traces["trace_id"].tolist() == ["c"]
    assert tiny_log().last("90min").traces["trace_id"].tolist() == ["b", "c"]
    assert len(tiny_log().last("30D")) == 3


def test_none_matches_missing_values() -> None:
    log = tiny_log(device=["mobile", None, "desktop"])
    assert log.where(device=None).traces["trace_id"].tolist() == ["b"]
    assert log.where(device=["mobile", None]).traces["trace_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("span", ["soon", "", "-1h", "0h"])
def test_an_unreadable_length_is_refused(span: str) -> None:
    with pytest.raises(BadInputError, match="length of time"):
        tiny_log().last(span)


def test_misuse_is_met_with_what_to_do() -> None:
    log = tiny_log(device=["mobile"] * 3)
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        log.where(devise="mobile")
    with pytest.raises(BadInputError, match="swap the two times"):
        log.between("2026-11-02", "2026-11-01")
    with pytest.raises(BadInputError, match="is not a time"):
        log.between("soon", "2026-11-01")
    with pytest.raises(UnknownNameError, match="no trace 'z'"):
        log.trace("z")
    with pytest.raises(BadInputError, match="must end in"):
        log.save("log.xlsx")


def test_a_period_is_a_length_a_pair_or_a_log() -> None:
    log = tiny_log()
    hour = pd.Timedelta("1h")
    assert window("1h", log.start, log.stop) == (log.stop - hour, log.stop)
    assert window((START, START + hour), log.start, log.stop) == (START, START + hour)
    assert window(log, log.start, log.stop) == (log.start, log.stop)
    with pytest.raises(BadInputError, match="found 3 values"):
        window((START, START, START), log.start, log.stop)  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="not int"):
        window(7, log.start, log.stop)  # type: ignore[arg-type]


def test_a_trace_shows_its_steps_and_judgements() -> None:
    log = demo_log()
    trace = log.trace(log.traces["trace_id"].iloc[5])
    assert len(trace.spans) == trace.row["steps"] + len(
        trace.spans[trace.spans["kind"].isin(["agent", "chain", "event", "evaluator"])]
    )
    assert "steps" in trace._repr_html_()


def test_hostile_text_is_shown_and_never_run() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x00</div>"
    log = from_frames(
        pd.DataFrame({"trace_id": [nasty], "start": [START], "input": [nasty], "status": [nasty]}),
        pd.DataFrame({"span_id": ["s"], "trace_id": [nasty], "start": [START], "name": [nasty]}),
    )
    for card in (log._repr_html_(), log.trace(nasty)._repr_html_()):
        assert "<script" not in card
        assert "<img" not in card
        assert "&lt;script&gt;" in card
        assert "\u202e" not in card
        assert "\\u202e" in card


def _scores(rows: list[tuple[str, str, float, str, str]]) -> pd.DataFrame:
    names = ["trace_id", "name", "value", "source", "rubric_version"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(time=START + pd.to_timedelta(range(len(frame)), unit="h"))


def test_wide_gives_a_column_a_score_of_its_newest_version_only() -> None:
    traces = pd.DataFrame({"trace_id": ["a", "b"], "start": [START, START]})
    scores = _scores(
        [
            ("a", "tone", 0.0, "judge", "9"),
            ("a", "tone", 1.0, "judge", "10"),
            ("b", "tone", 0.0, "judge", "9"),
            ("a", "tone", 0.0, "human", "10"),
        ]
    )
    wide = from_frames(traces, scores=scores).wide()
    assert wide["score:tone"].tolist()[0] == 1.0
    assert wide["score:tone"].isna().tolist() == [False, True]
    assert wide["score:tone@human"].tolist()[0] == 0.0
    assert wide.attrs["rubrics"]["score:tone"] == "10"


def test_judging_a_step_twice_does_not_make_it_heavier() -> None:
    traces = pd.DataFrame({"trace_id": ["a"], "start": [START]})
    scores = pd.DataFrame(
        {
            "trace_id": ["a"] * 3,
            "span_id": ["s", "s", "t"],
            "name": ["tone"] * 3,
            "value": [1.0, 1.0, 0.0],
            "source": ["judge"] * 3,
        }
    )
    assert from_frames(traces, scores=scores).wide()["score:tone"].tolist() == [0.5]


def test_a_weight_is_one_over_both_probabilities_and_a_score_has_its_own() -> None:
    traces = pd.DataFrame({"weight": [10.0, 1.0, None], "inclusion_p": [0.5, 1.0, 1.0]})
    found = weighting(traces)
    assert found.of_row[:2].tolist() == [20.0, 1.0]
    assert "1 of 3 rows reached us with unknown probability" in found.note
    scored = weighting(traces, pd.Series([0.1, 0.1, 0.1]))
    assert scored.of_row[:2].tolist() == pytest.approx([100.0, 10.0])
    assert weighting(traces[[]]).of_row.tolist() == [1.0, 1.0, 1.0]
    assert weighting(traces[[]]).note == ""
