"""Does the run-length solver agree with the printed tables, and with plain simulation?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from agentlens.errors import BadInputError
from agentlens.stats.charts.ewma import ewma
from agentlens.stats.charts.run_length import limit_for, run_length
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


@pytest.mark.parametrize(
    "case",
    [
        "lucas_saccucci1990.t3.steady.l05",
        "lucas_saccucci1990.t3.steady.l003",
        "lucas_saccucci1990.t5.fir.l05",
        "lucas_saccucci1990.t5.fir.l003",
    ],
)
def test_other_starts_equal_the_published_collection_to_seven_digits(case: str) -> None:
    entry = published("published_arl")[case]
    inputs, steady = entry["inputs"], "steady" in case
    found = [
        run_length(
            inputs["lambda"], inputs["L"], shift, steady=steady, head_start=0.0 if steady else 0.5
        )
        for shift in inputs["shift"]
    ]
    assert found == pytest.approx(entry["expected"], rel=1e-7)


def test_a_chart_with_estimated_parameters_has_the_published_run_length() -> None:
    entry = published("published_arl")["jones_champ_rigdon2001"]
    lam, width, m = entry["inputs"]["lambda"], entry["inputs"]["L"], entry["inputs"]["m"]
    assert run_length(lam, width) == pytest.approx(entry["expected"][0], rel=1e-7)
    # The mean is wrong by 1/sqrt(m) of a point, the pooled deviation by chi over its c4.
    free = m * (entry["inputs"]["n"] - 1)
    shrink = np.exp(0.5 * np.log(2) + gammaln((free + 1) / 2) - gammaln(free / 2))
    errors, step = np.linspace(-6, 6, 61, retstep=True)
    scales, gap = np.linspace(0.45, 1.7, 40, retstep=True)
    likely = np.outer(
        stats.norm.pdf(errors) * step, stats.chi.pdf(scales * shrink, free) * shrink * gap
    )
    lengths = [[run_length(lam, width * b, a / np.sqrt(m)) for b in scales] for a in errors]
    assert np.sum(likely * lengths) == pytest.approx(entry["expected"][1], rel=1e-6)


def test_a_correlated_series_on_a_shewhart_chart_has_the_published_run_length() -> None:
    from agentlens.stats.charts import run_length as module

    entry = published("published_arl")["kramer_schmid2000.phi04"]
    phi, width = entry["inputs"]["phi"], entry["inputs"]["L"]
    # An EWMA is such a series itself, with phi = 1 - lam, once it starts anywhere it may stand.
    lam, spread = 1 - phi, np.sqrt((1 - phi) / (1 + phi))
    nodes, weights = module._nodes()
    y, w = width * spread * nodes, width * spread * weights
    for shift, expected in zip(entry["inputs"]["shift"], entry["expected"], strict=True):
        kernel = module._kernel(y, y, lam, shift * spread) * w
        ahead = np.linalg.solve(np.eye(y.size) - kernel, np.ones(y.size))
        first = stats.norm.pdf(y, shift * spread, spread) * w
        assert 1 + first @ ahead == pytest.approx(expected, rel=1e-6)


def test_crowders_limits_are_found_back() -> None:
    entry = published("published_arl")["crowder1989.L"]
    lams, target = entry["inputs"]["lambda"], entry["inputs"]["ARL0"]
    assert [limit_for(lam, target) for lam in lams] == pytest.approx(entry["expected"], abs=1e-5)


def test_more_nodes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from agentlens.stats.charts import run_length as module

    fine = module._nodes(120)
    coarse = [run_length(0.03, 2.437), run_length(0.5, 3.071), run_length(0.1, 2.8, exact=True)]
    monkeypatch.setattr(module, "_nodes", lambda: fine)
    twice = [run_length(0.03, 2.437), run_length(0.5, 3.071), run_length(0.1, 2.8, exact=True)]
    assert twice == pytest.approx(coarse, rel=1e-6)


def test_two_lines_that_start_apart_have_the_run_length_that_is_computed() -> None:
    rng, lam, width, share = np.random.default_rng(6), 0.2, 2.2, 0.5
    limit = width * np.sqrt(lam / (2 - lam))
    above, below = np.full(4000, share * limit), np.full(4000, -share * limit)
    lengths = np.zeros(4000)
    for t in range(1, 900):
        x = rng.normal(size=4000)
        above, below = lam * x + (1 - lam) * above, lam * x + (1 - lam) * below
        lengths[(lengths == 0) & ((above > limit) | (below < -limit))] = t
    assert lengths.min() > 0
    error = np.std(lengths) / np.sqrt(lengths.size)
    computed = run_length(lam, width, head_start=share)
    assert lengths.mean() == pytest.approx(computed, abs=3.5 * error)


def test_no_head_start_is_the_plain_chart() -> None:
    assert run_length(0.2, 2.9, 0.5, head_start=1e-12) == pytest.approx(run_length(0.2, 2.9, 0.5))


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


@pytest.mark.parametrize("head_start", [-0.1, 1.0, float("nan")])
def test_an_impossible_head_start_is_refused(head_start: float) -> None:
    with pytest.raises(BadInputError, match="head_start is a share of the limit"):
        run_length(0.1, 2.8, head_start=head_start)


def test_two_ways_to_start_at_once_are_refused() -> None:
    with pytest.raises(BadInputError, match="give one of the three"):
        run_length(0.1, 2.8, exact=True, steady=True)
    with pytest.raises(BadInputError, match="give one of the three"):
        run_length(0.1, 2.8, exact=True, head_start=0.5)


def test_a_run_length_beyond_what_can_be_computed_is_refused_by_name() -> None:
    with pytest.raises(BadInputError, match=r"10,000,000 points cannot be computed for lam=0\.02"):
        limit_for(0.02, 1e7)


@pytest.mark.parametrize("lam", [0.05, 0.2, 0.7, 1.0])
@pytest.mark.parametrize("target", [2.0, 37.0, 370.0, 1e5])
def test_a_limit_gives_the_run_length_that_was_asked_for(lam: float, target: float) -> None:
    assert run_length(lam, limit_for(lam, target)) == pytest.approx(target, rel=1e-6)
