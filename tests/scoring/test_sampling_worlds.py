"""Do thousands of small worlds confirm what a sample says of itself?"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.measures.metric import Metric
from agentlens.scoring.sampling import sample
from agentlens.scoring.sampling.stack import either
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.scoring.worlds import GOOD, TRUE, answers, many_worlds

pytestmark = pytest.mark.simulation
COST = Metric("cost", "mean", numerator="cost_usd")
STRATA = ("world", "task_type")
WORLDS = 500


@cache
def _worlds() -> Log:
    return many_worlds(WORLDS, 1000, 1)


def _rates(log: Log, rate: float, boost: float, **more: Any) -> Log:
    return sample(log, rate=rate, boost=boost, triggers="tool_error", per_day=None, **more)


def _articles(log: Log) -> Log:
    return sample(log, rate=0.1, triggers=(), tiers="articles", by=STRATA, per_day=None)


DESIGNS: dict[str, Callable[[Log], Log]] = {
    "plain": lambda log: sample(log, rate=0.2, triggers=(), per_day=None),
    "boost": lambda log: _rates(log, 0.2, 0.6),
    "certain boost": lambda log: _rates(log, 0.12, 1.0),
    "articles": _articles,
    "fixed number": lambda log: sample(log, n=200 * WORLDS, by=STRATA),
    "per day": lambda log: sample(
        log, rate=0.15, boost=0.5, triggers="tool_error", per_day=(100, 200)
    ),
    "same salt twice": lambda log: _rates(_rates(log, 0.3, 0.6), 0.2, 0.5),
    "two salts": lambda log: _rates(_rates(log, 0.5, 1.0), 0.5, 0.8, salt="second"),
    "boost after fixed": lambda log: _rates(sample(log, n=300 * WORLDS, by=STRATA), 0.2, 0.5),
    "fixed after boost": lambda log: sample(_rates(log, 0.4, 1.0), n=200 * WORLDS, by=STRATA),
    "fixed with two salts": lambda log: sample(
        _rates(log, 0.4, 1.0), n=200 * WORLDS, by=STRATA, salt="second"
    ),
}


@cache
def _drawn(design: str) -> Log:
    return DESIGNS[design](_worlds())


@pytest.mark.parametrize("design", DESIGNS)
def test_traces_come_in_as_often_as_their_probability_says(design: str) -> None:
    """By kind of trace, the ones over their probabilities must add up to the traces there are."""
    kind = ["task_type", "tool_errors", "good"]
    part, whole = _drawn(design).traces, _worlds().traces
    w = 1 / part["inclusion_p"]
    sums = pd.DataFrame({"all": w, "spread": w * (w - 1)}).groupby([part[k] for k in kind]).sum()
    there = whole.groupby(kind).size()
    apart = (sums["all"] - there) / np.sqrt(sums["spread"] + 1e-9)
    assert len(apart) == 12
    assert apart.abs().max() < 4.2


@pytest.mark.parametrize("metric, truth", [(GOOD, TRUE), (COST, None)], ids=["rate", "mean"])
@pytest.mark.parametrize("design", DESIGNS)
def test_estimates_are_right_and_intervals_cover(
    design: str, metric: Metric, truth: float | None
) -> None:
    true = _worlds().traces["cost_usd"].mean() if truth is None else truth
    found = answers(_drawn(design), metric)
    enough = found[found["n_eff"] >= 100]
    assert len(enough) > 0.8 * WORLDS
    near = 0.005 if truth is not None else 0.01 * true
    assert abs(found["value"].mean() - true) < near
    covered = ((enough["low"] <= true) & (true <= enough["high"])).mean()
    assert 0.92 <= covered <= 0.975


def test_a_closed_period_has_an_interval_of_its_own() -> None:
    """Of the worlds as they were, the narrower interval covers; of their maker it would not."""
    part = _rates(_worlds(), 0.5, 1.0)
    was = _worlds().traces.groupby("world")["good"].mean().to_numpy()
    closed, process = answers(part, finite=True), answers(part)
    covers = ((closed["low"] <= was) & (was <= closed["high"])).mean()
    assert 0.92 <= covers <= 0.975
    assert ((closed["low"] <= TRUE) & (closed["high"] >= TRUE)).mean() <= 0.89
    assert (closed["high"] - closed["low"] < process["high"] - process["low"]).all()


def test_ignoring_the_probabilities_would_miss_the_truth() -> None:
    part = _articles(_worlds())
    bare = Log(traces=part.traces.drop(columns=["inclusion_p", "sampled_by"]))
    found = answers(bare)
    assert ((found["low"] <= TRUE) & (found["high"] >= TRUE)).mean() <= 0.05
    assert found["value"].mean() < 0.5


def test_whole_sessions_are_drawn_and_their_luck_is_in_the_interval() -> None:
    log = many_worlds(300, 1000, 2, per_session=5)
    part = _rates(log, 0.3, 0.8, unit="session")
    sizes = part.traces.groupby("session_id").size()
    assert (sizes == 5).all()
    found = answers(part)
    assert abs(found["value"].mean() - TRUE) < 0.005
    covered = ((found["low"] <= TRUE) & (found["high"] >= TRUE)).mean()
    assert 0.92 <= covered <= 0.975
    apart = answers(Log(traces=part.traces.drop(columns="session_id")))
    assert ((apart["low"] <= TRUE) & (apart["high"] >= TRUE)).mean() < 0.91


@pytest.mark.parametrize("judge_salt", ["agentlens", "other"])
def test_a_tail_by_a_judge_who_saw_a_sample_leaves_no_bias(judge_salt: str) -> None:
    """Traces count by the chance of being judged and then drawn, whichever lots did either."""
    log = many_worlds(200, 1000, 3)
    seen = sample(log, rate=0.5, triggers=(), per_day=None, salt=judge_salt).traces
    scores = pd.DataFrame(
        {
            "trace_id": seen["trace_id"],
            "name": "faithfulness",
            "value": seen["good"].astype(float),
            "source": "judge",
            "inclusion_p": seen["inclusion_p"],
        }
    )
    judged = from_frames(log.traces, scores=scores)
    part = sample(judged, rate=0.3, triggers=(), tail={"faithfulness": 0.5}, per_day=None)
    unknown = part.traces["inclusion_p"].isna()
    assert unknown.any() == (judge_salt == "other")
    for metric in (GOOD, Metric("judged", "rate", numerator="score('faithfulness')")):
        found = answers(part, metric)
        assert abs(found["value"].mean() - TRUE) < 0.005
        covered = ((found["low"] <= TRUE) & (found["high"] >= TRUE)).mean()
        assert 0.9 <= covered <= 0.985


def test_two_draws_together_hold_what_either_chance_says() -> None:
    log = many_worlds(1, 40_000, 4)
    lots = {
        salt: [
            set(_rates(log, *pair, salt=salt).traces["trace_id"])
            for pair in ((0.2, 0.2), (0.1, 0.1))
        ]
        for salt in ("agentlens", "second")
    }
    p, q = np.array([0.2]), np.array([0.1])
    for first, second, same in (
        (lots["agentlens"][0], lots["agentlens"][1], True),
        (lots["agentlens"][0], lots["second"][1], False),
    ):
        expected = float(either(p, q, np.array([same]))[0])
        assert len(first | second) / len(log) == pytest.approx(expected, abs=0.01)


def test_a_busy_day_is_thinned_evenly_and_not_after_so_many_arrivals() -> None:
    """Quality falls at noon; whoever stops counting before noon never sees it."""
    rng = np.random.default_rng(5)
    days, n = 120, 2000
    hour = rng.uniform(0, 24, days * n)
    good = rng.random(days * n) < np.where(hour < 12, 0.9, 0.8)
    day = np.repeat(np.arange(days), n)
    start = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(day * 24 + hour, unit="h")
    ids = pd.Series(np.arange(days * n)).astype("str")
    frame = pd.DataFrame({"trace_id": ids, "start": start, "world": day, "good": good})
    log = Log(traces=frame.astype({"start": "datetime64[us, UTC]", "trace_id": "str"}))
    part = sample(log, rate=1.0, triggers=(), per_day=(100, 400))
    found = answers(part)
    assert abs(found["value"].mean() - 0.85) < 0.005
    covered = ((found["low"] <= 0.85) & (found["high"] >= 0.85)).mean()
    assert 0.9 <= covered <= 0.99
    a_day = part.traces.groupby("world").size()
    assert a_day.mean() <= 400 * 1.01
    assert a_day.mean() >= 380
    early = frame.sort_values("start").groupby("world").head(400)
    assert early["good"].mean() > 0.89


def test_a_judge_s_draw_is_not_taken_for_ours_because_only_low_lots_are_left() -> None:
    """Found by a user: the judge read a random quarter, we keep more of what failed."""
    log = al.demo(days=28, traces_per_day=600, seed=11)
    kept = al.sample(log, rate=0.2, boost=1.0, per_day=None)
    whole, part = (
        float(al.series(one, "score:goal_completion", every=None)["value"].iloc[0])
        for one in (log, kept)
    )
    assert abs(part - whole) < 0.03
