"""Did something change that the whole does not show: the judge, or a single slice?

A judge that forgives hides an agent that fails, and a slice can be lost in the rest. Both are asked
of the time around the moment in question, or else of the last quarter of the log.
"""

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Span, arm_of
from agentlens.analysis.explain.judge.change import judge_change
from agentlens.analysis.investigate.case import has_changed
from agentlens.analysis.investigate.find.levels import Episode
from agentlens.analysis.investigate.find.watch import FALSE
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.slices.found import found_slices

__all__ = ["hidden_episode"]

_BEFORE, _AFTER = pd.Timedelta("60h"), pd.Timedelta("72h")
_FEWEST = 20


def hidden_episode(question: Question, normal: Span) -> Episode | None:
    """Return the stretch in which a judge or a slice was off although the metric was not.

    Args:
        question: what is asked.
        normal: the stretch that normal was learnt from.
    """
    span = _around(question, normal)
    if span is None:
        return None
    now, then = question.inside(span), question.inside(normal)
    if min(now.sum(), then.sum()) < _FEWEST:
        return None
    arm = arm_of(now, then)
    judge = judge_change(question.log, question.rows, arm)
    if judge is not None and has_changed(judge):
        return Episode("judge", span[0], span, span[1], judge.value)
    found = found_slices(question.rows, question.dims, arm, alpha=FALSE)
    if not found.slices:
        return None
    until = question.log.stop if question.at is None else question.at
    return Episode("slice", span[0], (normal[1], max(until, normal[1])), span[1], np.nan)


def _around(question: Question, normal: Span) -> Span | None:
    log = question.log
    if question.at is None:
        start, end = log.stop - (log.stop - log.start) / 4, log.stop
    else:
        start, end = question.at - _BEFORE, min(question.at + _AFTER, log.stop)
    start = max(start, normal[1])
    return (start, end) if start < end else None
