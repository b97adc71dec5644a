"""Is it always known what was read, and what is still to be read?"""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.lake.entry.coverage import (
    SETTLED,
    Interval,
    from_json,
    gaps,
    merged,
    settled_until,
    to_json,
    without,
)
from tests.lake.worlds import DAY

HOUR = pd.Timedelta("1h")
INTERVALS = st.lists(
    st.builds(
        lambda start, size, read, complete: Interval(
            start=DAY + start * HOUR,
            end=DAY + (start + size) * HOUR,
            read_at=DAY + read * HOUR,
            complete=complete,
        ),
        st.integers(0, 20),
        st.integers(1, 9),
        st.integers(0, 200),
        st.booleans(),
    ),
    max_size=6,
)


def at_each_hour(intervals: list[Interval] | tuple[Interval, ...]) -> list[tuple[bool, bool]]:
    """Return for each hour whether it was read completely, and whether it is settled."""
    found = []
    for hour in range(32):
        time = DAY + hour * HOUR
        over = [one for one in intervals if one.start <= time < one.end]
        best = max(over, key=lambda one: (one.complete, one.read_at), default=None)
        read = best is not None and best.complete
        found.append((read, best is not None and best.settled))
    return found


@given(old=INTERVALS, new=INTERVALS)
def test_merging_loses_no_hour_and_leaves_no_overlap(
    old: list[Interval], new: list[Interval]
) -> None:
    whole = merged(old, new)
    assert [read for read, _ in at_each_hour(whole)] == [
        read for read, _ in at_each_hour([*old, *new])
    ]
    assert all(a.end <= b.start for a, b in pairwise(whole))
    assert merged(whole, ()) == whole
    assert from_json({"intervals": to_json(whole)}) == whole


@given(intervals=INTERVALS, start=st.integers(0, 25), size=st.integers(1, 6))
def test_gaps_are_just_the_hours_not_read(intervals: list[Interval], start: int, size: int) -> None:
    first, last = DAY + start * HOUR, DAY + (start + size) * HOUR
    found = gaps(intervals, first, last)
    read = [
        any(one.complete and one.start <= DAY + hour * HOUR < one.end for one in intervals)
        for hour in range(start, start + size)
    ]
    missing = [
        any(begin <= DAY + hour * HOUR < end for begin, end in found)
        for hour in range(start, start + size)
    ]
    assert missing == [not one for one in read]
    left = without(merged(intervals, ()), first, last)
    assert gaps(left, first, last) == [(first, last)]


def test_what_was_read_two_days_later_is_settled_up_to_the_first_that_was_not() -> None:
    early = Interval(start=DAY, end=DAY + HOUR, read_at=DAY + HOUR + SETTLED)
    soon = Interval(start=DAY + HOUR, end=DAY + 2 * HOUR, read_at=DAY + 3 * HOUR)
    assert settled_until([early, soon]) == DAY + HOUR
    assert settled_until([soon]) is None
    far = Interval(start=DAY + 9 * HOUR, end=DAY + 10 * HOUR, read_at=DAY + 30 * SETTLED)
    assert settled_until([early, far]) == DAY + HOUR


def test_many_settled_slices_become_one() -> None:
    slices = [
        Interval(
            start=DAY + at * HOUR,
            end=DAY + (at + 1) * HOUR,
            read_at=DAY + (at + 1) * HOUR + SETTLED,
        )
        for at in range(1000)
    ]
    assert len(merged((), slices)) == 1


def test_an_interval_ends_after_it_starts() -> None:
    with pytest.raises(BadInputError, match="ends after it starts"):
        Interval(start=DAY, end=DAY, read_at=DAY)
