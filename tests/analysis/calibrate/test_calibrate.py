"""Does a calibration say how a judge errs, whatever the plan, and nothing where it cannot know?"""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import agentlens as al
from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.analysis.calibrate.calibration import expired
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from tests.analysis.calibrate.judged_logs import START, judged_log, relabelled, told
from tests.logs import demo_log


def _rates(log: Log, **asked: str) -> pd.DataFrame:
    frame = calibrate(log, "met", **asked).frame  # type: ignore[arg-type]
    return frame[frame["what"] == "rate"].set_index("name")


def test_the_demo_can_be_calibrated_as_it_stands() -> None:
    found = al.calibrate(demo_log(), "goal_completion")
    assert found.band == "watch"
    assert found.facts()["labels"].value == "145 test of 240 (30 uniform and 115 within strata)"
    assert "target 85%" in found.headline
    assert "demo-judge-1" in found.title


def test_the_rates_are_those_of_a_hand_table() -> None:
    person, judge = told(140, 20, 16, 64)
    rates = _rates(judged_log(person, judge, np.arange(0, 240, 2)))  # half of each: 70, 10, 8, 32
    passes, fails = 70.5 / 79, 10.5 / 43  # how often people pass what it passes, and what it fails
    share = 156 / 240
    assert rates["value"]["ppv"] == pytest.approx(passes)
    assert rates["value"]["false_omission"] == pytest.approx(fails)
    assert rates["value"]["agreement"] == pytest.approx(share * passes + (1 - share) * (1 - fails))
    human = share * passes + (1 - share) * fails
    assert rates["value"]["sensitivity"] == pytest.approx(share * passes / human)
    failed = (1 - share) * (1 - fails)
    assert rates["value"]["specificity"] == pytest.approx(failed / (1 - human))
    assert rates["k"].tolist() == [102, 70, 32, 70, 10]
    assert rates["n"].tolist() == [120, 80, 40, 78, 42]
    assert (rates["low"] < rates["value"]).all()
    assert (rates["value"] < rates["high"]).all()


def test_a_plan_that_took_mostly_fails_is_undone() -> None:
    """Ninety of a hundred fails and ninety of nine hundred passes: naive sensitivity is far off."""
    person, judge = told(3420, 180, 80, 320)  # sensitivity .95, specificity .80
    rng = np.random.default_rng(3)
    chance = np.where(judge == 1, 0.1, 0.9)
    chosen = np.flatnonzero(rng.random(judge.size) < chance)
    how: dict[str, object] = {"stage": "stratum", "inclusion_p": chance[chosen]}
    rates = _rates(judged_log(person, judge, chosen, how=how))
    naive = rates["k"]["sensitivity"] / rates["n"]["sensitivity"]
    assert naive < 0.75
    assert rates["value"]["sensitivity"] == pytest.approx(0.95, abs=0.03)
    assert rates["value"]["specificity"] == pytest.approx(0.80, abs=0.06)


def test_labels_of_unknown_design_carry_no_rate() -> None:
    person, judge = told(70, 10, 8, 32)
    log = judged_log(person, judge, 60)
    assert calibrate(log, "met").band != "unknown"
    dropped = calibrate(relabelled(log, without="stage"), "met")  # as a careless round trip would
    assert dropped.band == "unknown"
    assert "None of 60 labels" in dropped.headline
    assert any("picked by hand or imported" in note for note in dropped.caveats)
    assert dropped.frame.loc[dropped.frame["what"] == "table", "n"].sum() == 0
    assert dropped.corrected_rate().band == "unknown"
    assert dropped.gate().band == "unknown"
    assert not dropped.signals()


def test_picked_labels_are_counted_and_left_out() -> None:
    person, judge = told(70, 10, 8, 32)
    log = judged_log(person, judge, 80)
    human = np.flatnonzero(log.scores["source"] == "human")
    scores = log.scores.copy()
    scores.loc[human[:5], "stage"] = "targeted"
    found = calibrate(replace(log, scores=scores), "met")
    assert found.frame.set_index("name")["n"]["agreement"] == 75
    assert "5 labels were picked by hand or imported; they are not used for rates." in found.caveats
    assert (found.frame.loc[found.frame["what"] == "cell", "split"] == "picked").any()


def test_below_twenty_labels_there_are_counts() -> None:
    person, judge = told(70, 10, 8, 32)
    found = calibrate(judged_log(person, judge, 19), "met")
    assert found.band == "unknown"
    assert found.headline.startswith("With 19 labels of met@1 only counts can be shown (agreed on")
    assert "agreement" not in found.facts()


def test_below_twenty_in_a_denominator_there_are_counts() -> None:
    person, judge = told(60, 6, 4, 15)
    facts = calibrate(judged_log(person, judge, 85), "met").facts()
    assert str(facts["specificity"]) == "15 of 19"
    assert str(facts["sensitivity"]).startswith("91% [")


def test_nobody_failed_is_no_specificity() -> None:
    person, judge = told(50, 10, 0, 0)
    found = calibrate(judged_log(person, judge, 60), "met")
    assert str(found.facts()["specificity"]) == "unknown"
    assert str(found.facts()["kappa"]) == "undefined"
    assert "Nobody failed among the labels: specificity is unknown, not 1." in found.caveats


def test_a_judge_that_always_passes_is_seen_through() -> None:
    person, judge = told(171, 9, 18, 2)
    found = calibrate(judged_log(person, judge, 200), "met", target=0.8)
    line = next(note for note in found.caveats if "always says pass" in note)
    assert line == "90% pass: a judge that always says pass scores agreement 90%, κ 0, AC1 0.89."


def test_neither_order_nor_names_change_a_digit() -> None:
    person, judge = told(210, 30, 24, 96)
    users = [f"u{place // 3}" for place in range(360)]
    chosen = np.random.default_rng(1).choice(360, 150, replace=False)
    log = judged_log(person, judge, chosen, columns={"user_id": users})
    rng = np.random.default_rng(2)
    shuffled = replace(
        log,
        traces=log.traces.iloc[rng.permutation(len(log))].reset_index(drop=True),
        scores=log.scores.iloc[rng.permutation(len(log.scores))].reset_index(drop=True),
    )
    new = {f"t{place}": f"x{(7 * place) % 360}" for place in range(360)}
    renamed = replace(
        log,
        traces=log.traces.assign(
            trace_id=log.traces["trace_id"].map(new),
            user_id=log.traces["user_id"].map(lambda one: f"w{one[::-1]}"),
        ),
        scores=log.scores.assign(trace_id=log.scores["trace_id"].map(new)),
    )
    first, *others = (_everything(one) for one in (log, shuffled, renamed))
    assert all(other == first for other in others)


def _everything(log: Log) -> list[object]:
    found = calibrate(log, "met")
    answers = (found, found.corrected_rate(), found.gate(), found.corrected_rate(target="window"))
    return [json.loads(one.to_json())["frame"] for one in answers] + [
        one.headline for one in answers
    ]


def test_verdicts_of_another_judge_are_not_corrected_by_these_labels() -> None:
    person, judge = told(210, 30, 24, 96)
    found = calibrate(judged_log(person, judge, 150), "met")
    other = judged_log(person, judge, 0, prefix="o", by={"judge_id": "bb22"})
    refused = found.corrected_rate(other, assume="stable_errors")
    assert refused.band == "unknown"
    assert refused.headline == (
        "Calibrated on small-1 (aa11bb22cc33dd44:small-1); these verdicts come from small-1 (bb22:small-1)."
        " Calibrate again (or compare_judges)."
    )
    newer = judged_log(person, judge, 0, prefix="o", by={"rubric_version": "2"})
    headline = found.corrected_rate(newer, assume="stable_errors").headline
    assert headline == "Calibrated on met@1; these verdicts are by met@2. Calibrate again."


def test_a_calibration_expires() -> None:
    person, judge = told(210, 30, 24, 96)
    found = calibrate(judged_log(person, judge, 150), "met")
    later = judged_log(person, judge, 0, prefix="o", start=START + pd.Timedelta("100D"))
    refused = found.corrected_rate(later, assume="stable_errors")
    assert refused.band == "unknown"
    assert "97 days older" in refused.headline
    old = calibrate(
        judged_log(person, judge, 150, how={"time": START - pd.Timedelta("200D")}), "met"
    )
    assert old.band == "watch"
    assert "label again" in old.headline
    assert old.corrected_rate().band == "unknown"


def test_an_alarm_about_the_judge_ends_a_calibration() -> None:
    person, judge = told(210, 30, 24, 96)
    found = expired(calibrate(judged_log(person, judge, 150), "met"), "The anchors alarmed.")
    assert (found.band, found.headline) == ("watch", "The anchors alarmed.")
    answers = (
        found.corrected_rate(),
        found.corrected_rate(assume="stable_errors"),
        found.gate(),
        found.difference(
            judged_log(person, judge, 0, prefix="a"), judged_log(person, judge, 0, prefix="b")
        ),
    )
    assert all((one.band, one.headline) == ("unknown", "The anchors alarmed.") for one in answers)
    with pytest.raises(BadInputError, match="anchors alarmed"):
        _ = found.metric


def test_labels_of_a_model_are_not_called_peoples() -> None:
    person, judge = told(210, 30, 24, 96)
    log = judged_log(person, judge, 150, how={"reference": "strong model"})
    found = calibrate(log, "met")
    assert "agrees with a strong model on" in found.headline
    assert any("where a card says people" in one for one in found.caveats)
    assert str(found.facts()["reference"]) == "strong model"


def test_dev_labels_wait_until_they_are_asked_for() -> None:
    person, judge = told(210, 30, 24, 96)
    split = np.where(np.arange(150) % 3 == 0, "dev", "test")
    log = judged_log(person, judge, 150, how={"split": split})
    assert calibrate(log, "met").facts()["labels"].value == "100 test of 150 (100 uniform)"
    assert calibrate(log, "met", split="all").facts()["labels"].value == "150 of 150 (150 uniform)"
    assert "50 labels of other splits than test were left out." in calibrate(log, "met").caveats


def test_without_the_window_uniform_labels_are_counted() -> None:
    person, judge = told(70, 10, 8, 32)
    log = judged_log(person, judge, np.arange(120))  # nothing but what was labelled, drawn at .5
    found = calibrate(log, "met")
    rate = found.frame.set_index("name").loc["agreement"]
    assert rate["value"] == pytest.approx(102 / 120)
    wilson = proportion_confint(102, 120, method="wilson")
    assert (rate["low"], rate["high"]) == pytest.approx(wilson)
    assert found.corrected_rate().band == "unknown"
    assert found.gate(0.7).band == "pass"  # exact bounds instead of draws


def test_sessions_that_are_too_few_carry_no_interval() -> None:
    person, judge = told(70, 10, 8, 32)
    log = judged_log(person, judge, 60, columns={"user_id": [f"u{k % 7}" for k in range(120)]})
    assert calibrate(log, "met").headline == (
        "7 sessions cannot carry an interval; label more sessions."
    )


def test_what_has_no_verdict_is_a_cell_and_never_a_fail() -> None:
    person, judge = told(210, 30, 24, 96)
    judge = np.where(np.arange(360) % 12 == 5, np.nan, judge)
    status = np.where(np.isnan(judge), "truncated", "")
    found = calibrate(judged_log(person, judge, 200, by={"status": status}), "met")
    assert found.facts()["coverage"].value == pytest.approx(330 / 360)
    assert any("30 of 360 traces have no verdict (truncated 30)" in one for one in found.caveats)
    cells = found.frame[found.frame["what"] == "cell"].set_index("name")
    assert cells["judged"]["none"] == 30


def test_two_raters_give_a_ceiling_and_repeats_their_steadiness() -> None:
    person, judge = told(210, 30, 24, 96)
    log = judged_log(person, judge, 100)
    human = log.scores[log.scores["source"] == "human"]
    second = human.assign(
        score_id="b" + human["score_id"],
        rater="ben",
        value=np.where(np.arange(100) % 5 == 0, 1 - human["value"], human["value"]),
    )
    again = human.head(40).assign(
        score_id="r" + human["score_id"].head(40),
        repeat=2,
        value=np.where(np.arange(40) < 6, 1 - human["value"].head(40), human["value"].head(40)),
    )
    found = calibrate(replace(log, scores=pd.concat([log.scores, second, again])), "met")
    facts = found.facts()
    assert str(facts["two people agree"]).startswith("80% [")
    assert str(facts["raters with themselves"]).startswith("85% [")
    assert "Krippendorff alpha" in facts
    assert any("lies above what people reach" in one for one in found.caveats)
    assert any(
        "Of the first 20 labels 10 were made again and 6 changed" in one for one in found.caveats
    )


def test_a_judge_below_its_target_is_an_alarm_with_traces_to_read() -> None:
    person, judge = told(100, 60, 40, 100)
    found = calibrate(judged_log(person, judge, 150), "met")
    assert found.band == "act"
    (signal,) = found.signals()
    labelled = found.labelled.set_index("trace_id")
    assert (
        labelled.loc[list(signal.trace_ids), "y"] != labelled.loc[list(signal.trace_ids), "verdict"]
    ).all()
    assert labelled.loc[signal.trace_ids[0], "verdict"] == 1  # what it let pass stands first


def test_misuse_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"split 'tset'.*'test'"):
        calibrate(demo_log(), "goal_completion", split="tset")  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="target is a share"):
        calibrate(demo_log(), "goal_completion", target=85)
    with pytest.raises(BadInputError, match="level is a share"):
        calibrate(demo_log(), "goal_completion", level=0.3)
    with pytest.raises(UnknownNameError, match="source"):
        calibrate(demo_log(), "goal_completion", source="human")
    with pytest.raises(UnknownNameError, match="goal_completion"):
        calibrate(demo_log(), "goal_completoin")
