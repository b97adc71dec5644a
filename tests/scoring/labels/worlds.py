"""Which judged traces are there to be labelled, and what would a person say of each?"""

from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.labels.planning.population import Population
from agentlens.scoring.reading.verdicts import FAIL, NONE, PASS
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = ["PASSES", "judged_log", "pool_of", "truth"]

PASSES = {PASS: 0.9, FAIL: 0.3, NONE: 0.5}
"""How often a person passes what the judge passed, failed, or said nothing of."""

_NAME = "goal_completion"


def judged_log(
    n: int = 300, seed: int = 0, *, tiers: bool = False, per_session: int = 2, **more: Any
) -> Log:
    """Return n traces with a judge's verdict each: about 70% pass, 25% fail, 5% without one.

    Args:
        n: traces.
        seed: of the verdicts.
        tiers: whether a third was judged for certain and the rest with probability 0.2.
        per_session: traces of a session.
        more: columns of the traces.
    """
    rng = np.random.default_rng(seed)
    ids = [f"t{place:05}" for place in range(n)]
    times = pd.Timestamp("2026-11-01", tz="UTC") + pd.to_timedelta(np.arange(n), unit="min")
    traces = pd.DataFrame(
        {
            "trace_id": ids,
            "session_id": [f"s{place // per_session:05}" for place in range(n)],
            "start": times,
            "input": [f"question {place}" for place in range(n)],
            "output": [f"answer {place}" for place in range(n)],
        }
        | more
    )
    verdict = rng.choice([PASS, FAIL, NONE], n, p=[0.7, 0.25, 0.05])
    scores = pd.DataFrame(
        {
            "score_id": [f"j{place:05}" for place in range(n)],
            "trace_id": ids,
            "name": _NAME,
            "value": np.where(verdict == NONE, np.nan, verdict),
            "kind": "boolean",
            "source": "judge",
            "judge_model": "careful-1",
            "rubric": _NAME,
            "rubric_version": "3",
            "status": pd.Series(verdict).map({NONE: "abstained"}).astype("str"),
            "comment": "step 2 decides",
            "inclusion_p": np.where(rng.random(n) < 1 / 3, 1.0, 0.2) if tiers else 1.0,
            "time": times,
        }
    )
    return from_frames(traces, scores=scores)


def truth(log: Log, seed: int = 0) -> dict[str, str]:
    """Return what a person would say of each trace: p or f, by chance given the verdict."""
    rng = np.random.default_rng([seed, 1])
    value = log.scores["value"].fillna(NONE).astype(int).map(PASSES)
    said = np.where(rng.random(len(value)) < value, "p", "f")
    return dict(zip(log.scores["trace_id"], said.tolist(), strict=True))


def pool_of(
    sizes: list[int], verdict: list[int], *, labelled: float = 0.0, seed: int = 0
) -> Population:
    """Return a population with cells of these sizes; a part of each is labelled before."""
    cell = np.repeat(np.arange(len(sizes)), sizes)
    n = len(cell)
    rng = np.random.default_rng(seed)
    done = rng.random(n) < labelled
    return Population(
        items=[(f"t{place:05}", "") for place in range(n)],
        session=[f"s{place:05}" for place in range(n)],
        cell=cell,
        names=tuple(f"c{place}" for place in range(len(sizes))),
        verdict=np.array(verdict),
        group=np.arange(len(sizes)),
        weight=np.array(sizes) / max(n, 1),
        guess=np.array([PASSES[one] for one in verdict]),
        free=~done,
        labelled=np.bincount(cell[done], minlength=len(sizes)),
    )
