"""Does the search find the slice that changed, in its shortest words, and nothing where none did?"""

from dataclasses import replace
from itertools import combinations
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agentlens.stats.slicing.contrast import contrast, followed, scores
from agentlens.stats.slicing.expect import expected_of
from agentlens.stats.slicing.lattice import lattice_of
from agentlens.stats.slicing.sample import Place, Sample, Scale, inside, sample
from agentlens.stats.slicing.search import search
from agentlens.stats.slicing.selected import after_search
from tests.stats.slicing_samples import SIZES, drawn, planted

REFUND_MOBILE: Place = ((0, 1), (1, 0))


def _rate(n: int, successes: int) -> list[float]:
    return [1.0] * successes + [0.0] * (n - successes)


def _hand(cells: dict[tuple[int, int], list[float]]) -> Sample:
    """Return rows of one column from (code, arm) -> outcomes, each row a user of its own."""
    code = np.concatenate([np.full(len(rows), key[0]) for key, rows in cells.items()])
    arm = np.concatenate([np.full(len(rows), key[1]) for key, rows in cells.items()])
    number = np.concatenate([np.array(rows, dtype=np.float64) for rows in cells.values()])
    one = np.ones(number.size)
    return sample(
        (code.astype(np.int64),),
        (2,),
        arm.astype(np.int64),
        number=number,
        base=one,
        weight=one,
        ids=np.arange(number.size),
        scale="odds",
    )


def test_the_excess_is_the_change_beyond_what_the_rest_did_on_the_odds() -> None:
    rows = _hand(
        {
            (0, 0): _rate(400, 320),
            (0, 1): _rate(400, 300),
            (1, 0): _rate(200, 100),
            (1, 1): _rate(200, 60),
        }
    )
    plain = replace(rows, excess=rows.number - 0.5)
    found = contrast(plain, plain.codes[0] == 1, -1)
    share = (0.5 * 0.5) / (0.8 * 0.2)  # in odds; in points or in proportion it would be less
    assert found.change == pytest.approx(-0.2)
    assert found.rest == pytest.approx(-0.05)
    assert found.excess == pytest.approx(-0.2 + share * 0.05)
    binomial = 0.25 / 200 * 2 + share**2 * (0.16 / 400 + 0.75 * 0.25 / 400)
    assert found.error == pytest.approx(binomial**0.5, rel=0.02)


def test_few_rows_that_all_agree_are_not_certain() -> None:
    rows = _hand(
        {
            (0, 0): _rate(3000, 2460),
            (0, 1): _rate(300, 246),
            (1, 0): _rate(1000, 820),
            (1, 1): _rate(38, 38),
        }
    )
    found = contrast(rows, rows.codes[0] == 1, 1)
    assert found.error > 0.9 * (0.82 * 0.18 / 38) ** 0.5


def test_a_rate_of_one_in_both_periods_is_not_certain_either() -> None:
    rows = _hand({(0, 0): _rate(4000, 3960), (0, 1): _rate(400, 396), (1, 0): _rate(200, 200), (1, 1): _rate(60, 60)})  # fmt: skip
    assert contrast(rows, rows.codes[0] == 1, 1).error > 0.012


def test_a_slice_that_moved_less_than_the_rest_is_no_finding() -> None:
    rows = _hand(
        {
            (0, 0): _rate(400, 320),
            (0, 1): _rate(400, 160),
            (1, 0): _rate(400, 320),
            (1, 1): _rate(400, 310),
        }
    )
    assert contrast(rows, rows.codes[0] == 1, 1).p == 1.0
    assert contrast(rows, rows.codes[0] == 1, -1).p == 1.0
    assert contrast(rows, rows.codes[0] == 0, -1).p < 1e-6
    lattice = lattice_of(rows, 1, 10)
    signs = np.sign(scores(lattice.sums, lattice.whole, "odds"))
    assert dict(zip(lattice.code.tolist(), signs.tolist(), strict=True)) == {0: -1, 1: 0}


def test_users_with_many_rows_make_a_change_less_sure_unless_they_are_in_both_periods() -> None:
    rows = drawn(np.random.default_rng(1), users=60)
    within = rows.codes[1] == 0
    alone = replace(rows, cluster=np.arange(rows.arm.size), alike=0.0)
    each = replace(rows, cluster=2 * rows.cluster + rows.arm)
    assert contrast(each, within, 1).error > 1.3 * contrast(alone, within, 1).error
    assert contrast(rows, within, 1).error < 0.8 * contrast(each, within, 1).error
    assert 0.1 < rows.alike < 0.5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 50))
def test_neither_the_unit_of_weights_nor_the_order_of_rows_matters(seed: int, unit: float) -> None:
    rows = drawn(np.random.default_rng(seed), n=400, users=50)
    order = np.random.default_rng(seed + 1).permutation(rows.arm.size)
    other = sample(
        tuple(one[order] for one in rows.codes),
        rows.sizes,
        rows.arm[order],
        number=rows.number[order],
        base=rows.base[order],
        weight=rows.weight[order] * unit,
        ids=rows.cluster[order],
        scale=rows.scale,
    )
    one = contrast(rows, rows.codes[1] == 0, 1)
    two = contrast(other, other.codes[1] == 0, 1)
    assert two.excess == pytest.approx(one.excess, abs=1e-9, nan_ok=True)
    assert two.error == pytest.approx(one.error, rel=1e-6)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 3), st.integers(1, 40))
def test_the_lattice_holds_what_a_groupby_over_all_columns_holds(
    seed: int, depth: int, least: int
) -> None:
    rows = drawn(np.random.default_rng(seed), n=300, users=60, weighted=True)
    frame = pd.DataFrame({str(at): codes for at, codes in enumerate(rows.codes)})
    frame = frame.assign(arm=rows.arm, w=rows.weight, e=rows.weight * rows.excess)
    wanted = {}
    for deep in range(1, depth + 1):
        for columns in combinations(range(len(SIZES)), deep):
            for key, part in frame.groupby([str(one) for one in columns]):
                n = part["arm"].value_counts().reindex([0, 1], fill_value=0)
                if n.min() >= least:
                    place = tuple(zip(columns, (int(str(one)) for one in key), strict=True))
                    wanted[place] = part.groupby("arm")[["w", "e"]].sum().to_numpy()
    lattice = lattice_of(rows, depth, least)
    found = {lattice.place(at): lattice.sums[at][:, 1:3] for at in range(len(lattice))}
    assert found.keys() == wanted.keys()
    for place, sums in found.items():
        assert sums == pytest.approx(wanted[place], abs=1e-8)
        assert lattice.place(lattice.index(place)) == place


def test_rows_laid_aside_are_gone_from_every_slice() -> None:
    rows = drawn(np.random.default_rng(3), n=800)
    lattice = lattice_of(rows, 2, 1)
    sums, whole = lattice.without([REFUND_MOBILE])
    left = rows.only(~inside(rows.codes, REFUND_MOBILE))
    for at in range(len(lattice)):
        within = inside(left.codes, lattice.place(at))
        counts = np.bincount(left.arm[within], minlength=2)
        assert sums[at][:, 0].tolist() == counts.tolist()
    assert whole[:, 0].tolist() == np.bincount(left.arm, minlength=2).tolist()


def test_a_mix_that_changes_moves_no_slice() -> None:
    rng = np.random.default_rng(5)
    n = 20_000
    arm = (rng.random(n) < 0.3).astype(np.int64)
    device = rng.integers(0, 2, n)
    hard = (rng.random(n) < np.where((arm == 1) & (device == 1), 0.6, 0.1)).astype(np.int64)
    number = (rng.random(n) < np.where(hard == 1, 0.5, 0.9)).astype(np.float64)
    one = np.ones(n)
    rows = sample(
        (hard, device), (2, 2), arm, number=number, base=one, weight=one, ids=np.arange(n),
        scale="odds",
    )  # fmt: skip
    assert search(rows).found == ()
    raw = replace(rows, excess=number)
    assert search(raw).found


def test_what_is_expected_are_the_means_of_a_balanced_table() -> None:
    one, other = (part.ravel() for part in np.indices((2, 3)))
    codes = tuple(np.repeat(part, 5000) for part in (one, other))
    number = 0.2 + 0.3 * codes[0] + 0.1 * codes[1]
    weight = np.ones(number.size)
    found = expected_of(codes, (2, 3), weight, number, weight)
    assert found == pytest.approx(number, abs=0.002)


@pytest.mark.parametrize("place", [((0, 1),), REFUND_MOBILE, ((1, 0),)])
def test_the_slice_is_found_in_its_own_words_and_alone(place: Place) -> None:
    rng = np.random.default_rng(11)
    found = [
        tuple(
            one.place
            for one in search(planted(rng, drawn(rng, n=20_000, users=2000), place, 0.5)).found
        )
        for _ in range(8)
    ]
    assert sum(one == (place,) for one in found) >= 7, found


def test_two_slices_are_both_found() -> None:
    rng = np.random.default_rng(13)
    rows = planted(rng, drawn(rng, n=12_000), ((0, 1), (1, 0)), 0.5)
    rows = planted(rng, rows, ((0, 4), (3, 1)), 0.5)
    assert {one.place for one in search(rows).found} == {((0, 1), (1, 0)), ((0, 4), (3, 1))}


@pytest.mark.parametrize("how", ["odds", "outage", "money"])
def test_what_changes_everywhere_alike_is_no_slice(how: str) -> None:
    rng = np.random.default_rng(17)
    found = 0
    for _ in range(10):
        rows = drawn(rng, n=6000, fall=1.5 * (how != "outage"), money=how == "money")
        if how == "outage":
            lost = (rows.arm == 1) & (rng.random(rows.arm.size) < 0.5)
            rows = sample(
                rows.codes, rows.sizes, rows.arm, number=np.where(lost, 0.0, rows.number),
                base=rows.base, weight=rows.weight, ids=rows.cluster, scale="odds",
            )  # fmt: skip
        found += bool(search(rows).found)
    assert found <= 1


def test_a_column_with_one_value_in_a_period_cuts_no_slice() -> None:
    rng = np.random.default_rng(19)
    rows = planted(rng, drawn(rng, n=6000), ((0, 1),), 0.5)
    release = np.where(rows.arm == 1, 1, rng.integers(0, 2, rows.arm.size)).astype(np.int64)
    both = sample(
        (*rows.codes, release), (*rows.sizes, 2), rows.arm, number=rows.number, base=rows.base,
        weight=rows.weight, ids=rows.cluster, scale="odds",
    )  # fmt: skip
    assert [one.place for one in search(both).found] == [((0, 1),)]


def test_each_look_is_paid_for() -> None:
    rng = np.random.default_rng(23)
    rows = planted(rng, drawn(rng, n=6000), REFUND_MOBILE, 0.6)
    shallow, deep = (search(rows, depth=depth).found[0] for depth in (2, 3))
    assert shallow.place == deep.place == REFUND_MOBILE
    assert shallow.p == pytest.approx(2 * shallow.contrast.p * shallow.looks, abs=0)
    assert deep.looks == pytest.approx(1.5 * shallow.looks)


def test_nothing_to_search_gives_nothing() -> None:
    rows = drawn(np.random.default_rng(29), n=60)
    assert search(rows, least=1000).n_slices == 0
    assert search(rows, least=1000).found == ()


def test_a_change_that_all_share_is_carried_over_in_the_way_that_comes_nearest() -> None:
    level, rest = np.array([0.5, 0.5, 0.5]), np.full(3, 0.9)
    change, common = np.array([-0.01, -0.15, -0.9]), np.full(3, -0.1)
    wanted = {"odds": [0.556, 1.5, 2.778], "log": [0.556, 1.0, 1.0], "plain": [1.0, 1.0, 1.0]}
    for scale in get_args(Scale):
        found = followed(level, rest, change, common, scale)
        assert found.round(3).tolist() == wanted[scale]
    rose = followed(level, rest, -change, -common, "odds")
    assert rose.round(3).tolist() == [1.0, 1.5, 5.0]


@pytest.mark.parametrize("z", [4.05, 4.5, 6.0, 20.0])
def test_an_interval_after_a_search_is_wider_towards_zero_and_usual_far_away(z: float) -> None:
    low, high = after_search(z, 4.0, 500)
    assert low < z - 1.9
    assert z < high < z + 2.1
    assert after_search(-z, 4.0, 500) == pytest.approx((-high, -low))
    if z == 20.0:
        assert (low, high) == pytest.approx((z - 2.054, z + 2.054), abs=0.01)


@pytest.mark.parametrize("z, least", [(4.05, 4.0), (1.2, 1.0), (6.0, 4.0)])
def test_each_limit_after_a_search_is_where_what_was_reported_is_that_rare(
    z: float, least: float
) -> None:
    low, high = after_search(z, least, 1e15)  # so many looks leave all to the condition

    def beyond(mean: float) -> float:
        reported = stats.norm.sf(least - mean) + stats.norm.cdf(-least - mean)
        return float(stats.norm.sf(z - mean) / reported)

    assert (beyond(low), beyond(high)) == pytest.approx((0.02, 0.98))


def test_no_interval_after_a_search_is_wider_than_one_for_all_looks() -> None:
    bound = float(stats.norm.ppf(0.01 / 2 / 10))
    assert after_search(4.05, 4.0, 10)[0] == pytest.approx(4.05 + bound)


def test_an_interval_after_a_search_covers_among_what_was_reported() -> None:
    rng = np.random.default_rng(31)
    for mean in (3.0, 4.0, 5.0):
        z = mean + rng.normal(size=800)
        told = [after_search(one, 4.0, 500) for one in z[np.abs(z) >= 4.0]]
        covered = np.mean([low <= mean <= high for low, high in told])
        assert covered >= 0.92, (mean, covered, len(told))


REGIMES = {
    "users": {},
    "few users": {"users": 150},
    "weights": {"weighted": True},
    "hours": {"hourly": 0.4, "n": 5000},
    "money": {"money": True},
    "little": {"n": 900, "users": 200},
}


@pytest.mark.simulation
@pytest.mark.parametrize("name", REGIMES)
def test_a_log_without_change_gives_a_slice_at_most_as_often_as_said(name: str) -> None:
    rng = np.random.default_rng(37)
    runs = 60
    kind: dict[str, object] = REGIMES[name]  # type: ignore[assignment]
    false = sum(bool(search(drawn(rng, **kind)).found) for _ in range(runs))  # type: ignore[arg-type]
    assert false <= 7, false  # of 60 at 5 %, more than 7 are rarer than 1 in 100
