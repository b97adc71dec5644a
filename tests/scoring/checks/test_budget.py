"""Does a trace stay within limits that are numbers, or that a baseline gives?"""

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.checks.rules.budget import budget
from tests.logs import plain_log
from tests.scoring.checks.worlds import answer, evidence, log_of, verdicts, why


def test_a_trace_fails_over_any_limit_and_not_at_it() -> None:
    log = log_of(latency_s=[5.0, 5.1, 1.0, 9.0], cost_usd=[0.1, 0.1, 0.3, 0.3])
    tight = budget(latency_s=5, cost_usd=0.2)
    assert verdicts(tight, log) == ["pass", "fail", "fail", "fail"]
    assert why(tight, log) == ["", "latency_s", "cost_usd", "latency_s, cost_usd"]
    assert evidence(tight, log)[1] == "latency_s 5.10 over 5.00"
    assert evidence(tight, log)[3] == "latency_s 9.00 over 5.00; cost_usd 0.300 over 0.200"


def test_what_is_not_known_never_passes_and_what_is_over_fails_all_the_same() -> None:
    log = log_of(latency_s=[1.0, None, 9.0, None], steps=[None, 2, None, None])
    both = budget(latency_s=5, steps=5)
    assert verdicts(both, log) == ["-", "-", "fail", "-"]
    assert why(both, log)[:2] == ["no steps", "no latency_s"]
    assert verdicts(budget(latency_s=5), log) == ["pass", "-", "fail", "-"]


def test_tokens_and_first_tokens_are_put_together_from_what_is_there() -> None:
    spans: list[dict[str, object]] = [
        {"trace_id": "t0", "kind": "llm", "ttft_s": 0.4},
        {"trace_id": "t0", "kind": "llm", "ttft_s": 2.0},
        {"trace_id": "t1", "kind": "llm", "ttft_s": None},
    ]
    log = log_of(spans=spans, input_tokens=[90, 90], output_tokens=[20, None])
    assert verdicts(budget(tokens=100), log) == ["fail", "-"]
    assert verdicts(budget(ttft_s=1.5), log) == ["fail", "-"]


def test_a_quantile_of_the_baseline_becomes_a_number_in_the_edition() -> None:
    baseline = plain_log(1000, hours=100)
    log = plain_log(2000, hours=100, seed=2)
    limit = float(f"{np.quantile(baseline.traces['latency_s'], 0.95):.6g}")
    usual = budget(latency_s="p95 of baseline", baseline=baseline)
    assert usual.params["limits"] == {"latency_s": limit}
    assert usual.edition == budget(latency_s=limit).edition
    assert usual.edition != budget(latency_s="p99", baseline=baseline).edition
    failing = (log.traces["latency_s"] > limit).sum()
    assert answer(log, usual).frame["failed"].tolist() == [failing]


def test_quantiles_weigh_the_baseline_as_every_metric_does() -> None:
    values = np.concatenate([np.full(500, 1.0), np.full(500, 10.0)])
    weight = np.concatenate([np.full(500, 99.0), np.full(500, 1.0)])
    baseline = log_of(latency_s=values, weight=weight)
    assert budget(latency_s="p95", baseline=baseline).params["limits"] == {"latency_s": 1.0}


def test_limits_by_slice_are_those_of_the_slice_and_a_rare_one_has_none() -> None:
    task = ["a"] * 200 + ["b"] * 200 + ["c"] * 5
    latency = [1.0] * 200 + [10.0] * 200 + [1.0] * 5
    baseline = log_of(latency_s=latency, task_type=task)
    by_task = budget(latency_s="p99", by="task_type", baseline=baseline)
    log = log_of(latency_s=[2.0, 2.0, 2.0, 2.0], task_type=["a", "b", "c", None])
    assert verdicts(by_task, log) == ["fail", "pass", "-", "-"]
    assert why(by_task, log)[2:] == ["no limit", "no limit"]


@pytest.mark.parametrize(
    "limits, said",
    [
        ({}, "has no limit; give one"),
        ({"latency_s": "fast"}, "is a number from 0 or a quantile such as"),
        ({"latency_s": "p0"}, "is a number from 0 or a quantile such as"),
        ({"latency_s": -1.0}, "is a number from 0 or a quantile such as"),
        ({"latency_s": float("nan")}, "is a number from 0 or a quantile such as"),
        ({"latency_s": True}, "is a number from 0 or a quantile such as"),
        ({"latency_s": "p99"}, "needs a baseline"),
        ({"latency_s": "p99", "by": "device"}, "and none is given"),
        ({"latency_s": 3.0, "by": "device", "baseline": plain_log(9, hours=1)}, "is one number"),
        (
            {"latency_s": "p99", "baseline": plain_log(99, hours=1)},
            "100 with latency_s are the few",
        ),
        ({"ttft_s": "p99", "baseline": plain_log(99, hours=1)}, "p99 of 0 baseline traces"),
    ],
)
def test_limits_that_say_nothing_are_refused(limits: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        budget(**limits)  # type: ignore[arg-type]


def test_a_slice_that_the_baseline_lacks_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        budget(latency_s="p50", by="devices", baseline=plain_log(99, hours=1))


def test_a_log_without_the_measure_says_so() -> None:
    log = log_of(["x"], latency_s=pd.Series([None], dtype="float64"))
    assert budget(latency_s=1, retries=2).run(log).absent == "this log has no latency_s and retries"
