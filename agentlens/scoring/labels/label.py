"""What do people say of the traces that were picked for them?"""

import json
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import pandas as pd

from agentlens import html, text
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
from agentlens.scoring.labels.kept import keep_plan, kept_marks, references_of
from agentlens.scoring.labels.others import rows_of_others
from agentlens.scoring.labels.rows import label_rows, with_labels
from agentlens.scoring.labels.standing import standing
from agentlens.scoring.labels.work import Work, said_of, work_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT, opened_store
from agentlens.tables.log import Log

__all__ = ["Marks", "Reference", "label"]

Reference = Literal[
    "single rater", "adjudicated", "expert", "strong model", "user feedback", "simulated"
]
_SHOWN = ("time", "rater", "trace_id", "label", "code", "note", "seconds")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Marks:
    """What raters said so far, with how each trace came to be labelled.

    Attributes:
        log: the traces, the labels among their scores.
        labels: one row a label, of all raters of this queue, as rows of the scores.
        progress: how far this rater is: labelled, left, queued, and seconds a label. It says
            nothing of cells, and nothing of agreement, while labels are being made.
        standing: how narrow the rate would be by now, and how many labels are missing; "" where the
            labels are for no rate.
        refused: rows of a filled file that could not be taken: row, item, problem, what_to_do.
        notes: what a reader of the labels must know, sentences.
    """

    log: Log
    labels: pd.DataFrame
    progress: pd.Series
    standing: str
    refused: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        """Return how far this rater is."""
        done, queued = int(self.progress["labelled"]), int(self.progress["queued"])
        lost = f", {text.plural(len(self.refused), 'row')} refused" if len(self.refused) else ""
        return f"Marks({done:,} of {queued:,} labelled{lost})"

    def _repr_html_(self) -> str:
        facts = {str(name): _fact(str(name), value) for name, value in self.progress.items()}
        shown = [name for name in _SHOWN if name in self.labels]
        more = {text.plural(len(self.labels), "label"): html.table(self.labels[shown])}
        if len(self.refused):
            more["Rows refused"] = html.table(self.refused)
        return html.card(
            "Labels", headline=self.standing, facts=facts, caveats=self.notes, more=more
        )


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
        rows = label_rows(
            work, kept_marks(store, work.record.plan), references_of(store, work.record.plan)
        )
        others = rows_of_others(store, work) if work.drawn else None
        log = work.log if others is None else with_labels(work.log, others)
        return Marks(
            log=with_labels(log, rows),
            labels=rows,
            progress=_progress(desk),
            refused=refused,
            standing="" if work.cells is None else standing(work.cells, work.queue, rows),
            notes=(*store.notes, *_notes(work)),
        )


def _check(rater: object, reference: str, *, blind: bool, answers: object) -> None:
    if not isinstance(rater, str) or not rater.strip():
        message = f"rater is the name of who labels, such as 'ana', not {rater!r}."
        raise BadInputError(message)
    if reference not in get_args(Reference):
        raise UnknownNameError("reference", reference, get_args(Reference))
    if answers is not None and not blind:
        message = "blind=False is for the keyboard; answers from elsewhere count as blind."
        raise BadInputError(message)
    if not (answers is None or callable(answers) or isinstance(answers, (pd.DataFrame, str, Path))):
        message = f"answers is a function of an item, a frame or a file, not {answers!r}."
        raise BadInputError(message)


def _progress(desk: Desk) -> pd.Series:
    marks = desk.marks()
    left = len(desk.left())
    queued = len(desk.work.queue)
    return pd.Series(
        {
            "labelled": float(queued - left),
            "left": float(left),
            "queued": float(queued),
            "seconds per label": float(marks["seconds"].median()) if len(marks) else float("nan"),
        }
    )


def _notes(work: Work) -> tuple[str, ...]:
    if work.drawn:
        goal = json.loads(work.record.content).get("goal")
        told = "These labels tell which judge is right more often; they enter no rate."
        return (told,) if goal == "compare" else ()
    return ("These traces were picked, not drawn: their labels enter no rate.",)


def _fact(name: str, value: float) -> str:
    if isnan(value):
        return "–"
    return text.number(value, "s") if name.startswith("seconds") else text.count(value)
