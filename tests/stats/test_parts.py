"""Do the parts of a difference obey their laws?"""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.parts.cells import joint, merged
from agentlens.stats.parts.disturbance import extra_variance, in_common
from agentlens.stats.parts.kitagawa import AVERAGE, BASELINE, Cells, cells_of, split
from agentlens.stats.parts.shapley import shapley
from agentlens.stats.parts.spread import joined, spread

SEEDS = st.integers(0, 2**32 - 1)


def _rows(seed: int, n: int = 400, k: int = 5) -> tuple[Ints, Ints, Floats, Floats]:
    """Return cell, arm, number and weight of random rows, every cell in both periods."""
    rng = np.random.default_rng(seed)
    cell, arm = rng.integers(0, k, n), rng.integers(0, 2, n)
    cell[: 2 * k], arm[: 2 * k] = np.tile(np.arange(k), 2), np.repeat([0, 1], k)
    return cell, arm, rng.normal(size=n) * 10.0 ** rng.integers(-3, 3), rng.uniform(0.2, 5, n)


def _means(arm: Ints, y: Floats, weight: Floats) -> float:
    current, baseline = (np.average(y[arm == one], weights=weight[arm == one]) for one in (1, 0))
    return float(current - baseline)


@given(SEEDS, st.sampled_from([AVERAGE, BASELINE]))
def test_mix_rate_and_interaction_add_up_to_the_difference(seed: int, partner: float) -> None:
    cell, arm, y, weight = _rows(seed)
    found = split(cells_of(cell, arm, y, weight, 5), np.arange(5), partner)
    whole = _means(arm, y, weight)
    told = found.mix.sum() + found.rate.sum() + found.interaction.sum()
    assert told == pytest.approx(whole, abs=1e-12 * max(1.0, float(np.abs(y).max())))
    if partner == AVERAGE:
        assert not found.interaction.any()


def test_two_kinds_of_traffic_give_the_parts_worked_out_by_hand() -> None:
    # Easy traffic falls from 80 to 50 of 100 rows and serves .9, then .88; hard .5, then .6.
    # Mix: -.3 * (.9 + .88)/2 + .3 * (.5 + .6)/2 = -.102. Rate: .65 * -.02 + .35 * .1 = .022.
    cells = Cells(
        counts=np.array([[80, 20], [50, 50]]),
        weight=np.array([[0.8, 0.2], [0.5, 0.5]]),
        total=np.array([[0.72, 0.1], [0.44, 0.3]]),
    )
    found = split(cells, np.arange(2))
    assert found.mix.sum() == pytest.approx(-0.102, abs=1e-15)
    assert found.rate.tolist() == pytest.approx([-0.013, 0.035], abs=1e-15)
    three = split(cells, np.arange(2), BASELINE)
    assert three.mix.sum() == pytest.approx(-0.12, abs=1e-15)
    assert three.rate.sum() == pytest.approx(0.004, abs=1e-15)
    assert three.interaction.sum() == pytest.approx(0.036, abs=1e-15)


@given(SEEDS)
def test_the_parts_are_those_of_a_plain_loop_over_cells(seed: int) -> None:
    cell, arm, y, weight = _rows(seed)
    found = split(cells_of(cell, arm, y, weight, 5), np.arange(5))
    mix = rate = 0.0
    for k in range(5):
        w, r = [], []
        for one in (0, 1):
            here = (cell == k) & (arm == one)
            w.append(weight[here].sum() / weight[arm == one].sum())
            r.append(np.average(y[here], weights=weight[here]))
        mix += (w[1] - w[0]) * (r[0] + r[1]) / 2
        rate += (r[1] - r[0]) * (w[0] + w[1]) / 2
    assert found.mix.sum() == pytest.approx(mix, rel=1e-9, abs=1e-12)
    assert found.rate.sum() == pytest.approx(rate, rel=1e-9, abs=1e-12)


@given(SEEDS)
def test_swapping_the_periods_turns_every_part_round(seed: int) -> None:
    cell, arm, y, weight = _rows(seed)
    one, other = (
        split(cells_of(cell, side, y, weight, 5), np.arange(5)) for side in (arm, 1 - arm)
    )
    assert one.mix == pytest.approx(-other.mix, abs=1e-9)
    assert one.rate == pytest.approx(-other.rate, abs=1e-9)


@given(SEEDS)
def test_an_equal_shift_of_all_current_numbers_is_rate_and_no_mix(seed: int) -> None:
    cell, arm, y, weight = _rows(seed)
    before = split(cells_of(cell, arm, y, weight, 5), np.arange(5))
    after = split(cells_of(cell, arm, y + 3.0 * arm, weight, 5), np.arange(5))
    assert after.rate.sum() - before.rate.sum() == pytest.approx(3.0, abs=1e-9)
    assert after.mix.sum() - before.mix.sum() == pytest.approx(0.0, abs=1e-9)


@given(SEEDS, st.sampled_from([AVERAGE, BASELINE]), st.sampled_from([None, (1, 3)]))
@settings(max_examples=10, deadline=None)
def test_what_a_row_adds_is_the_slope_of_the_part_in_its_weight(
    seed: int, partner: float, only: tuple[int, ...] | None
) -> None:
    cell, arm, y, weight = _rows(seed, n=20_000)
    limit = None if only is None else np.array(only)
    part = np.array([0, 1, 2, 3, 3])

    def parts(w: Floats) -> Floats:
        found = split(cells_of(cell, arm, y, w, 5), part, partner)
        return np.array(
            [found.mix.sum(), (found.rate if limit is None else found.rate[limit]).sum()]
        )

    found = split(cells_of(cell, arm, y, weight, 5), part, partner, only=limit)
    share = weight / np.bincount(arm, weights=weight)[arm]
    step = 1e-4
    for row in range(10, 16):
        moved = weight.copy()
        moved[row] *= 1 + step
        seen = (parts(moved) - parts(weight)) / step
        told = [
            share[row] * (line[0, arm[row], cell[row]] + line[1, arm[row], cell[row]] * y[row])
            for line in (found.mix_row, found.rate_row)
        ]
        assert told == pytest.approx(seen, rel=3e-3, abs=1e-3 * share[row] * np.abs(y).max())


def _game(seed: int, n: int) -> dict[tuple[int, ...], Floats]:
    rng = np.random.default_rng(seed)
    held: dict[tuple[int, ...], Floats] = {}
    for order in permutations(range(n)):
        for size in range(1, n + 1):
            held.setdefault(tuple(sorted(order[:size])), rng.normal(size=2))
    return held


@given(SEEDS, st.integers(1, 5))
@settings(max_examples=30)
def test_shares_are_the_mean_over_all_orders_and_add_up(seed: int, n: int) -> None:
    game = _game(seed, n)
    shares = shapley(n, lambda held: game[held])
    plain = np.zeros((n, 2))
    orders = list(permutations(range(n)))
    for order in orders:
        before = np.zeros(2)
        for place, one in enumerate(order):
            after = game[tuple(sorted(order[: place + 1]))]
            plain[one] += (after - before) / len(orders)
            before = after
    assert shares == pytest.approx(plain, abs=1e-12)
    assert shares.sum(axis=0) == pytest.approx(game[tuple(range(n))], abs=1e-12)


@pytest.mark.parametrize("n", [4, 9])
def test_alike_columns_get_alike_and_one_that_adds_nothing_gets_nothing(n: int) -> None:
    def effect(held: tuple[int, ...]) -> Floats:
        real = [one for one in held if one != 2]  # column 2 is a dummy; 0 and 1 are alike
        return np.array([float(len(real)) ** 2 + 5.0 * (0 in held) * (1 in held)])

    shares = shapley(n, effect)[:, 0]
    assert shares.sum() == pytest.approx(effect(tuple(range(n)))[0], abs=1e-12)
    assert shares[2] == pytest.approx(0.0, abs=1e-12)
    assert shares[0] == pytest.approx(shares[1], rel=1e-12 if n == 4 else 0.25)


@given(SEEDS, st.integers(1, 30))
def test_merged_cells_hold_enough_rows_and_split_no_cell(seed: int, least: int) -> None:
    rng = np.random.default_rng(seed)
    columns = [rng.integers(0, 4, 300) for _ in range(3)]
    arm = rng.integers(0, 2, 300)
    cell, first = joint(columns, 300)
    counts = np.stack([np.bincount(cell[arm == one], minlength=first.size) for one in (0, 1)])
    small = [column[first] for column in columns]
    part = merged(small, counts, least)
    assert set(part) == set(range(int(part.max()) + 1))
    held = np.stack([np.bincount(part, weights=line) for line in counts])
    assert held.min() >= min(least, *counts.sum(axis=1)) or held.shape[1] == 1
    constant = [*small[:1], np.zeros(first.size, dtype=np.int64), *small[1:]]
    again = merged(constant, counts, least)
    assert joint([part, again], part.size)[1].size == int(part.max()) + 1


def test_cells_large_enough_stay_as_they_are() -> None:
    columns = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    part = merged(columns, np.array([[5, 9, 9, 2], [9, 9, 9, 9]]), 5)
    # Only the last is small; what is left of its first column is itself, so it joins the smallest.
    assert len(set(part[:3].tolist())) == 3
    assert part[3] == part[0]


def test_what_hours_have_in_common_is_found_and_nothing_where_there_is_nothing() -> None:
    rng = np.random.default_rng(1)
    found: list[float] = []
    nothing: list[float] = []
    for _ in range(12):
        hours = rng.integers(0, 600, 12_000)
        weather = np.zeros(600)
        for t in range(1, 600):
            weather[t] = 0.6 * weather[t - 1] + 0.8 * rng.normal()
        arm = (hours > 500).astype(np.int64)
        noise, own = rng.normal(size=12_000), rng.integers(0, 6000, 12_000)
        flat = np.ones(12_000)
        for kept, y in ((found, noise + 0.3 * weather[hours]), (nothing, noise)):
            centred = y - np.array([y[arm == one].mean() for one in (0, 1)])[arm]
            common = in_common(centred, flat, arm, hours, own)
            kept.append(common[0] + 2 * common[1:].sum() if common.size else 0.0)
    # Variance .09, and (1 + .6)/(1 - .6) = 4 hours' worth of it.
    assert np.mean(found) == pytest.approx(0.36, rel=0.2)
    assert np.mean(nothing) < 0.03


@given(SEEDS)
@settings(max_examples=30)
def test_the_extra_variance_is_the_sum_over_all_pairs_of_hours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pull, common = rng.uniform(0, 1, (20, 3)), rng.uniform(0, 1, 4)
    plain = np.zeros(3)
    for s in range(20):
        for t in range(20):
            if abs(s - t) < 4:
                plain += pull[s] * pull[t] * common[abs(s - t)]
    assert extra_variance(pull, common) == pytest.approx(plain, rel=1e-12)


def test_the_error_of_a_difference_is_that_of_a_regression_with_clusters() -> None:
    rng = np.random.default_rng(3)
    arm, own = rng.integers(0, 2, 500), rng.integers(0, 80, 500)
    y = rng.normal(size=500) + rng.normal(size=80)[own]
    share = 1 / np.bincount(arm)[arm]
    mean = np.array([y[arm == one].mean() for one in (0, 1)])
    pull = np.where(arm == 1, share, -share)
    clusters, df = joined(own * 7, arm)
    seen = spread(
        np.array([mean[1] - mean[0]]),
        (pull * (y - mean[arm]))[None, :],
        clusters,
        df,
        np.zeros((1, 1)),
        np.zeros(0),
        0.95,
    )
    fit = sm.OLS(y, sm.add_constant(arm)).fit(
        cov_type="cluster", cov_kwds={"groups": own, "use_correction": False}
    )
    n = np.unique(own).size
    assert seen.error[0] == pytest.approx(fit.bse[1] * np.sqrt(n / (n - 1)), rel=1e-9)
    assert df == min(np.unique(own[arm == one]).size for one in (0, 1)) - 1
    assert seen.high[0] - seen.low[0] == pytest.approx(2 * 1.9945 * seen.error[0], rel=5e-3)
