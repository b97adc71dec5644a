"""Is what the user said found in every shape, and is nothing else taken for it?"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.signals.messages import first_user_text, user_turns

SYSTEM = {"role": "system", "content": "Be kind."}
FLAT = "llm.input_messages"


def _flat(place: int, **fields: str) -> dict[str, str]:
    return {f"{FLAT}.{place}.message.{name}": value for name, value in fields.items()}


SHAPES: dict[str, tuple[Any, list[str]]] = {
    "text inside JSON": ("Where?", ["Where?"]),
    "OpenAI": ([SYSTEM, {"role": "user", "content": "Where?"}], ["Where?"]),
    "OpenAI parts": (
        [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]}],
        ["a"],
    ),
    "several text parts": (
        [
            {
                "role": "user",
                "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
            }
        ],
        ["a\nb"],
    ),
    "Responses": (
        {
            "model": "m",
            "input": [
                {
                    "type": "message",
                    "role": "user",
                    "content": [{"type": "input_text", "text": "a"}],
                }
            ],
        },
        ["a"],
    ),
    "an answer of a tool is not the user": (
        [
            {"role": "user", "content": "a"},
            {"role": "user", "content": [{"type": "tool_result", "content": "42"}]},
            {"role": "user", "content": "b"},
        ],
        ["a", "b"],
    ),
    "GenAI parts": ([{"role": "user", "parts": [{"type": "text", "content": "a"}]}], ["a"]),
    "contents": ({"contents": [{"role": "user", "parts": [{"text": "a"}]}]}, ["a"]),
    "flattened, ten after nine": (
        {
            **_flat(10, role="user", content="ten"),
            **_flat(9, role="user", content="nine"),
            **_flat(0, role="system", content="Be kind."),
        },
        ["nine", "ten"],
    ),
    "flattened parts": (
        {
            f"{FLAT}.0.message.role": "user",
            f"{FLAT}.0.message.contents.0.message_content.text": "a",
            f"{FLAT}.0.message.contents.0.message_content.type": "text",
        },
        ["a"],
    ),
    "old numbered prompts": (
        {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "a"},
        ["a"],
    ),
    "enveloped": ([{"message": {"role": "user", "content": "a"}}], ["a"]),
    "of type human": ([[{"type": "human", "content": "a"}]], ["a"]),
    "of a class": (
        {"messages": [{"lc": 1, "id": ["x", "HumanMessage"], "kwargs": {"content": "a"}}]},
        ["a"],
    ),
    "its only text": ({"ask": "a", "top_k": 3}, ["a"]),
    "a question among others": ({"locale": "en", "question": "a", "user": "x"}, ["a"]),
    "a query before an input": ({"input": "b", "query": "a"}, ["a"]),
    "arguments": ({"args": ["a"], "kwargs": {}}, ["a"]),
    "named arguments": ({"args": [], "kwargs": {"query": "a", "k": 3}}, ["a"]),
    "messages in a text": (json.dumps([{"role": "user", "content": "a"}]), ["a"]),
    "nobody": ([SYSTEM], []),
    "an assistant": ([{"role": "assistant", "content": "a"}], []),
    "two texts and no name": ({"x": "a", "y": "b"}, []),
    "numbers": ([1, 2], []),
    "nothing": ({}, []),
    "null": (None, []),
    "blanks": ([{"role": "user", "content": "  "}], []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_users_messages_are_found_in_every_shape(shape: str) -> None:
    held, said = SHAPES[shape]
    assert user_turns(json.dumps(held)) == said
    assert first_user_text(json.dumps(held)) == (said[0] if said else None)


@pytest.mark.parametrize(
    "text",
    ["Where is it?", "5", "[urgent] where is it", "{name}, hello", '"quoted" is a word', "  x"],
)
def test_a_plain_text_is_itself(text: str) -> None:
    assert user_turns(text) == [text]


def test_messages_that_were_cut_are_no_message() -> None:
    assert user_turns('[{"role": "user", "content": "a⟪… 900 characters cut …⟫"') == []
    assert user_turns("A long story ⟪… 900 characters cut …⟫ end") != []


def test_what_the_strict_parser_refuses_is_read_all_the_same() -> None:
    assert user_turns('{"temperature": NaN, "question": "a"}') == ["a"]
    assert user_turns('{"question": "\\ud800a"}') == ["\ufffda"]
    deep = "[" * 100_000
    assert user_turns(deep) == [deep]


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["role", "content", "parts", "text", "type", "messages", "id", "kwargs"]
            )
            | st.sampled_from(["input", "message", "llm.input_messages.0.message.role", "x"]),
            inner | st.just("user"),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_no_object_is_too_odd(held: Any) -> None:
    for one in user_turns(json.dumps(held)):
        assert one.strip()
        one.encode()


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    turns = user_turns(text)
    if text.strip() and text.lstrip()[0] not in '[{"' and text.strip() != "null":
        assert turns == [text]
