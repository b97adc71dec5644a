"""Do sums of users in two groups say as much as their rows do?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.measures.common import common_of
from agentlens.measures.metric import Metric
from agentlens.measures.moments import moments
from agentlens.measures.rows import Rows
from agentlens.stats.slicing.shared import correlated

KINDS = (
    Metric("ok", "rate", "higher", "share", "completed"),
    Metric("cost", "mean", "lower", "USD", "cost_usd"),
    Metric("each", "ratio", "lower", "USD", "cost_usd", "completed"),
    Metric("slow", "quantile", "lower", "s", "latency_s", q=0.9),
)


def _rows(metric: Metric, rng: np.random.Generator) -> Rows:
    n = int(rng.integers(1, 300))
    number = rng.integers(0, 2 if metric.kind == "rate" else 9, n).astype(np.float64)
    places = np.arange(n)
    return Rows(
        metric=metric,
        positions=places,
        at=places,
        time=places,
        numerator=number,
        denominator=rng.choice([0.0, 1.0], n) if metric.kind == "ratio" else np.ones(n),
        weight=rng.choice([1.0, 2.0, 4.0], n),
        cluster=rng.integers(0, int(rng.integers(1, 60)), n),
        ids=pd.Series(places.astype(str)),
        notes=(),
        absent=(),
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), metric=st.sampled_from(KINDS))
def test_the_sums_are_those_of_every_user_by_itself(seed: int, metric: Metric) -> None:
    rng = np.random.default_rng(seed)
    rows = _rows(metric, rng)
    other = np.array([2, 3, 2, 3])  # two groups, each held against one of the two others
    group = rng.integers(0, 4, rows.time.size)
    value = moments(rows, group, 4).value
    found = common_of(rows, group, other, value)
    lean = rows.weight * [_away(rows, at, value[group[at]]) for at in range(group.size)]
    pairs, leans, held = 0.0, 0.0, np.zeros(4)
    for one in (0, 1):
        for user in set(rows.cluster.tolist()):
            here, there = (
                np.flatnonzero((group == side) & (rows.cluster == user))
                for side in (one, other[one])
            )
            pairs += here.size * there.size
            leans += lean[here].sum() * lean[there].sum()
            held[one] += rows.weight[here].sum() * rows.weight[there].sum()
    assert (found.pairs, found.leans) == pytest.approx((pairs, leans), abs=1e-9)
    assert found.held == pytest.approx(held)
    assert found.spread == pytest.approx((lean**2).mean())


def _away(rows: Rows, at: int, value: float) -> float:
    """Return how far a row lies from the value of its group; one without a value has 0."""
    level = 0.0 if np.isnan(value) else value
    if rows.metric.q is not None:
        return float(rows.numerator[at] <= level) - rows.metric.q
    return float(rows.numerator[at] - level * rows.denominator[at])


def test_no_rows_have_nothing_in_common() -> None:
    rows = _rows(KINDS[0], np.random.default_rng(0)).only(np.zeros(0, dtype=np.int64))
    group, other = np.zeros(0, dtype=np.int64), np.array([1, 1])
    found = common_of(rows, group, other, np.full(2, np.nan))
    assert (found.pairs, found.leans, found.spread) == (0, 0, 0)
    assert correlated(found, np.zeros(2), np.zeros(2), other) == pytest.approx([0, 0])
