"""Is an answer about two periods the same, whatever else the log holds?"""

from collections.abc import Callable

import pandas as pd
import pytest

from agentlens.analysis.compare.compare import compare
from agentlens.analysis.drift.drift import drift
from agentlens.analysis.explain.explanation import explain
from agentlens.analysis.failures.growth.emerging import emerging
from agentlens.analysis.slices.find import find_slices
from agentlens.analysis.slices.slices import slices
from agentlens.analysis.slos.check import check_slos
from agentlens.analysis.slos.slo import SLO
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.logs import demo_log

CURRENT, BASELINE = ("2026-11-10", "2026-11-13"), ("2026-11-02", "2026-11-09")
PROMISES = [
    SLO("errors", "error_rate", 0.02, window="7D"),
    SLO("fast", "latency_p95", 9.0, window="5D"),
]
VERBS: dict[str, Callable[[Log], Result]] = {
    "an explanation": lambda log: explain(
        log, "strong_completion", current=CURRENT, baseline=BASELINE
    ),
    "an explanation of a quantile": lambda log: explain(
        log, "latency_p95", current=CURRENT, baseline=BASELINE
    ),
    "drift": lambda log: drift(log, current=CURRENT, baseline=BASELINE),
    "found slices": lambda log: find_slices(
        log, "strong_completion", current=CURRENT, baseline=BASELINE
    ),
    "slices": lambda log: slices(
        log, "cost_per_trace", ["task_type", "device"], current=CURRENT, baseline=BASELINE
    ),
    "a comparison": lambda log: compare(
        log, ["strong_completion", "latency_p50"], current=CURRENT, baseline=BASELINE
    ),
    "new failures": lambda log: emerging(log, current=CURRENT, baseline=BASELINE),
    "promises": lambda log: check_slos(log, PROMISES, at="2026-11-13"),
}


@pytest.mark.parametrize("verb", [*VERBS])
def test_what_came_before_and_after_is_no_part_of_an_answer(verb: str) -> None:
    whole = demo_log()
    alone = whole.between(BASELINE[0], CURRENT[1])
    assert whole.start < alone.start
    assert alone.stop < whole.stop
    one, other = (VERBS[verb](log) for log in (whole, alone))
    assert one.headline == other.headline
    assert one.caveats == other.caveats
    assert one.signals() == other.signals()
    pd.testing.assert_frame_equal(one.frame, other.frame)
