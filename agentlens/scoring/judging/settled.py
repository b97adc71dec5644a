"""Which questions does a failed check answer, so that nobody has to be asked?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judging.asked import Asked
from agentlens.tables.log import Log

__all__ = ["without_failed"]


def without_failed(log: Log, questions: Asked, check: str | None) -> Asked:
    """Return the questions without those of items that failed a check; these are settled as fail.

    Args:
        log: with the check's scores.
        questions: of one call.
        check: its name; None settles nothing.

    Raises:
        UnknownNameError: no check of that name has scores in this log.
        BadInputError: the rubric asks for more than pass or fail.
    """
    if check is None:
        return questions
    rubric = questions.rubric
    if rubric.scale is not None or rubric.criteria:
        what = "a scale" if rubric.scale is not None else "criteria"
        message = (
            f"settled_by={check!r} can say fail and nothing else, and {rubric.label} has {what}."
            " Leave it out, or ask that by a rubric of its own."
        )
        raise BadInputError(message)
    failed = _failed(log, check)
    frame = questions.frame
    own = pd.MultiIndex.from_frame(frame[["trace_id", "span_id"]])
    whole = pd.MultiIndex.from_arrays([frame["trace_id"], [""] * len(frame)])
    hit = np.asarray(own.isin(failed) | whole.isin(failed))
    settled = frame[hit].assign(key="").reset_index(drop=True)
    asked = frame[~hit].reset_index(drop=True)
    return replace(questions, frame=asked, settled=settled, settled_by=check)


def _failed(log: Log, check: str) -> pd.MultiIndex:
    """Return the traces and steps that a check failed when it last looked at them."""
    scores = log.scores
    if "source" in scores:
        scores = scores[(scores["source"] == "check").fillna(value=False)]
    rows = scores[(scores["name"] == check).fillna(value=False)]
    if rows.empty:
        hint = "settled_by takes a check whose scores the log holds: judge(check(log).log, …)."
        raise UnknownNameError("check", check, scores["name"].dropna().unique(), hint=hint)
    steps = rows["span_id"].astype("str").fillna("") if "span_id" in rows else ""
    last = rows.assign(span_id=steps).drop_duplicates(["trace_id", "span_id"], keep="last")
    fails = last[(last["value"] == 0).fillna(value=False)]
    return pd.MultiIndex.from_frame(fails[["trace_id", "span_id"]])
