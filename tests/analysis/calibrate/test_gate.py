"""Is a judge certified only where it earned it, and told what it would take?"""

from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import agentlens as al
from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.errors import BadInputError
from tests.analysis.calibrate.judged_logs import judged_log, told
from tests.logs import demo_log


def _calibrated(*counts: int, labelled: int = 150, store: Path | None = None) -> al.Calibration:
    person, judge = told(*counts)
    return calibrate(judged_log(person, judge, labelled, seed=1), "met", store=store)


def test_a_good_judge_is_certified_by_its_lower_bound() -> None:
    found = _calibrated(780, 20, 20, 180, labelled=200).gate()
    assert found.certified
    assert found.band == "pass"
    (bound,) = found.bounds
    assert bound.least is not None
    assert bound.least >= 0.85
    assert bound.low < bound.least < bound.value
    assert found.headline.startswith("Certified: agreement")


def test_between_target_and_bound_one_is_told_what_it_takes() -> None:
    found = _calibrated(700, 50, 60, 190).gate()
    assert not found.certified
    assert found.band == "watch"
    assert "passes this gate 57% of the time; 304 labels give 80%." in found.headline
    assert str(found.facts()["a true 92% passes"]).endswith("150 labels give 80%")
    assert found.facts()["fewest labels, none disagreeing"].value == 19
    assert any("Run-to-run noise not measured" in one for one in found.caveats)


def test_a_judge_proved_too_poor_is_an_alarm() -> None:
    found = _calibrated(500, 200, 150, 150).gate()
    assert found.band == "act"
    assert found.signals()[0].trace_ids


def test_every_minimum_must_be_reached() -> None:
    cal = _calibrated(780, 20, 80, 120, labelled=300)
    assert cal.gate(0.8).certified
    both = cal.gate(0.8, 0.9, 0.8)
    assert not both.certified
    assert [one.met for one in both.bounds] == [True, True, False]
    assert both.headline.startswith("Not certified: specificity")


def test_a_rate_that_few_labels_speak_of_cannot_be_asked_for() -> None:
    refused = _calibrated(940, 20, 10, 30, labelled=100).gate(0.8, min_specificity=0.5)
    assert refused.band == "unknown"
    assert "Specificity is unknown" in refused.headline
    assert "goal='failures'" in refused.headline


def test_without_a_window_the_bound_is_exact() -> None:
    person, judge = told(70, 10, 8, 32)
    found = calibrate(judged_log(person, judge, np.arange(120)), "met").gate(0.7)
    (bound,) = found.bounds
    assert bound.least == pytest.approx(proportion_confint(102, 120, alpha=0.1, method="beta")[0])
    assert bound.most == pytest.approx(proportion_confint(102, 120, alpha=0.1, method="beta")[1])


def test_a_second_look_at_growing_labels_is_said(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    for labelled, look in ((150, 1), (100, 2), (150, 1), (200, 3), (200, 3)):
        found = _calibrated(780, 20, 20, 180, labelled=labelled, store=store).gate()
        said = [one for one in found.caveats if one.startswith("Look ")]
        if look == 1:
            assert not said
        else:
            assert said == [
                f"Look {look} at a growing label set: the 5% no longer holds. Use sequential=True."
            ]
    other = _calibrated(780, 20, 20, 180, labelled=150, store=store).gate(0.8)
    assert not [one for one in other.caveats if one.startswith("Look ")]  # another question


def test_in_sequence_one_may_look_after_every_label() -> None:
    found = _calibrated(790, 10, 10, 190, labelled=200).gate(sequential=True)
    assert found.certified
    assert found.headline.startswith("Certified at uniform label ")
    at = found.bounds[0].certified_at
    assert at is not None
    assert 30 <= at <= 200
    poor = _calibrated(500, 200, 150, 150).gate(sequential=True)
    assert poor.band == "act"
    middling = _calibrated(700, 50, 60, 190, labelled=60).gate(sequential=True)
    assert middling.headline.startswith("Not certified yet: agreement ")
    assert str(middling.facts()["a true 95%"]) == "takes about 59 labels"


def test_only_uniform_labels_enter_the_sequence() -> None:
    person, judge = told(790, 10, 10, 190)
    log = judged_log(person, judge, 100, how={"stage": "stratum"})
    refused = calibrate(log, "met").gate(sequential=True)
    assert refused.band == "unknown"
    assert "30 without a disagreement are the minimum" in refused.headline


def test_the_sequence_is_that_of_labelling() -> None:
    person, judge = told(600, 100, 100, 200)
    chosen = np.concatenate([np.arange(60), np.arange(700, 740)])  # sixty agree, then forty do not
    found = calibrate(judged_log(person, judge, chosen), "met").gate(sequential=True)
    at = found.bounds[0].certified_at
    assert at is not None
    assert at < 60
    late = calibrate(judged_log(person, judge, chosen[::-1]), "met").gate(sequential=True)
    assert not late.certified


def test_a_session_bets_once_in_the_sequence() -> None:
    person, judge = told(790, 10, 10, 190)
    users = [f"u{place // 4}" for place in range(1000)]
    log = judged_log(person, judge, 300, seed=2, columns={"user_id": users})
    found = calibrate(log, "met").gate(sequential=True)
    sessions = calibrate(log, "met").labelled["cluster"].nunique()
    assert found.bounds[0].n == sessions < 300


def test_uneven_sampling_is_refused_in_sequence() -> None:
    person, judge = told(790, 10, 10, 190)
    chance = np.where(np.arange(1000) % 3 == 0, 1.0, 0.5)
    log = judged_log(person, judge, 200, by={"inclusion_p": chance})
    assert (
        "judged with different probabilities"
        in calibrate(log, "met").gate(sequential=True).headline
    )
    assert calibrate(log, "met").gate().band == "pass"


def test_misuse_is_named() -> None:
    cal = al.calibrate(demo_log(), "goal_completion")
    with pytest.raises(BadInputError, match="asks for something"):
        cal.gate(None)
    with pytest.raises(BadInputError, match="min_agreement is a share"):
        cal.gate(85)
    with pytest.raises(BadInputError, match="agreement alone"):
        cal.gate(0.85, 0.9, sequential=True)
