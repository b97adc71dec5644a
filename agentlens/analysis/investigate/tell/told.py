"""What is told of a case?"""

import pandas as pd

from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.investigate.tell.brief import Brief
from agentlens.analysis.investigate.tell.numbers import Levels, evidence_of, levels_of
from agentlens.analysis.investigate.tell.reading import read_first
from agentlens.analysis.investigate.tell.words import caveats, headline, lines, undecided
from agentlens.result import Signal

__all__ = ["told"]

_STILL = pd.Timedelta("6h")
_HARMLESS = {"mix", "judge", "sampling"}


def told(question: Question, case: Case) -> Brief:
    """Return the brief of a case.

    Args:
        question: what was asked.
        case: what was found.
    """
    levels = levels_of(question, case, case.within)
    reading = read_first(question, case)
    better = question.metric.better
    bad = better == "neither" or (levels.shift > 0) == (better == "lower")
    on = bool(case.episode.end + _STILL >= question.log.stop)
    where = f" in {case.slices[0].name}" if case.slices else ""
    return Brief(
        band="act" if bad and on and len(reading) and case.cause not in _HARMLESS else "watch",
        headline=headline(question, case, levels),
        cause=case.cause,
        lines=tuple(lines(question, case, on=on)),
        numbers={
            f"now{where}": levels.now,
            f"before{where}": levels.before,
            "change": levels.change,
        },
        evidence=evidence_of(question, case, levels),
        began=case.began,
        between=case.between,
        end=case.episode.end,
        reading=reading,
        undecided=tuple(undecided(case)),
        found=_signals(question, case, levels, reading, bad=bad),
        caveats=caveats(question, case),
    )


def _signals(
    question: Question, case: Case, levels: Levels, reading: pd.DataFrame, *, bad: bool
) -> tuple[Signal, ...]:
    if not len(reading):
        return ()
    where = f" in {case.slices[0].name}" if case.slices else ""
    return (
        Signal(
            what=f"{question.metric.title}{where}: {case.cause}",
            start=case.began,
            end=max(case.episode.end, case.began),
            value=float(levels.now.value),
            expected=float(levels.before.value),
            n=int(levels.now.n or 0),
            trace_ids=tuple(reading["trace_id"]),
            bad=bad,
            began=case.began,
            began_between=case.between,
        ),
    )
