"""Do OpenInference's flat attributes give messages, documents, costs and verdicts?"""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.otel.attributes import decoded, nested
from agentlens.sources.files.dialects.otel.openinference import said
from agentlens.sources.files.dialects.otlp.dialect import OTLP
from tests.sources.dialects import otlp_file as otlp
from tests.sources.dialects.otel_reading import only, read, row_of, scores_of
from tests.sources.dialects.otlp_file import document, span

FRAME = {"where", "trace_id", "span_id", "name", "start", "end"}
SCOPE = {"scope.name": "lib", "scope.version": "1.2"}


def _row(told: dict[str, Any]) -> dict[str, Any]:
    found = row_of(read(OTLP, document([span({"openinference.span.kind": "LLM"} | told)])))
    return {name: value for name, value in found.items() if name not in FRAME}


def test_a_model_call_fills_its_columns() -> None:
    told = {
        "llm.model_name": "m",
        "llm.provider": "p",
        "llm.system": "s",
        "llm.invocation_parameters": '{"temperature": 0}',
        "llm.token_count.prompt": 10,
        "llm.token_count.completion": 4,
        "llm.token_count.total": 14,
        "llm.token_count.prompt_details.cache_read": 6,
        "llm.token_count.prompt_details.cache_write": 1,
        "llm.cost.prompt": 0.5,
        "llm.cost.completion": 0.25,
        "llm.cost.total": 0.875,
        "llm.finish_reason": "stop",
        "llm.prompt_template.version": "v3",
        "input.value": '{"messages": []}',
        "input.mime_type": "application/json",
        "output.value": "Yes",
        "output.mime_type": "text/plain",
        "llm.input_messages.0.message.content": "Hi",
        "session.id": "s",
        "user.id": "u",
        "metadata": '{"segment": "pro", "n": 3}',
        "tag.tags": ["b", "a"],
        "graph.node.id": "g",
    }
    kept = ["llm.provider", "llm.system", "llm.invocation_parameters", "llm.token_count.total"]
    kept += ["llm.token_count.prompt_details.cache_write", "graph.node.id"]
    kept += ["llm.cost.prompt", "llm.cost.completion"]
    assert _row(told) == {
        "kind": "llm",
        "model": "m",
        "input_tokens": 10,
        "output_tokens": 4,
        "cached_tokens": 6,
        "cost_usd": 0.875,
        "cost_stated": True,
        "finish_reason": "stop",
        "prompt_version": "v3",
        "input": '{"messages": []}',
        "output": "Yes",
        "session_id": "s",
        "user_id": "u",
        "tags": ["b", "a"],
        "metadata": {f"attributes.{key}": told[key] for key in kept}
        | {"segment": "pro", "n": 3}
        | SCOPE,
    }


@pytest.mark.parametrize(
    "told, cost",
    [
        ({"llm.cost.total": 0}, 0),
        ({"llm.cost.prompt": 0.5, "llm.cost.completion": 0.25}, 0.75),
        ({"llm.cost.prompt": 0.5}, 0.5),
        ({"llm.cost.prompt": "much"}, None),
        ({}, None),
    ],
)
def test_a_cost_is_the_total_else_what_its_sides_add_up_to(
    told: dict[str, Any], cost: float | None
) -> None:
    found = _row(told)
    assert (found.get("cost_usd"), found.get("cost_stated")) == (
        cost,
        None if cost is None else True,
    )


def test_messages_are_put_together_from_their_numbered_parts() -> None:
    start = "llm.input_messages"
    told = {
        f"{start}.10.message.role": "tool",
        f"{start}.10.message.content": "found",
        f"{start}.10.message.tool_call_id": "c1",
        f"{start}.9.message.role": "assistant",
        f"{start}.9.message.tool_calls.0.tool_call.id": "c1",
        f"{start}.9.message.tool_calls.0.tool_call.function.name": "look",
        f"{start}.9.message.tool_calls.0.tool_call.function.arguments": '{"q": "x"}',
        f"{start}.0.message.role": "user",
        f"{start}.0.message.contents.1.message_content.text": "you",
        f"{start}.0.message.contents.1.message_content.type": "text",
        f"{start}.0.message.contents.0.message_content.type": "text",
        f"{start}.0.message.contents.0.message_content.text": "Hi",
        f"{start}.0.message.contents.2.message_content.type": "image",
        f"{start}.0.message.contents.2.message_content.image.image.url": "u",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": "Yes",
    }
    found = _row(told)
    assert found["input"] == [
        {
            "role": "user",
            "content": "Hi\nyou",
            "other_parts": [{"type": "image", "image": {"image": {"url": "u"}}}],
        },
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"id": "c1", "function": {"name": "look", "arguments": '{"q": "x"}'}},
            ],
        },
        {"role": "tool", "content": "found", "tool_call_id": "c1"},
    ]
    assert found["output"] == [{"role": "assistant", "content": "Yes"}]
    assert found["metadata"] == SCOPE


def test_documents_are_what_a_search_gave() -> None:
    told = {
        "openinference.span.kind": "RETRIEVER",
        "retrieval.documents.1.document.content": "b",
        "retrieval.documents.0.document.content": "a",
        "retrieval.documents.0.document.score": 0.5,
        "embedding.embeddings.0.embedding.vector": [0.1, 0.2],
        "llm.tools.0.tool.json_schema": "{}",
    }
    found = _row(told)
    assert found["kind"] == "retrieval"
    assert found["output"] == [{"content": "a", "score": 0.5}, {"content": "b"}]
    assert found["metadata"] == SCOPE
    rows = read(OTLP, document([span(told)]))
    assert list(only(rows, "ignored").values()) == [1]


def test_folded_annotations_become_scores_of_span_trace_and_session() -> None:
    told: dict[str, Any] = {"openinference.span.kind": "AGENT", "session.id": "s"}
    for start, kind in (
        ("annotations.0", "LLM"),
        ("annotations.1", "CODE"),
        ("trace.annotations.0", "HUMAN"),
        ("session.annotations.0", "ODD"),
    ):
        told[f"{start}.annotation.name"] = start
        told[f"{start}.annotation.annotator_kind"] = kind
        told[f"{start}.annotation.score"] = 0.5
        told[f"{start}.annotation.label"] = "good"
        told[f"{start}.annotation.explanation"] = "because"
        told[f"{start}.annotation.identifier"] = "v1"
        told[f"{start}.annotation.metadata"] = '{"a": 1}'
    told["evaluations.0.evaluation.name"] = "relevance"
    told["evaluations.0.evaluation.label"] = "fail"
    rows = read(OTLP, document([span(told)]))
    common = {
        "where": "f:1#1",
        "trace_id": otlp.TRACE,
        "session_id": "s",
        "value": 0.5,
        "label": "good",
        "kind": "numeric",
        "comment": "because",
        "metadata": {"a": 1, "identifier": "v1"},
    }
    of_span = {"span_id": otlp.SPAN, "level": "span"}
    assert scores_of(rows) == [
        common | of_span | {"name": "annotations.0", "source": "judge"},
        common | of_span | {"name": "annotations.1", "source": "check"},
        {
            "where": "f:1#1",
            "trace_id": otlp.TRACE,
            "session_id": "s",
            "name": "relevance",
            "source": "api",
            "value": 0,
            "label": "fail",
            "kind": "boolean",
        }
        | of_span,
        common | {"level": "trace", "name": "trace.annotations.0", "source": "human"},
        common | {"level": "session", "name": "session.annotations.0", "source": "api"},
    ]
    assert row_of(rows)["metadata"] == SCOPE


TREES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "tool"]), "content": st.text(max_size=5)}
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(messages=TREES, seed=st.integers(0, 99))
def test_flattening_messages_and_reading_them_gives_them_back_in_any_order(
    messages: list[dict[str, Any]], seed: int
) -> None:
    pairs = [
        (f"{place}.message.{name}", value)
        for place, one in enumerate(messages)
        for name, value in one.items()
    ]
    random.Random(seed).shuffle(pairs)  # noqa: S311 - an order, not a secret
    assert said(pairs) == messages


@pytest.mark.parametrize(
    "pairs, truth",
    [
        ([], [{}]),
        ([("0", "x")], ["x"]),
        ([("0.a", 1), ("0", "x")], [{"a": 1}]),
        ([("0", "x"), ("0.a", 1)], [{"a": 1}]),
        ([("0.a", {"0": 1})], [{"a": {"0": 1}}]),
        ([(".".join("0" * 40), 1)], None),
    ],
)
def test_numbered_names_that_do_not_fit_together_are_read_all_the_same(
    pairs: list[tuple[str, Any]], truth: list[Any] | None
) -> None:
    found = nested(pairs)
    assert truth is None or found == truth


def test_json_is_decoded_where_it_is_json_and_left_alone_where_it_is_not() -> None:
    assert decoded('{"a": NaN}') == {"a": None}
    assert decoded("plain") == "plain"
    assert decoded("[1,") == "[1,"
    assert decoded("[" * 100_000) == "[" * 100_000
    assert decoded('"\ud800"') == '"\ud800"'
    assert decoded(json.dumps(["x"])) == ["x"]
    assert decoded(5) == 5
