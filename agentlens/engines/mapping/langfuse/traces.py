"""What is each trace of Langfuse's to us, summed and chosen from its steps?"""

from typing import Any

import ibis

from agentlens.engines.functions import NO
from agentlens.engines.mapping.langfuse.endings import ended, times
from agentlens.engines.mapping.langfuse.functions import each_once
from agentlens.engines.mapping.langfuse.places import Places
from agentlens.engines.mapping.langfuse.slices import keys_of, slices
from agentlens.engines.mapping.langfuse.spent import counted_once, spent

__all__ = ["traces"]

_SAID = ("user_id", "session_id", "release", "environment", "agent_version")
_STEPS = ("llm", "tool", "retrieval", "guardrail", "embedding")
_COUNTS = ("steps", "llm_calls", "tool_calls", "tool_errors")
_TEXTS = ("input", "output")
_OWN = "langfuse"


def traces(rows: Any) -> Any:
    """Return our table of traces.

    Args:
        rows: as `events` and `older` give them.
    """
    known = Places(rows)
    found = rows.group_by("trace_id").agg(
        **times(known),
        **_words(known),
        **_counts(known),
        **spent(known),
        **keys_of(known),
        **known.texts(),
        tags=each_once(rows["tags"]),
        metadata=known.first(rows["metadata"], rows["metadata"].length() > 0),
        experiment=rows["experiment"].max(),
    )
    own = ibis.coalesce(found["environment"], "").startswith(_OWN)
    return _ours(found.filter(~found["experiment"], ~own))


def _words(known: Places) -> dict[str, Any]:
    """Return names and versions: the first that is said, and what the model calls say."""
    of = known.rows
    written = ibis.coalesce(of["output_tokens"], -1.0)
    size = ibis.struct({"size": written, "start": of["start"], "span_id": of["span_id"]})
    prompt = of["prompt_name"]
    version = ibis.coalesce(prompt + "@" + of["prompt_version"], prompt)
    modelled, prompted = ((known.call & (one != "").fill_null(NO)) for one in (of["model"], prompt))
    return {
        **{name: known.first(of[name], of[name] != "") for name in _SAID},
        "said_name": known.first(of["trace_name"], of["trace_name"] != ""),
        "root_name": known.first(ibis.coalesce(of["name"], ""), known.step),
        "model": of["model"].argmax(size, where=modelled),
        "prompt_version": known.last(version, prompted),
        "first_error": known.first(of["error_type"], known.failed),
    }


def _counts(known: Places) -> dict[str, Any]:
    kind = known.rows["kind"]
    tool = (kind == "tool").fill_null(NO)
    tests = (kind.isin(_STEPS).fill_null(NO), known.call, tool, tool & known.failed)
    return {name: test.cast("int64").sum() for name, test in zip(_COUNTS, tests, strict=True)}


def _ours(found: Any) -> Any:
    end = ended(found)
    stepped = found["n"] > 0
    return found.select(
        "trace_id",
        *_SAID,
        "model",
        "prompt_version",
        "tags",
        "metadata",
        *(name for name in _TEXTS if name in found.columns),
        **end,
        **counted_once(found),
        **slices(found),
        name=ibis.coalesce(found["said_name"].nullif(""), found["root_name"].nullif("")),
        error_type=ibis.cases((end["status"] == "error", found["first_error"])),
        **{name: ibis.cases((stepped, found[name])) for name in _COUNTS},
    )
