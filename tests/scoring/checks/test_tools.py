"""Were only allowed tools called, with arguments that fit, and not over and over?"""

from typing import Any

import pytest

from agentlens.errors import BadInputError
from agentlens.scoring.checks.rules.loops import tool_loop
from agentlens.scoring.checks.rules.tools import tools_allowed
from agentlens.tables.log import Log
from tests.scoring.checks.worlds import answer, evidence, log_of, verdicts, why

ALLOWED = {"refund": ["get_order", "issue_refund"], "question": ["search_help"]}
PAID = {"type": "object", "required": ["amount"], "properties": {"amount": {"maximum": 100}}}


def _calls(*calls: tuple[int, str, Any]) -> list[dict[str, Any]]:
    return [{"trace_id": f"t{at}", "kind": "tool", "name": name, "input": given}
            for at, name, given in calls]  # fmt: skip


def _log(*calls: tuple[int, str, Any], intents: list[Any]) -> Log:
    return log_of(["x"] * len(intents), _calls(*calls), task_type=intents)


def test_a_tool_outside_the_list_of_its_intent_fails_the_trace() -> None:
    log = _log(
        (0, "get_order", "{}"),
        (0, "issue_refund", "{}"),
        (1, "search_help", "{}"),
        (1, "issue_refund", "{}"),
        intents=["refund", "question"],
    )
    assert verdicts(tools_allowed(ALLOWED), log) == ["pass", "fail"]
    assert evidence(tools_allowed(ALLOWED), log)[1] == "call 2: issue_refund not allowed"
    assert answer(log, tools_allowed(ALLOWED)).band == "act"


def test_an_unknown_intent_and_a_trace_without_a_call_are_not_checked_but_counted() -> None:
    log = _log((0, "x", "{}"), (1, "x", "{}"), intents=["other", None, "refund"])
    assert why(tools_allowed(ALLOWED), log) == ["unknown task_type"] * 2 + ["no tool call"]
    assert verdicts(tools_allowed(ALLOWED), log) == ["-", "-", "-"]
    result = answer(log, tools_allowed(ALLOWED))
    assert result.frame["why_not"].tolist() == ["unknown task_type 2; no tool call 1"]


def test_one_list_holds_for_every_intent() -> None:
    log = log_of(["x", "x"], _calls((0, "a", "{}"), (1, "b", "{}")))
    assert verdicts(tools_allowed(["a"]), log) == ["pass", "fail"]


def test_arguments_are_held_against_the_schema_of_their_tool() -> None:
    fitting = tools_allowed(ALLOWED, schemas={"issue_refund": PAID})
    log = _log(
        (0, "issue_refund", '{"amount": 20}'),
        (1, "issue_refund", '{"amount": 2000}'),
        (2, "issue_refund", '{"amount": NaN}'),
        (3, "issue_refund", None),
        (4, "get_order", None),
        intents=["refund"] * 5,
    )
    assert verdicts(fitting, log) == ["pass", "fail", "fail", "-", "pass"]
    assert evidence(fitting, log)[1] == "call 1: issue_refund arguments: $.amount maximum"
    assert why(fitting, log)[1:4] == ["arguments do not fit"] * 2 + ["arguments not recorded"]


def test_a_tool_name_that_is_made_up_of_something_else_is_not_told() -> None:
    for name in ("ann@example.com", "sk-ant-api03-Zx81kQ7b2Lm9TfQ", "please call my mother"):
        told = evidence(tools_allowed(["a"]), log_of(["x"], _calls((0, name, "{}"))))
        assert told == ["call 1: a tool not allowed"]


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(BadInputError, match="allowed is a mapping"):
        tools_allowed("search")
    with pytest.raises(BadInputError, match=r"write \['search'\]"):
        tools_allowed({"refund": "search"})
    with pytest.raises(BadInputError, match="allowed is a mapping"):
        tools_allowed([])


def test_a_log_without_tool_spans_or_intents_says_so() -> None:
    absent = tools_allowed(ALLOWED).run(log_of(["x"])).absent
    assert absent == "this log has no column 'task_type'"
    assert tools_allowed(["a"]).run(log_of(["x"])).absent == "this log has no tool spans"


def test_three_equal_calls_in_a_row_are_a_loop_however_their_keys_are_ordered() -> None:
    one, turned = '{"a": 1, "b": 2}', '{"b":2,"a":1}'
    log = log_of(
        ["x"] * 5,
        _calls(
            *[(0, "find", one), (0, "find", turned), (0, "find", one)],
            *[(1, "find", one), (1, "find", one), (1, "read", one), (1, "find", one)],
            *[(2, "find", one), (2, "find", one), (2, "find", '{"a": 2, "b": 2}')],
            *[(3, "find", None), (3, "find", None), (3, "find", None)],
        ),
    )
    assert verdicts(tool_loop(), log) == ["fail", "pass", "pass", "-", "-"]
    assert evidence(tool_loop(), log)[0] == "3 equal calls in a row"
    assert why(tool_loop(), log)[3:] == ["arguments not recorded", "no tool call"]
    assert verdicts(tool_loop(2), log)[:3] == ["fail", "fail", "fail"]
    assert verdicts(tool_loop(but="find"), log)[:3] == ["pass", "pass", "pass"]


def test_calls_of_two_traces_are_no_loop() -> None:
    log = log_of(["x"] * 3, _calls(*((at, "find", "{}") for at in range(3))))
    assert verdicts(tool_loop(), log) == ["pass"] * 3


def test_a_loop_of_one_is_refused() -> None:
    for times in (1, 0, True, 2.5):
        with pytest.raises(BadInputError, match="times is a whole number from 2"):
            tool_loop(times)  # type: ignore[arg-type]
