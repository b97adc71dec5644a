"""Do sums of users in two groups say as much as their rows do?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.measures.common import common_of, correlated
from agentlens.measures.metric import Metric
from agentlens.measures.moments import moments
from agentlens.measures.rows import Rows
from agentlens.stats.slicing.shared import in_common

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
def test_sums_correlate_as_rows_do_to_the_bit(seed: int, metric: Metric) -> None:
    rng = np.random.default_rng(seed)
    rows = _rows(metric, rng)
    other = np.array([2, 3, 2, 3])  # two groups, each held against one of the two others
    group = rng.integers(0, 4, rows.time.size)
    of = moments(rows, group, 4)
    told = correlated(common_of(rows, group, other, of.value), of.weight2, of.joint2, other)
    level = np.nan_to_num(of.value)[group]
    residual = np.asarray(rows.numerator - level * rows.denominator, dtype=np.float64)
    if metric.q is not None:
        residual = np.asarray((rows.numerator <= level) - metric.q, dtype=np.float64)
    assert told.tolist() == in_common(group, other, rows.cluster, rows.weight, residual).tolist()


def test_no_rows_have_nothing_in_common() -> None:
    rows = _rows(KINDS[0], np.random.default_rng(0)).only(np.zeros(0, dtype=np.int64))
    group, other = np.zeros(0, dtype=np.int64), np.array([1, 1])
    found = common_of(rows, group, other, np.full(2, np.nan))
    assert (found.pairs, found.leans, found.spread) == (0, 0, 0)
    assert correlated(found, np.zeros(2), np.zeros(2), other) == pytest.approx([0, 0])
