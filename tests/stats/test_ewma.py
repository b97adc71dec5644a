"""Is the EWMA the published one, and does its variance hold when n changes?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.charts.ewma import episodes, ewma
from tests.reference import published

NUMBERS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


@pytest.mark.parametrize("case", ["montgomery.ewma", "nist.ewma"])
def test_line_and_limits_equal_the_published_examples(case: str) -> None:
    entry = published("charts_worked")[case]
    inputs, expected = entry["inputs"], entry["expected"]
    data = np.array(inputs["data"], dtype=float)
    lam, centre = inputs["lambda"], inputs["center"]
    z, v = ewma(data, np.full(data.size, inputs["sigma"] ** 2), lam, centre)
    if inputs["limits"] != "vacl":
        v = np.full(data.size, inputs["sigma"] ** 2 * lam / (2 - lam))
    upper = centre + inputs["L"] * np.sqrt(v)
    lower = centre - inputs["L"] * np.sqrt(v)
    tolerance = entry["tolerance"]["abs"]
    assert z == pytest.approx(expected["z"], abs=tolerance)
    assert upper == pytest.approx(np.broadcast_to(expected["ucl"], data.size), abs=tolerance)
    assert lower == pytest.approx(np.broadcast_to(expected["lcl"], data.size), abs=tolerance)
    beyond = np.flatnonzero((z > upper) | (z < lower)) + 1
    assert beyond.tolist() == expected["signals_1based"]


def test_line_equals_the_published_subgroup_example() -> None:
    entry = published("charts_worked")["piston.ewma"]
    pistons = published("charts_worked")["piston.xbar_s"]
    groups = np.array(pistons["inputs"]["subgroups"][: len(entry["expected"]["z"])], dtype=float)
    frozen = pistons["expected"]
    variance = np.full(len(groups), frozen["sigma"] ** 2 / groups.shape[1])
    z, v = ewma(groups.mean(axis=1), variance, entry["inputs"]["lambda"], frozen["center"])
    assert z == pytest.approx(entry["expected"]["z"], abs=1e-4)
    upper = frozen["center"] + entry["inputs"]["L"] * np.sqrt(v)
    assert upper == pytest.approx(entry["expected"]["ucl"], abs=1e-4)


@given(values=NUMBERS, lam=st.floats(0.01, 1.0), centre=st.floats(-10, 10))
def test_line_equals_pandas_started_at_the_centre(
    values: list[float], lam: float, centre: float
) -> None:
    z, _ = ewma(np.array(values), np.ones(len(values)), lam, centre)
    peer = pd.Series([centre, *values]).ewm(alpha=lam, adjust=False).mean().to_numpy()[1:]
    assert z == pytest.approx(peer, rel=1e-9, abs=1e-9)


@given(variances=st.lists(st.floats(0.01, 100), min_size=1, max_size=30), lam=st.floats(0.01, 1.0))
def test_variance_is_the_sum_of_squared_weights(variances: list[float], lam: float) -> None:
    _, v = ewma(np.zeros(len(variances)), np.array(variances), lam)
    age = np.arange(len(variances))[::-1]
    weights = lam * (1 - lam) ** age
    assert v[-1] == pytest.approx(float((weights**2 * variances).sum()), rel=1e-9)


@given(values=NUMBERS, gap=st.integers(0, 39))
def test_a_missing_bin_moves_neither_line_nor_limits(values: list[float], gap: int) -> None:
    place = gap % (len(values) + 1)
    holed = np.insert(np.array(values), place, np.nan)
    z, v = ewma(np.array(values), np.ones(len(values)), 0.3)
    with_gap, limits = ewma(holed, np.ones(holed.size), 0.3)
    assert np.delete(with_gap, place) == pytest.approx(z)
    assert np.delete(limits, place) == pytest.approx(v)


@given(beyond=st.lists(st.booleans(), max_size=30))
def test_episodes_cover_exactly_the_points_beyond(beyond: list[bool]) -> None:
    covered = [False] * len(beyond)
    last_end = -2
    for first, last in episodes(np.array(beyond, dtype=bool)):
        assert first > last_end + 1
        covered[first : last + 1] = [True] * (last + 1 - first)
        last_end = last
    assert covered == beyond
