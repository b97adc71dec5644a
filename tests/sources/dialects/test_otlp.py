"""Is OTLP read alike in every spelling, and with all that logs and traces states add?"""

import json
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.sampling import share_kept
from agentlens.sources.files.dialects.otlp.console import OTEL_CONSOLE
from agentlens.sources.files.dialects.otlp.dialect import OTLP
from agentlens.sources.files.dialects.otlp.join import joined
from agentlens.sources.files.dialects.phoenix.dialect import PHOENIX
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects import otlp_file as otlp
from tests.sources.dialects.otel_reading import (
    normal,
    only,
    packed,
    read,
    row_of,
    scores_of,
    shared_rows,
)
from tests.sources.dialects.otlp_file import Ids, document, log_document, respelt, span
from tests.sources.dialects.shared import SHARED

TRACE, SPAN, PARENT, BEGIN = otlp.TRACE, otlp.SPAN, otlp.PARENT, otlp.BEGIN


def _records(path: Path) -> list[Record]:
    return [record for _, record in Opened(path, path.name).records()]


def _same(rows: Rows, without: tuple[str, ...] = ()) -> None:
    """Assert that rows are the shared traces, each column but those that the form cannot say."""
    truth = shared_rows(SHARED, without)
    frame = normal(rows).spans.sort_values("span_id", ignore_index=True)
    pd.testing.assert_frame_equal(frame[list(truth)], truth, check_dtype=False)
    extra = (
        set(map(str, frame))
        - set(truth)
        - {"_where", "metadata", "tags", "cost_stated", "trace_name"}
    )
    assert all(frame[name].isna().all() for name in extra if "chars" not in name), extra


def test_the_invented_span_of_the_protobuf_form_gives_what_it_must() -> None:
    given = {
        "traceId": "AAECAwQFBgcICQoLDA0ODw==",
        "spanId": "EBESExQVFhc=",
        "name": "chat model-a",
        "kind": "SPAN_KIND_CLIENT",
        "startTimeUnixNano": "1795000000123456789",
        "endTimeUnixNano": "1795000001623456789",
        "status": {"code": "STATUS_CODE_ERROR"},
        "attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "210"}}],
    }
    found = normal(read(OTLP, {"resourceSpans": [{"scopeSpans": [{"spans": [given]}]}]})).spans
    one = found.iloc[0]
    assert one["trace_id"] == TRACE
    assert one["span_id"] == SPAN
    assert one["end"] - one["start"] == pd.Timedelta("1.5s")
    assert (one["status"], one["input_tokens"], one["kind"]) == ("error", 210, "llm")


def test_fifty_shared_traces_come_back_whole_from_otlp(tmp_path: Path) -> None:
    otlp.write(SHARED, tmp_path / "traces.jsonl")
    records = _records(tmp_path / "traces.jsonl")
    rows = read(OTLP, *records)
    _same(rows)
    by_id = dict(zip(rows.spans["span_id"], range(len(rows.spans["where"])), strict=True))
    for trace in SHARED:
        place = by_id[trace.spans[0].span_id]
        assert sorted(rows.spans["tags"][place]) == sorted(trace.tags)
        assert rows.spans["trace_name"][place] == trace.name
        own = rows.spans["metadata"][place]
        assert {key: json.loads(own[key]) for key, _ in trace.metadata} == dict(trace.metadata)
    assert not rows.bad
    assert not rows.scores
    assert set(only(rows, "noted")) == {"message dialect: Langfuse values"}


def test_fifty_shared_traces_come_back_whole_from_the_console(tmp_path: Path) -> None:
    otlp.write_console(SHARED, tmp_path / "console.json")
    rows = read(OTEL_CONSOLE, *_records(tmp_path / "console.json"))
    _same(rows)


SPELLINGS = [
    *product(get_args(Ids), (False, True), (False,), (True,)),
    ("hex", False, True, False),
    ("upper", True, True, False),
    ("base64", True, False, False),
]


@pytest.mark.parametrize("ids, names, snake, numbers", SPELLINGS)
def test_each_property_may_be_spelt_in_its_own_way(
    ids: Ids, *, names: bool, snake: bool, numbers: bool, tmp_path: Path
) -> None:
    otlp.write(SHARED[:3], tmp_path / "traces.jsonl")
    records = _records(tmp_path / "traces.jsonl")
    odd = [respelt(one, ids=ids, names=names, snake=snake, numbers=numbers) for one in records]
    plain, other = read(OTLP, *records), read(OTLP, *odd)
    pd.testing.assert_frame_equal(normal(other).spans, normal(plain).spans)
    told = {
        "ids in base64": ids == "base64",
        "ids with dashes": ids == "uuid",
        "status codes by name": names,
        "names with underscores": snake,
        "times as numbers": numbers,
    }
    assert only(other, "repaired") == {detail: 9 for detail, seen in told.items() if seen}
    assert not only(plain, "repaired")


def _made_by_the_sdk() -> tuple[list[Record], list[Record]]:
    """Return the same spans through protobuf's JSON and through the console, by real software."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.trace import Status, StatusCode

    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.version": "r7"}))
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracer = provider.get_tracer("lib", "3", attributes={"team": "blue"})
    with tracer.start_as_current_span("root", attributes={"user.id": "u"}) as root:
        root.set_attribute("gen_ai.operation.name", "invoke_agent")
        with tracer.start_as_current_span("call") as call:
            call.set_attribute("gen_ai.usage.input_tokens", 7)
            call.set_attribute("gen_ai.response.finish_reasons", ["stop"])
            call.add_event("gen_ai.user.message", {"content": "Hi"})
            call.record_exception(ValueError("no answer"))
            call.set_status(Status(StatusCode.ERROR, "it failed"))
    provider.shutdown()
    spans = memory.get_finished_spans()
    return [packed(spans)], [json.loads(one.to_json()) for one in spans]


def test_what_real_exporters_write_is_read_alike() -> None:
    binary, printed = _made_by_the_sdk()
    first, second = read(OTLP, *binary), read(OTEL_CONSOLE, *printed)
    columns = ["trace_id", "span_id", "parent_id", "name", "kind", "status"]
    columns += ["error_type", "error_message", "input_tokens", "finish_reason", "input"]
    columns += ["user_id", "release"]
    ours, theirs = normal(first).spans, normal(second).spans
    for name in ("start", "end"):  # the console rounds to microseconds what we cut to them
        assert ((ours[name] - theirs.pop(name)).abs() <= pd.Timedelta("1us")).all()
    pd.testing.assert_frame_equal(ours[columns], theirs[columns])
    call, root = (row_of(first, place) for place in (0, 1))
    assert (call["kind"], call["status"], call["error_type"]) == ("llm", "error", "ValueError")
    assert (call["error_message"], call["finish_reason"]) == ("it failed", "stop")
    assert call["input"] == [{"role": "user", "content": "Hi"}]
    assert call["parent_id"] == root["span_id"]
    assert root["release"] == "r7"
    assert root["metadata"] == {
        "scope.name": "lib",
        "scope.version": "3",
        "scope.attributes.team": "blue",
    }


def test_a_zero_end_an_empty_parent_and_a_name_less_status_are_missing() -> None:
    one = span(endTimeUnixNano="0", parentSpanId="", status={})
    found = row_of(read(OTLP, document([one])))
    assert found == {
        "where": "f:1#1",
        "trace_id": TRACE,
        "span_id": SPAN,
        "parent_id": "",
        "name": "step",
        "start": BEGIN,
        "kind": "chain",
        "metadata": {"scope.name": "lib", "scope.version": "1.2"},
    }
    assert normal(read(OTLP, document([one]))).spans["parent_id"].isna().all()


@pytest.mark.parametrize(
    "scopes", ["scopeSpans", "instrumentationLibrarySpans", "instrumentation_library_spans"]
)
def test_older_names_of_scopes_are_read(scopes: str) -> None:
    assert read(OTLP, document([span()], scopes=scopes)).spans["span_id"] == [SPAN]


@pytest.mark.parametrize("snake", [False, True])
def test_values_of_every_type_are_unwrapped(*, snake: bool) -> None:
    given = {"t": "x", "n": -5, "d": 0.5, "b": False, "l": ["a", 1], "o": {"p": {"q": 2}}}
    told = document([span(given)], {"host": "h"})
    odd = respelt(told, ids="hex", names=False, snake=snake, numbers=False)
    found = row_of(read(OTLP, odd))
    kept = {f"attributes.{key}": value for key, value in given.items()}
    assert found["metadata"] == kept | {
        "resourceAttributes.host": "h",
        "scope.name": "lib",
        "scope.version": "1.2",
    }


@pytest.mark.parametrize(
    "code, status",
    [
        (2, "error"),
        ("2", "error"),
        ("STATUS_CODE_ERROR", "error"),
        ("ERROR", "error"),
        ("StatusCode.ERROR", "error"),
        (1, "ok"),
        ("STATUS_CODE_OK", "ok"),
        (0, None),
        ("STATUS_CODE_UNSET", None),
        ("odd", None),
        ([2], None),
        (None, None),
    ],
)
def test_a_status_is_known_by_any_of_its_spellings(code: Any, status: str | None) -> None:
    assert row_of(read(OTLP, document([span(status={"code": code})]))).get("status") == status


def test_an_exception_tells_of_a_failed_span_and_not_of_one_that_survived_it() -> None:
    event = {
        "name": "exception",
        "timeUnixNano": str(BEGIN),
        "attributes": otlp.attributes({"exception.type": "KeyError", "exception.message": "'a'"}),
    }
    failed = span(events=[event], status={"code": 2})
    lived = span(events=[event], spanId=PARENT, status={"code": 1, "message": "fine"})
    named = span({"error.type": "timeout"}, spanId=PARENT)
    denied = span({"error.type": "timeout"}, spanId=PARENT, status={"code": 1})
    rows = read(OTLP, document([failed, lived, named, denied]))
    assert rows.spans["where"] == [f"f:1#{number}" for number in (1, 2, 3, 4)]
    assert rows.spans["error_type"] == ["KeyError", None, "timeout", None]
    assert rows.spans["error_message"] == ["'a'", None, None, None]
    assert rows.spans["status"] == ["error", "ok", "error", "ok"]
    assert rows.spans["metadata"][3]["attributes.error.type"] == "timeout"
    assert only(rows, "ignored")["exceptions on spans that did not fail"] == 1
    assert only(rows, "assumed") == {"error, because an error type is named": 1}
    assert rows.spans["metadata"][1]["attributes.otel.status_description"] == "fine"


@pytest.mark.parametrize(
    "state, share",
    [
        ("ot=th:8", 0.5),
        ("ot=th:c", 0.25),
        ("ot=th:fd70a3d70a3d7", 1 - int("fd70a3d70a3d70", 16) / 2**56),
        ("vendor=a,ot=rv:0123456789abcd;th:8", 0.5),
        ("['{key=ot, value=th:8;rv:0123456789abcd}', '{key=z, value=1}']", 0.5),
        ("ot=th:0", 1.0),
        ("ot=rv:0123456789abcd", None),
        ("robot=th:8", None),
        ("x=ot=th:8", None),
        ("ot=th:xyz", None),
        ("[]", None),
        (None, None),
        (7, None),
    ],
)
def test_a_consistent_sampler_tells_what_share_it_kept(state: Any, share: float | None) -> None:
    assert share_kept(state) == share
    assert read(OTLP, document([span(traceState=state)])).spans.get("source_p", [None]) == [share]


def _verdict(**fields: Any) -> dict[str, Any]:
    told = {
        "gen_ai.evaluation.name": "helpful",
        "gen_ai.evaluation.score.value": 0.75,
        "gen_ai.evaluation.score.label": "good",
        "gen_ai.evaluation.explanation": "because",
    }
    return {
        "timeUnixNano": str(BEGIN),
        "attributes": otlp.attributes(told | fields.pop("and", {})),
    } | fields


def test_verdicts_come_from_span_events_and_from_log_records() -> None:
    event = _verdict(name="gen_ai.evaluation.result")
    record = _verdict(eventName="gen_ai.evaluation.result", traceId=TRACE, spanId=SPAN)
    older = _verdict(traceId=TRACE, spanId=SPAN)
    older["attributes"] += otlp.attributes({"event.name": "gen_ai.evaluation.result"})
    rows = read(OTLP, document([span(events=[event])]), log_document([record, older]))
    truth = {
        "trace_id": TRACE,
        "span_id": SPAN,
        "level": "span",
        "name": "helpful",
        "source": "api",
        "time": BEGIN,
        "comment": "because",
        "value": 0.75,
        "label": "good",
        "kind": "numeric",
    }
    found = scores_of(rows)
    assert [one.pop("where") for one in found] == ["f:2#1", "f:2#2", "f:1#1"]
    assert found == [truth] * 3


def test_a_verdict_without_a_span_finds_it_by_the_response_in_any_file() -> None:
    answered = span({"gen_ai.response.id": "resp-1"}, traceId="ab" * 16)
    known = _verdict(
        eventName="gen_ai.evaluation.result", **{"and": {"gen_ai.response.id": "resp-1"}}
    )
    other = _verdict(
        eventName="gen_ai.evaluation.result", **{"and": {"gen_ai.response.id": "resp-2"}}
    )
    parts = [read(OTLP, log_document([known, other])), read(OTLP, document([answered]))]
    assert parts[0].scores["span_id"] == [None, None]
    logs, spans = joined(parts)
    assert logs.scores["span_id"] == [SPAN, None]
    assert logs.scores["trace_id"] == ["ab" * 16, None]
    assert only(logs, "ignored") == {"verdicts that name a response which was not read": 1}
    assert spans.spans == parts[1].spans


def test_a_verdict_on_a_judges_span_goes_to_the_response_that_it_names() -> None:
    event = _verdict(name="gen_ai.evaluation.result", **{"and": {"gen_ai.response.id": "resp-1"}})
    judge = span({"gen_ai.response.id": "resp-9"}, spanId=PARENT, events=[event])
    own = span({"gen_ai.response.id": "resp-1"}, events=[event])
    rows = read(OTLP, document([judge, own]))
    assert rows.scores["span_id"] == [SPAN, SPAN]
    assert not [one for one in rows.problems if one.table == "scores"]


def _said(name: str, content: str, **fields: Any) -> dict[str, Any]:
    return {
        "eventName": name,
        "traceId": TRACE,
        "spanId": SPAN,
        "timeUnixNano": str(BEGIN),
        "body": otlp.wrapped({"content": content}),
    } | fields


def test_messages_in_logs_reach_their_span_wherever_batches_are_cut() -> None:
    records = [
        _said("gen_ai.system.message", "Be kind."),
        _said("gen_ai.user.message", "Hi"),
        _said(
            "gen_ai.choice",
            "Hello",
            body=otlp.wrapped({"index": 0, "message": {"content": "Hello"}}),
        ),
        _said("gen_ai.user.message", "lost", spanId=PARENT),
        _said("app.started", "x"),
    ]
    truth = (
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}],
        [{"role": "assistant", "content": "Hello"}],
    )
    objects = [*(log_document([one]) for one in records), document([span()])]
    for cut in range(len(objects) + 1):
        parts = [read(OTLP, *objects[:cut]), read(OTLP, *objects[cut:])]
        once = joined(parts)
        for whole in (once, joined(once)):
            row = next(row_of(one) for one in whole if one.spans)
            assert (row["input"], row["output"]) == truth
            lost = [
                one for part in whole for one in part.problems if "span was not read" in one.detail
            ]
            assert [one.n for one in lost] == [1]
        assert (
            sum(
                only(one, "ignored").get("log records that are neither verdicts nor messages", 0)
                for one in once
            )
            == 1
        )


def test_a_span_says_its_own_words_whatever_its_logs_say() -> None:
    own = span({"gen_ai.prompt": "mine"})
    (rows,) = joined(
        [read(OTLP, document([own]), log_document([_said("gen_ai.user.message", "theirs")]))]
    )
    assert row_of(rows)["input"] == "mine"


def test_newer_messages_on_a_log_record_are_the_spans_own() -> None:
    held = [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]
    record = {
        "eventName": "gen_ai.client.inference.operation.details",
        "traceId": TRACE.upper(),
        "spanId": SPAN,
        "attributes": otlp.attributes({"gen_ai.input.messages": held}),
    }
    rows = read(OTLP, log_document([record]), document([span()]))
    assert row_of(rows)["input"] == [{"role": "user", "content": "Hi"}]


def test_metrics_are_counted_and_what_is_no_otlp_is_set_aside() -> None:
    rows = read(
        OTLP,
        {"resourceMetrics": []},
        {"resourceSpans": 5},
        {"resourceSpans": []},
        {"resourceSpans": [{"scopeSpans": [{"spans": [7]}]}, 3, {"scopeSpans": [{"spans": "x"}]}]},
    )
    assert only(rows, "ignored") == {"metrics and profiles are no traces": 1}
    assert [(one.where, one.reason) for one in rows.bad] == [
        ("f:2", "no list under resourceSpans"),
        ("f:4#1", "a span that is no object"),
        ("f:4", "no list under scopeSpans"),
        ("f:4", "no list under spans"),
    ]


def test_links_and_dropped_attributes_are_counted() -> None:
    rows = read(OTLP, document([span(links=[{"traceId": TRACE}], droppedAttributesCount=3)]))
    assert only(rows, "ignored")["links between spans"] == 1
    assert only(rows, "missing") == {"attributes that the application dropped, being too many": 1}


def test_an_object_where_a_text_belongs_is_missing_and_counted() -> None:
    rows = read(
        OTLP, document([span({"session.id": {"a": 1}, "user.id": 7}, name=["x"], traceId={})])
    )
    found = row_of(rows)
    assert "session_id" not in found
    assert "name" not in found
    assert "trace_id" not in found
    assert found["user_id"] == 7
    assert only(rows, "missing") == {"an object or a list where a text belongs": 1}
    assert [one.field for one in rows.problems if one.action == "missing"] == ["name", "session_id"]


def _head(*records: Record) -> Head:
    return Head("f", records, frozenset(key for one in records for key in one), "jsonl")


def test_each_dialect_knows_its_own_files_and_no_other(tmp_path: Path) -> None:
    from tests.sources.dialects import phoenix_file

    otlp.write(SHARED[:2], tmp_path / "otlp")
    otlp.write_console(SHARED[:2], tmp_path / "console")
    phoenix_file.write(SHARED[:2], tmp_path / "phoenix")
    binary, printed = _made_by_the_sdk()
    heads: list[tuple[Dialect, Head]] = [
        (OTLP, _head(*_records(tmp_path / "otlp"))),
        (OTLP, _head(*binary)),
        (OTLP, _head(respelt(binary[0], ids="hex", names=False, snake=True, numbers=True))),
        (OTLP, _head(log_document([]))),
        (OTEL_CONSOLE, _head(*_records(tmp_path / "console"))),
        (OTEL_CONSOLE, _head(*printed)),
        (PHOENIX, _head(*_records(tmp_path / "phoenix"))),
        (PHOENIX, _head(phoenix_file.trace_file([phoenix_file.line()]))),
    ]
    for owner, head in heads:
        assert [one.name for one in (OTLP, OTEL_CONSOLE, PHOENIX) if one.fits(head)] == [owner.name]
    others: list[Record] = [
        {},
        {"traceId": "a", "parentObservationId": "b"},
        {"info": {}, "data": {"spans": []}},
        {"run_type": "llm", "dotted_order": "x"},
        {"context": "x", "span_kind": 1, "start_time": 2, "resource": {}},
    ]
    for record in others:
        assert not [one.name for one in (OTLP, OTEL_CONSOLE, PHOENIX) if one.fits(_head(record))]


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.just("\ud800")
)
VALUES = st.recursive(
    JUNK,
    lambda one: (
        st.lists(one, max_size=2)
        | st.dictionaries(
            st.sampled_from(["a", "0", "values", "key", "value", "stringValue"]), one, max_size=2
        )
    ),
    max_leaves=4,
)


def _corrupted(draw: st.DrawFn, given: Any) -> Any:
    """Return a document with some of its parts dropped, shuffled, or of another type."""
    if draw(st.integers(0, 60)) == 0:
        return draw(VALUES)
    if isinstance(given, dict):
        kept = {key: one for key, one in given.items() if draw(st.integers(0, 40))}
        return {key: _corrupted(draw, one) for key, one in kept.items()}
    if isinstance(given, list):
        some = draw(st.permutations(given)) if draw(st.booleans()) else given
        return [_corrupted(draw, one) for one in some[: draw(st.integers(0, len(some) + 3))]]
    return given


@st.composite
def corrupted(draw: st.DrawFn, given: Record) -> Record:
    return {key: _corrupted(draw, one) for key, one in given.items()}


def _rich() -> Record:
    event = _verdict(name="gen_ai.evaluation.result")
    told = {
        "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "a"}]}],
        "gen_ai.completion.0.content": "b",
        "llm.input_messages.0.message.tool_calls.0.tool_call.id": "c",
        "annotations.0.annotation.name": "d",
        "langfuse.observation.usage_details": '{"input": 3}',
        "langfuse.trace.tags": '["t"]',
        "metadata": '{"m": 1}',
    }
    said = {"name": "gen_ai.choice", "attributes": otlp.attributes({"message": '{"content": "z"}'})}
    held = span(
        told, events=[event, said], status={"code": 2, "message": "no"}, traceState="ot=th:8"
    )
    return document([held, span()], {"service.version": "r"}) | log_document(
        [_said("gen_ai.choice", "q")]
    )


@settings(max_examples=50, deadline=None)
@given(record=corrupted(_rich()))
def test_no_corruption_raises_and_no_span_is_lost(record: Record) -> None:
    rows = read(OTLP, record)
    spans = [
        one
        for resource in _list(record.get("resourceSpans"))
        for scope in _list(resource.get("scopeSpans") if isinstance(resource, dict) else None)
        for one in _list(scope.get("spans") if isinstance(scope, dict) else None)
    ]
    refused = sum(one.reason == "a span that is no object" for one in rows.bad)
    assert len(rows.spans.get("where", [])) + refused == len(spans)
    joined([rows, rows])
    normal(rows)


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
