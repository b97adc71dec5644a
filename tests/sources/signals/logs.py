"""Which small random logs do laws on signals hold for?"""

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from agentlens.sources.signals import Derived, derive
from tests.sources.signals.talks import NOW, Tables

__all__ = ["derived", "random_tables"]

_TEXTS = (
    "Where is my order?",
    "where is my order",
    "And when will the refund be paid?",
    "No, I meant the blue one",
    "No thanks",
    "yes",
    "¿Dónde está mi pedido?",
    "",
    "👍",
    '[{"role": "user", "content": "Where is my order?"}, {"role": "user", "content": "Wrong"}]',
)
_TAGS = ("web", "escalated", "copied", "task:billing", "disconnected", "flagged")
_KEYS = ("plan", "copied", "escalated", "user-corrected", "intent", "user_agent", "locale", "stars")
_VALUES = ("true", "false", "gold", "7", "en", "  ", "curl/8")
_NAMES = ("completed", "escalated", "user_corrected", "copied", "thumbs", "toxicity", "followed_up")
_STEPS = ("search", "transfer_to_human", "handoff", "moderation")
_IDS = st.integers(0, 9).map("t{}".format)


def _row(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


_TRACE = _row(
    session_id=st.sampled_from(["s0", "s1", None]),
    user_id=st.sampled_from(["u0", "u1", None]),
    name=st.sampled_from(["chat", "title", None]),
    minutes=st.sampled_from([0, 1, 5, 9, 10, 11, 25, 30, 31, 200]),
    ago=st.sampled_from([5, 15, 60, 5000]),
    status=st.sampled_from(["ok", "error", "open", "incomplete"]),
    error_type=st.sampled_from([None, "cancelled", "timeout"]),
    tags=st.lists(st.sampled_from(_TAGS), max_size=2, unique=True).map(",".join),
    input=st.sampled_from(_TEXTS) | st.none(),
    output=st.sampled_from(["Here it is.", "null", " {} ", None]),
)
_SPAN = _row(
    trace_id=_IDS,
    kind=st.sampled_from(["tool", "guardrail", "llm", "event"]),
    name=st.sampled_from(_STEPS),
    status=st.sampled_from(["ok", "error"]),
    passed=st.sampled_from([True, False, None]),
    input=st.sampled_from(_TEXTS) | st.none(),
)
_SCORE = _row(
    trace_id=_IDS,
    name=st.sampled_from(_NAMES),
    value=st.sampled_from([0.0, 1.0, 0.5, None]),
    label=st.sampled_from(["yes", "no", None]),
    source=st.sampled_from(["api", "user", "human", "judge"]),
    minutes=st.integers(0, 3),
)
_META = _row(trace_id=_IDS, key=st.sampled_from(_KEYS), value=st.sampled_from(_VALUES))


@st.composite
def random_tables(draw: st.DrawFn) -> Tables:
    """Return up to ten traces with some steps, scores and keys."""
    traces = draw(st.lists(_TRACE, min_size=1, max_size=10))
    for place, row in enumerate(traces):
        row["trace_id"] = f"t{place}"
        row["start"] = NOW - pd.Timedelta(row.pop("ago") - row.pop("minutes") / 60, "min")
        row["end"] = None if row["status"] == "open" else row["start"] + pd.Timedelta("20s")
        row["tags"] = row["tags"] or None
    spans = draw(st.lists(_SPAN, max_size=8))
    for place, row in enumerate(spans):
        row |= {"span_id": f"x{place}", "parent_id": None if place % 2 else "x", "start": NOW}
    scores = draw(st.lists(_SCORE, max_size=4))
    for place, row in enumerate(scores):
        row |= {"score_id": f"r{place}", "time": NOW + pd.Timedelta(row.pop("minutes"), "min")}
    keys = draw(st.lists(_META, max_size=5, unique_by=lambda one: (one["trace_id"], one["key"])))
    texts = ("session_id", "user_id", "name", "error_type", "tags", "input", "output")
    times = dict.fromkeys(("start", "end"), "datetime64[us, UTC]")
    return Tables(
        pd.DataFrame(traces).astype({**dict.fromkeys(texts, "str"), **times}),
        pd.DataFrame(spans).astype({"passed": "boolean", "input": "str"} if spans else {}),
        pd.DataFrame(scores).astype({"label": "str", "value": "float64"} if scores else {}),
        pd.DataFrame(keys, columns=["trace_id", "key", "value"]).astype("str"),
    )


def derived(tables: Tables, **more: Any) -> Derived:
    """Return what follows from these tables."""
    return derive(
        tables.traces, tables.spans, tables.scores, tables.metadata, **{"now": NOW, **more}
    )
