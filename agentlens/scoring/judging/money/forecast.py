"""What will some answers cost?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.money.costs import Costs, Counted
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.found import usages

__all__ = ["PILOT", "Forecast", "forecast", "seconds_each"]

PILOT = 12
_LEAST = 10
_DRAWS = 1_000
_SEED = 7


@dataclass(frozen=True)
class Forecast:
    """What the missing answers will cost in USD; NaN is unknown.

    Attributes:
        calls: how many.
        expected: in the mean.
        p95: what nineteen of twenty runs stay below.
        worst: what no run exceeds.
        pilots: stored answers of this judge behind the first two.
    """

    calls: int
    expected: float
    p95: float
    worst: float
    pilots: int


def forecast(
    questions: Asked,
    keys: Sequence[str],
    costs: Costs,
    tokens: Counted,
    store: StoreFile,
    *,
    batch: bool = False,
) -> Forecast:
    """Return what some answers will cost, from the latest answers of the same judge.

    Args:
        questions: of one call.
        keys: without an answer, distinct.
        costs: of the judge.
        tokens: of the prompts.
        store: of earlier answers.
        batch: whether they come from a batch.
    """
    n = len(keys)
    if not n:
        return Forecast(0, 0.0, 0.0, 0.0, 0)
    if questions.judge.local:
        whole = n * questions.judge.price
        return Forecast(n, whole, whole, whole, 0)
    if costs.price is None:
        return Forecast(n, nan, nan, nan, 0)
    most = sum(costs.worst(questions.chars(key), batch=batch) or 0.0 for key in keys)
    seen = usages(store, questions.judge.id(questions.rubric))
    if len(seen) < _LEAST:
        return Forecast(n, nan, nan, most, len(seen))
    read = np.array([_read(one) for one in seen], dtype=np.float64)
    paid = np.array([costs.parts(one, batch=batch) for one in seen])
    # what a token of input costs, whatever the cache does, at the length that prompts have now
    reading = paid[:, 0].sum() / max(read.sum(), 1.0) * tokens.mean * read / max(read.mean(), 1.0)
    each = reading + paid[:, 1]
    expected = n * float(each.mean())
    p95 = _p95(each, n)
    return Forecast(n, min(expected, most), min(max(p95, expected), most), most, len(seen))


def seconds_each(store: StoreFile, judge_id: str) -> float:
    """Return how long an answer of a judge took in the mean, NaN where none is known."""
    query = (
        "select avg(ended - started) from (select attempt.ended, attempt.started from attempt"
        " join judgment on judgment.key = attempt.key where judgment.judge_id = ?"
        " and attempt.outcome = 'paid' and attempt.via = 'sync' order by attempt.id desc limit 200)"
    )
    ((mean,),) = store.rows(query, (judge_id,))
    return nan if mean is None else float(mean)


def _read(usage: dict[str, int]) -> int:
    return sum(n for name, n in usage.items() if name not in {"output", "thinking", "in_us"})


def _p95(each: "np.ndarray[tuple[int], np.dtype[np.float64]]", n: int) -> float:
    """Return what a total of n stays below in 95 of 100 draws: of the pilots, and from them."""
    rng = np.random.default_rng(_SEED)
    draws = each[rng.integers(0, each.size, (_DRAWS, each.size))]
    totals = n * draws.mean(axis=1) + sqrt(n) * draws.std(axis=1) * rng.standard_normal(_DRAWS)
    return float(np.quantile(totals, 0.95))
