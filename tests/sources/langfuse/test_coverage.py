"""Is every moment read until it has settled, and none more often than it must?"""

from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from agentlens.sources.langfuse.coverage import (
    SETTLED,
    Read,
    Window,
    deep_is_due,
    due,
    painted,
    settled_until,
    sliced,
)

DAY = pd.Timestamp("2026-11-20", tz="UTC")
OVERLAP = pd.Timedelta("30min")


def at(hours: float) -> pd.Timestamp:
    """Return a time some hours after the day began."""
    return DAY + pd.Timedelta(hours, "h")


hours = st.integers(0, 200)
readings = st.lists(
    st.tuples(hours, hours, hours).map(lambda one: (min(one[:2]), max(one[:2]) + 1, one[2])),
    max_size=8,
)


def after(given: list[tuple[int, int, int]]) -> tuple[Read, ...]:
    """Return the stretches after some readings."""
    reads: tuple[Read, ...] = ()
    for start, end, when in given:
        reads = painted(reads, (at(start), at(end)), at(when))
    return reads


@given(readings)
def test_every_moment_knows_its_newest_reading(given: list[tuple[int, int, int]]) -> None:
    reads = after(given)
    for hour in range(0, 201, 3):
        moment = at(hour + 0.5)
        wanted = [when for start, end, when in given if at(start) <= moment < at(end)]
        found = [one.at for one in reads if one.start <= moment < one.end]
        assert found == ([at(max(wanted))] if wanted else [])


@given(readings, hours, st.booleans())
def test_a_moment_is_due_until_it_was_read_late_enough(
    given: list[tuple[int, int, int]],
    now: int,
    deep: bool,  # noqa: FBT001 - drawn
) -> None:
    reads = after(given)
    windows = due(reads, at(0), at(now), overlap=OVERLAP, deep=deep)
    assert windows == sorted(windows, reverse=True)
    late = SETTLED if deep else OVERLAP
    for hour in range(0, 201, 3):
        moment = at(hour + 0.5)
        good = any(one.start <= moment < one.end and moment < one.at - late for one in reads)
        inside = any(start <= moment < end for start, end in windows)
        assert inside == (moment < at(now) and not good)


def test_the_first_pull_reads_all_and_the_next_only_what_may_have_changed() -> None:
    assert due((), at(0), at(100), overlap=OVERLAP, deep=True) == [(at(0), at(100))]
    reads = painted((), (at(0), at(100)), at(100))
    assert due(reads, at(0), at(101), overlap=OVERLAP, deep=False) == [(at(99.5), at(101))]
    assert due(reads, at(0), at(125), overlap=OVERLAP, deep=True) == [(at(52), at(125))]
    reads = painted(reads, (at(52), at(125)), at(125))
    assert due(reads, at(0), at(150), overlap=OVERLAP, deep=True) == [(at(77), at(150))]
    assert settled_until(reads, at(0)) == at(77)
    assert settled_until((), at(0)) == at(0)


def test_an_interrupted_pull_asks_for_the_rest_only() -> None:
    reads = painted((), (at(60), at(100)), at(100))
    windows = due(reads, at(0), at(100.2), overlap=OVERLAP, deep=False)
    assert windows == [(at(99.5), at(100.2)), (at(0), at(60))]


def test_a_deep_pass_is_due_once_a_day() -> None:
    assert not deep_is_due(at(0), at(23))
    assert deep_is_due(at(0), at(24))


@given(hours, hours, st.sampled_from(["15min", "1h", "4h"]))
def test_slices_fill_a_window_without_gap_or_overlap(a: int, b: int, size: str) -> None:
    window: Window = (at(min(a, b) / 7), at(max(a, b) / 7 + 0.3))
    found = list(sliced(window, pd.Timedelta(size)))
    assert found[0][1] == window[1]
    assert found[-1][0] == window[0]
    assert all(one[0] == other[1] for one, other in pairwise(found))
    assert all(start < end <= start + pd.Timedelta(size) for start, end in found)
