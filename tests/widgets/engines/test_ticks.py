"""Where do knobs snap, so that every number shown was computed?"""

from math import prod

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentlens.widgets.tune.engines.ticks import MOST_KNOTS, ticks_of
from tests.widgets.engines.turned import turned

NAMES = ("lam", "width", "allowance", "head_start", "arl")


def test_few_steps_of_its_own_are_kept() -> None:
    own = turned("lam", (0.1, 0.5, 0.1), 0.3)
    assert ticks_of({"lam": own}, {"lam": 0.3}) == {"lam": [0.1, 0.2, 0.3, 0.4, 0.5]}


def test_many_steps_become_round_ones() -> None:
    lam, width = turned("lam", (0.05, 0.5), 0.1), turned("width", (2.0, 4.0), None)
    found = ticks_of({"lam": lam, "width": width}, {"lam": 0.1, "width": None})
    assert found["lam"] == [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    assert found["width"][:3] == [2.0, 2.2, 2.4]


def test_where_a_knob_starts_and_stands_is_a_step_however_odd() -> None:
    lam = turned("lam", (0.05, 0.5, 0.001), 0.123)
    found = ticks_of({"lam": lam}, {"lam": 0.321})
    assert {0.05, 0.123, 0.321, 0.5} <= set(found["lam"])


def test_a_choice_of_numbers_is_rising_and_of_words_is_none() -> None:
    numbers, words = turned("width", [3.0, 2.0, 4.0], 3.0), turned("lam", ["a", "b"], "a")
    found = ticks_of({"width": numbers, "lam": words}, {"width": 3.0, "lam": None})
    assert found == {"width": [2.0, 3.0, 4.0]}


@pytest.mark.parametrize("low,high", [(0.0, 1.0), (-1.0, 1.0), (1e-6, 1e6), (0.999, 1.0)])
def test_ranges_of_every_size_have_steps(low: float, high: float) -> None:
    found = ticks_of({"lam": turned("lam", (low, high), high)}, {"lam": high})["lam"]
    assert 3 <= len(found) <= 40


@example(names=["lam"], low=1.0, wide=1.9999999999999982, share=0.0, solved=False)
@given(
    names=st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4),
    low=st.floats(0.001, 10),
    wide=st.floats(0.001, 1000),
    share=st.floats(0, 1),
    solved=st.booleans(),
)
def test_all_settings_together_are_few_and_inside(
    names: list[str],
    low: float,
    wide: float,
    share: float,
    solved: bool,  # noqa: FBT001
) -> None:
    high = low + wide
    at = min(high, low + share * wide)
    knobs = {
        name: turned(name, (low, high), None if solved and name == "width" else at)
        for name in names
    }
    here = {name: None if one.default is None else at for name, one in knobs.items()}
    found = ticks_of(knobs, here)
    assert (
        prod(len(one) + (knobs[name].default is None) for name, one in found.items()) <= MOST_KNOTS
    )
    for name, ticks in found.items():
        assert ticks == sorted(set(ticks))
        assert low <= ticks[0]
        assert ticks[-1] <= high
        assert knobs[name].default is None or at in ticks
