"""What was said so far of a queue, and what do the labels count for?"""

import json
from dataclasses import dataclass
from math import isnan

import pandas as pd

from agentlens import html, text
from agentlens.scoring.labels.asking.answers import REFUSED
from agentlens.scoring.labels.asking.desk import LONGEST, Desk
from agentlens.scoring.labels.kept import kept_marks, references_of
from agentlens.scoring.labels.others import rows_of_others
from agentlens.scoring.labels.rows import label_rows, with_labels
from agentlens.scoring.labels.standing import standing
from agentlens.scoring.labels.work import Work
from agentlens.tables.log import Log

__all__ = ["Marks", "marks_so_far"]

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


def marks_so_far(desk: Desk, refused: pd.DataFrame | None = None) -> Marks:
    """Return what was said by now, of all raters of a queue, and how far this one is.

    Args:
        desk: of this rater.
        refused: rows of a filled file that could not be taken.
    """
    work, store = desk.work, desk.store
    rows = label_rows(
        work, kept_marks(store, work.record.plan), references_of(store, work.record.plan)
    )
    others = rows_of_others(store, work) if work.drawn else None
    log = work.log if others is None else with_labels(work.log, others)
    return Marks(
        log=with_labels(log, rows),
        labels=rows,
        progress=_progress(desk),
        refused=pd.DataFrame(columns=list(REFUSED)) if refused is None else refused,
        standing="" if work.cells is None else standing(work.cells, work.queue, rows),
        notes=(*store.notes, *_notes(work), *_long(rows)),
    )


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


def _long(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence on labels whose rater was away, or thought for very long."""
    n = int((rows["seconds"] >= LONGEST).sum())
    if not n:
        return ()
    return (
        f"{text.plural(n, 'label')} took {LONGEST / 60:.0f} minutes or more, and count as that.",
    )


def _fact(name: str, value: float) -> str:
    if isnan(value):
        return "–"
    return text.number(value, "s") if name.startswith("seconds") else text.count(value)
