"""Does the rate that comes out at the end hold the truth, when every step from judge to rate runs?"""

import numpy as np
import pytest

from agentlens.stats.intervals.rates import wilson
from tests.analysis.calibrate.whole_way import TRUTH, whole_way

WORLDS, TRACES = 40, 300


@pytest.mark.simulation
def test_the_corrected_rate_holds_the_truth_where_the_judge_and_bare_labels_do_not() -> None:
    found = [whole_way(seed, traces=TRACES, labels=100) for seed in range(WORLDS)]
    value, low, high, raw, passed, labels = (
        np.array(one, dtype=np.float64) for one in zip(*found, strict=True)
    )
    held = np.mean((low <= TRUTH) & (high >= TRUTH))
    assert held >= 0.84  # .95 less three standard errors
    assert abs(np.mean(value) - TRUTH) < 0.02
    judged = wilson(raw * TRACES, np.full(WORLDS, float(TRACES)))
    assert np.mean((judged[0] <= TRUTH) & (judged[1] >= TRUTH)) < 0.5
    bare = wilson(passed, labels)  # as if the plan had not sought failures
    assert np.mean((bare[0] <= TRUTH) & (bare[1] >= TRUTH)) < 0.3
