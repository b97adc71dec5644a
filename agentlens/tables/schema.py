"""Which columns do the three tables have, of what type and unit, and what do they mean?"""

from dataclasses import dataclass
from math import inf, nextafter
from typing import Literal

__all__ = ["SCORES", "SPANS", "TABLES", "TRACES", "Column", "Dtype", "Table"]

Dtype = Literal["text", "payload", "time", "number", "count", "flag", "tags"]
"""How a column is held: `text` and `payload` as str (or category), `time` as datetime64[us, UTC],
`number` as float64, `count` as Int64, `flag` as boolean with <NA>, `tags` as str joined by commas."""


_ABOVE_ZERO = nextafter(0.0, 1.0)
_RANGES = {
    "user_rating": (0.0, 1.0),
    "inclusion_p": (_ABOVE_ZERO, 1.0),
    "weight": (_ABOVE_ZERO, inf),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, how it is held, its unit, what it says, and whether a log needs it."""

    name: str
    dtype: Dtype
    unit: str
    meaning: str
    required: bool = False

    @property
    def within(self) -> tuple[float, float]:
        """The closed range of values that can be true; anything else is missing and counted."""
        if self.dtype == "count" or self.unit in {"s", "USD"}:
            return 0.0, inf
        return _RANGES.get(self.name, (-inf, inf))


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, the column that identifies a row, and its columns."""

    name: str
    row: str
    key: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in the order in which they are shown."""
        return tuple(column.name for column in self.columns)


TRACES = Table(
    "traces",
    "one session or run of the agent",
    "trace_id",
    (
        Column("trace_id", "text", "", "identifies the trace", required=True),
        Column("session_id", "text", "", "the conversation it belongs to; intervals respect it"),
        Column("user_id", "text", "", "who asked, hashed where a reader redacts"),
        Column("name", "text", "", "what the application calls it"),
        Column("start", "time", "UTC", "when it began", required=True),
        Column("end", "time", "UTC", "when it finished"),
        Column("latency_s", "number", "s", "end minus start of the root"),
        Column("environment", "text", "", "production, staging, …"),
        Column("release", "text", "", "the deployed release of the application"),
        Column("agent_version", "text", "", "the version of the agent's own definition"),
        Column("model", "text", "", "the model that wrote most of the answer"),
        Column("prompt_version", "text", "", "the prompt in force, as name@version"),
        Column("task_type", "text", "", "what the user wanted"),
        Column("segment", "text", "", "customer group or plan"),
        Column("device", "text", "", "mobile, tablet, desktop, …"),
        Column("session_number", "count", "", "this user's nth session, the first being 1"),
        Column("query_chars", "count", "characters", "length of the first user message"),
        Column("input", "payload", "", "what the user sent"),
        Column("output", "payload", "", "what the agent answered"),
        Column("status", "text", "", "ok, error, open or incomplete"),
        Column("error_type", "text", "", "timeout, tool_failure, rate_limit, …"),
        Column("completed", "flag", "", "weak completion: it finished with an answer"),
        Column("abandoned", "flag", "", "the user left before an answer"),
        Column("user_corrected", "flag", "", "the next user turn corrected the answer"),
        Column("escalated", "flag", "", "handed over to a person"),
        Column("user_rating", "number", "0 to 1", "explicit feedback, where there is any"),
        Column("followed_up", "flag", "", "the user went on without correcting"),
        Column("copied", "flag", "", "the user copied or used the answer"),
        Column("input_tokens", "count", "tokens", "tokens read, cached ones included"),
        Column("output_tokens", "count", "tokens", "tokens written"),
        Column("cached_tokens", "count", "tokens", "tokens read from a cache"),
        Column("cost_usd", "number", "USD", "what it cost"),
        Column("steps", "count", "", "llm, tool, retrieval, guardrail and embedding spans"),
        Column("llm_calls", "count", "", "spans of kind llm"),
        Column("tool_calls", "count", "", "spans of kind tool"),
        Column("tool_errors", "count", "", "tool spans in error"),
        Column("retries", "count", "", "spans that repeat a failed elder sibling"),
        Column("repeated_prompts", "count", "", "user turns that repeat an earlier one"),
        Column("safety_flagged", "flag", "", "a guardrail or a check objected"),
        Column("tags", "tags", "", "the application's own tags, joined by commas"),
        Column("weight", "number", "", "one over the probability with which it reached us"),
        Column("inclusion_p", "number", "", "the probability with which sample() then chose it"),
        Column("sampled_by", "text", "", "the sampling rules that applied"),
        Column(
            "sampled_with", "text", "", "unit and salt of the draws; equal ones share their lots"
        ),
    ),
)

SPANS = Table(
    "spans",
    "one step inside a trace",
    "span_id",
    (
        Column("span_id", "text", "", "identifies the step", required=True),
        Column("trace_id", "text", "", "the trace it belongs to", required=True),
        Column("parent_id", "text", "", "the step that called it; missing for the root"),
        Column(
            "kind",
            "text",
            "",
            "agent, llm, tool, retrieval, guardrail, chain, embedding, evaluator or event",
        ),
        Column("name", "text", "", "the step's own name, such as the tool's"),
        Column("start", "time", "UTC", "when it began", required=True),
        Column("end", "time", "UTC", "when it finished"),
        Column("latency_s", "number", "s", "end minus start"),
        Column("status", "text", "", "ok or error"),
        Column("error_type", "text", "", "timeout, tool_failure, rate_limit, …"),
        Column("error_message", "payload", "", "what the error said"),
        Column("model", "text", "", "the model called"),
        Column("prompt_name", "text", "", "the prompt used"),
        Column("prompt_version", "text", "", "and its version"),
        Column("input_tokens", "count", "tokens", "tokens read, cached ones included"),
        Column("output_tokens", "count", "tokens", "tokens written"),
        Column("cached_tokens", "count", "tokens", "tokens read from a cache"),
        Column("cost_usd", "number", "USD", "what it cost"),
        Column("ttft_s", "number", "s", "time to the first token"),
        Column("input", "payload", "", "what went in"),
        Column("output", "payload", "", "what came out"),
    ),
)

SCORES = Table(
    "scores",
    "one judgement of a trace or a step",
    "score_id",
    (
        Column("score_id", "text", "", "identifies the judgement", required=True),
        Column("trace_id", "text", "", "the trace it judges", required=True),
        Column("span_id", "text", "", "the step it judges, where it judges one"),
        Column("name", "text", "", "what was judged", required=True),
        Column("value", "number", "", "the verdict as a number; pass is 1, fail is 0"),
        Column("label", "text", "", "the verdict as a word"),
        Column("kind", "text", "", "boolean, numeric or categorical"),
        Column("source", "text", "", "human, judge, check, user or api"),
        Column("rater", "text", "", "who judged"),
        Column("rubric", "text", "", "by which rubric"),
        Column("rubric_version", "text", "", "and which version of it"),
        Column("judge_model", "text", "", "the judging model"),
        Column("time", "time", "UTC", "when it was judged"),
        Column("comment", "payload", "", "what the rater wrote"),
        Column("inclusion_p", "number", "", "the probability with which this trace was scored"),
        Column("status", "text", "", "why a judge gave no verdict; missing where it gave one"),
        Column("judge_id", "text", "", "all that is known of a judge before it is called"),
        Column("rubric_hash", "text", "", "of every word of the rubric that changes what is read"),
        Column("judge_retires", "text", "", "the day on which the judge's model ends"),
        Column("key", "text", "", "of the request that was paid for"),
        Column("repeat", "count", "", "which asking of the same question it is, from 1"),
        Column("confidence", "number", "percent", "how sure the judge says it is"),
        Column("truncated", "flag", "", "the judge saw the item cut in the middle"),
        Column("usd", "number", "USD", "what the verdict cost when it was paid for"),
        Column("via", "text", "", "sync or batch"),
        Column("plan", "text", "", "the plan by which a trace came to be labelled"),
        Column("stage", "text", "", "uniform, stratum, targeted or unknown: how it was picked"),
        Column("stratum", "text", "", "the cell from which it was drawn"),
        Column("split", "text", "", "dev, on which choices are made, or test"),
        Column("round", "count", "", "of labelling, from 1"),
        Column("seconds", "number", "s", "that the label took"),
        Column("blind", "flag", "", "given before the judge's verdict was shown"),
        Column("reference", "text", "", "adjudicated, expert, single rater, strong model, …"),
        Column("note", "payload", "", "what the rater noted"),
        Column("code", "text", "", "the rater's own name for what went wrong"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (TRACES, SPANS, SCORES)}
