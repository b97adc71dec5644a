"""Are ids never made up, texts as expected, and neither blank nor too long?"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.scoring.checks.rules.exact import exact
from agentlens.scoring.checks.rules.ids import ids_exact
from agentlens.scoring.checks.rules.shape import shape
from tests.scoring.checks.worlds import evidence, log_of, verdicts, why

ORDER = ids_exact("W-[0-9]{6}")


def _result(at: int, output: object, kind: str = "tool") -> dict[str, Any]:
    return {"trace_id": f"t{at}", "kind": kind, "output": output, "input": '{"id": "W-999999"}'}


def test_an_id_comes_from_the_input_or_a_result_and_not_from_the_agents_own_call() -> None:
    log = log_of(
        ["W-111111 is late", "W-222222 is late", "W-333333", "W-999999", "none", None],
        [_result(at, out) for at, out in enumerate(["{}", '{"hits": ["W-222222"]}'] + ["{}"] * 4)],
        input=["Where is W-111111?"] + ["hello"] * 5,
    )
    assert verdicts(ORDER, log) == ["pass", "pass", "fail", "fail", "-", "-"]
    assert why(ORDER, log)[2:] == ["unknown id", "unknown id", "no id", "no output"]
    assert evidence(ORDER, log)[2] == "1 of 1 ids from nowhere, at 0-8"


def test_an_id_that_a_longer_one_begins_with_is_another_id() -> None:
    log = log_of(["W-123456", "W-1234567 and XW-123456"], input=["W-1234567", "hello"])
    assert verdicts(ORDER, log) == ["fail", "-"]


def test_the_many_dashes_are_one_and_letters_keep_their_case() -> None:
    log = log_of(["W\u2011123456", "w-123456", "W\u2212123456"], input=["W-123456"] * 3)
    assert verdicts(ORDER, log) == ["pass", "-", "pass"]


def test_another_trace_of_the_session_counts_only_on_request_and_only_before() -> None:
    log = log_of(
        ["ok", "W-111111", "W-222222", "ok"],
        input=["W-111111", "and now?", "where?", "W-222222"],
        session_id=["s", "s", "s", "s"],
    )
    assert verdicts(ORDER, log) == ["-", "fail", "fail", "-"]
    within = ids_exact("W-[0-9]{6}", within="session")
    assert verdicts(within, log) == ["-", "pass", "fail", "-"]


def test_what_was_not_recorded_or_was_cut_is_no_reason_to_fail() -> None:
    cut = '{"hits": ["W-1⟪… 90 characters cut …⟫"]}'
    log = log_of(
        ["W-111111"] * 3, [_result(0, None), _result(1, cut)], input=["hello", "hello", None]
    )
    lost = "inputs or tool results not recorded whole"
    assert why(ORDER, log) == [lost, lost, lost]
    assert verdicts(ORDER, log_of(["W-111111"], [_result(0, None)], input=["W-111111"])) == ["pass"]
    session = ids_exact("W-[0-9]{6}", within="session")
    pair = log_of(["ok", "W-111111"], input=[None, "hello"], session_id=["s", "s"])
    assert why(session, pair)[1] == lost


def test_a_pattern_that_is_none_or_describes_nothing_is_refused() -> None:
    with pytest.raises(BadInputError, match="pattern is an expression"):
        ids_exact("W-[")
    with pytest.raises(BadInputError, match="also describes nothing at all"):
        ids_exact("[0-9]*")
    with pytest.raises(BadInputError, match="within is one of 'trace', 'session'"):
        ids_exact("[0-9]+", within="user")  # type: ignore[arg-type]


def test_a_text_is_compared_after_what_was_declared() -> None:
    log = log_of(
        ["Yes", "yes.", " yes ", "no", "yes", None], wanted=["yes", "yes", "yes", "yes", None, "a"]
    )
    assert verdicts(exact("wanted"), log) == ["fail", "fail", "pass", "fail", "-", "-"]
    loose = exact("wanted", even=["punctuation", "case", "blanks"])
    assert verdicts(loose, log) == ["pass", "pass", "pass", "fail", "-", "-"]
    assert why(loose, log)[3:] == ["differs", "no wanted", "no output"]
    assert loose.edition == exact("wanted", even=["case", "blanks", "punctuation"]).edition
    with pytest.raises(BadInputError, match="even is one of 'width', 'case'"):
        exact("wanted", even=["space"])
    assert exact("gold").run(log).absent == "this log has no values of 'gold'"


@pytest.mark.parametrize(
    "output, kind",
    [
        ("fine enough", ""),
        (" \n\t\u00a0", "blank"),
        ("  hi  ", "too short"),
        ("x" * 21, "too long"),
        ("x" * 20, ""),
        (None, "no output"),
    ],
)
def test_a_text_is_neither_blank_nor_too_short_nor_too_long(output: str | None, kind: str) -> None:
    assert why(shape(5, 20), log_of([output, "abcdef"]))[0] == kind


def test_what_was_cut_is_at_least_as_long_as_it_is() -> None:
    cut = "abcd⟪… 9 characters cut …⟫"
    assert why(shape(2), log_of([cut])) == [""]
    assert why(shape(2, 100), log_of([cut])) == ["output was cut when it was read"]


def test_limits_that_are_none_are_refused() -> None:
    with pytest.raises(BadInputError, match="swap them"):
        shape(10, 5)
    for few in (-1, 2.5, True):
        with pytest.raises(BadInputError, match="min_chars is a number of characters"):
            shape(few)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=8))
def test_any_text_is_checked_or_says_why_not(outputs: list[str | None]) -> None:
    log = log_of([*outputs, "here"], input=["hello"] * (len(outputs) + 1))
    for one in (shape(1, 10), ORDER, exact("input")):
        found = one.run(log)
        assert ((found.verdict == 1) == (found.kind == "")).all()
