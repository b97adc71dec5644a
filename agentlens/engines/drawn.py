"""Which traces does a sample take, the same ones on every engine?"""

import pandas as pd

from agentlens.engines.view import View
from agentlens.errors import BadInputError
from agentlens.tables.weights import chance

__all__ = ["drawn", "weighted"]

_UNITS = ("trace_id", "session_id", "user_id")


def drawn(view: View, n: int, of: int, *, unit: str, salt: str) -> tuple[View, float]:
    """Return the view of the traces that are drawn, and with which probability each was.

    The first sixteen digits of a digest are compared as text with those of the probability: exact,
    and no engine has to hold a whole number so large.

    Args:
        view: the traces to draw from.
        n: traces to expect.
        of: how many there are.
        unit: what is drawn whole.
        salt: of the draw.
    """
    if unit not in _UNITS or unit not in view.tables.traces.kinds:
        there = [one for one in _UNITS if one in view.tables.traces.kinds]
        message = f"unit= is one of {there}, whose ids this table has, not {unit!r}."
        raise BadInputError(message)
    if n < 1:
        message = f"sample(n) takes a number of traces from 1, not {n!r}."
        raise BadInputError(message)
    if n >= of:
        return view, 1.0
    p = n / of
    limit = format(round(p * 2**64), "016x")
    return view.drawing(unit, salt, limit), p


def weighted(traces: pd.DataFrame, p: float) -> pd.DataFrame:
    """Return the traces that were drawn, each with the probability of having been.

    Args:
        traces: what was drawn.
        p: with which probability each was, beside what it was drawn with before.
    """
    before = chance(traces)
    if "sampled_by" not in traces:
        return traces.assign(inclusion_p=before * p, sampled_by="sample")
    words = traces["sampled_by"].astype("str")
    joined = (words + ", sample").fillna("sample")
    return traces.assign(inclusion_p=before * p, sampled_by=joined)
