"""Does the CUSUM follow the worked examples, and its run length the printed tables?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.stats.charts.cusum import cusum, cusum_run_length, limit_for_cusum
from tests.reference import published


def test_montgomerys_worked_sums_come_out() -> None:
    case = published("charts_worked")["montgomery.cusum"]
    inputs, expected = case["inputs"], case["expected"]
    u = (np.array(inputs["data"]) - inputs["target"]) / inputs["sigma"]
    high, low = cusum(u, inputs["k"])
    assert high == pytest.approx(expected["C_plus"], abs=1e-9)
    assert low == pytest.approx(expected["C_minus"], abs=1e-9)
    beyond = np.flatnonzero((high > inputs["h"]) | (low > inputs["h"])) + 1
    assert beyond.tolist() == expected["signals_1based"]
    last_zero = int(np.flatnonzero(high[: expected["first_upper_signal"]] == 0)[-1]) + 1
    assert last_zero == expected["last_zero_of_C_plus"]


def test_the_sums_of_the_nist_handbook_come_out() -> None:
    case = published("charts_worked")["nist.cusum"]
    inputs, expected = case["inputs"], case["expected"]
    high, low = cusum(np.array(inputs["data"]) - inputs["target"], inputs["k_abs"])
    assert high == pytest.approx(expected["S_hi"], abs=1e-9)
    assert low == pytest.approx(expected["S_lo"], abs=1e-9)
    assert (np.flatnonzero(high > inputs["h_abs"]) + 1).tolist() == expected["signals_1based"]


def test_a_missing_point_changes_nothing() -> None:
    u = np.array([1.5, np.nan, 2.0, -1.0])
    high, low = cusum(u, 0.5)
    short = cusum(u[[0, 2, 3]], 0.5)
    assert high[[0, 2, 3]].tolist() == short[0].tolist()
    assert low[[0, 2, 3]].tolist() == short[1].tolist()
    assert high[1] == high[0]


def test_a_point_of_half_the_precision_adds_its_log_likelihood_ratio() -> None:
    # A shift of 2k ordinary deviations is 2kr of a point's own; its log ratio over 2k is the step.
    k, r, u = 0.5, 0.4, 1.7
    ratio = (u**2 - (u - 2 * k * r) ** 2) / 2
    high, low = cusum(np.array([u]), k, weights=np.array([r]))
    assert high[0] == pytest.approx(ratio / (2 * k))
    assert low[0] == 0


def test_many_paths_go_as_each_alone_and_a_head_start_is_a_share_of_the_limit() -> None:
    paths = np.random.default_rng(1).normal(size=(3, 50))
    high, low = cusum(paths, 0.5, head_start=0.5, limit=4.0)
    for path, up, down in zip(paths, high, low, strict=True):
        alone = cusum(path, 0.5, head_start=0.5, limit=4.0)
        assert up.tolist() == alone[0].tolist()
        assert down.tolist() == alone[1].tolist()
        assert up[0] == pytest.approx(max(2 + path[0] - 0.5, 0))


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.floats(0, 2))
def test_the_sum_is_the_walk_above_its_lowest_point(values: list[float], k: float) -> None:
    high, low = cusum(np.array(values), k)
    for sums, sign in ((high, 1), (low, -1)):
        walk = np.cumsum(sign * np.array(values) - k)
        lowest = np.minimum(np.minimum.accumulate(walk), 0)
        assert sums == pytest.approx(walk - lowest, abs=1e-9)


def test_what_came_in_is_left_as_it_was() -> None:
    u, r = np.array([1.0, np.nan, 3.0]), np.array([1.0, 0.5, 0.5])
    cusum(u, 0.5, weights=r, head_start=0.5, limit=4.0)
    assert np.array_equal(u, [1.0, np.nan, 3.0], equal_nan=True)
    assert r.tolist() == [1.0, 0.5, 0.5]


@pytest.mark.parametrize(
    "case, sides", [("lucas_crosier1982.h4", 2), ("montgomery.cusum.h5", 2), ("vance1986", 1)]
)
def test_run_lengths_equal_the_published_collection_to_seven_digits(case: str, sides: int) -> None:
    entry = published("published_arl")[case]
    k, h = entry["inputs"]["k"], entry["inputs"]["h"]
    found = [cusum_run_length(k, h, shift, sides=sides) for shift in entry["inputs"]["shift"]]
    assert found == pytest.approx(entry["expected"], rel=1e-7)


def test_run_lengths_with_a_head_start_equal_the_published_ones_to_seven_digits() -> None:
    entry = published("published_arl")["lucas_crosier1982.h4.fir"]
    k, h = entry["inputs"]["k"], entry["inputs"]["h"]
    share = entry["inputs"]["headstart"] / h
    found = [cusum_run_length(k, h, shift, head_start=share) for shift in entry["inputs"]["shift"]]
    assert found == pytest.approx(entry["expected"], rel=1e-7)


def test_run_lengths_equal_the_ten_digits_of_the_sas_manual() -> None:
    entry = published("published_arl")["sasqc.cusum.one"]
    k, h, shift = (entry["inputs"][name] for name in ("k", "h", "shift"))
    found = [
        cusum_run_length(k, h, shift, sides=1, head_start=start / h)
        for start in entry["inputs"]["hs"]
    ]
    assert found == pytest.approx(entry["expected"], rel=2e-8)
    assert found == pytest.approx(entry["published"], rel=5e-8)
    two = published("published_arl")["sasqc.cusum.two"]
    assert cusum_run_length(k, h, shift) == pytest.approx(two["expected"], rel=2e-8)


def test_crosiers_steady_state_is_met_within_the_error_of_its_two_markov_chains() -> None:
    # Both lists come from chains of some thirty states a side, and differ by 0.5 % themselves.
    entry = published("published_arl")["crosier1986.t5"]
    k, h = entry["inputs"]["k"], entry["inputs"]["h"]
    found = [cusum_run_length(k, h, shift, steady=True) for shift in entry["inputs"]["shift"]]
    assert found == pytest.approx(entry["expected"], rel=0.004)
    assert found == pytest.approx(entry["published"], rel=0.01)


def _simulated(
    k: float, h: float, *, shift: float, start: float, quiet: int, paths: int, most: int
) -> tuple[float, float]:
    """Return mean run length and its error, the shift coming after so many quiet points."""
    rng = np.random.default_rng(8)
    high, low = np.full(paths, start), np.full(paths, start)
    lengths = np.zeros(paths)
    for t in range(1 - quiet, most):
        x = rng.normal(shift if t > 0 else 0.0, size=paths)
        high, low = np.maximum(high + x - k, 0), np.maximum(low - x - k, 0)
        called = (high > h) | (low > h)
        lengths[called & (lengths == 0) & (t > 0)] = t
        high[called], low[called] = 0.0, 0.0
    assert lengths.min() > 0
    return float(lengths.mean()), float(lengths.std() / np.sqrt(paths))


@pytest.mark.parametrize("shift, steady", [(0.0, True), (0.75, True), (0.25, False)])
def test_simulated_charts_have_the_run_length_that_is_computed(
    shift: float, *, steady: bool
) -> None:
    k, h, share = 0.25, 3.0, 0.0 if steady else 0.5
    computed = cusum_run_length(k, h, shift, steady=steady, head_start=share)
    quiet = 60 if steady else 0
    mean, error = _simulated(
        k, h, shift=shift, start=share * h, quiet=quiet, paths=20_000, most=500
    )
    assert mean == pytest.approx(computed, abs=3.5 * error)
    # A zero start is another number, so that the agreement says something.
    assert abs(cusum_run_length(k, h, shift) - mean) > 5 * error


def test_more_nodes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from agentlens.stats.charts import cusum as module

    def lengths() -> list[float]:
        steady = cusum_run_length(0.5, 4.0, 0.5, steady=True)
        return [cusum_run_length(k, h) for k, h in ((0.0, 30.0), (0.5, 5.0), (2.0, 1.0))] + [steady]

    coarse, plain = lengths(), module._nodes
    monkeypatch.setattr(module, "_nodes", lambda n: plain(2 * n))
    assert lengths() == pytest.approx(coarse, rel=1e-11)


def test_a_sum_that_drifts_away_has_a_run_length_of_any_size() -> None:
    longer = [cusum_run_length(0.5, 4.0, shift, sides=1) for shift in (-1.0, -3.0, -5.0)]
    assert 1e5 < longer[0] < longer[1] < longer[2] < np.inf
    assert cusum_run_length(0.5, 4.0, -60.0, sides=1) == np.inf
    assert cusum_run_length(0.5, 4.0, -60.0) == pytest.approx(1.0)


@given(k=st.floats(0.0, 1.5), target=st.floats(30, 5000))
def test_the_limit_for_a_target_achieves_it(k: float, target: float) -> None:
    assert cusum_run_length(k, limit_for_cusum(k, target)) == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize(
    "allowance, limit, more, message",
    [
        (-0.1, 4.0, {}, "allowance is in standard deviations"),
        (float("nan"), 4.0, {}, "allowance is in standard deviations"),
        (0.5, 0.0, {}, "limit above 0"),
        (0.5, 2000.0, {}, "limit above 0 and at most 300"),
        (0.5, 4.0, {"sides": 3}, "1 or 2 sides"),
        (0.5, 4.0, {"head_start": 1.0}, "head_start is a share"),
        (0.5, 4.0, {"head_start": 0.6}, "at most half the limit"),
        (0.5, 4.0, {"head_start": 0.1, "steady": True}, "steady state"),
    ],
)
def test_an_impossible_design_is_refused(
    allowance: float, limit: float, more: dict[str, float], message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        cusum_run_length(allowance, limit, **more)  # type: ignore[arg-type]


def test_a_head_start_without_a_limit_is_refused() -> None:
    with pytest.raises(BadInputError, match="no limit is given"):
        cusum(np.zeros(3), 0.5, head_start=0.5)


@pytest.mark.parametrize(
    "allowance, target, message",
    [
        (0.5, 1.0, "run length to aim for"),
        (3.0, 300.0, "a smaller allowance is needed"),
        (0.0, 1e6, "a larger allowance is needed"),
    ],
)
def test_an_impossible_target_is_refused(allowance: float, target: float, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        limit_for_cusum(allowance, target)
