"""Is a corrected rate the truth where it can be known, and a refusal with reasons elsewhere?"""

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from tests.analysis.calibrate.judged_logs import START, judged_log, told
from tests.logs import demo_log

LATER = START + pd.Timedelta("7D")


def _calibrated(n: int = 200, seed: int = 0) -> al.Calibration:
    """Return a judge of sensitivity .95 and specificity .75, on traffic of which .9 passes."""
    person, judge = told(855, 45, 25, 75)
    return calibrate(judged_log(person, judge, n, seed=seed), "met")


def _elsewhere() -> Log:
    """Return a window of the same judge in which .8 passes and .81 get a pass from the judge."""
    person, judge = told(760, 40, 50, 150)
    return judged_log(person, judge, 0, prefix="o", start=LATER)


def test_the_point_is_the_post_stratified_one() -> None:
    person, judge = told(140, 20, 16, 64)
    found = calibrate(judged_log(person, judge, np.arange(0, 240, 2)), "met").corrected_rate()
    by_hand = 156 / 240 * 70.5 / 79 + 84 / 240 * 10.5 / 43
    assert found.value == pytest.approx(by_hand)
    assert found.low < by_hand < found.high
    assert found.headline.startswith("Corrected pass rate 67% [")
    assert "judge said 65%" in found.headline
    ways = found.frame["way"].tolist()
    assert ways == ["corrected", "judge, uncorrected", "people alone", "Lee", "PPI++"]


def test_the_headline_takes_people_alone_where_they_are_surer() -> None:
    """To carry errors over costs more than it brings where the window has labels of its own."""
    found = _calibrated().corrected_rate(assume="stable_errors")
    frame = found.frame.set_index("way")
    width = frame["high"] - frame["low"]
    assert width["people alone"] < width["corrected"]
    assert found.headline.startswith("Pass rate by people alone")
    assert "which is narrower than the corrected" in found.headline
    ends = [frame[name]["people alone"] for name in ("value", "low", "high")]
    assert [found.value, found.low, found.high] == ends


def test_what_has_no_verdict_elsewhere_passes_as_it_did_here() -> None:
    person, judge = told(855, 45, 25, 75)
    person, judge = np.append(person, np.zeros(100)), np.append(judge, np.full(100, np.nan))
    cal = calibrate(judged_log(person, judge, np.arange(0, 1100, 4)), "met")
    person, judge = told(760, 40, 50, 150)
    person, judge = np.append(person, np.zeros(250)), np.append(judge, np.full(250, np.nan))
    log = judged_log(person, judge, 0, prefix="o", start=LATER)
    found = cal.corrected_rate(log, assume="stable_errors")
    rates = cal.frame.set_index("name")["value"]
    inside = (0.81 + rates["specificity"] - 1) / (rates["sensitivity"] + rates["specificity"] - 1)
    assert found.value == pytest.approx(0.8 * inside + 0.2 * 0.5 / 26)
    assert found.low < 0.64 < found.high
    assert any("20% of the traffic has no verdict" in one for one in found.caveats)


def test_another_window_is_refused_unless_one_says_what_stays() -> None:
    found = _calibrated()
    refused = found.corrected_rate(_elsewhere())
    assert refused.band == "unknown"
    assert refused.headline.startswith("Labels of another window: 0 of 200 labels lie in these")
    assert not refused.signals()
    carried = found.corrected_rate(_elsewhere(), assume="stable_errors")
    assert carried.low < 0.8 < carried.high
    assert "if the judge errs here as on its labels" in carried.headline
    assert any("20 fresh random labels in this window" in one for one in carried.caveats)
    assert any("silence never makes two windows the same" in one for one in carried.caveats)


def test_exactly_these_traces_take_what_is_known_as_known() -> None:
    person, judge = told(140, 20, 16, 64)
    log = judged_log(person, judge, np.arange(240), how={"inclusion_p": 1.0})
    found = calibrate(log, "met").corrected_rate(target="window")
    assert (found.value, found.low, found.high) == pytest.approx((160 / 240,) * 3)
    assert calibrate(log, "met").corrected_rate().high > 0.7


def test_weights_of_the_verdicts_count() -> None:
    """Traces judged with chance .1 stand for ten; there the judge passes far more."""
    person = np.concatenate([*told(180, 5, 5, 10)[:1], *told(60, 20, 20, 100)[:1]])
    judge = np.concatenate([told(180, 5, 5, 10)[1], told(60, 20, 20, 100)[1]])
    chance = np.repeat([0.1, 1.0], 200)
    log = judged_log(person, judge, np.arange(0, 400, 2), by={"inclusion_p": chance})
    found = calibrate(log, "met").corrected_rate()
    truth = (10 * 185 + 80) / (10 * 200 + 200)
    assert found.value == pytest.approx(truth, abs=0.02)
    assert calibrate(log, "met").corrected_rate(target="window").value < 0.7  # each counted once
    assert any("Weighted by one over" in one for one in found.caveats)


def test_labels_drawn_with_other_chances_inside_a_cell_are_weighed() -> None:
    """Of what the judge passes, a part that fails more often was labelled nine times as often."""
    person = np.concatenate([told(900, 0, 100, 0)[0], told(500, 0, 500, 0)[0], np.zeros(200)])
    judge = np.repeat([1.0, 0.0], [2000, 200])
    chance = np.repeat([0.05, 0.45, 0.45], [1000, 1000, 200])
    chosen = np.flatnonzero(np.random.default_rng(5).random(2200) < chance)
    how: dict[str, object] = {"stage": "stratum", "inclusion_p": chance[chosen]}
    found = calibrate(judged_log(person, judge, chosen, how=how), "met").corrected_rate()
    assert found.low < 1400 / 2200 < found.high
    assert found.value == pytest.approx(1400 / 2200, abs=0.05)  # counted as they are: about .50


def test_a_large_cell_without_labels_is_refused() -> None:
    person, judge = told(255, 15, 5, 25)
    judge = np.where(np.arange(300) % 7 == 3, np.nan, judge)
    has = np.flatnonzero(~np.isnan(judge))
    found = calibrate(judged_log(person, judge, has[::2]), "met")
    assert found.corrected_rate().headline == (
        "The no-verdict cell holds 14% of traffic and has no label; label 5 there."
    )
    assert found.corrected_rate(assume="stable_errors").band == "unknown"
    seen = calibrate(judged_log(person, judge, np.arange(0, 300, 2)), "met")
    assert seen.corrected_rate().band != "unknown"


def test_unsure_labels_are_shown_as_pass_and_as_fail() -> None:
    person, judge = told(855, 45, 25, 75)
    unsure = np.where(np.arange(1000) % 10 == 0, np.nan, person)
    found = calibrate(judged_log(unsure, judge, 200), "met").corrected_rate()
    frame = found.frame.set_index("way")
    assert frame["value"]["unsure as fail"] < found.value < frame["value"]["unsure as pass"]
    assert any("people were unsure" in one for one in found.caveats)


def test_a_judge_that_hardly_separates_carries_no_rate() -> None:
    person, judge = told(540, 260, 130, 70)
    found = calibrate(judged_log(person, judge, 200), "met")
    refused = found.corrected_rate(assume="stable_errors")
    assert refused.band == "unknown"
    assert refused.headline.startswith("This judge hardly separates pass from fail")
    with pytest.raises(BadInputError, match="hardly separates"):
        _ = found.metric


def test_an_error_rate_that_nobody_saw_is_not_assumed() -> None:
    person, judge = told(190, 10, 0, 0)
    found = calibrate(judged_log(person, judge, 100), "met")
    assert found.corrected_rate().band != "unknown"  # in its own window nothing is carried over
    refused = found.corrected_rate(assume="stable_errors")
    assert "specificity is unknown, not 1" in refused.headline


def test_counts_alone_are_corrected_by_lee() -> None:
    person, judge = told(81, 5, 5, 29)
    alone = calibrate(judged_log(person, judge, np.arange(120)), "met")
    found = alone.corrected_rate(_elsewhere(), assume="stable_errors")
    assert found.low < 0.8 < found.high
    assert any("Lee's adjusted Wald interval" in one for one in found.caveats)


def test_slices_are_corrected_where_their_labels_carry_it() -> None:
    person, judge = told(700, 60, 40, 200)
    part = np.where(np.arange(1000) % 5 == 0, "small", "large")
    log = judged_log(person, judge, 160, columns={"task_type": part})
    found = calibrate(log, "met").corrected_rate(log, by="task_type")
    rows = found.frame.set_index("slice")
    assert rows.loc["large", "way"] == "corrected"
    assert rows.loc["small", "way"] == "judge, uncorrected"
    assert "not corrected" in str(rows.loc["small", "remark"])
    pooled = calibrate(log, "met").corrected_rate(log, by="task_type", assume="stable_errors")
    assert pooled.frame.set_index("slice").loc["small", "way"] == "corrected"
    assert any("χ², Holm" in one for one in pooled.caveats)


def test_a_slice_in_which_the_judge_errs_otherwise_is_not_corrected_by_the_rest() -> None:
    good, bad = told(380, 10, 10, 100), told(100, 150, 100, 150)
    person, judge = (np.concatenate([one, two]) for one, two in zip(good, bad, strict=True))
    log = judged_log(person, judge, 300, columns={"task_type": np.repeat(["a", "b"], 500)})
    found = calibrate(log, "met").corrected_rate(log, by="task_type", assume="stable_errors")
    rows = found.frame.set_index("slice")
    assert rows.loc["b", "way"] == "judge, uncorrected"
    note = str(rows.loc["b", "remark"])
    assert note.startswith("not corrected: the judge errs otherwise here (p ")


def test_the_metric_is_the_rate_and_knows_what_it_does_not() -> None:
    cal = _calibrated()
    log = _elsewhere()
    metric = cal.metric
    shown = al.series(log, metric, every="48h")
    carried = cal.corrected_rate(log, assume="stable_errors")
    value = np.average(shown["value"].to_numpy(), weights=shown["n"].to_numpy())
    assert value == pytest.approx(carried.value, abs=1e-6)
    assert metric.correction is not None
    reach = metric.correction.reach
    of_judge = float(metric.correction.error(np.array(carried.value)))
    of_window = np.sqrt(0.81 * 0.19 / 1000) / reach
    both = 2 * 1.96 * np.hypot(of_judge, of_window)
    assert both == pytest.approx(
        carried.high - carried.low, rel=0.1
    )  # skewed draws, to first order


def test_misuse_is_named() -> None:
    found = al.calibrate(demo_log(), "goal_completion")
    with pytest.raises(UnknownNameError, match="assumption"):
        found.corrected_rate(assume="same")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="target"):
        found.corrected_rate(target="past")  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="pass the log"):
        found.corrected_rate(by="task_type")
    with pytest.raises(UnknownNameError, match="task_type"):
        found.corrected_rate(demo_log(), by="task_typ")
