"""Do GenAI attributes, old and new, and Langfuse's own, fill the columns that they should?"""

import json
from typing import Any

import pytest

from agentlens.sources.files.dialects.otel.names import NAMES, role_of
from agentlens.sources.files.dialects.otlp.dialect import OTLP
from tests.sources.dialects import otlp_file as otlp
from tests.sources.dialects.otel_reading import only, packed, read, row_of, scores_of
from tests.sources.dialects.otlp_file import document, span

USER = {
    "role": "user",
    "parts": [{"type": "text", "content": "Hi"}, {"type": "text", "content": "you"}],
}


def _row(
    given: dict[str, Any], *, resource: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    return row_of(read(OTLP, document([span(given, **fields)], resource)))


def _event(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, "timeUnixNano": str(otlp.BEGIN), "attributes": otlp.attributes(given)}


@pytest.mark.parametrize("column", [name for name in NAMES if not name.startswith(".")])
def test_the_first_name_of_a_column_wins_and_what_loses_is_kept(column: str) -> None:
    names = NAMES[column]
    values = {name: f"value of {name}" for name in names}
    for start, name in enumerate(names):
        given = dict(reversed([(one, values[one]) for one in names[start:]]))
        found = _row(given, status={"code": 2})
        told = found[column]
        assert told in (values[name], [values[name]])
        for lost in names[start + 1 :] if column not in ("input", "output") else ():
            assert found["metadata"][f"attributes.{lost}"] == values[lost]
        assert f"attributes.{name}" not in found["metadata"]
        empty = _row(
            {name: "", **{one: values[one] for one in names[start + 1 :]}}, status={"code": 2}
        )
        if names[start + 1 :]:
            assert empty[column] in (values[names[start + 1]], [values[names[start + 1]]])


@pytest.mark.parametrize(
    "given, kind",
    [
        ({}, "chain"),
        ({"http.method": "GET"}, "chain"),
        ({"deployment.environment": "x", "session.id": "y"}, "chain"),
        ({"gen_ai.operation.name": "chat"}, "llm"),
        ({"gen_ai.operation.name": "text_completion"}, "llm"),
        ({"gen_ai.operation.name": "generate_content"}, "llm"),
        ({"gen_ai.operation.name": "embeddings"}, "embedding"),
        ({"gen_ai.operation.name": "retrieval"}, "retrieval"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"gen_ai.operation.name": "create_agent"}, "agent"),
        ({"gen_ai.operation.name": "plan"}, "agent"),
        ({"gen_ai.operation.name": "invoke_workflow", "gen_ai.usage.input_tokens": 3}, "chain"),
        ({"gen_ai.operation.name": "search_memory"}, "chain"),
        ({"gen_ai.tool.name": "look_up", "gen_ai.usage.input_tokens": 3}, "tool"),
        ({"gen_ai.usage.output_tokens": 3, "gen_ai.agent.name": "a"}, "llm"),
        ({"gen_ai.agent.name": "a", "gen_ai.request.model": "m"}, "agent"),
        ({"gen_ai.request.model": "m"}, "llm"),
        ({"gen_ai.provider.name": "p"}, "chain"),
        ({"llm.token_count.prompt": 3}, "chain"),
        ({"langfuse.observation.type": "span", "gen_ai.operation.name": "chat"}, "llm"),
        ({"langfuse.observation.type": "guardrail"}, "guardrail"),
        ({"langfuse.observation.type": "event", "openinference.span.kind": "LLM"}, "event"),
        ({"openinference.span.kind": "RERANKER"}, "retrieval"),
        ({"openinference.span.kind": "PROMPT"}, "chain"),
        ({"gen_ai.operation.name": ["chat"]}, "chain"),
    ],
)
def test_a_kind_is_read_from_what_a_span_states(given: dict[str, Any], kind: str) -> None:
    rows = read(OTLP, document([span(given)]))
    assert rows.spans["kind"] == [kind]
    meaning = any(
        key.startswith(("gen_ai.", "langfuse.", "llm.", "openinference.")) for key in given
    )
    assert bool(only(rows, "ignored")) is not meaning
    guessed = kind != "chain" and not any(
        "operation" in one or "kind" in one or "type" in one for one in given
    )
    assert bool(only(rows, "assumed")) is guessed


def test_one_rich_span_fills_all_its_columns_and_keeps_the_rest() -> None:
    given = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "p",
        "gen_ai.system": "older p",
        "gen_ai.request.model": "asked",
        "gen_ai.response.model": "served",
        "gen_ai.response.id": "resp-1",
        "gen_ai.response.finish_reasons": ["stop", "length"],
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_creation.input_tokens": 10,
        "gen_ai.usage.reasoning.output_tokens": 5,
        "gen_ai.conversation.id": "c",
        "session.id": "s",
        "enduser.id": "e",
        "gen_ai.agent.name": "a",
        "gen_ai.agent.version": "v2",
        "gen_ai.prompt.name": "greeting",
        "gen_ai.workflow.name": "flow",
        "gen_ai.data_source.id": "d",
        "gen_ai.transfer.mode": "handoff",
        "gen_ai.transfer.target.name": "other",
        "gen_ai.caller.type": "agent",
        "gen_ai.tool.definitions": "[…]",
        "gen_ai.input.messages": '[{"role": "user", "parts": [{"type":"text","content":"Hi"}]}]',
        "gen_ai.system_instructions": '[{"type": "text", "content": "Be kind."}]',
    }
    resource = {"service.version": "r", "service.name": "n", "deployment.environment": "old"}
    found = _row(given, resource=resource)
    kept = [
        "gen_ai.provider.name",
        "gen_ai.system",
        "gen_ai.request.model",
        "gen_ai.response.id",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.reasoning.output_tokens",
        "session.id",
        "gen_ai.agent.name",
        "gen_ai.data_source.id",
        "gen_ai.transfer.mode",
        "gen_ai.transfer.target.name",
        "gen_ai.caller.type",
        "gen_ai.workflow.name",
        "gen_ai.system_instructions",
    ]
    assert found == {
        "where": "f:1#1",
        "trace_id": otlp.TRACE,
        "span_id": otlp.SPAN,
        "name": "step",
        "start": otlp.BEGIN,
        "end": otlp.BEGIN + 1_500_000_000,
        "kind": "llm",
        "model": "served",
        "input_tokens": 100,
        "output_tokens": 20,
        "cached_tokens": 60,
        "ttft_s": 0.25,
        "finish_reason": "stop,length",
        "session_id": "c",
        "user_id": "e",
        "agent_version": "v2",
        "prompt_name": "greeting",
        "release": "r",
        "environment": "old",
        "trace_name": "flow",
        "input": given["gen_ai.input.messages"],
        "metadata": {f"attributes.{key}": given[key] for key in kept}
        | {"resourceAttributes.service.name": "n", "scope.name": "lib", "scope.version": "1.2"},
    }


def test_what_an_exporter_sets_on_every_span_gives_it_no_meaning() -> None:
    rows = read(OTLP, document([span({"langfuse.environment": "prod", "langfuse.release": "r"})]))
    assert list(only(rows, "ignored").values()) == [1]
    assert row_of(rows)["environment"] == "prod"


def test_only_a_roots_workflow_names_the_trace() -> None:
    inner = _row({"gen_ai.workflow.name": "flow"}, parentSpanId=otlp.TRACE[:16])
    assert "trace_name" not in inner
    assert inner["metadata"]["attributes.gen_ai.workflow.name"] == "flow"


def test_no_attribute_is_used_twice_or_lost() -> None:
    names = [one for several in NAMES.values() for one in several]
    assert len(names) == len(set(names))
    for name in names:
        assert role_of(name).what == "column"


def test_structured_messages_become_role_and_content_behind_the_instructions() -> None:
    call = {"type": "tool_call", "id": "1", "name": "look", "arguments": {"q": "x"}}
    thought = {"type": "reasoning", "content": "hm"}
    held = [
        USER,
        {"role": "assistant", "parts": [thought, call], "finish_reason": "tool_calls"},
        {
            "role": "tool",
            "parts": [{"type": "tool_call_response", "id": "1", "result": {"ok": True}}],
        },
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "2", "response": "fine"}]},
    ]
    given = {
        "gen_ai.input.messages": held,
        "gen_ai.system_instructions": [{"type": "text", "content": "Be kind."}],
        "gen_ai.output.messages": [
            {"role": "assistant", "parts": ["Yes"], "finish_reason": "stop"}
        ],
    }
    found = _row(given)
    assert found["input"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hi\nyou"},
        {
            "role": "assistant",
            "content": "",
            "finish_reason": "tool_calls",
            "tool_calls": [{"id": "1", "name": "look", "arguments": {"q": "x"}}],
            "other_parts": [thought],
        },
        {"role": "tool", "content": "", "tool_results": [{"id": "1", "result": {"ok": True}}]},
        {"role": "tool", "content": "", "tool_results": [{"id": "2", "result": "fine"}]},
    ]
    assert found["output"] == [{"role": "assistant", "content": "Yes", "finish_reason": "stop"}]
    assert found["finish_reason"] == "stop"
    assert set(found["metadata"]) == {"scope.name", "scope.version"}


def test_instructions_alone_are_what_went_in() -> None:
    assert _row({"gen_ai.system_instructions": "Be kind."})["input"] == [
        {"role": "system", "content": "Be kind."}
    ]


def test_indexed_messages_come_in_the_order_of_their_numbers() -> None:
    given = {f"gen_ai.prompt.{n}.content": f"turn {n}" for n in (10, 9, 0)}
    given |= {f"gen_ai.prompt.{n}.role": "user" for n in (10, 9, 0)}
    given["gen_ai.completion.0.content"] = "done"
    given["gen_ai.completion.0.finish_reason"] = "stop"
    given["gen_ai.completion.0.tool_calls.0.name"] = "look"
    found = _row(given)
    assert [one["content"] for one in found["input"]] == ["turn 0", "turn 9", "turn 10"]
    assert found["output"] == [
        {"role": "", "content": "done", "finish_reason": "stop", "tool_calls": [{"name": "look"}]}
    ]
    assert found["finish_reason"] == "stop"


def test_messages_of_older_events_are_read_in_each_of_their_shapes() -> None:
    events = [
        _event("gen_ai.system.message", content="Be kind."),
        _event(
            "gen_ai.user.message", **{"gen_ai.event.content": '{"content": "Hi", "role": "user"}'}
        ),
        _event("gen_ai.assistant.message", tool_calls='[{"id": "1"}]'),
        _event("gen_ai.tool.message", id="1", content="found"),
        _event(
            "gen_ai.choice",
            index=0,
            finish_reason="stop",
            message='{"role": "assistant", "content": "Yes"}',
        ),
        _event("gen_ai.choice", index=1, finish_reason="length", message={"content": "No"}),
        _event("gen_ai.choice", index=2, message="42"),
        _event("app.cache_miss"),
    ]
    rows = read(OTLP, document([span(events=events)]))
    found = row_of(rows)
    assert found["input"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "found", "tool_call_id": "1"},
    ]
    assert found["output"] == [
        {"role": "assistant", "content": "Yes", "finish_reason": "stop"},
        {"role": "assistant", "content": "No", "finish_reason": "length"},
        {"role": "assistant", "content": "42"},
    ]
    assert found["finish_reason"] == "stop,length"
    assert only(rows, "ignored") == {"span events without a meaning for us": 1}
    assert only(rows, "noted") == {"message dialect: GenAI message events": 1}


def test_texts_that_events_carry_are_the_spans() -> None:
    events = [
        _event("gen_ai.content.prompt", **{"gen_ai.prompt": "Hi"}),
        _event("gen_ai.content.completion", **{"gen_ai.completion": "Yes"}),
    ]
    found = _row({}, events=events)
    assert (found["input"], found["output"]) == ("Hi", "Yes")
    details = _event(
        "gen_ai.client.inference.operation.details", **{"gen_ai.output.messages": "[]x"}
    )
    assert _row({}, events=[details])["output"] == "[]x"
    own = _row({"gen_ai.output.messages": "mine"}, events=[details])
    assert own["output"] == "mine"


@pytest.mark.parametrize(
    "told, truth",
    [
        ({"score.value": 0.5}, {"value": 0.5, "kind": "numeric"}),
        ({"score.label": "Pass"}, {"value": 1, "label": "Pass", "kind": "boolean"}),
        ({"score.label": "fail"}, {"value": 0, "label": "fail", "kind": "boolean"}),
        ({"score.label": "good"}, {"label": "good", "kind": "categorical"}),
        ({"score.value": True}, {"value": 1, "kind": "boolean"}),
        ({"explanation": "why"}, {"comment": "why", "kind": "text"}),
    ],
)
def test_a_verdict_is_a_number_a_word_or_both(told: dict[str, Any], truth: dict[str, Any]) -> None:
    given = {f"gen_ai.evaluation.{key}": one for key, one in told.items()}
    given |= {"gen_ai.evaluation.name": "q", "error.type": "timeout"}
    (found,) = scores_of(
        read(OTLP, document([span(events=[_event("gen_ai.evaluation.result", **given)])]))
    )
    assert {
        key: found[key] for key in ("value", "label", "kind", "comment") if key in found
    } == truth
    assert found["metadata"] == {"error.type": "timeout"}


def test_what_langfuses_sdk_writes_is_understood() -> None:
    given = {
        "langfuse.observation.type": "generation",
        "langfuse.observation.model.name": "m",
        "langfuse.observation.usage_details": json.dumps(
            {"input": 10, "input_cached_tokens": 5, "output": 3, "total": 18}
        ),
        "langfuse.observation.cost_details": json.dumps({"input": 0.5, "output": 0.25}),
        "langfuse.observation.completion_start_time": '"2026-11-02T08:00:00.250000Z"',
        "langfuse.observation.prompt.name": "p",
        "langfuse.observation.prompt.version": 4,
        "langfuse.observation.level": "WARNING",
        "langfuse.observation.status_message": "slow",
        "langfuse.observation.input": '{"q": 1}',
        "langfuse.observation.output": "yes",
        "langfuse.observation.metadata.step": '"one"',
        "langfuse.observation.metadata.shared": '"own"',
        "langfuse.observation.model.parameters": '{"t": 0}',
        "langfuse.trace.metadata.shared": '"all"',
        "langfuse.trace.name": "support",
        "langfuse.trace.tags": '["b", "a"]',
        "langfuse.trace.public": True,
        "langfuse.session.id": "s",
        "langfuse.user.id": "u",
        "langfuse.release": "r",
        "langfuse.version": "v",
        "langfuse.environment": "prod",
        "langfuse.internal.as_root": True,
        "langfuse.experiment.id": "x",
    }
    found = _row(given, resource={"service.version": "other"})
    assert found == {
        "where": "f:1#1",
        "trace_id": otlp.TRACE,
        "span_id": otlp.SPAN,
        "name": "step",
        "start": otlp.BEGIN,
        "end": otlp.BEGIN + 1_500_000_000,
        "kind": "llm",
        "model": "m",
        "input_tokens": 15,
        "output_tokens": 3,
        "cached_tokens": 5,
        "cost_usd": 0.75,
        "cost_stated": True,
        "first_token": "2026-11-02T08:00:00.250000Z",
        "prompt_name": "p",
        "prompt_version": 4,
        "level": "WARNING",
        "input": '{"q": 1}',
        "output": "yes",
        "trace_name": "support",
        "tags": ["b", "a"],
        "session_id": "s",
        "user_id": "u",
        "release": "r",
        "agent_version": "v",
        "environment": "prod",
        "is_root": True,
        "experiment": True,
        "metadata": {
            "step": '"one"',
            "shared": '"all"',
            "attributes.langfuse.observation.status_message": "slow",
            "attributes.langfuse.observation.model.parameters": '{"t": 0}',
            "attributes.langfuse.trace.public": True,
            "attributes.langfuse.experiment.id": "x",
            "scope.name": "lib",
            "scope.version": "1.2",
        },
    }


@pytest.mark.parametrize(
    "details, truth",
    [
        ({"input": 10, "output": 3}, (10, 3, None)),
        (
            {
                "input": 10,
                "cache_read_input_tokens": 4,
                "cache_creation_input_tokens": 2,
                "output": 3,
            },
            (16, 3, 4),
        ),
        ({"input": 10, "output": 3, "output_reasoning_tokens": 7}, (10, 10, None)),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 3,
                "prompt_tokens_details": {"cached_tokens": 4},
            },
            (10, 3, 4),
        ),
        ({"input": True, "output": 3}, (None, 3, None)),
        ([1], (None, None, None)),
    ],
)
def test_usage_buckets_do_not_overlap(details: Any, truth: tuple[int | None, ...]) -> None:
    rows = read(OTLP, document([span({"langfuse.observation.usage_details": json.dumps(details)})]))
    found = row_of(rows)
    assert (
        tuple(found.get(one) for one in ("input_tokens", "output_tokens", "cached_tokens")) == truth
    )
    assert bool(only(rows, "missing")) is not any(truth)


def test_a_free_model_is_priced_at_zero_and_an_unknown_one_not_at_all() -> None:
    free = _row({"langfuse.observation.cost_details": '{"total": 0}'})
    assert (free["cost_usd"], free["cost_stated"]) == (0, True)
    given = _row({"langfuse.observation.cost_details": '{"input": 0.5, "total": 0}'})
    assert given["cost_usd"] == 0
    for unread in ("{}", "x", '{"total": null}', '{"total": NaN}'):
        assert "cost_usd" not in _row({"langfuse.observation.cost_details": unread})


def test_an_error_level_is_an_error_and_its_message_the_errors() -> None:
    given = {
        "langfuse.observation.level": "ERROR",
        "langfuse.observation.status_message": "out of stock",
    }
    found = _row(given, status={"code": 1})
    assert (found["status"], found["error_message"]) == ("error", "out of stock")
    assert "attributes.langfuse.observation.status_message" not in found["metadata"]


@pytest.mark.parametrize(
    "output, passed",
    [
        ({"passed": False}, False),
        ('{"allowed": true}', True),
        ('{"passed": "no"}', None),
        ("x", None),
    ],
)
def test_a_guardrail_says_whether_it_let_pass(output: Any, *, passed: bool | None) -> None:
    given = {"langfuse.observation.type": "guardrail", "langfuse.observation.output": output}
    assert _row(given).get("passed") == passed


def test_langfuses_own_sdk_writes_what_is_read() -> None:
    from langfuse._client.attributes import create_generation_attributes
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    given = create_generation_attributes(
        model="m",
        input={"question": "Where?"},
        output="There",
        usage_details={"input": 4, "output": 2},
        cost_details={"total": 0.5},
        metadata={"segment": "pro", "n": 3},
    )
    with provider.get_tracer("t").start_as_current_span("s", attributes=given):
        pass
    provider.shutdown()
    found = row_of(read(OTLP, packed(memory.get_finished_spans())))
    truth = ("llm", "m", '{"question": "Where?"}', "There", 4, 2, 0.5)
    columns = ("kind", "model", "input", "output", "input_tokens", "output_tokens", "cost_usd")
    assert tuple(found[one] for one in columns) == truth
    assert {key: json.loads(found["metadata"][key]) for key in ("segment", "n")} == {
        "segment": "pro",
        "n": 3,
    }
