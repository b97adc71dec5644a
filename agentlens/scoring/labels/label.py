"""What do people say of the traces that were picked for them?"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.asking.answers import (
    REFUSED,
    Answers,
    from_function,
    from_rows,
)
from agentlens.scoring.labels.asking.desk import Desk
from agentlens.scoring.labels.asking.filled import rows_of_answers
from agentlens.scoring.labels.asking.prompt import ask
from agentlens.scoring.labels.kept import keep_plan
from agentlens.scoring.labels.marks import Marks, marks_so_far
from agentlens.scoring.labels.work import Work, said_of, work_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT, opened_store

__all__ = ["Marks", "Reference", "check_rater", "label"]

Reference = Literal[
    "single rater", "adjudicated", "expert", "strong model", "user feedback", "simulated"
]


def label(
    given: Any,
    rubric: Rubric | str | None = None,
    *,
    rater: str,
    blind: bool = True,
    store: str | Path | None = DEFAULT,
    answers: Answers | None = None,
    reference: Reference = "single rater",
) -> Marks:
    """Return the labels of a queue after a rater worked on it; each was kept the moment it was given.

    Without `answers` it asks at the keyboard, in a terminal or a notebook: p, f, u for pass, fail,
    unsure, n for a note, c for a code, z to undo, s to skip, q to stop. What a judge said is shown
    after the rater decided. Calling it again goes on where the rater stopped.

    Args:
        given: a plan of `plan_labels`; or a log, or an answer with one such as that of `worst`,
            whose labels are of hand-picked traces and enter no rate.
        rubric: what is asked, where the traces come without a plan.
        rater: who labels; each rater has a queue of their own.
        blind: whether the judge's verdict is hidden until the rater decided.
        store: where labels are kept; None keeps them nowhere but in what is returned.
        answers: a function from an `Item` to "p", "f" or "u"; or a filled frame or file, as
            `plan.save` wrote it.
        reference: what the labels count as: "single rater", "adjudicated", "expert", "strong
            model", "user feedback" or "simulated".

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=200, seed=1)
        >>> plan = al.plan_labels(log, "goal_completion", n=40, store=None)
        >>> label(plan, rater="ana", answers=lambda item: "p", store=None)
        Marks(44 of 44 labelled)
    """
    work = work_of(given, rubric)
    _check(rater, reference, blind=blind, answers=answers)
    if store is None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "labels.sqlite"
            return _labelled(work, rater, file, answers, reference, blind=blind)
    return _labelled(work, rater, Path(store), answers, reference, blind=blind)


def _labelled(
    work: Work, rater: str, path: Path, answers: Answers | None, reference: str, *, blind: bool
) -> Marks:
    with opened_store(path) as store:
        desk = Desk(store=store, work=work, rater=rater)
        keep_plan(store, work.record, rater, reference, at=desk.clock())
        refused = pd.DataFrame(columns=list(REFUSED))
        if answers is None:
            ask(desk, said_of(work), blind=blind)
        elif isinstance(answers, (pd.DataFrame, str, Path)):
            refused = from_rows(desk, rows_of_answers(answers))
        else:
            from_function(desk, answers)
        return marks_so_far(desk, refused)


def check_rater(rater: object, reference: str) -> None:
    """Refuse a rater without a name, and a reference that nobody knows.

    Args:
        rater: who labels.
        reference: what the labels count as.
    """
    if not isinstance(rater, str) or not rater.strip():
        message = f"rater is the name of who labels, such as 'ana', not {rater!r}."
        raise BadInputError(message)
    if reference not in get_args(Reference):
        raise UnknownNameError("reference", reference, get_args(Reference))


def _check(rater: object, reference: str, *, blind: bool, answers: object) -> None:
    check_rater(rater, reference)
    if answers is not None and not blind:
        message = "blind=False is for the keyboard; answers from elsewhere count as blind."
        raise BadInputError(message)
    if not (answers is None or callable(answers) or isinstance(answers, (pd.DataFrame, str, Path))):
        message = f"answers is a function of an item, a frame or a file, not {answers!r}."
        raise BadInputError(message)
