"""Is a threshold chosen on one split and measured on another, and never praised by its own labels?"""

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.calibrate.threshold import threshold
from tests.analysis.judges.worlds import scored


def calibration(labels: int = 300, **more: object) -> al.Calibration:
    log = scored(900, labels=labels, **more)  # type: ignore[arg-type]
    return al.calibrate(log, "met", "one", passes=0.5)


def test_it_is_chosen_on_dev_and_reported_on_test() -> None:
    found = calibration().threshold()
    assert found.told["how"].tolist() == ["training", "test"]
    split = calibration().labelled["split"].value_counts()
    assert found.told["n"].tolist() == [split["dev"], split["test"]]
    assert found.headline.startswith("Pass from ")
    assert f"on {split['test']} test labels it agrees with people on " in found.headline
    assert found.between[0] <= found.value <= found.between[1]
    assert "agreement, training score" in found.facts()


def test_dearer_wrong_passes_raise_it() -> None:
    one = calibration()
    assert one.threshold(cost_fp=10.0).value > one.threshold(cost_fn=10.0).value


def test_without_two_splits_folds_report_without_an_interval() -> None:
    found = calibration(dev=0.0, apart=0.4, labels=120).threshold()
    assert found.told["agreement"].iloc[1] < found.told["agreement"].iloc[0]
    assert found.told["how"].tolist() == ["training", "folds"]
    assert found.headline.endswith("(cross-validated, no interval).")
    assert np.isnan(found.told["low"].iloc[1])


def test_choosing_and_reporting_on_the_same_labels_is_refused() -> None:
    with pytest.raises(al.BadInputError, match="too good on the labels it was chosen on"):
        threshold(calibration(), choose="test", report="test")


def test_a_trace_in_both_splits_is_refused() -> None:
    class Both:
        title = "Both"
        judged = pd.DataFrame()
        labelled = pd.concat(
            [calibration().labelled.head(30).assign(split=one) for one in ("dev", "test")]
        )

    with pytest.raises(al.BadInputError, match="30 traces"):
        threshold(Both())


def test_what_cannot_be_chosen_says_why() -> None:
    assert "without a score" in calibration(sure=False).threshold().headline
    few = calibration(labels=12).threshold()
    assert (few.band, "cannot choose a threshold" in few.headline) == ("unknown", True)
    with pytest.raises(al.BadInputError, match="cost_fp is a cost above 0"):
        calibration(labels=30).threshold(cost_fp=0.0)
    with pytest.raises(al.BadInputError, match="cost_fn is a cost above 0"):
        calibration(labels=30).threshold(cost_fn=float("inf"))


def test_the_same_question_gives_the_same_digits() -> None:
    first, second = (calibration().threshold() for _ in range(2))
    assert first.to_json() == second.to_json()


def test_scores_are_measured_as_probabilities_and_a_map_is_fitted_on_other_labels() -> None:
    found = calibration(apart=1.0).threshold()
    assert found.reliability["n"].sum() == found.told["n"].iloc[1]
    assert len(found.reliability) == 5
    told = found.facts()
    assert float(told["Brier score, mapped"].value) < float(told["Brier score"].value)
    assert "calibration error, 5 bins" in told
    few = calibration(labels=60).threshold()
    assert "With 60 labels the score is used only for ordering." in few.caveats
