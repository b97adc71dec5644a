"""Which rows broke a promise, how many of how many over each window, and how sure is that?"""

from dataclasses import replace

import numpy as np

from agentlens.analysis.slos.slo import SLO
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.intervals.rates import clopper_pearson
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting
from agentlens.tables.wide import score_column

__all__ = ["ENOUGH", "bad_events", "labelled", "ordered", "part", "picked", "spent"]

ENOUGH = 40
"""Rows to which a short window of quiet traffic reaches back: fewer would hardly show anything."""


_BAD = Metric("bad", "rate", "lower", "share", "1", meaning="events that broke the promise")


def bad_events(rows: Rows, slo: SLO) -> Floats:
    """Return how bad each row is: 1 or 0 for a rate and a quantile.

    Of a mean or a ratio, 1 where the row alone lies on the wrong side of the objective: it pulls
    the whole that way, though it breaks no promise.
    """
    lower = rows.metric.better == "lower"
    if rows.metric.kind == "rate":
        return rows.numerator if lower else 1 - rows.numerator
    over = rows.numerator - slo.objective * rows.denominator
    return (over > 0 if lower else over < 0).astype(np.float64)


def ordered(rows: Rows) -> Rows:
    """Return the rows in order of time."""
    return picked(rows, np.argsort(rows.time, kind="stable"))


def part(log: Log, rows: Rows, slo: SLO) -> Rows:
    """Return the rows of those traces about which the promise speaks."""
    if slo.where is None:
        return rows
    keys = log.traces[[*dict.fromkeys(["trace_id", *slo.where])]]
    held = Log(traces=keys.assign(__row=np.arange(len(keys)))).where(**slo.where).traces["__row"]
    inside = np.zeros(len(keys), dtype=bool)
    inside[held.to_numpy()] = True
    return picked(rows, np.flatnonzero(inside[rows.positions]))


def picked(rows: Rows, which: Ints) -> Rows:
    """Return some of the rows, by their place."""
    return replace(
        rows,
        positions=rows.positions[which],
        time=rows.time[which],
        numerator=rows.numerator[which],
        denominator=rows.denominator[which],
        weight=rows.weight[which],
        cluster=rows.cluster[which],
    )


def spent(
    rows: Rows, bad: Floats, starts: Ints, *, level: float, alpha: float
) -> dict[str, np.ndarray]:
    """Return n, n_eff, bad and their share with exact bounds of each window up to the last row.

    The bounds are Clopper and Pearson's on the effective n, which is n where rows weigh the same
    and users or sessions say nothing of one another.

    Args:
        rows: in order of time.
        bad: 1 for a bad row, 0 for a good one.
        starts: of each window, in the unit of `rows.time`: the promise's own first, then the
            others from the shortest on.
        level: of the two-sided bounds.
        alpha: of the one-sided lower bound by which a window is called.
    """
    n_rows, n_windows = rows.time.size, starts.size
    plain = np.searchsorted(rows.time, starts)
    first = _reach(plain, n_rows)
    which = np.concatenate([np.arange(one, n_rows) for one in first])
    events = replace(picked(replace(rows, numerator=bad), which), metric=_BAD)
    found = estimate(events, np.repeat(np.arange(n_windows), n_rows - first), n_windows, level)
    n_eff, share = found["n_eff"].to_numpy(), found["value"].to_numpy()
    # too few effective rows for unequal weights: estimate gives no interval, and neither do we
    known = np.where(found["low"].isna(), 0.0, n_eff)
    low, high = clopper_pearson(share * known, known, level)
    bound, _ = clopper_pearson(share * known, known, 1 - 2 * alpha)
    counts = np.append(np.cumsum((bad > 0)[::-1])[::-1], 0)[first]
    return {
        "since": np.minimum(starts, np.append(rows.time, starts.max())[first]),
        "reached": first < plain,
        "n": found["n"].to_numpy(),
        "n_eff": n_eff,
        "bad": counts,
        "share": share,
        "low": low,
        "high": high,
        "bound": bound,
    }


def _reach(first: Ints, n_rows: int) -> Ints:
    """Return from which row on each window counts.

    A short window of quiet traffic reaches back to the last few rows, though never over more than
    half of the next longer one's: it says whether the burning still lasts. How far it reaches
    depends on when traffic came, not on what was bad, so that its bounds stay exact.

    >>> _reach(np.array([0, 99, 95, 20]), 100).tolist()
    [0, 80, 60, 20]
    """
    found = first.copy()
    for place in range(first.size - 2, 0, -1):
        most = (n_rows - int(found[place + 1])) // 2
        found[place] = min(int(first[place]), n_rows - min(ENOUGH, most))
    return found


def labelled(log: Log, rows: Rows) -> Rows:
    """Return the rows weighted by every draw that chose them: for the verdict, then for the label.

    Labels are drawn among judged traces, with a chance that depends on the verdict, so that the
    chance of being seen with both is the product.

    Args:
        log: the traces and scores.
        rows: of a metric that reads scores.
    """
    parts = rows.metric.expressions().values()
    names = {name for part in parts for name in part.columns if name.startswith("score:")}
    if rows.absent or not rows.positions.size or not names:
        return rows
    chance = None
    for name in sorted(names):
        found = score_column(log.scores, name).set_index("trace_id")["inclusion_p"]
        own = found.reindex(log.traces["trace_id"])
        chance = own if chance is None else chance * own.to_numpy()
    weight = weighting(log.traces, chance).of_row[rows.positions]
    known = np.flatnonzero(~np.isnan(weight))
    note = "Each label counts one over the probability that its trace was both judged and labelled."
    return replace(picked(rows, known), weight=weight[known], notes=(note,))
