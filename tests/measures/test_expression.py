"""Is a metric's definition read as SQL and logic would read it?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.measures.expression import parse

FLAGS = st.sampled_from([True, False, None])
FRAME = pd.DataFrame(
    {
        "flag": pd.array([True, False, None], dtype="boolean"),
        "other": pd.array([None, None, True], dtype="boolean"),
        "number": [1.0, np.nan, 3.0],
        "count": pd.array([1, None, 3], dtype="Int64"),
        "word": pd.Series(["x", "y", None], dtype="str"),
    }
)
NA = np.nan


def _value(text: str) -> list[float]:
    return [float(one) for one in parse(text).evaluate(FRAME, 3)]


@given(a=FLAGS, b=FLAGS)
def test_logic_is_three_valued_as_in_pandas(*, a: bool | None, b: bool | None) -> None:
    frame = pd.DataFrame({"a": pd.array([a], dtype="boolean"), "b": pd.array([b], dtype="boolean")})
    for text, theirs in (
        ("a and b", frame["a"] & frame["b"]),
        ("a or b", frame["a"] | frame["b"]),
        ("not a", ~frame["a"]),
    ):
        found = parse(text).evaluate(frame, 1)
        expected = theirs.to_numpy(dtype=float, na_value=np.nan)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("flag", [1, 0, NA]),
        ("not flag", [0, 1, NA]),
        ("number + 2 * count", [3, NA, 9]),
        ("number / (number - 1)", [NA, NA, 1.5]),
        ("-number", [-1, NA, -3]),
        ("number >= 3", [0, NA, 1]),
        ("word == 'x'", [1, 0, NA]),
        ("'x' != word", [0, 1, NA]),
        ("word in ('x', 'z')", [1, 0, NA]),
        ("word not in ['x']", [0, 1, NA]),
        ("known(word)", [1, 1, 0]),
        ("known(number) and not known(other)", [1, 0, 0]),
        ("coalesce(flag, False)", [1, 0, 0]),
        ("coalesce(word == 'x', True)", [1, 0, 1]),
        ("nowhere", [NA, NA, NA]),
        ("nowhere == 'x'", [NA, NA, NA]),
        ("coalesce(nowhere == 'x', False)", [0, 0, 0]),
        ("1", [1, 1, 1]),
    ],
)
def test_definitions_give_what_they_say(text: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(_value(text), expected)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "flag.real",
        "flag[0]",
        "lambda: 1",
        "flag if other else number",
        "number ** 9",
        "1 < number < 3",
        "known(flag, other)",
        "score(flag)",
        "word in other",
        "'a' 'b' +",
        "[x for x in flag]",
        "f'{flag}'",
    ],
)
def test_anything_beyond_the_language_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match=r"not understood|not an expression"):
        parse(text)


@pytest.mark.parametrize("text", ["word", "word + 1", "not word", "word < 'b'"])
def test_text_is_only_compared(text: str) -> None:
    with pytest.raises(BadInputError, match=r"text|Text"):
        _value(text)


def test_what_a_definition_needs_leaves_out_what_it_can_do_without() -> None:
    parsed = parse("completed and known(user_corrected) and coalesce(score('tone') > 0, False)")
    assert parsed.needs == {"completed"}
    assert parsed.columns == {"completed", "user_corrected", "score:tone"}


def test_two_texts_are_the_same_only_where_both_are_known() -> None:
    frame = pd.DataFrame({"a": ["x", "x", None, "y"], "b": ["x", None, None, "x"]}, dtype="str")
    expected = [1.0, np.nan, np.nan, 0.0]
    assert parse("a == b").evaluate(frame, 4).tolist() == pytest.approx(expected, nan_ok=True)
    opposite = [0.0, np.nan, np.nan, 1.0]
    assert parse("a != b").evaluate(frame, 4).tolist() == pytest.approx(opposite, nan_ok=True)


def test_a_log_of_one_row_is_read_like_any_other() -> None:
    frame = pd.DataFrame({"a": [None]}, dtype="str")
    for formula in ("a == 'x'", "'x' == a", "a != 'x'"):
        assert np.isnan(parse(formula).evaluate(frame, 1)).all(), formula


def test_a_number_of_the_definition_itself_may_be_looked_up() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    assert parse("2.5 in (0, 2.5)").evaluate(frame, 2).tolist() == [1.0, 1.0]
    assert parse("'x' not in ('y',)").evaluate(frame, 2).tolist() == [1.0, 1.0]
