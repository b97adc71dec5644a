"""Are traces built from their spans as a person would build them by hand?"""

from typing import Any

import pandas as pd
import pytest

from agentlens.sources.intake.newest import newest
from agentlens.sources.intake.normalise import Normal, normalise
from agentlens.sources.intake.rows import Columns, Rows
from agentlens.sources.intake.traces.build import Built, build

NOW = pd.Timestamp("2026-11-20 12:00", tz="UTC")
BEGIN = pd.Timestamp("2026-11-20 08:00", tz="UTC")


def span(
    span_id: str, parent: str | None = None, at: float = 0, until: float | None = 1, **more: Any
) -> dict[str, Any]:
    """Return one span: its id and name, its parent, and its times in seconds."""
    return {
        "trace_id": "t",
        "span_id": span_id,
        "name": span_id,
        "parent_id": parent,
        "start": (BEGIN + pd.Timedelta(at, "s")).isoformat(),
        "end": None if until is None else (BEGIN + pd.Timedelta(until, "s")).isoformat(),
        **more,
    }


def columns(rows: list[dict[str, Any]]) -> Columns:
    """Return rows as columns, each with its place."""
    names = dict.fromkeys(name for row in rows for name in row)
    found: Columns = {name: [row.get(name) for row in rows] for name in names}
    return found | {"where": [f"x:{place}" for place in range(1, len(rows) + 1)]}


def normal(
    spans: list[dict[str, Any]], facts: list[dict[str, Any]] | None = None, **how: Any
) -> Normal:
    """Return spans and facts normalised."""
    return normalise(
        Rows(columns(spans), columns(facts or [])), file="x", now=how.pop("now", NOW), **how
    )


def built(
    spans: list[dict[str, Any]], facts: list[dict[str, Any]] | None = None, now: pd.Timestamp = NOW
) -> Built:
    """Return the traces of some spans."""
    rows = normal(spans, facts, now=now)
    once, _, _ = newest(rows.spans, ["trace_id", "span_id"], "spans")
    return build(once, rows.traces, now=now)


def trace(
    spans: list[dict[str, Any]], facts: list[dict[str, Any]] | None = None, now: pd.Timestamp = NOW
) -> dict[str, Any]:
    """Return the one trace that spans make, without its missing values."""
    row = built(spans, facts, now).traces.iloc[0]
    return {str(name): value for name, value in row.items() if not pd.isna(value)}


def said(answer: Built, action: str, field: str) -> int:
    """Return over how many traces the report says this."""
    return sum(one.n for one in answer.problems if one.action == action and one.field == field)


def test_the_root_gives_name_times_and_texts() -> None:
    found = trace(
        [
            span("child", "root", 0.2, 5, kind="tool"),
            span("root", None, 0, 2, input="How?", output="So.", user_id="u"),
        ]
    )
    assert found["name"] == "root"
    assert (found["latency_s"], found["status"]) == (2.0, "ok")
    assert (found["input"], found["output"], found["user_id"]) == ("How?", "So.", "u")
    assert (found["steps"], found["tool_calls"], found["query_chars"]) == (1, 1, 4)


@pytest.mark.parametrize(
    "spans, root",
    [
        pytest.param([span("a", is_root=True), span("b", at=-1)], "a", id="flagged without parent"),
        pytest.param([span("a", at=1), span("b", at=0)], "b", id="the first without parent"),
        pytest.param([span("a", "gone", is_root=True), span("b", "a")], "a", id="flagged, has one"),
        pytest.param([span("a", "gone", 1), span("b", "gone", 0)], "b", id="the earliest orphan"),
        pytest.param([span("b", at=0), span("a", at=0)], "a", id="a tie by id"),
        pytest.param([span("a", "b", 1), span("b", "a", 0)], "b", id="a circle at its earliest"),
        pytest.param([span("a", "a", 1)], "a", id="its own parent"),
        pytest.param(
            [span("c", "a", -1), span("a", "b", 1), span("b", "a", 0)], "b", id="led into a circle"
        ),
    ],
)
def test_the_root_is_found(spans: list[dict[str, Any]], root: str) -> None:
    assert trace(spans)["name"] == root


def test_a_circle_is_cut_and_told() -> None:
    answer = built([span("a", "b", 1), span("b", "a", 0), span("c", "b", 2)])
    parents = answer.spans.set_index("span_id")["parent_id"]
    assert pd.isna(parents["b"])
    assert (parents["a"], parents["c"]) == ("b", "b")
    assert said(answer, "repaired", "parent_id") == 1


def test_several_roots_and_orphans_are_told() -> None:
    answer = built([span("a"), span("b", at=1), span("c", "gone", 2)])
    assert said(answer, "conflict", "parent_id") >= 1
    assert said(answer, "missing", "parent_id") == 1
    assert answer.spans.set_index("span_id")["parent_id"]["c"] == "gone"


def test_equal_ids_in_two_traces_are_two_spans() -> None:
    answer = built(
        [span("a"), span("b", "a", 0.5), span("a", trace_id="u"), span("b", trace_id="u")]
    )
    assert len(answer.spans) == 4
    assert sorted(answer.traces["trace_id"]) == ["t", "u"]


@pytest.mark.parametrize(
    "spans, hours, status",
    [
        ([span("a", until=None)], 0.2, "open"),
        ([span("a", until=None)], 4, "incomplete"),
        ([span("a", "gone")], 0.2, "open"),
        ([span("a", "gone")], 4, "incomplete"),
        ([span("a", status="error")], 4, "error"),
        ([span("a", output="x"), span("b", "a", 0.2, status="error")], 4, "ok"),
        (
            [
                span("a", input="x"),
                span("b", "a", 0, 0.1, output="y"),
                span("c", "a", 0.2, 0.9, status="error"),
            ],
            4,
            "error",
        ),
    ],
)
def test_how_a_trace_ended(spans: list[dict[str, Any]], hours: float, status: str) -> None:
    assert trace(spans, now=BEGIN + pd.Timedelta(hours, "h"))["status"] == status


@pytest.mark.parametrize(
    "step, kind",
    [
        (span("a", status="error", error_message="Request timed out after 30s"), "timeout"),
        (span("a", status="error", error_message="HTTP 429 Too Many"), "rate_limit"),
        (span("a", status="error", error_message="ValueError: no"), "ValueError"),
        (span("a", status="error", error_type="my.pkg.OddError"), "my.pkg.OddError"),
        (span("a", status="error", error_message="no", kind="llm"), "model_error"),
        (span("a", status="error", error_message="no", kind="tool"), "tool_failure"),
        (span("a", status="error", finish_reason="content_filter"), "refusal"),
        (span("a", status="error"), "other"),
    ],
)
def test_the_type_of_an_error(step: dict[str, Any], kind: str) -> None:
    assert trace([step])["error_type"] == kind


def test_usage_is_counted_once_however_deep_it_is_nested() -> None:
    answer = built(
        [
            span(
                "agent",
                None,
                0,
                9,
                input_tokens=30,
                output_tokens=3,
                cost_usd=0.3,
                cost_stated=True,
            ),
            span(
                "outer",
                "agent",
                1,
                8,
                kind="llm",
                input_tokens=30,
                output_tokens=3,
                cost_usd=0.3,
                cost_stated=True,
            ),
            span(
                "one",
                "outer",
                2,
                3,
                kind="llm",
                input_tokens=10,
                output_tokens=1,
                cost_usd=0.1,
                cost_stated=True,
            ),
            span(
                "two",
                "outer",
                4,
                5,
                kind="llm",
                input_tokens=20,
                output_tokens=2,
                cost_usd=0.2,
                cost_stated=True,
            ),
        ]
    )
    row = answer.traces.iloc[0]
    assert (row["input_tokens"], row["output_tokens"]) == (30, 3)
    assert row["cost_usd"] == pytest.approx(0.3)
    assert said(answer, "repaired", "cost_usd") == 1


def test_a_step_without_a_price_makes_the_cost_partial_and_a_free_one_does_not() -> None:
    priced = span("a", None, 0, 9, kind="llm", input_tokens=5, cost_usd=0.5, cost_stated=True)
    for cost, stated, partial in ((0.0, None, True), (None, None, True), (0.0, True, False)):
        other = span("b", "a", 1, 2, kind="llm", input_tokens=5, cost_usd=cost, cost_stated=stated)
        answer = built([span("r"), {**priced, "parent_id": "r"}, {**other, "parent_id": "r"}])
        assert answer.traces["cost_partial"].tolist() == [partial]
        assert answer.traces["cost_usd"].tolist() == [0.5]
    assert "cost_usd" not in trace([span("a", cost_usd=None)])


def test_a_retry_is_what_an_elder_sibling_failed_at() -> None:
    tool: dict[str, Any] = {"kind": "tool", "input": "x"}
    rows = [
        span("r"),
        span("1", "r", 0.1, name="look", status="error", **tool),
        span("2", "r", 0.2, name="look", **tool),
        span("3", "r", 0.3, name="look", kind="tool", input="other"),
        span("4", "1", 0.4, name="look", **tool),
    ]
    assert trace(rows)["retries"] == 1


def test_the_model_that_wrote_most_is_the_trace_s_and_the_last_prompt() -> None:
    found = trace(
        [
            span("r"),
            span(
                "1",
                "r",
                1,
                kind="llm",
                model="big",
                output_tokens=9,
                prompt_name="p",
                prompt_version="3",
            ),
            span(
                "2",
                "r",
                2,
                kind="llm",
                model="small",
                output_tokens=2,
                prompt_name="q",
                prompt_version="1",
            ),
            span("3", "r", 3, kind="llm", model="tiny"),
        ]
    )
    assert (found["model"], found["prompt_version"]) == ("big", "q@1")


def test_the_first_value_said_wins_and_a_conflict_is_told() -> None:
    answer = built(
        [
            span("r", at=1, release="r2"),
            span("early", "r", 0, release="r1", user_id="u"),
            span("late", "r", 2, session_id="s"),
        ]
    )
    row = answer.traces.iloc[0]
    assert (row["release"], row["user_id"], row["session_id"]) == ("r2", "u", "s")
    assert said(answer, "conflict", "release") == 1


def test_tags_are_joined_and_metadata_is_taken_root_first() -> None:
    answer = built(
        [
            span("r", tags=["b", "a"], metadata={"plan": '"pro"', "n": 5}),
            span("c", "r", tags=["c", "a"], metadata={"plan": "free", "other": True}),
        ]
    )
    assert answer.traces["tags"].tolist() == ["a,b,c"]
    held = dict(zip(answer.metadata["key"], answer.metadata["value"], strict=True))
    assert held == {"plan": "pro", "n": "5", "other": "true"}


def test_input_and_output_come_from_model_calls_where_the_root_is_silent() -> None:
    found = trace(
        [
            span("r"),
            span("1", "r", 1, kind="llm", input="Why?", output="thinking"),
            span("2", "r", 2, kind="llm", input="…", output="Because."),
        ]
    )
    assert (found["input"], found["output"], found["query_chars"]) == ("Why?", "Because.", 4)


def test_what_a_model_wrote_on_the_way_is_no_output_of_a_trace_that_failed() -> None:
    steps = [span("1", "r", 1, kind="llm", output="thinking")]
    assert trace([span("r"), *steps])["output"] == "thinking"
    assert "output" not in trace([span("r", status="error"), *steps])


def test_a_guardrail_that_objects_flags_the_trace_and_no_guardrail_says_nothing() -> None:
    assert "safety_flagged" not in trace([span("r")])
    assert not trace([span("r"), span("g", "r", kind="guardrail")])["safety_flagged"]
    for sign in ({"status": "error"}, {"level": "WARNING"}, {"passed": False}):
        assert trace([span("r"), span("g", "r", kind="guardrail", **sign)])["safety_flagged"]


def test_a_trace_without_spans_is_a_trace_whose_steps_are_unknown() -> None:
    fact = {
        "trace_id": "u",
        "start": BEGIN.isoformat(),
        "end": (BEGIN + pd.Timedelta("3s")).isoformat(),
        "input": "How?",
        "name": "alone",
        "user_id": "u",
        "cost_usd": 0.5,
    }
    answer = built([span("r", kind="agent"), span("t", "r", kind="tool")], [fact])
    rows = answer.traces.set_index("trace_id")
    assert rows.loc["u", "latency_s"] == 3.0
    assert (rows.loc["u", "name"], rows.loc["u", "input"]) == ("alone", "How?")
    assert rows.loc["u", "cost_usd"] == 0.5
    assert rows["steps"].isna().to_dict() == {"t": False, "u": True}
    assert rows.loc["t", "steps"] == 1
    assert len(answer.spans) == 2


def test_what_is_said_of_a_whole_trace_wins_over_its_spans() -> None:
    found = trace(
        [span("r", user_id="span", input="raw")],
        [{"trace_id": "t", "user_id": "whole", "input": "whole", "status": "open", "tags": ["x"]}],
    )
    assert (found["user_id"], found["input"], found["status"]) == ("whole", "whole", "open")
    assert found["tags"] == "x"


def test_the_newest_version_of_a_row_wins_wherever_it_stands() -> None:
    old = span("r", updated_at="2026-11-20T08:00:00Z", output="old")
    new = span("r", updated_at="2026-11-20T09:00:00Z", output="new", at=0.5)
    for rows in ([old, new], [new, old], [new, old, old]):
        assert trace(rows)["output"] == "new"
    assert trace([span("r", output="1"), span("r", output="2")])["output"] == "2"


def test_rows_that_cannot_be_used_are_set_aside_and_all_others_kept() -> None:
    rows = [
        span("a"),
        span("b") | {"trace_id": None},
        span("c") | {"trace_id": "0" * 32},
        span("d") | {"start": None},
        span("e") | {"start": "1970-01-01T00:00:00Z"},
        span("f") | {"start": "2026-11-22T12:00:01Z"},
        span("g") | {"start": "2026-11-20T13:00:00Z"},
    ]
    found = normal(rows)
    assert found.spans["span_id"].tolist() == ["a", "g"]
    assert sorted(found.rejected["reason"]) == [
        "no usable start",
        "no usable trace_id",
        "no usable trace_id",
        "start a day ahead or more",
        "start before 2015",
    ]
    assert [one.n for one in found.problems if one.action == "skew"] == [1]


def test_texts_are_kept_as_asked_and_their_lengths_are_always_known() -> None:
    rows = [
        span("r", input="x" * 100, output={"a": "é"}),
        span("c", "r", input="y" * 7, kind="tool"),
    ]
    whole = normal(rows).spans
    assert whole["input"].tolist() == ["x" * 100, "y" * 7]
    assert whole["output"].tolist()[0] == '{"a":"é"}'
    roots = normal(rows, text="roots").spans
    assert roots["input"].isna().tolist() == [False, True]
    none = normal(rows, text="none").spans
    assert none["input"].isna().all()
    for frame in (whole, roots, none):
        assert frame["input_chars"].tolist() == [100, 7]
    cut = normal(rows, max_chars=40).spans["input"].iloc[0]
    assert cut.startswith("x" * 30)
    assert cut.endswith("x" * 10)
    assert "60 characters cut" in cut
