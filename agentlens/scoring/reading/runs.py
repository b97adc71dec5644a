"""What did a judge say each time it was asked?"""

import numpy as np
import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.said import Said, ordering, said_by
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

__all__ = ["runs_of"]

_KINDS = {
    "position": "int64",
    "span": "object",
    "repeat": "int64",
    "verdict": "int64",
    "score": "float64",
    "time": "datetime64[us, UTC]",
}


def runs_of(log: Log, rubric: Rubric | str, judge: Judge | str | None = None) -> pd.DataFrame:
    """Return every verdict of a judge, repeats too; none where one that can be asked was not asked.

    One row a verdict: position (row of `log.traces`), span, repeat, verdict (1, 0, or -1 for none),
    score and time.

    Args:
        log: traces and scores.
        rubric: the rubric, or "name" or "name@version"; without a version the newest.
        judge: the judge, or its model's name; None for the one with most verdicts.

    Raises:
        UnknownNameError: no judge of that name judged by that rubric.
    """
    try:
        said = said_by(log, rubric, judge, repeats=True)
    except UnknownNameError:
        if isinstance(judge, Judge):
            return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _KINDS.items()})
        raise
    rows = said.rows
    repeat = rows["repeat"].fillna(1).to_numpy(np.int64) if "repeat" in rows else 1
    return pd.DataFrame(
        {
            "position": said.positions,
            "span": rows["_span"].to_numpy().astype(str),
            "repeat": repeat,
            "verdict": said.verdict,
            "score": ordering(rows, said.value),
            "time": _times(log, said),
        }
    )


def _times(log: Log, said: Said) -> pd.Series:
    """Return when each verdict was given; where nobody said, when its trace began."""
    began = log.traces["start"].iloc[said.positions].reset_index(drop=True)
    if "time" not in said.rows:
        return began
    return said.rows["time"].reset_index(drop=True).fillna(began)
