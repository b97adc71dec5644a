"""Do thirty rows show what is worth a person's half hour, and not one failure thirty times?"""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.analysis.failures.patterns import fold, patterns
from agentlens.analysis.failures.verdicts import failing
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.triage.worst import Worst, worst
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, tiny_log


def _log(n: int, scores: pd.DataFrame | None = None, **columns: Any) -> Log:
    base = {
        "trace_id": [f"t{i:03d}" for i in range(n)],
        "start": START + pd.to_timedelta(range(n), unit="min"),
    }
    return from_frames(pd.DataFrame({**base, **columns}), scores=scores)


def _score(ids: list[str], name: str, values: list[float], **more: Any) -> pd.DataFrame:
    rows = {"trace_id": ids, "name": name, "value": values, **more}
    frame = pd.DataFrame(rows)
    return frame.assign(score_id=[f"{name}-{place}-{more}" for place in range(len(frame))])


def _why(found: Worst) -> dict[str, str]:
    return dict(zip(found.frame["trace_id"], found.frame["why"], strict=True))


def test_each_row_says_what_speaks_against_it_the_gravest_first() -> None:
    log = _log(
        8,
        pd.concat(
            [
                _score(["t000"], "policy", [0.0], source="check"),
                _score(["t001", "t007"], "goal", [0.0, 1.0], source="judge"),
                _score(["t002", "t007"], "tone", [0.25, 0.9], source="judge"),
            ]
        ),
        status=["ok", "ok", "ok", "error", "ok", "ok", "ok", "ok"],
        error_type=[None, None, None, "timeout", None, None, None, None],
        escalated=[True, False, False, False, False, False, False, False],
        user_rating=[None, None, None, None, 0.2, None, None, 1.0],
        repeated_prompts=[0, 0, 0, 0, 0, 2, 0, 0],
        safety_flagged=[False] * 6 + [True, False],
        completed=[True, True, True, False, True, True, True, True],
    )
    assert _why(worst(log)) == {
        "t000": "check policy failed; escalated",
        "t001": "judge goal failed",
        "t002": "judge tone 0.25",
        "t003": "error timeout",
        "t004": "rated 0.20",
        "t005": "asked again 2 x",
        "t006": "safety flagged",
    }


def test_points_are_added_up_and_the_sum_decides_within_a_pattern() -> None:
    log = _log(4, escalated=[True] * 4, user_corrected=[False, True, False, False])
    found = worst(log, n=1)
    assert found.frame["trace_id"].tolist() == ["t001"]
    assert found.frame["points"].tolist() == [6]
    assert found.frame["n_alike"].tolist() == [4]


def test_one_failure_does_not_fill_the_list() -> None:
    log = _log(100, status="error", error_type=["timeout"] * 96 + ["a", "b", "c", "d"])
    found = worst(log, n=6)
    assert found.frame["pattern"].nunique() == 5
    assert found.frame["why"].iloc[0] == "error timeout"
    counts = found.frame["pattern"].value_counts()
    assert counts.max() == 2
    assert found.frame["n_alike"].max() == 96


def test_rare_harm_stands_before_common_nuisance() -> None:
    flags = [False] * 99 + [True]
    nuisance = [1] * 99 + [0]
    kinds = [f"k{i % 33}" for i in range(100)]
    log = _log(100, safety_flagged=flags, repeated_prompts=nuisance, task_type=kinds)
    assert worst(log, n=5).frame["trace_id"].iloc[0] == "t099"


def test_the_commonest_pattern_comes_first() -> None:
    signs: dict[str, Any] = {
        "escalated": [True] * 2 + [False] * 7,
        "user_corrected": [False] * 2 + [True] * 7,
    }
    frame = worst(_log(9, **signs), n=4).frame
    assert frame["pattern"].tolist() == ["corrected by the user", "escalated"] * 2


@settings(max_examples=20)
@given(st.permutations(range(12)), st.integers(0, 3))
def test_the_order_of_the_traces_does_not_matter(order: list[int], seed: int) -> None:
    log = _log(
        12, status=["error", "ok"] * 6, error_type=["a", None, "b", None] * 3, escalated=[True] * 12
    )
    mixed = replace(log, traces=log.traces.iloc[order].reset_index(drop=True))
    whole = worst(log, n=7, seed=seed)
    pd.testing.assert_frame_equal(whole.frame, worst(mixed, n=7, seed=seed).frame)
    assert whole.headline == worst(mixed, n=7, seed=seed).headline


def test_the_seed_decides_between_equals_and_only_between_them() -> None:
    log = _log(50, escalated=[True] * 50, user_corrected=[True] + [False] * 49)
    lists = [tuple(worst(log, n=5, seed=seed).frame["trace_id"]) for seed in range(4)]
    assert len(set(lists)) > 1
    assert {one[0] for one in lists} == {"t000"}
    assert lists[0] == tuple(worst(log, n=5).frame["trace_id"])


def test_by_spreads_over_slices_too() -> None:
    log = _log(30, escalated=[True] * 30, device=["mobile"] * 28 + ["desktop", None])
    shown = log.traces.set_index("trace_id")["device"]
    plain = shown[worst(log, n=3, by="device").frame["trace_id"]]
    assert plain.isna().sum() == 1
    assert set(plain.dropna()) == {"mobile", "desktop"}
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        worst(log, by="devise")


def test_what_a_person_labelled_is_left_out_and_told() -> None:
    scores = _score(["t000"], "goal", [1.0], source="human")
    found = worst(_log(3, scores, escalated=[True] * 3))
    assert set(found.frame["trace_id"]) == {"t001", "t002"}
    assert "Left out since a person labelled them: 1 trace." in found.caveats


def test_the_answer_holds_the_log_of_its_traces_for_labelling() -> None:
    found = worst(demo_log().last("7D"), n=30)
    assert len(found.frame) == len(found.log) == 30
    assert set(found.log.traces["trace_id"]) == set(found.frame["trace_id"])
    assert set(found.log.spans["trace_id"]) <= set(found.frame["trace_id"])
    assert found.frame["pattern"].nunique() == 30
    assert found.band == "watch"
    assert sum(found.n_alike.values()) == found.facts()["traces with something against them"].value


def test_a_link_is_shown_where_the_log_has_one() -> None:
    links = [f"https://lens.example/project/p/traces/{one}" for one in "abc"]
    found = worst(tiny_log(escalated=[True, False, False], link=links))
    assert found.frame["link"].tolist() == links[:1]


def test_far_from_usual_is_thrice_the_median_and_one_in_a_hundred() -> None:
    costs = [1.0] * 399 + [50.0]
    assert _why(worst(_log(400, cost_usd=costs))) == {"t399": "50 x usual cost"}
    halves = [1.0] * 260 + [50.0] * 140
    assert worst(_log(400, cost_usd=halves)).frame.empty
    few = _log(10, cost_usd=[1.0] * 9 + [50.0])
    assert worst(few).frame.empty


def test_a_task_is_compared_with_its_own_kind() -> None:
    costs = [1.0] * 300 + [10.0] * 298 + [4.0, 40.0]
    kinds = ["small"] * 300 + ["large"] * 298 + ["small", "large"]
    found = worst(_log(600, cost_usd=costs, task_type=kinds))
    assert _why(found) == {"t598": "4 x usual cost", "t599": "4 x usual cost"}


def test_nothing_to_tell_is_not_the_same_as_nothing_wrong() -> None:
    assert worst(tiny_log()).band == "unknown"
    assert worst(tiny_log().last("1h").where(trace_id=[])).band == "unknown"
    fine = worst(tiny_log(status="ok", escalated=False))
    assert fine.band == "pass"
    assert fine.headline == "Nothing speaks against any of 3 traces."
    assert fine.signals() == ()
    assert len(fine.log) == 0


@pytest.mark.parametrize("n", [0, -1, 2.5, True, "30"])
def test_a_number_of_rows_that_is_none_is_refused(n: Any) -> None:
    with pytest.raises(BadInputError, match="whole number from 1"):
        worst(tiny_log(), n)


def test_a_pattern_folds_ids_numbers_links_and_hidden_values_away() -> None:
    told = "Order W-748359 of ann@example.com took 10.5 s: https://x.example/a?b=1"
    other = "order  W-1 of <EMAIL_4B6H> took 7 s:\nhttps://y.example/"
    assert fold(told) == fold(other) == "order # of <email> took # s: <link>"
    assert fold("field 'a' missing") != fold("field 'b' missing")
    assert len(fold("word " * 500)) == 120


def test_the_step_that_shows_the_error_names_the_pattern() -> None:
    spans = pd.DataFrame(
        {
            "trace_id": "a",
            "span_id": ["root", "retry", "tool", "llm"],
            "kind": ["agent", "tool", "tool", "llm"],
            "name": ["shop", "search", "refund", "answer"],
            "start": START + pd.to_timedelta([0, 1, 2, 3], unit="s"),
            "status": ["error", "error", "error", "ok"],
            "error_type": ["quota", "timeout", "quota", None],
            "error_message": ["failed", "no answer", "limit 5 reached", None],
        }
    )
    rows = pd.DataFrame({"trace_id": ["a"], "start": [START], "error_type": ["quota"]})
    found = patterns(from_frames(rows.assign(status="error"), spans))
    assert found["pattern"].tolist() == ['quota in refund, "limit # reached"']
    other = patterns(from_frames(rows.assign(error_type=None), spans))
    assert other["pattern"].tolist() == ['timeout in search, "no answer"']


def test_a_failure_keeps_its_name_whether_or_not_it_was_judged() -> None:
    columns: dict[str, Any] = {"escalated": [True, True, False]}
    judged = _score(["t000", "t002"], "goal", [0.0, 0.0], source="judge")
    found = patterns(_log(3, judged, **columns))
    assert found["pattern"].tolist() == ["escalated", "escalated", "fails goal"]


def test_scores_that_are_no_verdicts_fail_nobody() -> None:
    ids = ["t000", "t001"]
    parts = [
        _score(ids, "toxicity", [0.1, 0.9], source="judge"),
        _score(ids, "length", [12.0, 0.2], source="judge"),
        _score(ids, "thumbs", [0.0, 0.0], source="user"),
        _score(ids, "goal", [0.0, 0.0], source="judge", rubric_version="1"),
        _score(ids, "goal", [0.0, 1.0], source="judge", rubric_version="2"),
    ]
    found = failing(_log(2, pd.concat(parts), completed=True))
    assert found[["trace_id", "name"]].to_numpy().tolist() == [["t000", "goal"]]
