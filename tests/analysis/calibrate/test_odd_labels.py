"""Is nothing claimed where labels or verdicts are odd, and is the reason said?"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from tests.analysis.calibrate.judged_logs import START, judged_log, told
from tests.analysis.judges.worlds import asker
from tests.logs import tiny_log

GOAL = al.Rubric("met", 1, "Was the goal met?")


def _log(**more: object) -> Log:
    person, judge = told(140, 20, 16, 64)
    return judged_log(person, judge, 120, **more)  # type: ignore[arg-type]


def test_people_who_are_all_unsure_are_not_taken_for_an_unknown_design() -> None:
    _, judge = told(140, 20, 16, 64)
    found = calibrate(judged_log(np.full(240, np.nan), judge, 120), "met")
    assert found.band == "unknown"
    assert found.headline.startswith("People were unsure of all 120 labels of met@1")
    for answer in (found.corrected_rate(), found.gate(), found.threshold(), found.bands()):
        assert (answer.band, answer.headline) == ("unknown", found.headline)


def test_a_judge_that_never_gave_a_verdict_cannot_be_calibrated() -> None:
    person, _ = told(140, 20, 16, 64)
    found = calibrate(judged_log(person, np.full(240, np.nan), 120), "met")
    assert found.band == "unknown"
    assert "gave no verdict on any of 240 traces" in found.headline


def test_a_trace_in_two_splits_is_refused() -> None:
    log = _log()
    human = log.scores[log.scores["source"] == "human"].head(3)
    again = human.assign(score_id="again-" + human["score_id"], split="dev", rater="ben")
    both = replace(log, scores=pd.concat([log.scores, again], ignore_index=True))
    with pytest.raises(BadInputError, match=r"3 traces .* stand in two splits"):
        calibrate(both, "met")


def test_a_session_in_two_splits_is_said_and_chooses_no_threshold() -> None:
    splits = np.where(np.arange(120) % 2, "dev", "test")
    own = [f"s{place // 40}-{place % 2}" for place in range(240)]
    shared = [f"s{place // 20}" for place in range(240)]
    for sessions, there in ((own, False), (shared, True)):
        person, judge = told(140, 20, 16, 64)
        log = judged_log(
            person,
            judge,
            np.arange(120),
            columns={"session_id": sessions},
            how={"split": splits},
            by={"confidence": 75.0},
        )
        found = calibrate(log, "met")
        assert any("labels of two splits" in one for one in found.caveats) == there
        if there:
            with pytest.raises(BadInputError, match=r"6 sessions .* in two splits"):
                found.threshold()


def test_labels_of_one_session_set_no_threshold_and_no_band() -> None:
    person, judge = told(140, 20, 16, 64)
    one: dict[str, object] = {"session_id": ["s"] * 240}
    log = judged_log(person, judge, 200, columns=one, by={"confidence": 75.0})
    found = calibrate(log, "met")
    assert found.headline == "1 session cannot carry an interval; label more sessions."
    assert found.threshold().headline == found.bands().headline == found.headline


def test_a_window_without_verdicts_has_no_rate_and_says_so() -> None:
    found = calibrate(_log(), "met")
    bare = tiny_log()
    for assume in ("same_population", "stable_errors"):
        rate = found.corrected_rate(bare, assume=assume)
        assert rate.band == "unknown"
        assert rate.headline == (
            "No trace of this window was judged by met@1: run judge on it first."
        )
    nothing = bare.where(trace_id=["none"])
    assert found.difference(nothing, bare).band == "unknown"


def test_other_words_under_one_version_are_named(tmp_path: Path) -> None:
    judge = asker(lambda _: True)
    log = tiny_log(input=["a"] * 3, output=["b"] * 3)
    judged = al.judge(log, GOAL, judge, store=tmp_path / "judge.sqlite").log
    changed = replace(GOAL, instructions="Was the user served?")
    with pytest.raises(BadInputError, match="asked in other words"):
        calibrate(judged, changed, judge)


def test_a_log_that_nobody_judged_says_what_to_do() -> None:
    with pytest.raises(UnknownNameError, match="Run judge"):
        calibrate(tiny_log(), "met")


def test_judge_and_agent_of_one_kind_are_said_with_the_day_on_which_the_judge_ends() -> None:
    ends = str((START + pd.Timedelta("20D")).date())
    person, judge = told(140, 20, 16, 64)
    by: dict[str, object] = {"judge_model": "claude-haiku-5-5", "judge_retires": ends}
    log = judged_log(person, judge, 120, columns={"model": "claude-haiku-4"}, by=by)
    found = calibrate(log, "met")
    assert any(one.startswith("Judge and agent are both haiku") for one in found.caveats)
    said = f"haiku-5-5 retires on {ends}: verdicts after that need another judge, calibrated anew."
    assert said in found.caveats
    assert said in found.gate().caveats
    later = {**by, "judge_retires": str((START + pd.Timedelta("90D")).date())}
    other = judged_log(person, judge, 120, columns={"model": "aspen-2"}, by=later)
    quiet = calibrate(other, "met").caveats
    assert not any("retires" in one or "are both" in one for one in quiet)


def test_a_judge_that_changed_ends_its_calibration_and_a_quiet_watch_does_not() -> None:
    found = calibrate(_log(), "met")
    quiet = al.watch_judge(_log(), "met")
    assert found.expire(quiet) is found

    class Alarm:
        who = "the judge"
        headline = "small-1 has changed."

    ended = found.expire(Alarm())
    assert (ended.band, ended.headline) == ("watch", "small-1 has changed.")
    for answer in (ended.corrected_rate(), ended.gate(), ended.threshold(), ended.bands()):
        assert (answer.band, answer.headline) == ("unknown", "small-1 has changed.")
    assert found.expire("The prompt was edited by hand.").headline.startswith("The prompt")


def test_a_gate_that_an_always_pass_judge_would_reach_says_so() -> None:
    person, judge = told(230, 2, 6, 2)
    found = calibrate(judged_log(person, judge, 200), "met")
    assert any("always says pass would agree" in one for one in found.gate().caveats)
    asked = found.gate(min_specificity=0.5)
    assert not any("always says pass" in one for one in asked.caveats)


def test_a_check_is_labelled_by_plan_and_calibrated_like_a_judge() -> None:
    log = al.demo(days=7, traces_per_day=60, seed=1)
    checked = al.check(log).log
    plan = al.plan_labels(checked, "refusal", n=60, source="check", store=None)
    marks = al.label(
        plan, rater="ana", answers=lambda one: "f" if "log in" in one.output else "p", store=None
    )
    found = calibrate(marks.log, "refusal", source="check")
    assert found.headline.startswith("The check agrees with people on")
    assert found.corrected_rate(marks.log).band in {"pass", "watch"}
    with pytest.raises(UnknownNameError, match="source"):
        al.plan_labels(checked, "refusal", n=60, source="chek", store=None)  # type: ignore[arg-type]
