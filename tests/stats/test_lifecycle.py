"""Do states follow the policy, bin by bin, without looking ahead?"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.promises.lifecycle import ACT, NO_DATA, PASS, WATCH, lifecycle

POLICIES = st.fixed_dictionaries(
    {
        "of": st.integers(1, 4),
        "back": st.floats(0, 0.9),
        "dwell": st.integers(0, 4),
        "cooldown": st.integers(0, 6),
        "silence": st.integers(0, 3),
    }
)
BINS = st.lists(st.tuples(st.floats(-1, 2), st.booleans()), min_size=1, max_size=30)


def _slow(
    bins: list[tuple[float, bool]], *, of: int, back: float, dwell: int, cooldown: int,
    silence: int, sustained: int = 1,
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Return states and calls of one series, written as the policy reads."""
    states: list[int] = []
    calls: list[int] = []
    now, entered, called, gap, beyond = PASS, -99, -99, 0, []
    for t, (stand, there) in enumerate(bins):
        gap = 0 if there else gap + 1
        beyond.append(there and stand > 1)
        if now != PASS and there and stand < back and t - entered >= dwell:
            now = PASS
        elif beyond[-1]:
            wanted = ACT if sum(beyond[-of:]) >= sustained else WATCH
            if wanted == ACT and now != ACT:
                entered = t
            now = max(now, wanted)
        if there and now == ACT and entered > called and t - called >= cooldown:
            called = t
            calls.append(t)
        silent = bool(silence) and gap >= silence
        states.append(NO_DATA if silent else now)
    return states, calls


@given(bins=BINS, policy=POLICIES, part=st.integers(1, 4))
def test_states_and_calls_equal_a_slow_reading_of_the_policy(
    bins: list[tuple[float, bool]], policy: dict[str, Any], part: int
) -> None:
    policy["sustained"] = min(part, policy["of"])
    stand = np.array([[one for one, _ in bins]])
    there = np.array([[known for _, known in bins]])
    life = lifecycle(stand, there, **policy)
    states, calls = _slow(bins, **policy)
    assert life.state[0].tolist() == states
    assert np.flatnonzero(life.calls[0]).tolist() == calls


@given(bins=BINS, policy=POLICIES, cut=st.integers(0, 30))
def test_nothing_looks_ahead(
    bins: list[tuple[float, bool]], policy: dict[str, Any], cut: int
) -> None:
    cut = min(cut, len(bins))
    stand = np.array([[one for one, _ in bins]])
    there = np.array([[known for _, known in bins]])
    other = stand.copy()
    other[:, cut:] = 5.0
    one, two = (lifecycle(each, there, **policy) for each in (stand, other))
    assert one.state[:, :cut].tolist() == two.state[:, :cut].tolist()
    assert one.calls[:, :cut].tolist() == two.calls[:, :cut].tolist()


def test_rows_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(1)
    stand, there = rng.normal(0.5, 0.8, (6, 80)), rng.random((6, 80)) > 0.1
    together = lifecycle(stand, there, sustained=2, of=3, cooldown=5, silence=2)
    for row in range(6):
        alone = lifecycle(
            stand[row : row + 1], there[row : row + 1], sustained=2, of=3, cooldown=5, silence=2
        )
        assert alone.state[0].tolist() == together.state[row].tolist()
        assert alone.calls[0].tolist() == together.calls[row].tolist()


@pytest.mark.parametrize(
    "how, calls",
    [({}, [1, 5]), ({"cooldown": 10}, [1]), ({"sustained": 2, "of": 2}, [2]), ({"back": 0.0}, [1])],
)
def test_each_clause_does_what_it_says(how: dict[str, Any], calls: list[int]) -> None:
    stand = np.array([[0.0, 1.5, 1.4, 0.3, 0.2, 1.1, 0.9]])
    life = lifecycle(stand, np.ones(stand.shape, dtype=bool), **how)
    assert np.flatnonzero(life.calls[0]).tolist() == calls


def test_an_alarm_that_returns_in_the_cooldown_calls_when_that_is_over() -> None:
    stand = np.array([[0.0, 1.5, 0.2, *[1.5] * 12]])
    life = lifecycle(stand, np.ones(stand.shape, dtype=bool), cooldown=6)
    assert np.flatnonzero(life.calls[0]).tolist() == [1, 7]
