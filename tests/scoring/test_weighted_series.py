"""Are weighted rates as precise as they say, and unknown where weights leave too little?"""

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.series import series
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log
from tests.logs import START

GOOD = Metric("good", "rate", numerator="good")


def _log(good: list[bool], p: list[float], hours: list[int] | None = None) -> Log:
    n = len(good)
    start = START + pd.to_timedelta(hours if hours is not None else [0] * n, unit="h")
    ids = pd.Series(range(n)).astype("str")
    frame = pd.DataFrame({"trace_id": ids, "start": start, "good": good, "inclusion_p": p})
    return Log(traces=frame.assign(sampled_by="base", cost_usd=1.0))


def test_a_rate_whose_failures_are_all_kept_is_as_precise_as_its_residuals_say() -> None:
    """By hand: Σw = 440, Σw² = 4,040, value 400/440, V = Σ w²e² / (Σw)²."""
    found = series(_log([False] * 40 + [True] * 40, [1.0] * 40 + [0.1] * 40), GOOD, every=None)
    row = found.iloc[0]
    rate = 400 / 440
    variance = (40 * rate**2 + 40 * 100 * (1 - rate) ** 2) / 440**2
    worth = np.array([rate * (1 - rate) / variance])
    low, high = wilson(rate * worth, worth)
    assert row["value"] == pytest.approx(rate)
    assert row["n_eff"] == pytest.approx(440**2 / 4040)
    assert (row["low"], row["high"]) == pytest.approx((low[0], high[0]))
    kish = wilson(rate * np.array([row["n_eff"]]), np.array([row["n_eff"]]))
    assert high[0] - low[0] < 0.75 * (kish[1] - kish[0])[0]


def test_below_thirty_effective_rows_unequal_weights_leave_the_interval_unknown() -> None:
    p = [0.1] * 18 + [1.0] * 20
    thin = series(_log([True, False] * 19, p), GOOD, every=None).iloc[0]
    assert thin["n"] == 38
    assert thin["n_eff"] < 30
    assert np.isnan([thin["low"], thin["high"]]).all()
    even = series(_log([True, False] * 10, [0.1] * 20), GOOD, every=None).iloc[0]
    assert even["n_eff"] == pytest.approx(20)
    assert even["low"] < 0.5 < even["high"]


def test_weights_that_differ_only_between_bins_make_no_bin_thin() -> None:
    log = _log([True, False] * 20, [0.1] * 20 + [0.5] * 20, [0] * 20 + [1] * 20)
    found = series(log, GOOD, every="1h")
    assert found["n_eff"].tolist() == pytest.approx([20, 20])
    assert found["low"].notna().all()


def test_a_closed_period_that_was_seen_whole_has_no_uncertainty() -> None:
    whole = _log([True, False] * 30, [1.0] * 60)
    for metric in (GOOD, "cost_per_trace"):
        row = series(whole, metric, every=None, finite=True).iloc[0]
        assert row["low"] == pytest.approx(row["value"]) == row["high"]
    half = _log([True] * 60, [0.5] * 60)
    closed, process = (series(half, GOOD, every=None, finite=f).iloc[0] for f in (True, False))
    assert process["low"] < closed["low"] < 1.0


def test_a_closed_period_has_no_quantile_of_its_own() -> None:
    log = Log(traces=_log([True] * 40, [0.5] * 40).traces.assign(latency_s=1.0))
    with pytest.raises(BadInputError, match="finite=True is for a rate or a mean; latency_p95"):
        series(log, "latency_p95", every=None, finite=True)
