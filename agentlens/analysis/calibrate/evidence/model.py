"""What should be known of the model that judges?"""

import pandas as pd

from agentlens.scoring.judges.models import line_of
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.tables.log import Log

__all__ = ["of_model"]

_SOON = pd.Timedelta("60D")


def of_model(log: Log, verdicts: Verdicts) -> tuple[str, ...]:
    """Return that judge and agent are of one kind, and when the judge ends, where the log says so.

    Args:
        log: the traces, with the models that answered in them.
        verdicts: of the judge.
    """
    return (*_alike(log, verdicts), *_ending(log, verdicts))


def _alike(log: Log, verdicts: Verdicts) -> list[str]:
    if "model" not in log.traces:
        return []
    agents = log.traces["model"].iloc[verdicts.positions].dropna().unique()
    lines = {line_of(str(one)) for one in agents} & {line_of(one) for one in verdicts.judge_ids}
    return [
        f"Judge and agent are both {line}: it may be kinder to its own kind;"
        " probe(kind='self_preference') asks."
        for line in sorted(lines - {""})
    ]


def _ending(log: Log, verdicts: Verdicts) -> list[str]:
    """Return the day on which the judge's model is retired, within 60 days of the last verdict."""
    scores = log.scores
    if not {"judge_retires", "judge_id", "time"} <= {*scores.columns}:
        return []
    ids = {one.partition(":")[0] for one in verdicts.judge_ids}
    mine = scores[(scores["name"] == verdicts.name) & scores["judge_id"].isin(ids)]
    told = pd.to_datetime(mine["judge_retires"], utc=True, errors="coerce").dropna()
    if told.empty or told.min() - mine["time"].max() > _SOON:
        return []
    who = verdicts.judge or "The judge"
    return [
        f"{who} retires on {told.min():%Y-%m-%d}: verdicts after that need another judge, calibrated anew."
    ]
