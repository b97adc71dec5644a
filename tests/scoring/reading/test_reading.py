"""Do rows of scores become one verdict and one label a trace, with how they were picked?"""

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import AgentLensError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from tests.logs import demo_log

RUBRIC = Rubric("goal", 1, "Did it work?")
T = pd.Timestamp("2026-11-01", tz="UTC")


def _log(rows: list[dict[str, object]], n: int = 6) -> al.Log:
    ids = [f"t{place}" for place in range(n)]
    traces = pd.DataFrame({"trace_id": ids, "start": pd.date_range(T, periods=n, freq="h")})
    scores = pd.DataFrame(rows)
    scores["score_id"] = [f"s{place}" for place in range(len(rows))]
    return al.from_frames(traces, scores=scores)


def _said(trace: str, value: float | None, **more: object) -> dict[str, object]:
    given = {"trace_id": trace, "name": "goal", "value": value, "source": "judge"}
    return given | {"rubric_version": "1", "time": T} | more


def test_no_verdict_is_kept_with_its_reason() -> None:
    rows = [_said("t0", 1.0), _said("t1", None, status="refused"), _said("t2", None)]
    found = verdicts_of(_log(rows), "goal")
    assert found.verdict.tolist() == [1, -1, -1]
    assert found.status.tolist() == ["", "refused", "no verdict"]


def test_two_judges_are_never_mixed() -> None:
    rows = [_said(f"t{one}", 1.0, judge_model="big") for one in range(3)]
    rows += [_said(f"t{one}", 0.0, judge_model="small") for one in range(2)]
    found = verdicts_of(_log(rows), "goal@1")
    assert (found.judge, found.verdict.tolist()) == ("big", [1, 1, 1])
    assert "2 verdicts of other judges (small)" in found.notes[0]
    assert verdicts_of(_log(rows), "goal", "small").verdict.tolist() == [0, 0]
    with pytest.raises(UnknownNameError, match="middle"):
        verdicts_of(_log(rows), "goal", "middle")


def test_a_judge_is_known_by_all_that_is_known_before_the_call() -> None:
    low, high = Judge("claude-haiku-5-5", effort="low"), Judge("claude-haiku-5-5", effort="high")
    rows = [_said("t0", 1.0, judge_id=low.id(RUBRIC), judge_model="claude-haiku-5-5")]
    rows += [_said("t0", 0.0, judge_id=high.id(RUBRIC), judge_model="claude-haiku-5-5")]
    log = _log(rows)
    assert verdicts_of(log, RUBRIC, low).verdict.tolist() == [1]
    assert verdicts_of(log, RUBRIC, high).verdict.tolist() == [0]


def test_the_first_asking_counts_and_of_that_the_newest() -> None:
    later = T + pd.Timedelta("1h")
    rows = [_said("t0", 0.0, repeat=1), _said("t0", 1.0, repeat=1, time=later)]
    rows += [_said("t0", 0.0, repeat=2, time=later)]
    assert verdicts_of(_log(rows), "goal").verdict.tolist() == [1]


def test_each_stands_for_one_over_the_chance_of_being_asked() -> None:
    rows = [_said("t0", 1.0, inclusion_p=0.1), _said("t1", 0.0, inclusion_p=0.5)]
    found = verdicts_of(_log(rows), "goal")
    assert found.g.tolist() == [10.0, 2.0]
    assert found.tier.tolist() == [0, 1]


def test_degrees_beyond_one_need_to_be_told_what_passes() -> None:
    rows = [_said("t0", 4.0), _said("t1", 2.0)]
    with pytest.raises(AgentLensError, match="passes="):
        verdicts_of(_log(rows), "goal")
    assert verdicts_of(_log(rows), "goal", passes=3).verdict.tolist() == [1, 0]


def test_confidence_orders_verdicts() -> None:
    rows = [_said("t0", 1.0, confidence=50.0), _said("t1", 0.0, confidence=100.0)]
    np.testing.assert_allclose(verdicts_of(_log(rows), "goal").score, [0.75, 0.0])


def test_words_changed_under_an_old_version_are_told_apart() -> None:
    rows = [_said("t0", 1.0, rubric_hash=RUBRIC.hash), _said("t1", 0.0, rubric_hash="0" * 64)]
    found = verdicts_of(_log(rows), RUBRIC)
    assert found.verdict.tolist() == [1]
    assert "other words under the name goal@1" in found.notes[0]


def test_the_version_that_came_into_use_last_is_meant() -> None:
    rows = [_said("t0", 1.0, rubric_version="10", time=T)]
    rows += [_said("t0", 0.0, rubric_version="9", time=T + pd.Timedelta("1h"))]
    assert verdicts_of(_log(rows), "goal").rubric == "goal@9"
    timeless = [{key: one for key, one in row.items() if key != "time"} for row in rows]
    assert verdicts_of(_log(timeless), "goal").rubric == "goal@10"


def test_what_nobody_judged_is_named() -> None:
    with pytest.raises(UnknownNameError, match="goal_completion"):
        verdicts_of(demo_log(), "goal_completio")


def _label(trace: str, value: float | None, rater: str, **more: object) -> dict[str, object]:
    return _said(trace, value, source="human", rater=rater) | more


def test_the_majority_decides_and_a_tie_stays_open() -> None:
    rows = [_label("t0", 1.0, "a"), _label("t0", 1.0, "b"), _label("t0", 0.0, "c")]
    rows += [_label("t1", 1.0, "a"), _label("t1", 0.0, "b"), _label("t2", None, "a")]
    found = labels_of(_log(rows), "goal").frame
    assert found["y"].fillna(-1).tolist() == [1.0, -1.0, -1.0]
    assert found["agreed"].tolist() == [False, False, True]
    assert found["raters"].tolist() == [3, 2, 1]


def test_an_adjudicated_label_overrules_the_majority() -> None:
    rows = [_label("t0", 1.0, "a"), _label("t0", 1.0, "b")]
    rows += [_label("t0", 0.0, "c", reference="adjudicated")]
    found = labels_of(_log(rows), "goal").frame
    assert found["y"].tolist() == [0.0]
    assert found["reference"].tolist() == ["adjudicated"]


def test_raters_are_counted_for_the_trace_they_labelled() -> None:
    later = [T + pd.Timedelta(f"{hour}h") for hour in range(4)]
    rows = [_label("t0", 1.0, "a", time=later[0]), _label("t1", 1.0, "a", time=later[1])]
    rows += [_label("t0", 0.0, "c", time=later[2], reference="adjudicated")]
    found = labels_of(_log(rows), "goal").frame.sort_values("trace_id")
    assert found["y"].tolist() == [0.0, 1.0]
    assert found["raters"].tolist() == [2, 1]
    assert found["agreed"].tolist() == [False, True]


def test_what_was_changed_after_the_verdict_was_seen_does_not_count() -> None:
    later = T + pd.Timedelta("1min")
    rows = [_label("t0", 0.0, "a", blind=True), _label("t0", 1.0, "a", blind=False, time=later)]
    rows += [_label("t1", 1.0, "a", blind=True, repeat=1)]
    rows += [_label("t1", 0.0, "a", blind=True, repeat=2, time=later)]
    found = labels_of(_log(rows), "goal")
    assert found.frame["y"].tolist() == [0.0, 1.0]
    assert len(found.every) == 4
    assert "1 label made after the judge's verdict was shown" in found.notes[0]


def test_how_a_trace_was_picked_is_unknown_unless_it_says_so() -> None:
    rows = [_label("t0", 1.0, "a"), _label("t1", 1.0, "a", stage="uniform"),
            _label("t2", 1.0, "a", stage="by hand")]  # fmt: skip
    assert labels_of(_log(rows), "goal").frame["stage"].tolist() == [
        "unknown", "uniform", "unknown",
    ]  # fmt: skip


def test_a_label_picked_by_hand_does_not_hide_one_that_was_drawn() -> None:
    later = T + pd.Timedelta("1h")
    rows = [_label("t0", 0.0, "a", stage="targeted"),
            _label("t0", 1.0, "a", stage="uniform", time=later)]  # fmt: skip
    found = labels_of(_log(rows), "goal").frame
    assert (found["stage"].tolist(), found["y"].tolist()) == (["uniform"], [1.0])


def test_examples_inside_the_rubric_are_no_labels() -> None:
    rows = [_label("t0", 1.0, "a"), _label("t1", 1.0, "a")]
    found = labels_of(_log(rows), Rubric("goal", 1, "x", examples=("t1",)))
    assert found.frame["trace_id"].tolist() == ["t0"]
    assert found.notes[-1] == "1 labelled trace is an example inside the rubric; it is left out."


def test_the_order_of_rows_changes_nothing() -> None:
    log = demo_log()
    turned = al.from_frames(log.traces.iloc[::-1], log.spans, log.scores.iloc[::-1])
    one, other = (labels_of(each, "goal_completion").frame for each in (log, turned))
    pd.testing.assert_frame_equal(one.drop(columns="position"), other.drop(columns="position"))
    first, second = (verdicts_of(each, "goal_completion") for each in (log, turned))
    assert np.sort(first.verdict).tolist() == np.sort(second.verdict).tolist()


def test_a_log_without_labels_gives_none() -> None:
    assert len(labels_of(_log([_said("t0", 1.0)]), "goal")) == 0
