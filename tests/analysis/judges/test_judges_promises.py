"""Does a probe call as few judges biased as it says, and would a probe without labels?"""

import pytest

from agentlens.analysis.judges.probe.regression import effect_of
from tests.stats.agreement_worlds import probe_rejections

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("n", [100, 300])
def test_a_fair_judge_is_rarely_called_biased_by_length(n: int) -> None:
    assert probe_rejections(effect_of, 0.0, n, runs=400, seed=1) <= 0.07


def test_a_planted_bias_is_found() -> None:
    assert probe_rejections(effect_of, 1.0, 300, runs=100, seed=2) >= 0.95


def test_a_probe_without_people_calls_fair_judges_biased() -> None:
    assert probe_rejections(effect_of, 0.0, 300, runs=200, seed=3, blind=True) >= 0.15
