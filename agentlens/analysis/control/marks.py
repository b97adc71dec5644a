"""What else changed on the way: releases, and definitions of what is measured?"""

import re

import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.tables.log import Log

__all__ = ["marks_of"]

_RELEASES = ("release", "agent_version", "prompt_version")
_DEFINING = {"rubric_version": "rubric", "judge_model": "judge"}
_COLUMNS = ("time", "kind", "label")


def marks_of(log: Log, metric: Metric) -> pd.DataFrame:
    """Return one row a change: its time, whether release or definition, and its name.

    A release is dated by its first trace; the one that the log begins with is no change. Of
    several columns that name releases the first that changes is taken. A new version of a rubric,
    or another judge, is a break in the definition of its scores, never drift.
    """
    found = []
    for column in _RELEASES:
        first = log.first_seen("traces", column)
        if len(first) > 1:
            found += [
                (time, "release", f"{column} {name}") for name, time in first.iloc[1:].items()
            ]
            break
    scores = {name for part in metric.expressions().values() for name in part.columns}
    names = {re.split("[@?]", one[len("score:") :])[0] for one in scores if one[:6] == "score:"}
    for score in sorted(names):
        for column, what in _DEFINING.items():
            first = log.first_seen("scores", column, score)
            found += [
                (time, "definition", f"{what} {name}")
                for name, time in first.iloc[1:].items()
                if time < log.stop  # what was judged later was judged for all of the log
            ]
    return pd.DataFrame(found, columns=_COLUMNS).sort_values("time", ignore_index=True)
