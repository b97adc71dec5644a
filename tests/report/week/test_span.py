"""Is the week that is reported the week that was meant?"""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.report.week.span import span_of

FIRST = pd.Timestamp("2026-10-19 00:00:18", tz="UTC")
STOP = pd.Timestamp("2026-11-18 10:20:00", tz="UTC")
WEEK = pd.Timedelta(7, "D")


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_a_length_ends_with_the_last_hour_of_the_log() -> None:
    span = span_of("7D", None, FIRST, STOP)
    assert span.now == (day("2026-11-11 11:00"), day("2026-11-18 11:00"))
    assert span.before == (day("2026-11-04 11:00"), day("2026-11-11 11:00"))
    assert span.name == ""
    assert span.title == "Weekly report"
    assert span.words.startswith("11 Nov 2026 11:00 – 18 Nov 2026 11:00 UTC, against 04 Nov")


def test_last_is_the_last_whole_calendar_week_and_has_its_name() -> None:
    span = span_of("last", None, FIRST, STOP)
    assert span.now == (day("2026-11-09"), day("2026-11-16"))
    assert (span.name, span.title) == ("2026-W46", "Week 46 of 2026")
    assert span.words == "09 Nov – 15 Nov 2026, against 02 Nov – 08 Nov 2026"


def test_a_week_that_ends_with_the_log_is_whole() -> None:
    assert span_of("last", None, FIRST, day("2026-11-16")).name == "2026-W46"


@pytest.mark.parametrize("written", ["2026-W45", "2026W45", " 2026-W45 "])
def test_a_week_may_be_named(written: str) -> None:
    assert span_of(written, None, FIRST, STOP).now == (day("2026-11-02"), day("2026-11-09"))


def test_a_week_may_be_held_against_any_earlier_time() -> None:
    span = span_of("2026-W46", "2026-W43", FIRST, STOP)
    assert span.before == (day("2026-10-19"), day("2026-10-26"))
    span = span_of("2026-W46", ("2026-10-20", "2026-11-05"), FIRST, STOP)
    assert span.before == (day("2026-10-20"), day("2026-11-05"))
    span = span_of("2026-W46", "14D", FIRST, STOP)
    assert span.before == (day("2026-10-26"), day("2026-11-09"))


@given(
    st.dates(
        min_value=pd.Timestamp("2020-01-01").date(), max_value=pd.Timestamp("2035-12-31").date()
    )
)
def test_every_calendar_week_is_found_by_its_name(date: object) -> None:
    monday = pd.Timestamp(str(date), tz="UTC")
    monday -= monday.weekday() * pd.Timedelta(1, "D")
    span = span_of((monday, monday + WEEK), None, monday - 9 * WEEK, monday + 9 * WEEK)
    assert span_of(span.name, None, monday - 9 * WEEK, monday + 9 * WEEK).now == span.now
    assert span.before == (monday - WEEK, monday)


@pytest.mark.parametrize(
    "week, against, said",
    [
        ("W46", None, "is no week"),
        ("yesterday", None, "is no week"),
        ("2026-W54", None, "has no such week"),
        ("2026-W30", None, "has no trace of that week"),
        ("2027-W30", None, "has no trace of that week"),
        ("2026-W46", "2026-W46", "overlaps the week"),
        ("2026-W46", "someday", "is no week"),
        (("2026-11-09", "2026-11-02"), None, "ends before it begins"),
    ],
)
def test_a_week_that_is_none_is_refused_with_what_to_write(
    week: str, against: str | None, said: str
) -> None:
    with pytest.raises(BadInputError, match=said):
        span_of(week, against, FIRST, STOP)
