"""Does the short way into a column give what the long way gives, or step aside?"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.intake.columns.held import instants
from agentlens.sources.intake.ids import one_spelling, spelt
from agentlens.sources.intake.payloads import payloads
from agentlens.tables.convert import convert
from agentlens.tables.schema import Column

START = Column("start", "time", "UTC", "when it began")
MOMENTS = st.datetimes(min_value=pd.Timestamp("2015-01-01"), max_value=pd.Timestamp("2100-01-01"))
SPELLINGS = (
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f+02:00",
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%Y-%m-%dT%H:%M:%S.%f123",
    " %Y-%m-%d %H:%M",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(MOMENTS, st.sampled_from(SPELLINGS)) | st.none(), max_size=6),
    st.sampled_from(SPELLINGS),
    st.booleans(),
)
def test_times_are_those_that_each_would_be_by_itself(
    drawn: list[Any],
    same: str,
    mixed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    texts = [None if one is None else one[0].strftime(one[1] if mixed else same) for one in drawn]
    short, told_short = convert(instants(texts), START)
    plain = pd.Series(texts, dtype="str")
    long, told_long = convert(plain, START)
    pd.testing.assert_series_equal(short, long)
    if any(texts):
        assert told_short == told_long


def test_times_of_one_spelling_are_read_at_once() -> None:
    assert str(instants(["2026-05-04 09:12:04.25", None]).dtype) == "datetime64[us]"
    assert str(instants(["2026-05-04T09:12:04Z"]).dtype) == "datetime64[us, UTC]"
    assert str(instants([1795000000, None]).dtype) == "Int64"


HEX = st.text(alphabet="0123456789abcdef", min_size=16, max_size=16)
IDS = HEX | HEX.map(lambda one: one * 2) | st.sampled_from(["0" * 16, "0" * 32, "", "run-7", "0x1"])


@settings(max_examples=200, deadline=None)
@given(st.lists(IDS | HEX.map(str.upper) | st.none(), max_size=8))
def test_ids_are_spelt_as_each_would_be_by_itself(ids: list[str | None]) -> None:
    found = spelt(pd.Series(ids, dtype="str"))
    wanted = [None if one is None else one_spelling(one) for one in ids]
    pd.testing.assert_series_equal(found, pd.Series(wanted, dtype="str"))


VALUES = (
    st.text(max_size=12)
    | st.text(alphabet="a\ud800é", max_size=12)
    | st.none()
    | st.integers(0, 10**6)
    | st.dictionaries(st.text(alphabet="ab", max_size=2), st.integers(0, 9), max_size=2)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 4, 9]))
def test_texts_keep_their_true_length_and_at_most_what_is_allowed(
    values: list[Any], most: int | None
) -> None:
    found = payloads(values, most)
    for place, value in enumerate(values):
        kept, chars = found.texts.iloc[place], found.chars.iloc[place]
        if value in (None, "", {}):
            assert pd.isna(kept)
            assert pd.isna(chars)
        elif isinstance(value, str):
            whole = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in value)
            assert chars == len(value)
            assert (place in found.mended) == (whole != value)
            assert (place in found.cut) == (most is not None and len(value) > most)
            assert kept == whole if place not in found.cut else kept.startswith(whole[:3])
        else:
            assert chars == len(str(kept)) or place in found.cut
    assert found.chars.dtype == "Int64"
    assert found.texts.dtype == pd.StringDtype(na_value=np.nan)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_column_without_any_text_is_a_column_of_gaps(n: int) -> None:
    found = payloads([None] * n, 9)
    assert found.texts.tolist() == pytest.approx([np.nan] * n, nan_ok=True)
    assert found.cut == found.mended == []
