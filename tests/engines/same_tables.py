"""When do two logs make the same table of slices?"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from agentlens.analysis.slices.counted import Counted, counted
from agentlens.analysis.slices.slices import Slices
from agentlens.errors import AgentLensError
from agentlens.measures.builtin import BUILTIN, find_metric
from agentlens.measures.estimate import estimated
from agentlens.measures.tally import Grid
from agentlens.stats.slicing.shared import correlated
from agentlens.tables.log import Log
from agentlens.tables.period import microseconds
from tests.engines.test_log import here
from tests.engines.worlds import OWN
from tests.logs import START

__all__ = ["KINDS", "ask_both", "same_or_refused", "same_slices", "weighted"]

KINDS: tuple[Any, ...] = (
    "strong_completion",  # a rate by Kleene's logic
    "cost_per_trace",  # a mean
    "cost_per_success",  # a ratio
    "latency_p95",  # a quantile
    "score:goal_completion",  # a judge's verdicts
)
_COUNTS = {"traffic", *(one.name for one in OWN if one.kind == "count")}
_BYS = (
    *(["task_type"], ["segment", "completed"], ["steps"], ["user_rating"], ["escalated"]),
    *(["user_id", "status"], ["device"], ["tool"], ["step", "task_type"]),
)
_METRICS: tuple[Any, ...] = ("score:tone", "tool_success:search", *BUILTIN, *OWN)
_ASKED = tuple(one for one in _METRICS if getattr(one, "name", one) not in _COUNTS)
_PERIODS: tuple[tuple[Any, Any], ...] = (
    *((None, None), ("20h", None), ("20h", "9h")),
    (("2026-11-02", "2026-11-02 12:00"), ("2026-11-01 06:00", "2026-11-01 20:00")),
    (("2026-11-01", "2026-11-02"), ("2026-11-02 03:00", "2026-12-01")),
)


def weighted() -> Log:
    """Return the demo with weights, so that nothing counts alike."""
    log = here()
    weight = log.traces["query_chars"].mod(3).add(1).astype("float64").mask(log.traces.index < 5)
    return Log(traces=log.traces.assign(weight=weight), spans=log.spans, scores=log.scores)


def same_slices(mine: Slices, theirs: Slices) -> None:
    """Hold that two tables are the same, to the last sentence and the last id."""
    assert theirs.headline == mine.headline
    assert theirs.caveats == mine.caveats
    assert theirs.facts() == mine.facts()
    for one, other in zip(theirs.signals(), mine.signals(), strict=True):
        assert (one.what, one.start, one.end, one.n) == (
            other.what,
            other.start,
            other.end,
            other.n,
        )
        assert one.trace_ids == other.trace_ids
        assert (one.value, one.expected) == pytest.approx((other.value, other.expected), rel=1e-9)
    pd.testing.assert_frame_equal(
        theirs.frame, mine.frame, check_dtype=False, rtol=1e-9, atol=1e-12
    )


def same_or_refused(ask: Callable[[Log], Any], mine: Log, theirs: Log) -> tuple[Any, Any] | None:
    """Return what both logs say; nothing where both refuse in the same words."""
    try:
        found = ask(mine)
    except AgentLensError as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            ask(theirs)
        return None
    return found, ask(theirs)


def _same_sums(mine: Counted, theirs: Counted, steps: Grid | None) -> None:
    """Hold that the sums of all cells are the same, those of few rows too."""
    assert [one.labels for one in theirs.dims] == [one.labels for one in mine.dims]
    assert (theirs.notes, theirs.absent) == (mine.notes, mine.absent)
    assert theirs.left_out == mine.left_out
    assert (theirs.periods.current, theirs.periods.said) == (
        mine.periods.current,
        mine.periods.said,
    )
    if mine.absent:
        return
    one, other = mine.sums(steps), theirs.sums(steps)
    assert (other.sizes, other.shape) == (one.sizes, one.shape)
    for a, b in zip(one.users, other.users, strict=True):
        np.testing.assert_array_equal(a, b)
    pd.testing.assert_frame_equal(
        estimated(other.moments), estimated(one.moments), rtol=1e-9, atol=1e-12
    )
    shared = [
        correlated(of.common, of.moments.weight2, of.moments.joint2, of.shape.held)
        for of in (one, other)
    ]
    np.testing.assert_allclose(shared[1], shared[0], rtol=1e-9, atol=1e-9)


def ask_both(theirs: Log, mine: Log, data: st.DataObject) -> None:
    """Hold that whatever is asked of two logs has the same sums, or is refused in the same words."""
    metric, by = data.draw(st.sampled_from(_ASKED)), data.draw(st.sampled_from(_BYS))
    periods = data.draw(st.sampled_from(_PERIODS))
    steps = data.draw(st.sampled_from([None, Grid(microseconds(START), 7_200_000_000, 9)]))

    def ask(one: Log) -> Counted:
        return counted(one, find_metric(one, metric), by, *periods)

    both = same_or_refused(ask, mine, theirs)
    if both is not None:
        _same_sums(*both, steps)
