"""Does the run-length solver agree with the printed tables, and with plain simulation?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.stats.ewma import ewma
from agentlens.stats.run_length import limit_for, run_length
from tests.reference import published

# Lucas and Saccucci (1990), Table 3, zero state; Steiner (1999), Table 2.
PRINTED = [
    (0.5, 3.071, 0.0, 500.0),
    (0.5, 3.071, 1.0, 17.5),
    (0.03, 2.437, 0.0, 500.0),
    (0.03, 2.437, 0.5, 29.3),
    (0.05, 3.0, 0.0, 1379.0),
]
DESIGNS = [
    (0.05, 370, 2.4897),
    (0.1, 370, 2.7010),
    (0.2, 370, 2.8590),
    (0.25, 500, 2.9981),
    (0.4, 500, 3.0540),
]


@pytest.mark.parametrize("lam, width, shift, expected", PRINTED)
def test_run_lengths_equal_the_printed_tables(
    lam: float, width: float, shift: float, expected: float
) -> None:
    assert run_length(lam, width, shift) == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("lam, target, expected", DESIGNS)
def test_limits_for_a_target_equal_the_known_designs(
    lam: float, target: float, expected: float
) -> None:
    assert limit_for(lam, float(target)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "case",
    [
        "crowder1987.t1.l05",
        "crowder1987.t1.l005",
        "lucas_saccucci1990.t3.zero.l05",
        "lucas_saccucci1990.t3.zero.l003",
        "steiner1999.t2.fix",
        "steiner1999.t2.vacl",
        "chandrasekaran1995.fix",
        "chandrasekaran1995.vacl",
        "montgomery.t9.11.0.4",
        "montgomery.t9.11.0.1",
        "montgomery.t9.11.0.05",
    ],
)
def test_run_lengths_equal_the_published_collection_to_seven_digits(case: str) -> None:
    entry = published("published_arl")[case]
    inputs = entry["inputs"]
    found = [
        run_length(inputs["lambda"], inputs["L"], shift, exact=case.endswith("vacl"))
        for shift in inputs["shift"]
    ]
    assert found == pytest.approx(entry["expected"], rel=1e-7)


def test_crowders_limits_are_found_back() -> None:
    entry = published("published_arl")["crowder1989.L"]
    lams, target = entry["inputs"]["lambda"], entry["inputs"]["ARL0"]
    assert [limit_for(lam, target) for lam in lams] == pytest.approx(entry["expected"], abs=1e-5)


def test_more_nodes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from agentlens.stats import run_length as module

    fine = module._nodes(120)
    coarse = [run_length(0.03, 2.437), run_length(0.5, 3.071), run_length(0.1, 2.8, exact=True)]
    monkeypatch.setattr(module, "_nodes", lambda: fine)
    twice = [run_length(0.03, 2.437), run_length(0.5, 3.071), run_length(0.1, 2.8, exact=True)]
    assert twice == pytest.approx(coarse, rel=1e-6)


def test_simulated_charts_have_the_run_length_that_is_computed() -> None:
    rng, lam, width = np.random.default_rng(5), 0.2, 2.2
    lengths = []
    for _ in range(1500):
        z, v = ewma(rng.normal(size=600), np.ones(600), lam)
        beyond = np.abs(z) > width * np.sqrt(v)
        assert beyond.any()
        lengths.append(int(np.argmax(beyond)) + 1)
    error = np.std(lengths) / np.sqrt(len(lengths))
    assert np.mean(lengths) == pytest.approx(run_length(lam, width, exact=True), abs=3.5 * error)


@given(lam=st.floats(0.03, 1.0), target=st.floats(20, 5000))
def test_the_limit_for_a_target_achieves_it(lam: float, target: float) -> None:
    assert run_length(lam, limit_for(lam, target)) == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize("lam, width", [(0.0, 3.0), (1.1, 3.0), (0.1, 0.0), (-0.1, 3.0)])
def test_an_impossible_design_is_refused(lam: float, width: float) -> None:
    with pytest.raises(BadInputError, match=r"lam|width"):
        run_length(lam, width)


@pytest.mark.parametrize("target", [1.0, 1e9, float("nan")])
def test_an_impossible_target_is_refused(target: float) -> None:
    with pytest.raises(BadInputError, match="run length to aim for"):
        limit_for(0.1, target)
