"""What does a verdict of each judge cost, and how steady is it?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.judges.asking import verdicts_or_none
from agentlens.result import Fact
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.runs import runs_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.flips import flips
from agentlens.tables.log import Log

__all__ = ["costs"]


def costs(
    log: Log, rubric: Rubric | str, judges: Sequence[Judge | str], names: Sequence[str]
) -> dict[str, Fact]:
    """Return the mean price of a verdict and the flip rate of each judge, where they are known."""
    found = {}
    for judge, name in zip(judges, names, strict=True):
        price, n = _price(log, rubric, judge)
        if n:
            found[f"{name}: cost of a verdict"] = Fact(value=price, unit="USD", n=n)
        runs = runs_of(log, rubric, judge)
        by = (
            runs[runs["verdict"] >= 0].groupby(["position", "span"])["verdict"].agg(["sum", "size"])
        )
        twice = by[by["size"] > 1]
        if len(twice):
            rate = flips(twice["sum"].to_numpy(np.float64), twice["size"].to_numpy(np.float64))
            found[f"{name}: flip rate"] = Fact(
                value=rate.value, unit="share", low=rate.low, high=rate.high, n=len(twice)
            )
    return found


def _price(log: Log, rubric: Rubric | str, judge: Judge | str) -> tuple[float, int]:
    verdicts = verdicts_or_none(log, rubric, judge)
    if verdicts is None or "usd" not in log.scores:
        return float("nan"), 0
    rows = log.scores[log.scores["name"].astype("str") == verdicts.name]
    ids = {one.partition(":")[0] for one in verdicts.judge_ids}
    held = rows["judge_id"] if "judge_id" in rows else pd.Series(pd.NA, index=rows.index)
    model = rows.get("judge_model", held)
    mine = rows[held.isin(ids) | (held.isna() & model.isin(ids))]
    usd = mine["usd"].dropna()
    return float(usd.mean()) if len(usd) else float("nan"), len(usd)
