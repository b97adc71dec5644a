"""Which traces show what stands behind a change, and how bad is it?"""

from collections.abc import Iterator, Sequence

import numpy as np

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import CURRENT, Periods
from agentlens.analysis.explain.answer import Explained
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.result import Signal
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.theme import Band

__all__ = ["band_of", "signals_of"]

_MOST_IDS = 500
_CLEAR = 0.05
_WORDS = {
    "mix": "other traffic",
    "rate": "all kinds of traffic changed",
    "judge": "the judge changed",
    "sampling": "sampling changed",
    "remainder": "kinds of traffic that one period lacks",
    "traffic": "all traffic changed",
}


def band_of(found: Explained, metric: Metric) -> Band:
    """Return act where the agent does worse inside the same traffic, pass where nothing stands."""
    if found.verdict == "no change":
        return "pass"
    worse = {"higher": -1.0, "lower": 1.0}.get(metric.better, 0.0)
    if "rate" in found.stands and found.total("rate")["value"] * worse > 0:
        return "act"
    return "watch"


def signals_of(
    found: Explained,
    rows: Rows,
    arm: Ints,
    dims: Sequence[Dimension],
    periods: Periods,
) -> tuple[Signal, ...]:
    """Return a signal for each slice or value that stands behind the change.

    Args:
        found: the parts.
        rows: of the metric.
        arm: of each row.
        dims: by what rows can be told apart.
        periods: what was compared.
    """
    worse = {"higher": -1.0, "lower": 1.0}.get(rows.metric.better, 0.0)
    made = []
    for what, side, inside in _subjects(found, dims, rows.positions.size):
        here = inside & (arm == CURRENT)
        if not here.any():
            continue
        value, expected = _values(rows, arm, inside, found)
        at = np.flatnonzero(here)
        order = at[np.argsort(-_badness(rows, side)[at], kind="stable")]
        ids = list(dict.fromkeys(rows.ids.iloc[rows.positions[order[: 4 * _MOST_IDS]]]))
        made.append(
            Signal(
                what=what,
                start=periods.current[0],
                end=periods.current[1],
                value=value,
                expected=expected,
                n=int(here.sum()),
                trace_ids=tuple(str(one) for one in ids[:_MOST_IDS]),
                bad=bool(side * worse > 0),
            )
        )
    return tuple(made)


def _subjects(
    found: Explained, dims: Sequence[Dimension], n: int
) -> Iterator[tuple[str, float, Flags]]:
    """Yield what stands out, its direction, and the rows of both periods that it speaks of."""
    slices = {one.name: one.rows for one in found.slices}
    every = np.ones(n, dtype=bool)
    for kind in found.stands:
        side = float(np.sign(_total(found, kind)))
        own = found.parts[found.parts["kind"] == kind].sort_values("p", kind="stable")
        clear = own[own["name"].isin(list(slices)) & (own["p"] < _CLEAR)]
        if kind in {"rate", "traffic"} and len(clear):
            for name, value in zip(clear["name"], clear["value"], strict=True):
                inside = np.zeros(n, dtype=bool)
                inside[slices[name]] = True
                yield f"{name} changed", float(np.sign(value)), inside
        elif kind == "mix" and len(own):
            chosen = _value(found, dims, str(own["name"].iloc[0]))
            yield (chosen[0], side, chosen[1]) if chosen else (_WORDS[kind], side, every)
        else:
            yield _WORDS[kind], side, every
    if not found.stands:
        yield "the metric changed", float(np.sign(_total(found, "change"))), every


def _total(found: Explained, kind: str) -> float:
    """Return the sum of a kind's parts; a judge without labels has none, and is in the rate."""
    return found.total(kind if kind in found.totals.index else "rate")["value"]


def _value(found: Explained, dims: Sequence[Dimension], name: str) -> tuple[str, Flags] | None:
    """Return the value of a dimension that came more often and moved the metric most."""
    dimension = next((one for one in dims if one.name == name), None)
    own = found.by_dimension[found.by_dimension["dimension"] == name].reset_index(drop=True)
    # Of a value that became rarer there may be no trace to show.
    grown = own[(own["share_current"] > own["share_baseline"]) & own["mix"].notna()]
    if dimension is None or not len(grown):
        return None
    code = int(grown.index[int(grown["mix"].abs().argmax())])
    return f"more traffic of {name}={dimension.labels[code]}", dimension.codes == code


def _values(rows: Rows, arm: Ints, inside: Flags, found: Explained) -> tuple[float, float]:
    """Return the metric of these rows in the current period, and in the baseline."""
    if rows.metric.kind == "count":
        both = [
            float((rows.weight * rows.numerator)[inside & (arm == one)].sum()) for one in (1, 0)
        ]
        return both[0] / found.days[1], both[1] / found.days[0]
    group = np.where(inside & (arm >= 0), arm, 2).astype(np.int64)
    value = estimate(rows, group, 3)["value"]
    return float(value.iloc[1]), float(value.iloc[0])


def _badness(rows: Rows, side: float) -> Floats:
    """Return how much each row speaks for the direction in which the metric moved."""
    if rows.metric.kind == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = (rows.weight * rows.numerator).sum() / (rows.weight * rows.denominator).sum()
        ratio: Floats = side * (rows.numerator - np.nan_to_num(whole) * rows.denominator)
        return ratio
    plain: Floats = side * rows.numerator
    return plain
