"""How do the scores of a source become rows that each belong to one trace?"""

from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd

from agentlens.tables.problems import Problem

if TYPE_CHECKING:
    import numpy as np

__all__ = ["identified", "verdicts"]

_IDENTITY = ("trace_id", "span_id", "session_id", "name", "source", "rater", "time", "label")


def verdicts(scores: pd.DataFrame, traces: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the scores, each with an id and a trace, and what was assumed for that.

    A score of a whole session goes to the session's last trace; a score of an experiment belongs to
    no trace and is only counted.

    Args:
        scores: normalised scores, one row a judgement.
        traces: built traces.
    """
    if not len(scores):
        return scores, []
    found, problems = _without_experiments(scores)
    found, more = _of_sessions(found, traces)
    found, made = identified(found)
    return found.reset_index(drop=True), [*problems, *more, *made]


def _without_experiments(scores: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if "level" not in scores:
        return scores, []
    out = (scores["level"] == "experiment").fillna(value=False).to_numpy(dtype=bool)
    if not out.any():
        return scores, []
    problem = _counted("ignored", out, "level", "scores of experiments belong to no trace")
    return scores[~out], [problem]


def _of_sessions(scores: pd.DataFrame, traces: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if "session_id" not in scores or "session_id" not in traces:
        return scores, []
    alone = (scores["session_id"].notna() & scores["trace_id"].isna()).to_numpy()
    if not alone.any():
        return scores, []
    ordered = traces.sort_values(["start", "trace_id"])
    last = ordered.drop_duplicates("session_id", keep="last")
    home = last[last["session_id"].notna()].set_index("session_id")["trace_id"]
    taken = scores["session_id"].map(home)
    joined = scores.assign(trace_id=scores["trace_id"].where(~alone, taken))
    detail = "scores of a whole session were given to its last trace"
    return joined, [_counted("assumed", alone, "trace_id", detail)]


def identified(scores: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Return scores of which each has an id: the same row has the same on every machine."""
    given = (
        scores["score_id"] if "score_id" in scores else pd.Series(None, scores.index, dtype="str")
    )
    bare = given.isna().to_numpy()
    if not bare.any():
        return scores, []
    parts = [scores[name].astype("str").fillna("") for name in _IDENTITY if name in scores]
    whole = parts[0]
    for one in parts[1:]:
        whole = whole + "\x1f" + one
    nth = whole.groupby(whole).cumcount().astype("str")
    keys = (whole + "\x1f" + nth)[bare]
    made = ["made-" + sha256(one.encode()).hexdigest()[:24] for one in keys]
    ids = given.copy()
    ids[bare] = made
    detail = "the source gives scores no id; made from what they say"
    return scores.assign(score_id=ids), [_counted("assumed", bare, "score_id", detail)]


def _counted(action: str, rows: "np.ndarray", field: str, detail: str) -> Problem:
    n = int(rows.sum())
    return Problem(
        action=action,  # type: ignore[arg-type]  # the words above are actions
        n=n,
        table="scores",
        field=field,
        share=n / len(rows),
        detail=detail,
    )
