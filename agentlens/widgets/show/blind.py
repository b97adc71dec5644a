"""What may a rater not see of a trace before the verdict is given?"""

import pandas as pd

from agentlens.tables.trace import Trace
from agentlens.widgets.show.steps.tree import children_of, steps_of

__all__ = ["covered"]

_ROW = (
    "trace_id", "session_id", "name", "start", "end", "latency_s", "environment", "release",
    "agent_version", "model", "prompt_version", "task_type", "segment", "device", "session_number",
    "input", "output", "status", "error_type", "input_tokens", "output_tokens", "cached_tokens",
    "cost_usd",
)  # fmt: skip
_STEP = (
    "span_id", "trace_id", "parent_id", "kind", "name", "start", "end", "latency_s", "status",
    "error_type", "error_message", "model", "prompt_name", "prompt_version", "input_tokens",
    "output_tokens", "cached_tokens", "cost_usd", "ttft_s", "input", "output",
)  # fmt: skip


def covered(trace: Trace) -> Trace:
    """Return a trace without what anybody thought of it.

    Gone are all scores, all columns that are not plainly about what happened (outcomes, tags,
    weights and columns of the source's own may carry a verdict), and steps that evaluate, with all
    that they called.

    Args:
        trace: whole.
    """
    row = trace.row[[name for name in _ROW if name in trace.row.index]]
    spans = trace.spans[[name for name in _STEP if name in trace.spans]]
    if "kind" in spans and (spans["kind"] == "evaluator").any():
        spans = _without_evaluators(spans)
    return Trace(row=row, spans=spans, scores=trace.scores.iloc[:0])


def _without_evaluators(spans: pd.DataFrame) -> pd.DataFrame:
    steps = steps_of(spans)
    children = children_of(steps.parent)
    gone = [at for at, kind in enumerate(steps.frame["kind"]) if kind == "evaluator"]
    seen = set(gone)
    for at in gone:
        below = [one for one in children.get(at, ()) if one not in seen]
        gone += below
        seen.update(below)
    return steps.frame.drop(index=sorted(seen)).reset_index(drop=True)
