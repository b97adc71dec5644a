"""What is to be said of the rows of a metric, from a few numbers that the engine gives?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from agentlens.engines.counting.base import Base, chance
from agentlens.engines.functions import NO
from agentlens.engines.view import View
from agentlens.measures.notes import Left, notes_on
from agentlens.tables.weights import Weighed, names_of

__all__ = ["rows_of", "told"]


def told(view: View, base: Base) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences on weights and on what is left out, and the columns that are absent.

    The same as `measures.rows` gives of rows in memory.

    Args:
        view: the traces that are meant.
        base: the rows of the metric.
    """
    counts = _counts(view, base)
    absent = _absent(base, counts)
    left = Left(
        weights="" if base.scores else _weights(view),
        uneven=counts["least"] != counts["most"] and bool(counts["kept"]),
        reached=bool(counts["reached"]),
        unknown=int(counts["unknown"]),
        lost=int(counts["lost"]),
    )
    sources = tuple(base.scores.values())
    return notes_on(base.metric, left, sources, base.needs, absent=bool(absent)), absent


def rows_of(view: View, base: Base) -> int:
    """Return how many rows enter a metric.

    Args:
        view: the traces that are meant.
        base: the rows of the metric.
    """
    counts = _counts(view, base)
    return 0 if _absent(base, counts) else int(counts["kept"])


def _absent(base: Base, counts: Mapping[str, float]) -> tuple[str, ...]:
    """Return the columns that a metric needs and no row has."""
    rows = counts["n"]
    return tuple(name for name, of in base.needs.items() if not of or (rows and not counts[of]))


def _counts(view: View, base: Base) -> dict[str, float]:
    rows, keep = base.rows, base.keep
    judged = rows["inside"] & rows["known"]
    weight = keep.ifelse(rows["w"], None)
    asked = {
        "n": rows.count(),
        "kept": _number(keep),
        "least": weight.min(),
        "most": weight.max(),
        "reached": _number(keep & (rows["reached"] != 1.0)),
        "unknown": _number(judged & rows["w"].isnull()),
        "lost": _number(rows["inside"] & ~rows["known"]),
        **{of: rows[of].count() for of in base.needs.values() if of},
    }
    return _one(view, rows.agg(**asked))


def _weights(view: View) -> str:
    traces = view.traces(["weight", "inclusion_p", "sampled_by"])
    names: list[str] = []
    weight = traces["weight"] if "weight" in traces.columns else None
    p = chance(traces)
    if weight is None and p is None:
        return ""
    asked = {"n": traces.count()}
    if weight is not None:
        asked |= {"reached": _number(weight != 1.0), "unreached": _number(weight.isnull())}
    if p is not None:
        there = traces["trace_id"].notnull() if weight is None else weight.notnull()
        asked |= {"chosen": _number(p != 1.0), "unchosen": _number(p.isnull() & there)}
    if "sampled_by" in traces.columns:
        words = traces.select("sampled_by").distinct()
        frame = view.tables.engine.arrow(words).to_pandas()
        names = names_of(sorted(frame["sampled_by"].dropna()))
    found = _one(view, traces.agg(**asked))
    return Weighed(
        n=int(found["n"]),
        reached=bool(found.get("reached", 0)),
        chosen=bool(found.get("chosen", 0)),
        unreached=int(found.get("unreached", 0)),
        unchosen=int(found.get("unchosen", 0)),
        names=tuple(names),
    ).note


def _number(test: Any) -> Any:
    """Return how many rows pass a test; where it is missing, it is not passed."""
    return test.fill_null(NO).cast("int64").sum()


def _one(view: View, asked: Any) -> dict[str, float]:
    row = view.tables.engine.arrow(asked).to_pylist()[0]
    return {name: 0 if value is None or pd.isna(value) else value for name, value in row.items()}
