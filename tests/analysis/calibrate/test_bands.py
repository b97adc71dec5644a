"""Are bands certified as promised, refused where labels are too few, and is the workload right?"""

import numpy as np
import pytest

import agentlens as al
from agentlens.analysis.calibrate.bands import bands
from tests.analysis.judges.worlds import scored


def calibration(labels: int, apart: float = 5.0, **more: object) -> al.Calibration:
    log = scored(1500, labels=labels, apart=apart, dev=0.0, **more)  # type: ignore[arg-type]
    return al.calibrate(log, "met", "one", passes=0.5)


def test_a_good_judge_with_many_labels_gets_three_bands() -> None:
    found = calibration(600).bands()
    assert found.band == "pass"
    assert found.below < found.above
    rows = found.frame.set_index("band")
    assert rows["share"].sum() == pytest.approx(1.0)
    assert rows["bound"]["auto-pass"] <= 0.05
    assert rows["bound"]["page"] <= 0.10
    judged = calibration(600).judged
    assert rows.loc["auto-pass", "share"] == pytest.approx((judged["score"] >= found.above).mean())


def test_workload_is_that_of_a_day() -> None:
    found = calibration(600).bands()
    judged = calibration(600).judged
    days = (judged["start"].max() - judged["start"].min()) / np.timedelta64(1, "D")
    assert found.frame["a_day"].sum() == pytest.approx(len(judged) / days)


def test_thirty_one_labels_cannot_certify_and_the_sentence_says_so() -> None:
    found = calibration(31).bands()
    assert found.headline == (
        "Cannot certify auto-pass at 5% error with 31 labels above any threshold; 59 without an"
        " error are the minimum."
    )
    assert found.band == "unknown"
    assert np.isnan(found.above)


def test_a_weak_judge_is_refused_however_many_labels() -> None:
    found = calibration(600, apart=0.3).bands()
    assert np.isnan(found.above)


def test_only_uniform_labels_of_the_test_split_count() -> None:
    every = calibration(400)
    dev = al.calibrate(scored(1500, labels=400, apart=5.0, dev=1.0), "met", "one", passes=0.5)
    assert every.bands().facts()["uniform labels with a score"].value == 400
    assert dev.bands().facts()["uniform labels with a score"].value == 0

    class Chosen:
        title = "Chosen by verdict"
        judged = every.judged
        labelled = every.labelled.assign(stage="stratum", p=0.5)

    assert bands(Chosen()).facts()["uniform labels with a score"].value == 0


def test_more_risk_never_makes_a_band_smaller() -> None:
    one = calibration(500, apart=3.0)
    above = [one.bands(delta=delta).above for delta in (0.02, 0.1, 0.3)]
    known = [np.inf if np.isnan(value) else value for value in above]
    assert known == sorted(known, reverse=True)


def test_no_trace_is_passed_and_paged() -> None:
    found = calibration(900, apart=6.0).bands(auto_pass_error=0.3, page_error=0.4)
    assert found.below < found.above


def test_misuse_is_named() -> None:
    for wrong in ("auto_pass_error", "page_error", "delta"):
        with pytest.raises(al.BadInputError, match=wrong):
            calibration(60).bands(**{wrong: 0.7})
