"""Do the run rules flag the worked examples, and cost what is printed?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.stats.charts.run_rules import (
    NELSON,
    WESTERN_ELECTRIC,
    Kind,
    Rule,
    flags,
    rules_run_length,
    window,
)
from tests.reference import published

ALL = WESTERN_ELECTRIC + NELSON
SERIES = [
    "n1",
    "n2",
    "n3",
    "n3_five_only",
    "n3_tie",
    "n4",
    "n4_thirteen",
    "n5",
    "n5_opposite",
    "n6",
    "n7",
    "n8",
    "n8_one_side",
    "random170",
]
MAYBE = st.one_of(st.floats(-4, 4), st.just(float("nan")))


def places(z: list[float], rules: tuple[Rule, ...] = ALL) -> dict[str, list[int]]:
    """Return the flagged points counted from one, rules that flag none left out."""
    found = {
        name: (np.flatnonzero(there) + 1).tolist()
        for name, there in flags(np.array(z), rules).items()
    }
    return {name: there for name, there in found.items() if there}


@pytest.mark.parametrize("series", SERIES)
def test_each_worked_series_flags_the_completing_points_and_no_others(series: str) -> None:
    case = published("charts_worked")[f"rules.{series}"]
    expected = {name: at for name, at in case["expected"]["fires_at_1based"].items() if at}
    assert places(case["inputs"]["z"]) == expected


def test_the_viscosity_chart_ends_in_eight_above_the_centre() -> None:
    case = published("charts_worked")["montgomery.viscosity.imr"]
    expected = case["expected"]
    z = (np.array(case["inputs"]["data"]) - expected["center"]) / expected["sigma"]
    found = places(z.tolist(), WESTERN_ELECTRIC)
    assert found["we1"] == expected["beyond_limits_1based"]
    assert found["we4"] == expected["we4_1based"]


@pytest.mark.parametrize(
    "case, used", [("C1", [0]), ("C12", [0, 1]), ("C13", [0, 2]), ("C14", [0, 3])]
)
def test_run_lengths_equal_champ_and_woodall_to_seven_digits(case: str, used: list[int]) -> None:
    entry = published("published_arl")[f"champ_woodall1987.{case}"]
    rules = tuple(WESTERN_ELECTRIC[place] for place in used)
    found = [rules_run_length(rules, shift) for shift in entry["inputs"]["shift"]]
    assert found == pytest.approx(entry["expected"], rel=1e-7)
    # The printed values are these, rounded to two digits after the point.
    assert found == pytest.approx(entry["published"], abs=0.00501)


def test_the_four_western_electric_rules_together_cost_ninety_two() -> None:
    assert rules_run_length(WESTERN_ELECTRIC) == pytest.approx(91.75, abs=0.005)


def test_the_side_of_a_shift_and_the_order_of_the_rules_do_not_matter() -> None:
    there = rules_run_length(WESTERN_ELECTRIC, 0.7)
    assert rules_run_length(WESTERN_ELECTRIC, -0.7) == pytest.approx(there, rel=1e-12)
    assert rules_run_length(WESTERN_ELECTRIC[::-1], 0.7) == pytest.approx(there, rel=1e-12)


def test_a_run_on_one_side_takes_as_long_as_a_run_of_coins() -> None:
    # Mean tosses until n equal ones: 2^n - 1.
    for n in (1, 3, 9):
        assert rules_run_length((Rule("same", "beyond", n, n),)) == pytest.approx(2.0**n - 1)


def test_two_of_three_is_the_small_chain_by_hand() -> None:
    # The shift leaves one side only. From no hit in sight A = 1 + p B + q A, after a hit
    # B = 1 + q C, after a hit and a miss C = 1 + q A.
    shift, line = 9.0, 9.5
    p = 0.3085375387259869
    q = 1 - p
    expected = (1 / p + 1 + q) / (1 - q**2)
    assert rules_run_length((Rule("two", "beyond", 2, 3, line),), shift) == pytest.approx(expected)


def _first_calls(
    rules: tuple[Rule, ...], *, shift: float, limit: float, paths: int, most: int
) -> tuple[float, float]:
    """Return mean run length of simulated charts and its error."""
    z = np.random.default_rng(4).normal(shift, size=(paths, most)) * 3 / limit
    called = np.any(list(flags(z, rules).values()), axis=0)
    assert called.any(axis=1).all()
    lengths = np.argmax(called, axis=1) + 1
    return float(lengths.mean()), float(lengths.std() / np.sqrt(paths))


@pytest.mark.parametrize("shift, limit", [(0.0, 3.0), (0.8, 3.0), (0.4, 3.3)])
def test_simulated_charts_have_the_run_length_that_is_computed(shift: float, limit: float) -> None:
    rules = tuple(rule for rule in NELSON if rule.kind == "beyond")
    mean, error = _first_calls(rules, shift=shift, limit=limit, paths=3000, most=2500)
    assert mean == pytest.approx(rules_run_length(rules, shift, limit=limit), abs=3.5 * error)


def test_the_eight_nelson_rules_together_cost_about_seventy_three() -> None:
    mean, error = _first_calls(NELSON, shift=0.0, limit=3.0, paths=4000, most=1500)
    assert mean == pytest.approx(73, abs=1 + 3.5 * error)


@given(st.lists(st.one_of(MAYBE, st.sampled_from([0.0, 1.0, -1.0, 3.0])), max_size=40))
def test_each_rule_reads_as_its_sentence(values: list[float]) -> None:
    found = flags(np.array(values, dtype=float), ALL)
    for rule in ALL:
        spelt = [_spelt(values[: end + 1], rule) for end in range(len(values))]
        assert found[rule.name].tolist() == spelt


def _spelt(values: list[float], rule: Rule) -> bool:
    """Return whether the last point completes the pattern, said point by point."""
    gaps = [place for place, z in enumerate(values) if np.isnan(z)]
    last = values[gaps[-1] + 1 if gaps else 0 :][-rule.n :]
    if rule.kind == "beyond":
        sides = [[side * z > rule.sigma for z in last] for side in (1, -1)]
        return any(sum(hits) >= rule.k and hits[-1] for hits in sides)
    steps = [b - a for a, b in pairwise(last)]
    patterns = {
        "within": all(abs(z) < rule.sigma for z in last),
        "outside": all(abs(z) > rule.sigma for z in last) and len({z > 0 for z in last}) > 1,
        "trend": all(d > 0 for d in steps) or all(d < 0 for d in steps),
        "alternating": all(a * b < 0 for a, b in pairwise(steps)),
    }
    return len(last) == rule.n and patterns[rule.kind]


def test_a_missing_point_starts_every_pattern_anew() -> None:
    gap = float("nan")
    assert places([2.5, gap, 2.5, 2.5], WESTERN_ELECTRIC) == {"we2": [4]}
    assert places([0.5] * 7 + [gap] + [0.5] * 8, WESTERN_ELECTRIC) == {"we4": [16]}
    assert places([-0.5, -0.3, 0.0, gap, 0.2, 0.4, 0.7], NELSON) == {}


def test_a_point_on_a_line_is_not_beyond_it() -> None:
    assert places([3.0, -3.0] + [0.0] * 10, WESTERN_ELECTRIC) == {}
    assert "nelson7" not in places([1.0] * 15)


def test_many_paths_are_flagged_as_each_alone() -> None:
    paths = np.random.default_rng(9).normal(0.5, size=(4, 60))
    together = flags(paths, ALL)
    for place, path in enumerate(paths):
        for name, there in flags(path, ALL).items():
            assert together[name][place].tolist() == there.tolist()


def test_a_flag_depends_on_no_more_than_the_window_of_its_rule() -> None:
    z = np.random.default_rng(7).normal(0.6, 1.2, size=400)
    whole = flags(z, ALL)
    for rule in ALL:
        for end in np.flatnonzero(whole[rule.name]):
            part = z[end + 1 - window(rule) : end + 1]
            assert flags(part, (rule,))[rule.name][-1]


def test_rules_without_an_exact_run_length_are_refused_by_name() -> None:
    with pytest.raises(BadInputError, match="'nelson3', 'nelson4', 'nelson7', 'nelson8'"):
        rules_run_length(NELSON)
    with pytest.raises(BadInputError, match="one or more rules"):
        rules_run_length(())
    with pytest.raises(BadInputError, match="limit above 0"):
        rules_run_length(WESTERN_ELECTRIC, limit=0.0)


@pytest.mark.parametrize(
    "kind, k, n", [("beyond", 4, 3), ("beyond", 0, 3), ("trend", 5, 6), ("trend", 1, 1)]
)
def test_an_impossible_rule_is_refused(kind: Kind, k: int, n: int) -> None:
    with pytest.raises(BadInputError, match="k lies between 1 and n"):
        Rule("odd", kind, k, n)


def test_an_unknown_kind_and_a_line_below_zero_are_refused() -> None:
    with pytest.raises(BadInputError, match="one of beyond, trend"):
        Rule("odd", "sideways", 1, 1)  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="line at 0 or above"):
        Rule("odd", "beyond", 1, 1, -1.0)
