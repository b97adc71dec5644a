"""Is the difference of two windows the truth, and tighter where both share a calibration?"""

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from tests.analysis.calibrate.judged_logs import START, judged_log, told


def _window(prefix: str, days: int, *counts: int, labelled: int = 0) -> Log:
    person, judge = told(*counts)
    return judged_log(person, judge, labelled, prefix=prefix, start=START + pd.Timedelta(days, "D"))


def test_one_calibration_for_both_sides_is_tighter_than_their_own_intervals() -> None:
    cal = calibrate(_window("c", 0, 1710, 90, 50, 150, labelled=200), "met")
    before, after = _window("a", 3, 1710, 90, 50, 150), _window("b", 6, 1520, 80, 100, 300)
    found = cal.difference(before, after)
    assert found.low < -0.1 < found.high
    frame = found.frame[found.frame["way"] == "corrected"].set_index("slice")
    width = frame["high"] - frame["low"]
    apart = np.hypot(width["a"], width["b"])
    assert width["b less a"] < 0.8 * apart
    assert found.band == "act"
    (signal,) = found.signals()
    assert all(one.startswith("b") for one in signal.trace_ids)
    assert "a difference of -" in found.headline


def test_the_point_is_the_difference_of_the_judge_over_its_reach() -> None:
    cal = calibrate(_window("c", 0, 1710, 90, 50, 150, labelled=200), "met")
    before, after = _window("a", 3, 1710, 90, 50, 150), _window("b", 6, 1520, 80, 100, 300)
    rates = cal.frame.set_index("name")["value"]
    reach = rates["sensitivity"] + rates["specificity"] - 1
    assert cal.difference(before, after).value == pytest.approx((0.81 - 0.88) / reach)
    assert cal.difference(after, before).value == pytest.approx((0.88 - 0.81) / reach)


def test_each_side_may_have_labels_of_its_own() -> None:
    person, judge = told(1710, 90, 50, 150)
    half = np.random.default_rng(0).permutation(2000)
    log = judged_log(person[half], judge[half], 400)
    cal = calibrate(log, "met")
    middle = START + pd.Timedelta("1D")
    first, second = log.between(START, middle), log.between(middle, START + pd.Timedelta("3D"))
    found = cal.difference(first, second, assume="same_population")
    assert found.band == "pass"
    assert found.low < 0 < found.high
    refused = cal.difference(first, _window("b", 6, 1520, 80, 100, 300), assume="same_population")
    assert refused.band == "unknown"
    assert "would shrink a real change" in refused.headline


def test_sides_that_overlap_are_refused() -> None:
    cal = calibrate(_window("c", 0, 1710, 90, 50, 150, labelled=200), "met")
    side = _window("a", 3, 171, 9, 5, 15)
    with pytest.raises(BadInputError, match=r"200 traces in both a and b.*compare_judges"):
        cal.difference(side, side)


def test_a_calibration_without_labels_differs_from_nothing() -> None:
    cal = calibrate(_window("c", 0, 171, 9, 5, 15), "met")
    found = cal.difference(_window("a", 3, 171, 9, 5, 15), _window("b", 6, 152, 8, 10, 30))
    assert found.band == "unknown"
    assert "has a human label" in found.headline
