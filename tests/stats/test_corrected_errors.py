"""Are a judge's errors told with intervals that hold them, whatever the plan?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.agreement.kappa import ac1, kappa
from agentlens.stats.corrected.effect import (
    design_effect,
    label_influence,
    repeated,
    share_influence,
)
from agentlens.stats.corrected.errors import Quadrants, drawn_quadrants, errors, point_quadrants
from agentlens.stats.corrected.homogeneity import homogeneity
from agentlens.stats.corrected.poststrat import Cells, draws
from tests.stats.corrected_worlds import JUDGES, VERDICT, by_verdict, covers, uniform, window

_DRAWS = 800


@pytest.mark.simulation
def test_sensitivity_and_specificity_are_covered_under_both_plans() -> None:
    rng = np.random.default_rng(1)
    held: dict[str, list[bool]] = {}
    for plan in (uniform, by_verdict):
        for judge in JUDGES:
            for labels in (60, 100, 200):
                for _ in range(60):
                    cells = plan(rng, window(rng, 0.85, judge, 2000), labels).cells
                    found = errors(drawn_quadrants(draws(cells, rng, _DRAWS), VERDICT))
                    agreement = 0.85 * judge.sensitivity + 0.15 * judge.specificity
                    truths = (agreement, judge.sensitivity, judge.specificity)
                    for name, truth in zip(found._fields, truths, strict=False):
                        held.setdefault(name, []).append(covers(getattr(found, name), truth))
    for name, each in held.items():
        assert 0.92 <= np.mean(each) <= 0.98, name


@pytest.mark.simulation
def test_kappa_is_covered_and_a_plan_that_looked_is_undone() -> None:
    rng = np.random.default_rng(2)
    held, points, naive = [], [], []
    judge = JUDGES[1]
    truth = Quadrants(
        *(np.array(one) for one in (0.85 * 0.92, 0.85 * 0.08, 0.15 * 0.25, 0.15 * 0.75))
    )
    for _ in range(800):
        made = by_verdict(rng, window(rng, 0.85, judge, 3000), 150)
        shares = drawn_quadrants(draws(made.cells, rng, _DRAWS), VERDICT)
        held.append(
            (covers(kappa(*shares), float(kappa(*truth))), covers(ac1(*shares), float(ac1(*truth))))
        )
        points.append(float(errors(point_quadrants(made.cells, VERDICT)).sensitivity[0]))
        a, b, _, _ = made.labels
        naive.append(a / (a + b))
    assert (np.mean(held, axis=0) >= 0.92).all()
    assert np.mean(points) == pytest.approx(0.92, abs=0.03)
    assert np.mean(naive) < 0.85  # counting the labels as they are


@given(st.lists(st.integers(1, 500), min_size=4, max_size=4))
def test_the_rates_are_those_of_the_table(counts: list[int]) -> None:
    a, b, c, d = (np.array([float(one)]) for one in counts)
    n = float(sum(counts))
    found = errors(Quadrants(a / n, b / n, c / n, d / n))
    assert found.agreement == pytest.approx((a + d) / n)
    assert found.sensitivity == pytest.approx(a / (a + b))
    assert found.specificity == pytest.approx(d / (c + d))
    assert found.ppv == pytest.approx(a / (a + c))
    assert found.false_omission == pytest.approx(b / (b + d))


@given(st.lists(st.integers(2, 80), min_size=4, max_size=4), st.integers(1, 400))
def test_what_has_no_verdict_leaves_the_errors_alone(counts: list[int], none: int) -> None:
    a, b, c, d = (float(one) for one in counts)
    with_verdict = Cells(
        np.array([a + c, b + d]), np.ones(2), np.array([a + c, b + d]), np.array([a, b])
    )
    more = Cells(
        np.array([a + c, b + d, none]),
        np.ones(3),
        np.array([a + c, b + d, 0.0]),
        np.array([a, b, 0.0]),
    )
    one = errors(point_quadrants(with_verdict, VERDICT))
    other = errors(point_quadrants(more, np.array([1, 0, -1])))
    assert np.array(other) == pytest.approx(np.array(one))


def test_a_design_effect_is_one_for_single_rows_and_the_size_for_copies() -> None:
    rng = np.random.default_rng(3)
    alone = rng.normal(size=60)
    assert design_effect(alone, np.arange(60)) == 1.0
    copies = np.repeat(alone - alone.mean(), 5)
    assert design_effect(copies, np.repeat(np.arange(60), 5)) == pytest.approx(5.0)
    pairs = np.tile([1.0, -1.0], 30)  # cancel inside each session: no less than 1
    assert design_effect(pairs, np.repeat(np.arange(30), 2)) == 1.0
    half = np.concatenate([copies[:150], rng.normal(size=150)])
    between = design_effect(half, np.repeat(np.arange(60), 5))
    assert 1.0 < between < 5.0
    assert design_effect(np.zeros(10), np.repeat(np.arange(5), 2)) == 1.0


def test_the_few_clusters_are_paid_for_by_the_t_quantile() -> None:
    e = np.array([1.0, 0.5, 0.25, -0.5, -1.0, 0.5, 0.4, 0.1, -0.3, -0.7, -0.45, 0.2])
    cluster = np.repeat(np.arange(4), 3)
    within = np.array([1.75, -1.0, 0.2, -0.95])
    assert (
        design_effect(e, cluster) == 3.0
    )  # the t quantile of four clusters: the most there can be
    e, cluster = np.tile(e, 5), np.repeat(np.arange(20), 3)
    together = 20 / 19 * 5 * (within**2).sum()
    by_hand = together / (e**2).sum() * (2.0930241 / 1.959964) ** 2
    assert 1.0 < by_hand < 3.0
    assert design_effect(e, cluster) == pytest.approx(by_hand, rel=1e-6)
    assert repeated(cluster) == (True, 20)


def test_influences_sum_to_nothing() -> None:
    cell = np.array([0, 0, 0, 1, 1])
    passed = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
    moved = label_influence(cell, passed, np.ones(5), np.array([0.8, 0.2]))
    assert moved[:3].sum() == pytest.approx(0)
    assert moved.tolist() == pytest.approx([0.8 / 9, -1.6 / 9, 0.8 / 9, 0.05, -0.05])
    assert share_influence(passed, np.array([1.0, 2, 1, 1, 1])).sum() == pytest.approx(0)


@pytest.mark.simulation
def test_slices_with_equal_errors_are_called_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(4)
    called, found = [], []
    for _ in range(400):
        part = rng.integers(0, 5, 300)
        human = rng.random(300) < 0.7
        wrong = rng.random(300) < np.where(human, 0.1, 0.3)
        called.append(homogeneity(wrong, human, part, 5)[1].min() < 0.05)
        worse = wrong | ((part == 2) & (rng.random(300) < 0.45))
        found.append(homogeneity(worse, human, part, 5)[1][2] < 0.05)
    assert np.mean(called) <= 0.09  # χ² of a few errors in a slice is a little too ready
    assert np.mean(found) >= 0.9


def test_a_slice_without_labels_has_no_p() -> None:
    wrong, human = np.array([True, False, True, False]), np.ones(4, dtype=bool)
    p, adjusted = homogeneity(wrong, human, np.array([0, 0, 1, 1]), 3)
    assert np.isnan(p[2])
    assert np.isnan(adjusted[2])
    assert p[:2].tolist() == pytest.approx([1.0, 1.0])
