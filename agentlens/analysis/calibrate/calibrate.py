"""How far does a judge agree with people, and which way does it err?"""

from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from agentlens.analysis.calibrate.calibration import Calibration, answered
from agentlens.analysis.calibrate.evidence.basis import Basis, Question
from agentlens.analysis.calibrate.evidence.gather import gathered
from agentlens.analysis.calibrate.evidence.model import of_model
from agentlens.analysis.calibrate.evidence.people import people_of
from agentlens.analysis.calibrate.evidence.refusals import no_rate
from agentlens.analysis.calibrate.threshold_choice import refuse_overlap
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import Verdicts, verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.tables.period import length

__all__ = ["Split", "calibrate", "calibrated"]

Split = Literal["test", "dev", "all"]
_TICK = pd.Timedelta(1, "us")
_LEAST_LEVEL = 0.5


def calibrate(  # noqa: PLR0913 - the contract names them all
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None = None,
    *,
    split: Split = "test",
    target: float = 0.85,
    level: float = 0.95,
    passes: float | None = None,
    source: str = "judge",
    max_age: str = "90D",
    store: str | Path | None = None,
) -> Calibration:
    """Return how a judge agrees with people, and what its verdicts are worth.

    Verdicts tell how many traces the judge passed and failed; labels of some of them, drawn by a
    known design, tell how many of each people would pass. Labels that were picked by hand enter no
    rate. The band compares the interval of agreement with the target.

    Args:
        log: traces with verdicts and labels in its scores.
        rubric: the rubric, or "name" or "name@version".
        judge: the judge, or its name; None for the one with most verdicts.
        split: which labels count: "test", "dev", or "all" where nothing was chosen on dev ones.
        target: the agreement that is wanted.
        level: how often the intervals must hold the truth.
        passes: from which number on a score is a pass.
        source: "judge", or "check" for a check that claims to know what a text means.
        max_age: how much older than the verdicts the newest label may be.
        store: the judges' store, in which the looks of `gate` are counted; None counts none.

    Example:
        >>> import agentlens as al
        >>> found = calibrate(al.demo(days=7, seed=3), "goal_completion", target=0.8)
        >>> found.band
        'pass'
    """
    asked = _checked(Question(rubric, judge, split, target, level, passes, source, max_age))
    verdicts = verdicts_of(log, rubric, judge, passes=passes, source=source)
    return calibrated(log, verdicts, asked, store)


def calibrated(
    log: Log, verdicts: Verdicts, asked: Question, store: str | Path | None = None
) -> Calibration:
    """Return what `calibrate` does, of verdicts that are known already.

    Args:
        log: traces with labels in its scores.
        verdicts: the judge's, of this very log.
        asked: the question that they answer.
        store: as in `calibrate`.
    """
    rubric, split = asked.rubric, asked.split
    labels = labels_of(log, rubric if isinstance(rubric, Rubric) else verdicts.rubric)
    refuse_overlap(labels.every)
    found = gathered(log, verdicts, labels, split)
    begun = found.judged["start"]
    basis = Basis(
        question=replace(asked, passes=verdicts.passes),
        name=verdicts.name,
        rubric=verdicts.rubric,
        judge=verdicts.judge or ("the check" if asked.source == "check" else ""),
        judge_ids=verdicts.judge_ids,
        start=begun.min(),
        stop=begun.max() + _TICK,
        judged=found.judged,
        labelled=found.labelled,
        evidence=found.evidence,
        people=people_of(labels.every),
        notes=(*found.notes, *of_model(log, verdicts)),
        refusal=no_rate(found, verdicts.rubric, verdicts.judge),
        repeated=_repeated(log, verdicts.name),
        store=None if store is None else Path(store),
    )
    return answered(_dated(basis))


def _dated(basis: Basis) -> Basis:
    """Return the same, expired where its labels are too old for its verdicts."""
    return replace(basis, expired=basis.stale(basis.stop))


def _checked(asked: Question) -> Question:
    if asked.split not in get_args(Split):
        raise UnknownNameError("split", asked.split, get_args(Split))
    for name, value, least in (("target", asked.target, 0.0), ("level", asked.level, _LEAST_LEVEL)):
        if not least < value < 1:
            message = f"{name} is a share between {least:g} and 1, not {value!r}."
            raise BadInputError(message)
    if asked.source not in {"judge", "check"}:
        raise UnknownNameError("source", asked.source, ("judge", "check"))
    length(asked.max_age)
    return asked


def _repeated(log: Log, name: str) -> bool:
    """Return whether any trace was judged twice, so that the judge's own noise can be known."""
    if "repeat" not in log.scores or "source" not in log.scores:
        return False
    again = log.scores["repeat"].fillna(1) > 1
    return bool((again & (log.scores["source"] == "judge") & (log.scores["name"] == name)).any())
