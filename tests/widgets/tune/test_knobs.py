from math import isclose
from typing import Any

import ipywidgets
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.widgets.tune.asked.abbreviations import knob_of
from agentlens.widgets.tune.knobs import NOTHING, Knob

ENDS = st.floats(-1e6, 1e6, allow_nan=False, width=32)


def knob(given: object, default: object = NOTHING, annotation: object = float, **more: Any) -> Knob:
    found = knob_of("width", given, default=default, annotation=annotation, **more)
    assert found is not None
    return found


@given(low=ENDS, high=ENDS)
def test_two_numbers_make_about_a_hundred_round_steps_and_reach_both_ends(
    low: float, high: float
) -> None:
    assume(high - low > 1e-3)
    found = knob((low, high))
    assert any(
        isclose(found.step, way * 10.0**power) for way in (1, 2, 5) for power in range(-6, 6)
    )
    assert 60 <= found.positions <= 162
    assert found.at(0) == low
    assert found.at(found.positions - 1) == high
    steps = [found.at(place) for place in range(found.positions)]
    assert steps == sorted(set(steps))


@given(low=ENDS, high=ENDS, share=st.floats(0, 1))
def test_a_default_within_the_range_stays_where_it_is(
    low: float, high: float, share: float
) -> None:
    assume(high - low > 1e-3)
    default = min(max(low + share * (high - low), low), high)
    assert knob((low, high), default).default == default


@given(low=ENDS, high=ENDS, by=st.floats(0.01, 1e6))
def test_a_default_outside_the_range_is_refused_and_both_are_named(
    low: float, high: float, by: float
) -> None:
    assume(high - low > 1e-3)
    for default in (low - by, high + by):
        with pytest.raises(BadInputError) as refused:
            knob((low, high), default)
        assert repr(default) in str(refused.value)
        assert f"{low:g}" in str(refused.value)
        assert f"{high:g}" in str(refused.value)


def test_a_narrow_range_does_not_shrink_to_five_steps() -> None:
    found = knob((0.05, 0.5), 0.1)
    assert (found.step, found.positions) == (0.005, 91)


def test_whole_numbers_do_not_round_what_is_not_whole() -> None:
    found = knob((2, 4), 2.7, float)
    assert (found.default, found.integer, found.step) == (2.7, False, 0.02)
    assert not knob((2, 4), None, float | None).integer


def test_a_default_far_outside_is_not_moved_to_the_end() -> None:
    with pytest.raises(BadInputError, match=r"9\.0 is not among what is offered, 0\.05 to 0\.5"):
        knob((0.05, 0.5), 9.0)


@pytest.mark.parametrize("annotation", [int, int | None])
def test_whole_numbers_stay_whole_where_the_verb_takes_such(annotation: object) -> None:
    found = knob((1, 400), 3, annotation)
    assert (found.integer, found.step, found.default) == (True, 5, 3)
    assert all(isinstance(found.at(place), int) for place in range(found.positions))
    with pytest.raises(BadInputError, match="whole"):
        found.taken(2.5)
    with pytest.raises(BadInputError, match="whole numbers"):
        knob((1, 2.5), 1, int)


def test_a_step_that_is_given_is_kept() -> None:
    found = knob((2, 4, 0.25), 3.0)
    assert [found.at(place) for place in range(3)] == [2, 2.25, 2.5]
    with pytest.raises(BadInputError, match="does not lead"):
        knob((2, 4, 3), 3.0)


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(BadInputError, match="the first must be the smaller"):
        knob((4, 2), 3.0)


def test_what_the_verb_finds_itself_stays_so_until_it_is_turned() -> None:
    found = knob((2, 4), None, float | None)
    assert found.default is None
    assert found.taken(None) is None
    with pytest.raises(BadInputError, match="a number"):
        knob((2, 4), 3.0).taken(None)


@pytest.mark.parametrize(
    "given, kind, start",
    [
        (["1h", "6h"], "choice", "6h"),
        ({"hour": "1h", "day": "6h"}, "choice", "6h"),
        (True, "switch", True),
        ("12h", "text", "12h"),
        (3, "number", 3.0),
    ],
)
def test_abbreviations_are_those_of_interact(given: object, kind: str, start: object) -> None:
    found = knob(given, "6h", str)
    assert (found.kind, found.default) == (kind, start)


def test_a_choice_without_the_default_starts_at_its_first() -> None:
    assert knob(["2h", "6h"], "1h").default == "2h"
    assert knob(["2h", "6h"], None).default == "2h"
    assert knob(["2h", None], None).default is None


def test_an_empty_choice_is_refused() -> None:
    with pytest.raises(BadInputError, match="nothing to choose from"):
        knob([])


def test_a_start_is_held_against_what_is_offered() -> None:
    assert knob((2, 4), None, start=3).default == 3.0
    assert knob(["1h", "6h"], "1h", start="6h").default == "6h"
    assert knob("1h", "1h", start="2h").default == "2h"
    with pytest.raises(BadInputError, match="its start '12h' is not among"):
        knob(["1h", "6h"], "1h", start="12h")


@pytest.mark.parametrize(
    "given",
    [("2026-11-01", "2026-11-08"), None, ("a", "b"), (1, 2, 3, 4), (float("nan"), 1.0), object()],
)
def test_what_is_no_abbreviation_is_left_alone(given: object) -> None:
    assert knob_of("baseline", given, default=None, annotation=None) is None


@pytest.mark.parametrize("given", ["strong_completion", 3, True])
def test_a_single_value_that_the_verb_needs_is_no_knob(given: object) -> None:
    assert knob_of("metric", given, default=NOTHING, annotation=str) is None


def test_widgets_of_ipywidgets_are_read() -> None:
    slider = knob(ipywidgets.FloatSlider(value=0.3, min=0.0, max=0.5, step=0.05), 0.1)
    assert (slider.low, slider.high, slider.step, slider.default) == (0, 0.5, 0.05, 0.1)
    powers = knob(ipywidgets.FloatLogSlider(min=-2, max=0), 0.1)
    assert (powers.low, powers.high) == (0.01, 1)
    choice = knob(ipywidgets.Dropdown(options=[("hour", "1h"), ("day", "24h")]), "24h")
    assert (choice.options, choice.default) == ((("hour", "1h"), ("day", "24h")), "24h")
    assert knob(ipywidgets.Checkbox(value=True), default=False).default is True
    assert knob_of("a", ipywidgets.fixed(("x", "y")), default=None, annotation=None) is None
    with pytest.raises(BadInputError, match="holds none"):
        knob(ipywidgets.HBox(), 1.0)


def test_options_are_told_apart_by_kind_as_well_as_by_value() -> None:
    found = knob([1, True, "1"], default=True)
    assert found.default is True
    assert found.taken("1") == "1"
    with pytest.raises(BadInputError, match="one of '1', 'True', '1'"):
        found.taken(2)
