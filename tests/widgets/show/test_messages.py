import json
from pathlib import Path
from typing import Any

import pytest

from agentlens.sources.files import read_files
from agentlens.sources.files.dialects.otel.genai_messages import messages as genai
from agentlens.tables.log import Log
from agentlens.widgets.show.talk.messages import messages
from agentlens.widgets.show.talk.pairs import ALONE, Turn
from agentlens.widgets.show.talk.turns import turns
from tests.sources.dialects.shared import SHARED
from tests.sources.dialects.test_one_truth import FORMS as DIALECTS
from tests.sources.dialects.test_one_truth import read, written
from tests.widgets.show.made import BEGIN, log_of, span, talk_log

ARGUMENTS = {"order": 7}
ASKED = {"role": "user", "content": "Where is order 7?"}


def openai() -> object:
    call: dict[str, Any] = {"id": "c", "type": "function"}
    call |= {"function": {"name": "look_up", "arguments": json.dumps(ARGUMENTS)}}
    return {
        "model": "m",
        "messages": [
            ASKED,
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": "shipped"},
        ],
    }


def anthropic() -> object:
    use = {"type": "tool_use", "id": "c", "name": "look_up", "input": ARGUMENTS}
    back = {
        "type": "tool_result",
        "tool_use_id": "c",
        "content": [{"type": "text", "text": "shipped"}],
    }
    return [
        {"role": "user", "content": [{"type": "text", "text": "Where is order 7?"}]},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [back]},
    ]


def responses() -> object:
    return {
        "input": [
            ASKED,
            {
                "type": "function_call",
                "call_id": "c",
                "name": "look_up",
                "arguments": json.dumps(ARGUMENTS),
            },
            {"type": "function_call_output", "call_id": "c", "output": "shipped"},
        ]
    }


def gemini() -> object:
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "Where is order 7?"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "look_up", "args": ARGUMENTS}}]},
            {
                "role": "user",
                "parts": [{"functionResponse": {"name": "look_up", "response": "shipped"}}],
            },
        ]
    }


def bedrock() -> object:
    use = {"toolUse": {"toolUseId": "c", "name": "look_up", "input": ARGUMENTS}}
    back = {"toolResult": {"toolUseId": "c", "content": [{"text": "shipped"}]}}
    return {
        "messages": [
            {"role": "user", "content": [{"text": "Where is order 7?"}]},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [back]},
        ]
    }


def langchain() -> object:
    path = ["langchain", "schema", "messages"]
    call = {"name": "look_up", "args": ARGUMENTS, "id": "c"}
    return {
        "messages": [
            [
                {"id": [*path, "HumanMessage"], "kwargs": {"content": "Where is order 7?"}},
                {"id": [*path, "AIMessage"], "kwargs": {"content": "", "tool_calls": [call]}},
                {"type": "tool", "content": "shipped", "tool_call_id": "c"},
            ]
        ]
    }


def vercel() -> object:
    call = {"type": "tool-call", "toolCallId": "c", "toolName": "look_up", "args": ARGUMENTS}
    back = {"type": "tool-result", "toolCallId": "c", "toolName": "look_up", "result": "shipped"}
    return [ASKED, {"role": "assistant", "content": [call]}, {"role": "tool", "content": [back]}]


def conventions() -> object:
    """As our reader of the GenAI conventions leaves them."""
    call = {"type": "tool_call", "id": "c", "name": "look_up", "arguments": ARGUMENTS}
    back = {"type": "tool_call_response", "id": "c", "response": "shipped"}
    return genai(
        [
            {"role": "user", "parts": [{"type": "text", "content": "Where is order 7?"}]},
            {"role": "assistant", "parts": [call]},
            {"role": "tool", "parts": [back]},
        ]
    )


def flattened() -> object:
    start = "llm.input_messages"
    return {
        f"{start}.0.message.role": "user",
        f"{start}.0.message.content": "Where is order 7?",
        f"{start}.1.message.role": "assistant",
        f"{start}.1.message.tool_calls.0.tool_call.id": "c",
        f"{start}.1.message.tool_calls.0.tool_call.function.name": "look_up",
        f"{start}.1.message.tool_calls.0.tool_call.function.arguments": json.dumps(ARGUMENTS),
        f"{start}.10.message.role": "tool",
        f"{start}.10.message.tool_call_id": "c",
        f"{start}.10.message.content": "shipped",
    }


def inspect() -> object:
    call = {"id": "c", "function": "look_up", "arguments": ARGUMENTS, "type": "function"}
    return [
        ASKED,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "shipped", "tool_call_id": "c", "function": "look_up"},
    ]


READ = [
    openai,
    anthropic,
    responses,
    gemini,
    bedrock,
    langchain,
    vercel,
    conventions,
    flattened,
    inspect,
]


SOME = ["otlp.jsonl", "phoenix.jsonl", "langsmith.jsonl", "mlflow.jsonl", "inspect"]
SOME += [next(one for one in DIALECTS if DIALECTS[one][0] == "langfuse")]


def talk(log: Log) -> tuple[Turn, ...]:
    trace = log.trace("t")
    return turns(trace.row, trace.spans.sort_values("start"))


@pytest.mark.parametrize("form", READ)
def test_a_question_a_call_and_its_result_are_read_from_every_form(form: Any) -> None:
    log = log_of(span("m", 1, kind="llm", input=json.dumps(form())))
    asked, call, result = talk(log)
    assert (asked.role, asked.text) == ("user", "Where is order 7?")
    assert (call.sort, call.role, call.name) == ("call", "assistant", "look_up")
    assert json.loads(call.text) == ARGUMENTS
    assert (result.sort, result.name, result.text) == ("result", "look_up", "shipped")
    assert (call.pair, result.pair) == (2, 1)


@pytest.mark.parametrize(
    "output",
    [
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Soon."}}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Soon."}], "id": "msg_1"},
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "Soon."}]}}]},
        {
            "generations": [
                [{"text": "Soon.", "message": {"role": "assistant", "content": "Soon."}}]
            ]
        },
        {
            "output": [
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": "Soon."}],
                }
            ]
        },
        "Soon.",
    ],
)
def test_an_answer_is_read_from_every_envelope(output: object) -> None:
    text = output if isinstance(output, str) else json.dumps(output)
    log = log_of(span("m", 1, kind="llm", input=json.dumps([ASKED]), output=text))
    assert [(one.role, one.text) for one in talk(log)][1:] == [("assistant", "Soon.")]


def test_a_growing_history_is_told_once_and_the_unpaired_stay_marked() -> None:
    said = talk(talk_log())
    assert [(one.sort, one.role if one.sort == "said" else one.name) for one in said] == [
        ("said", "system"),
        ("said", "user"),
        ("call", "look_up"),
        ("call", "refund"),
        ("result", "look_up"),
        ("result", ""),
        ("said", "assistant"),
    ]
    alone = [one for one in said if one.pair == ALONE]
    assert [(one.sort, one.text) for one in alone] == [("call", "{}"), ("result", "nobody asked")]


def test_the_same_words_said_twice_are_told_twice() -> None:
    first = [ASKED]
    again = [ASKED, {"role": "assistant", "content": "ok"}, ASKED]
    log = log_of(
        span("one", 1, kind="llm", input=json.dumps(first), output="ok"),
        span("two", 3, kind="llm", input=json.dumps(again), output="ok"),
    )
    assert [one.text for one in talk(log)] == [ASKED["content"], "ok", ASKED["content"], "ok"]


def test_tools_stand_between_question_and_answer_where_no_message_names_them() -> None:
    log = log_of(
        span("root", 0, took=9, kind="agent"),
        span("look_up", 1, parent="root", input="{}", output="found"),
        span("refund", 3, parent="root", input="{}"),
        input="Where?",
        output="There.",
    )
    said = talk(log)
    assert [one.text for one in said] == ["Where?", "{}", "found", "{}", "There."]
    assert [one.pair for one in said if one.sort == "call"] == [2, ALONE]


def test_a_trace_without_steps_tells_its_own_input_and_output() -> None:
    said = talk(log_of(input=json.dumps([ASKED]), output="Soon."))
    assert [(one.role, one.text) for one in said] == [
        ("user", ASKED["content"]),
        ("assistant", "Soon."),
    ]


def test_a_trace_that_failed_without_an_answer_says_why() -> None:
    wrong = span("m", 1, kind="llm", status="error", error_message="the provider answered 500")
    said = talk(log_of(wrong, input="Where?", status="error"))
    assert (said[-1].role, said[-1].text) == ("no answer", "the provider answered 500")


def test_bytes_in_a_message_are_named_and_not_told() -> None:
    coded = "iVBORw0KGgoAAAANSUhEUgAAB" + "aQ9z" * 100
    image = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": coded},
    }
    content = [{"type": "text", "text": "See:"}, image]
    (one,) = talk(log_of(input=json.dumps([{"role": "user", "content": content}])))
    assert coded[:50] not in one.text
    assert "image/png" in one.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[1, 2]",
        '{"a": 1}',
        "[" * 5_000,
        '{"messages": 3}',
        '[{"role": 3}]',
        '{"role": null}',
    ],
)
def test_what_is_no_list_of_messages_gives_none(text: str) -> None:
    assert messages(text) == ()


@pytest.mark.parametrize("name", SOME)
def test_the_shared_traces_are_told_as_question_answer_and_call(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    log = read(path) if name == "inspect" else read_files(path, redact=None, strict=False)
    for one in SHARED[:10]:
        root, think, look = one.spans
        trace = log.trace(one.trace_id)
        said = turns(trace.row, trace.spans.sort_values("start", kind="stable"))
        words = [turn.text for turn in said if turn.sort == "said" and turn.role != "no answer"]
        assert words[:2] == [root.input, think.output]
        assert words[2:] == ([root.output] if root.output else [])
        (call,) = (turn for turn in said if turn.sort == "call")
        assert call.name == "look_up"
        assert json.loads(call.text) == json.loads(look.input)


def test_lines_are_in_order_of_time() -> None:
    log = log_of(
        span("tool", 5, took=0.5, input="{}", output="late"),
        span("m", 1, kind="llm", input="prompt", output="early"),
        start=BEGIN,
    )
    assert [one.text for one in talk(log)] == ["prompt", "early", "{}", "late"]
