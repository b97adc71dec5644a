"""What is each step of Langfuse's to us: its kind, how it ended, what it used and cost?"""

from typing import Any

import ibis

from agentlens.engines.functions import NO, ago, micros
from agentlens.engines.mapping.langfuse.functions import folded
from agentlens.sources.intake.kinds import KINDS
from agentlens.sources.intake.traces.errors import ERROR_TYPES

__all__ = ["FACT", "LOWER", "ROOT", "place", "steps", "told"]

FACT, ROOT, LOWER = -1, 0, 3
"""What is said of a trace whole comes before its root, and that before what lies beneath it."""

_ENGINE = "clickhouse"
_TIMES, _TIES = 1 << 51, 1 << 8  # microseconds until the year 2041; letters
_CLASS = r"^([A-Za-z_][\w.]*(?:Error|Exception|Failure|Timeout))\b"
_BY_KIND = {"tool": "tool_failure", "llm": "model_error", "guardrail": "guardrail"}
_LOOKED_AT = 500
_GIVEN = ("type", "first_token", "level", "said", "usage", "costs")
_OURS = (
    *("trace_id", "span_id", "parent_id", "kind", "name", "start", "end", "status", "error_type"),
    *("error_message", "model", "prompt_name", "prompt_version", "input_tokens", "output_tokens"),
    *("cached_tokens", "cost_usd", "ttft_s"),
)


def steps(rows: Any) -> Any:
    """Return our table of spans.

    Args:
        rows: as `events` and `older` give them.
    """
    held = rows.filter(rows["rank"] != FACT)
    texts = {name: held[name].nullif("") for name in ("input", "output") if name in held.columns}
    return held.select(*(held[name] for name in _OURS), **texts)


def told(rows: Any) -> Any:
    """Return rows with what their own fields tell, in place of these.

    It is told of every version of a row, before the newest is chosen: what is said afterwards is
    repeated wherever it is asked for, and a question grows too long.

    Args:
        rows: fields of Langfuse's under names of our own.
    """
    kind, status = _kind(rows["type"]), _status(rows["level"])
    quiet = rows["level"].isin(["DEFAULT", "DEBUG"])
    failed = (rows["level"] == "ERROR").fill_null(NO)
    others = [name for name in rows.columns if name not in {*_GIVEN, "prompt_version"}]
    return rows.select(
        *others,
        kind=kind,
        status=status,
        error_type=ibis.cases((failed, _error_type(rows["said"], kind))),
        error_message=ibis.cases((~quiet, rows["said"].nullif(""))),
        prompt_version=rows["prompt_version"].cast("string"),
        **_used(rows["usage"]),
        cost_usd=_cost(rows["costs"]),
        ttft_s=ago(micros(_ENGINE, rows["start"]), micros(_ENGINE, rows["first_token"])),
        folded=folded(rows["metadata"]),
        place=place(rows),
    )


def place(rows: Any) -> Any:
    """Return one whole number by which the rows of a trace stand in order.

    By their rank, by their start, and where that is the same by the first letter of their ids: one
    number is compared several times faster than three values.
    """
    when = (rows["rank"].cast("int64") + 1) * _TIMES + micros(_ENGINE, rows["start"])
    return when * _TIES + rows["span_id"].ascii_str().cast("int64")


def _kind(word: Any) -> Any:
    """Return our kind for Langfuse's type."""
    words: dict[str, list[str]] = {}
    for theirs, ours in KINDS.items():
        words.setdefault(ours, []).append(theirs)
    low = word.lower()
    tests = [(low.isin(listed), ibis.literal(ours)) for ours, listed in words.items()]
    return ibis.cases(*tests, else_="chain")


def _status(level: Any) -> Any:
    """Return ok or error; missing for a level that is not known."""
    well = level.isin(["WARNING", "DEFAULT", "DEBUG"])
    return ibis.cases((level == "ERROR", "error"), (well, "ok"))


def _error_type(message: Any, kind: Any) -> Any:
    """Return of which type an error is, by the rules that all readers have in common."""
    said = ibis.coalesce(message, "")
    start = said.substr(0, _LOOKED_AT)
    return ibis.cases(
        *((start.re_search(f"(?i){pattern}"), name) for name, pattern in ERROR_TYPES),
        *((kind == one, name) for one, name in _BY_KIND.items()),
        (said.re_search(_CLASS), said.re_extract(_CLASS, 1)),
        else_="other",
    )


def _used(usage: Any) -> dict[str, Any]:
    """Return tokens read, written and read from a cache; missing where no bucket tells it."""
    return {
        "input_tokens": _sum(usage, lambda key: key.contains("input")),
        "output_tokens": _sum(usage, lambda key: key.contains("output")),
        "cached_tokens": _sum(
            usage,
            lambda key: key.contains("cache") & (key.contains("read") | key.contains("cached")),
        ),
    }


def _sum(buckets: Any, wanted: Any) -> Any:
    pairs = buckets.keys().zip(buckets.values())
    held = pairs.filter(lambda one: wanted(one["f1"].lower())).map(lambda one: one["f2"])
    return ibis.cases((held.length() > 0, held.sums().cast("float64")))


def _cost(parts: Any) -> Any:
    """Return the whole, else the sum of the parts; a price of nothing must be stated."""
    return ibis.cases(
        (parts.contains("total"), parts["total"].cast("float64")),
        (parts.length() > 0, parts.values().sums().cast("float64")),
    )
