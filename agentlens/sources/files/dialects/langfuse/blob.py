"""How does Langfuse's export to blob storage become rows?"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.files.dialects.langfuse.latency import ignored_latency
from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.wire.forms import OBSERVATIONS, SCORES, TRACES, Form
from agentlens.sources.langfuse.wire.observations import observations, traces
from agentlens.sources.langfuse.wire.scores import scores
from agentlens.tables.convert import ZONELESS

__all__ = ["LANGFUSE_BLOB", "UNUSED"]

_PEEK = 20
_STEPS = frozenset({"trace_id", "parent_observation_id", "start_time", "end_time", "type"})
_SCORES = frozenset({"string_value", "data_type", "observation_id", "dataset_run_id"})
_TRACES = frozenset({"bookmarked", "public", "tags", "timestamp", "user_id"})


def _snake(field: str) -> str:
    """Return a field of the API in the spelling of the export."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in field)


def _form(of: Form, **others: tuple[str, ...]) -> Form:
    spelt = {column: tuple(map(_snake, fields)) for column, fields in of.items()}
    return MappingProxyType(spelt | others)


_OBSERVATION_FORM = _form(
    OBSERVATIONS, model=("provided_model_name",), cost=("total_cost",), read=(), written=()
)
_TRACE_FORM = _form(TRACES, cost=())
_SCORE_FORM = _form(SCORES, rater=(), subject=(), metadata=(), config=())
_LATENCY = frozenset({"latency", "time_to_first_token"})

UNUSED = frozenset(
    {
        "bookmarked",
        "created_at",
        "input_price",
        "latency",
        "model_id",
        "model_parameters",
        "output_price",
        "project_id",
        "prompt_id",
        "public",
        "time_to_first_token",
        "tool_call_names",
        "tool_calls",
        "tool_definitions",
        "total_price",
        "usage_pricing_tier_id",
        "usage_pricing_tier_name",
    }
)
"""What the export's tables have and a log does not need."""


def _fields(*forms: Form) -> frozenset[str]:
    return frozenset(name for form in forms for names in form.values() for name in names)


def _table(records: Sequence[Mapping[str, Any]]) -> str:
    """Return which of the export's tables a batch is of."""
    keys = {key for one in records[:_PEEK] if isinstance(one, dict) for key in one}
    if keys & _SCORES:
        return "scores"
    return "observations" if keys & _STEPS else "traces"


def _fits(head: Head) -> str:
    found = head.columns
    if {"trace_id", "parent_observation_id", "start_time"} <= found:
        return "trace_id, parent_observation_id and start_time"
    if {"observation_id", "string_value"} <= found:
        return "observation_id and string_value"
    if found >= _TRACES and "trace_id" not in found:
        return "bookmarked, public, tags and timestamp"
    return ""


def _rows(records: Sequence[Mapping[str, Any]], places: Sequence[str]) -> Rows:
    table = _table(records)
    if table == "scores":
        return scores(records, places, form=_SCORE_FORM)
    if table == "traces":
        return traces(records, places, _TRACE_FORM)
    found = observations(records, places, _OBSERVATION_FORM)
    spans = found.spans
    kept = [one for one in records if isinstance(one, dict)]
    none: list[Any] = [None] * len(kept)
    told = ignored_latency(
        [one.get("latency") for one in kept],
        spans.get("start", none),
        spans.get("end", none),
        spans["where"],
    )
    return Rows(spans=spans, bad=found.bad, problems=(*found.problems, *told))


LANGFUSE_BLOB = Dialect(
    name="langfuse_blob",
    fits=_fits,
    rows=_rows,
    states=(ZONELESS,),
    fields=_fields(_OBSERVATION_FORM, _TRACE_FORM, _SCORE_FORM) | _LATENCY,
    cannot=("rubric", "rubric_version", "judge_model", "rater", "inclusion_p"),
    nearest=frozenset({"trace_id", "parent_observation_id", "start_time"}),
)
"""The tables observations_v2, observations (older), traces and scores, as JSON, CSV or Parquet."""
