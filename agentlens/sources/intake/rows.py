"""What does a dialect hand over: rows under canonical names, their values still as they came?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agentlens.tables.problems import Problem
from agentlens.tables.schema import Column, Table

__all__ = ["SCORE_ROWS", "SPAN_ROWS", "TRACE_ROWS", "Bad", "Columns", "Rows"]

Columns = dict[str, list[Any]]
"""Column name to values, all of one length; a column that a format does not know is left out."""


def _table(name: str, row: str, key: str, columns: Sequence[tuple[str, str, str]]) -> Table:
    return Table(
        name,
        row,
        key,
        tuple(Column(one, dtype, "", meaning) for one, dtype, meaning in columns),  # type: ignore[arg-type]  # the literals below are the dtypes
    )


_FACTS = (
    ("name", "text", "what the application calls it"),
    ("user_id", "text", "who asked"),
    ("session_id", "text", "the conversation"),
    ("release", "text", "the release deployed"),
    ("environment", "text", "production, staging, …"),
    ("agent_version", "text", "the version of the agent's own definition"),
    ("tags", "payload", "a list of words"),
    ("metadata", "payload", "an object of the application's own values"),
    ("experiment", "flag", "whether it belongs to an evaluation run and not to traffic"),
    ("updated_at", "time", "when the source last changed the row; the newest version wins"),
)

SPAN_ROWS = Table(
    "spans",
    "one step as a source tells it, with what it says of its trace",
    "span_id",
    _table(
        "",
        "",
        "",
        (
            ("trace_id", "text", "the trace it belongs to; without it a row is set aside"),
            ("span_id", "text", "identifies the step within its trace"),
            ("parent_id", "text", "the step that called it"),
            ("is_root", "flag", "whether the source says that it is the trace's root"),
            ("kind", "text", "one of our kinds; see kinds.py"),
            ("name", "text", "the step's own name"),
            ("start", "time", "when it began: text, a number of any epoch unit, or a time"),
            ("end", "time", "when it finished"),
            ("first_token", "time", "when the first token came"),
            ("ttft_s", "number", "seconds to the first token, where no time is given"),
            ("status", "text", "ok or error; missing where the source says nothing"),
            ("level", "text", "the source's own level, such as WARNING"),
            ("error_type", "text", "the class of an exception, where one is recorded"),
            ("error_message", "payload", "what the error said"),
            ("finish_reason", "text", "why the model stopped"),
            ("passed", "flag", "a guardrail's verdict"),
            ("model", "text", "the model called"),
            ("prompt_name", "text", "the prompt used"),
            ("prompt_version", "text", "and its version"),
            ("input_tokens", "count", "tokens read, cached ones included"),
            ("output_tokens", "count", "tokens written"),
            ("cached_tokens", "count", "tokens read from a cache"),
            ("cost_usd", "number", "what it cost"),
            ("cost_stated", "flag", "whether the source priced it, be it at zero"),
            ("input", "payload", "what went in: text, or an object that becomes JSON"),
            ("output", "payload", "what came out"),
            ("trace_name", "text", "the name of its trace"),
            ("source_p", "number", "the probability with which its trace was kept before us"),
        ),
    ).columns
    + tuple(Column(one, dtype, "", meaning) for one, dtype, meaning in _FACTS[1:]),  # type: ignore[arg-type]  # as above
)
"""The columns that a span may have on its way; `where` is beside them in every table."""

TRACE_ROWS = Table(
    "traces",
    "what a source says of a whole trace, beside its spans",
    "trace_id",
    _table(
        "",
        "",
        "",
        (
            ("trace_id", "text", "identifies the trace"),
            ("start", "time", "when it began"),
            ("end", "time", "when it finished"),
            ("status", "text", "ok, error or open; missing where the spans decide"),
            ("error_type", "text", "the class of an exception"),
            ("error_message", "payload", "what the error said"),
            ("input", "payload", "what the user sent"),
            ("output", "payload", "what the agent answered"),
            ("model", "text", "the model, where no span says it"),
            ("input_tokens", "count", "tokens read, where no span says it"),
            ("output_tokens", "count", "tokens written"),
            ("cached_tokens", "count", "tokens read from a cache"),
            ("cost_usd", "number", "what it cost, where no span says it"),
        ),
    ).columns
    + tuple(Column(one, dtype, "", meaning) for one, dtype, meaning in _FACTS),  # type: ignore[arg-type]  # as above
)

_SAID_BEFORE = (
    *(("rubric_hash", "text"), ("judge_id", "text"), ("status", "text"), ("via", "text")),
    *(("repeat", "count"), ("confidence", "number"), ("truncated", "flag")),
    *(("plan", "text"), ("stage", "text"), ("stratum", "text"), ("split", "text")),
    *(("round", "count"), ("seconds", "number"), ("blind", "flag"), ("reference", "text")),
    *(("note", "text"), ("code", "text")),
)
"""What only AgentLens says of a score, and how it is held: the design of a label, and more."""

SCORE_ROWS = _table(
    "scores",
    "one judgement as a source tells it",
    "score_id",
    (
        ("score_id", "text", "identifies it; made from the rest where the source has none"),
        ("trace_id", "text", "the trace it judges"),
        ("span_id", "text", "the step it judges"),
        ("session_id", "text", "the session it judges, where it judges a whole one"),
        ("level", "text", "trace, span, session or experiment"),
        ("name", "text", "what was judged"),
        ("value", "number", "the verdict as a number; pass is 1, fail is 0"),
        ("label", "text", "the verdict as a word"),
        ("kind", "text", "boolean, numeric, categorical, text, correction, expectation, aggregate"),
        ("source", "text", "human, judge, check, user or api"),
        ("rater", "text", "who judged"),
        ("rubric", "text", "by which rubric"),
        ("rubric_version", "text", "and which version of it"),
        ("judge_model", "text", "the judging model"),
        ("time", "time", "when it was judged"),
        ("comment", "payload", "what the rater wrote"),
        ("inclusion_p", "number", "the probability with which the trace was scored"),
        *((name, dtype, "as AgentLens said it before") for name, dtype in _SAID_BEFORE),
        ("metadata", "payload", "an object of the source's own values"),
        ("updated_at", "time", "when the source last changed the row"),
    ),
)


@dataclass(frozen=True)
class Bad:
    """A row that could not be read: its place, its text, and why."""

    where: str
    text: str
    reason: str


@dataclass(frozen=True, eq=False)
class Rows:
    """A batch of what a source holds, by table, and what in it could not be read.

    Each of the three has a column `where`, the place of the row: `file:line` or a page.

    Attributes:
        spans: columns of `SPAN_ROWS`.
        traces: columns of `TRACE_ROWS`.
        scores: columns of `SCORE_ROWS`.
        bad: rows that could not be read at all.
        problems: what was assumed, repaired or left out on the way.
    """

    spans: Columns = field(default_factory=dict)
    traces: Columns = field(default_factory=dict)
    scores: Columns = field(default_factory=dict)
    bad: tuple[Bad, ...] = ()
    problems: tuple[Problem, ...] = ()
