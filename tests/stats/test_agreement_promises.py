"""Do intervals, bands and alarms about judges keep their promises, and would we notice if not?

Every promise is tried on a wrong method, too; the check must reject it.
"""

import numpy as np
import pytest

from agentlens.stats.agreement.panel import error_correlation
from tests.stats.agreement_worlds import (
    Scorer,
    anchor_alarms,
    band_broken,
    compared,
    flip_coverage,
    pages,
    panel_errors,
    threshold_reports,
)

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("auc", [0.94, 0.72])
def test_a_certified_band_breaks_its_promise_as_rarely_as_said(auc: float) -> None:
    broken, _ = band_broken(Scorer(auc), 300, runs=400, seed=1)
    assert broken <= 0.05 + 0.03
    wrong, _ = band_broken(Scorer(auc), 300, runs=200, seed=1, empirical=True)
    assert wrong >= 0.25


def test_fifty_labels_cannot_certify_a_band() -> None:
    assert band_broken(Scorer(0.94), 50, runs=200, seed=2)[1] <= 0.10
    assert band_broken(Scorer(0.94), 300, runs=100, seed=2)[1] >= 0.30


def test_folds_report_what_a_threshold_really_costs_and_its_training_score_does_not() -> None:
    told = threshold_reports(Scorer(0.65, 0.5), 100, runs=300, seed=3)
    assert told.nested == pytest.approx(told.truth, abs=0.01)
    assert told.truth - told.in_sample >= 0.03


def test_anchors_rarely_alarm_without_a_cause_and_find_a_fall() -> None:
    assert anchor_alarms(0.0, n=100, watched=26, runs=400, seed=4) <= 0.08
    assert anchor_alarms(0.10, n=100, watched=18, runs=200, seed=5) >= 0.85
    assert anchor_alarms(0.0, n=50, watched=26, runs=400, seed=4, rule="fixed") >= 0.40
    assert anchor_alarms(0.0, n=100, watched=26, runs=200, seed=4, rule="majority") >= 0.40


def test_fresh_labels_page_rarely_without_a_cause_and_soon_with_one() -> None:
    assert pages(0.85, 52, runs=400, seed=6) <= 0.05
    assert pages(0.70, 6, runs=400, seed=7) >= 0.90
    assert pages(0.85, 52, runs=200, seed=6, weekly=True) > 0.05


def test_two_judges_are_compared_with_intervals_that_cover() -> None:
    for accuracy in ((0.88, 0.83), (0.85, 0.85)):
        told = compared(accuracy, runs=600, seed=8)
        assert 0.925 <= told.uniform <= 0.99
        assert 0.925 <= told.plan <= 0.99
        assert told.plan_width <= told.width / 2
    assert told.rejected <= 0.05


def test_a_comparison_that_forgets_the_pairs_covers_something_else() -> None:
    told = compared((0.85, 0.85), runs=400, seed=9, n=200, apart=0.03)
    assert 0.925 <= told.uniform <= 0.99
    assert not 0.925 <= told.unpaired <= 0.99


@pytest.mark.parametrize("rate", [0.05, 0.15, 0.27])
@pytest.mark.parametrize("n, k", [(50, 2), (50, 5), (100, 3)])
def test_the_interval_of_a_flip_rate_covers_it(rate: float, n: int, k: int) -> None:
    assert 0.92 <= flip_coverage(rate, n, k, runs=600, seed=10) <= 0.985


def test_drawing_items_again_does_not_cover_rare_flips() -> None:
    assert 0.92 <= flip_coverage(0.03, 50, 2, runs=600, seed=11) <= 0.985
    assert flip_coverage(0.03, 50, 2, runs=300, seed=11, bootstrap=True) <= 0.85


def test_five_judges_that_err_together_are_worth_about_two() -> None:
    worth = [error_correlation(panel_errors(5, 0.4, 300, seed)).n_eff for seed in range(40)]
    assert 1.6 <= np.mean(worth) <= 2.3
    alone = [error_correlation(panel_errors(5, 0.0, 300, seed)).n_eff for seed in range(40)]
    assert not 1.6 <= np.mean(alone) <= 2.3
