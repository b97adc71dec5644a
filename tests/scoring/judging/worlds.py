"""Which small worlds are judged in these tests?"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judging.judge import judged
from agentlens.scoring.judging.judged import Judged
from agentlens.scoring.judging.money.wish import Wish
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import opened_store
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log

__all__ = [
    "MODEL",
    "QUICK",
    "RUBRIC",
    "attempts",
    "column",
    "lenient",
    "log_of",
    "run",
    "totals_agree",
]

MODEL = "claude-haiku-5-5"
RUBRIC = Rubric("goal_completion", 3, "Did the user get what they asked for?")
QUICK = Waits(timeout=5.0, slack=0.0, first=0.001, most=1.0, poll=0.02, lists=0.01)
START = pd.Timestamp("2026-11-01", tz="UTC")


def log_of(n: int, *, name: str = "t", marks: Mapping[int, str] | None = None) -> Log:
    """Return n different traces, every fifth of which fails; a mark stands in a trace's output."""
    return _log_of(n, name, tuple(sorted((marks or {}).items())))


@cache
def _log_of(n: int, name: str, marks: tuple[tuple[int, str], ...]) -> Log:
    said = dict(marks)
    outputs = [
        f"Answer {name}{i}. truth={'fail' if i % 5 == 0 else 'pass'} {said.get(i, '')}".strip()
        for i in range(n)
    ]
    frame = pd.DataFrame(
        {
            "trace_id": [f"{name}{i}" for i in range(n)],
            "start": START + pd.to_timedelta(np.arange(n), unit="min"),
            "input": [f"Question {i}?" for i in range(n)],
            "output": outputs,
        }
    )
    return from_frames(frame)


def lenient(said: Callable[[str], str] | None = None, **more: Any) -> Judge:
    """Return a judge that is a function; without one it passes everything."""
    answer = said or (lambda _: '{"evidence": "step 1", "verdict": "pass", "confidence": 75}')
    return Judge.of(answer, name="lenient", version="1", **more)


def run(
    log: Log, store: Path, url: str = "", *, judge: Judge | None = None, rubric: Rubric = RUBRIC,
    waits: Waits = QUICK, **wish: Any,
) -> Judged:  # fmt: skip
    """Return what judging a log comes to, at an address on this machine."""
    wanted: dict[str, Any] = {"budget_usd": 5.0, "store": store} | wish
    who = judge or Judge(MODEL, base_url=url)
    return judged(log, rubric, who, Wish(**wanted), waits)


def column(store: Path, query: str) -> list[Any]:
    """Return the first column of what a query finds in a store."""
    with opened_store(store) as held:
        return [row[0] for row in held.rows(query)]


def attempts(store: Path) -> dict[str, int]:
    """Return how many attempts there are by outcome."""
    with opened_store(store) as held:
        found = held.rows("select outcome, count(*) from attempt group by 1")
        return {row[0]: row[1] for row in found}


def totals_agree(store: Path) -> bool:
    """Return whether each run's totals are the sums of its attempts."""
    query = """select abs(run.reserved_usd - coalesce(sum(case when outcome = 'in_flight'
            then a.reserved_usd end), 0)) < 1e-9
        and abs(run.billed_usd - coalesce(sum(a.billed_usd), 0)) < 1e-9
        and abs(run.unknown_usd - coalesce(sum(case when outcome = 'unknown'
            and a.billed_usd is null then a.reserved_usd end), 0)) < 1e-9
        and run.unknown = count(case when outcome = 'unknown' then 1 end)
        and run.calls = count(case when outcome <> 'refused_by_server' then a.id end)
        from run left join attempt a on a.run = run.id group by run.id"""
    return all(column(store, query))
