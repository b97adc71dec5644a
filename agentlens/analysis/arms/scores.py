"""What of a log do the metrics of one score read?"""

import pandas as pd

from agentlens.tables.log import Log
from agentlens.tables.wide import SCORE_COLUMNS

__all__ = ["by_score"]


def by_score(log: Log) -> dict[str, Log]:
    """Return by the name of a score the traces with its rows, so that no other row is gone through.

    Steps are left out, and of the scores what was written in words.

    Args:
        log: traces and scores.
    """
    rows = log.columns("scores", SCORE_COLUMNS)
    if not len(rows):
        return {}
    rows = rows[[one for one in SCORE_COLUMNS if one in rows]]
    code, names = pd.factorize(rows["name"].astype(str))
    return {
        str(name): Log(traces=log.traces, scores=rows[code == place].reset_index(drop=True))
        for place, name in enumerate(names)
    }
