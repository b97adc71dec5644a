"""How does a rater label in a notebook, so that nothing is lost and nothing is given away?"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.scoring.labels.asking.desk import Desk
from agentlens.scoring.labels.kept import keep_plan
from agentlens.scoring.labels.label import check_rater
from agentlens.scoring.labels.marks import Marks, marks_so_far
from agentlens.scoring.labels.plan import LabelPlan
from agentlens.scoring.labels.work import work_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.tables.log import Log
from agentlens.widgets.label.bench import Answer, Bench
from agentlens.widgets.label.shelf import Shelf
from agentlens.widgets.label.shown.asks import asked_words
from agentlens.widgets.label.shown.page import Page
from agentlens.widgets.label.shown.spread import spread
from agentlens.widgets.label.shown.still import table_of
from agentlens.widgets.live.live import Content, Live, said
from agentlens.widgets.show.questions import questions

__all__ = ["Labels"]

_MOST_ANSWERS = 20


class Labels(Live):
    """A queue of traces to label, in a view; all that it holds is current at every moment.

    `marks` is a frozen copy of it. Every label is on the disk before the next trace is shown.

    Args:
        given: a plan of `plan_labels`, a log, or an answer with a log.
        rubric: what is asked, where the traces come without a plan.
        rater: who labels.
        blind: whether the judge's verdict is hidden until the rater decided, and asks for it.
        store: where labels are kept; None keeps them as long as this lives.
        reference: what the labels count as.
    """

    view: ClassVar[str] = "label"
    styled: ClassVar[bool] = True
    styles: ClassVar[tuple[str, ...]] = ("trace/trace.css", "label/verdict.css")

    _shelf: Shelf | None = None

    def __init__(
        self,
        given: Any,
        rubric: Rubric | str | None = None,
        *,
        rater: str,
        blind: bool = True,
        store: str | Path | None = DEFAULT,
        reference: str = "single rater",
    ) -> None:
        check_rater(rater, reference)
        work = work_of(given, rubric)
        super().__init__()
        shelf = self._shelf = Shelf(store)
        desk = Desk(store=shelf.open(), work=work, rater=rater)
        keep_plan(desk.store, work.record, rater, reference, at=desk.clock())
        self._bench = Bench(desk, blind=blind)
        words = given.rubric if isinstance(given, LabelPlan) else rubric
        self._page = Page(self._bench, asked_words(work, words, desk.store), shelf.path)
        self._answered: dict[str, Answer] = {}
        self._drafts: dict[str, dict[str, str]] = {}
        self._show()

    @property
    def title(self) -> str:
        """Which question is asked."""
        return f"Labels of {self._bench.desk.work.rubric.label}"

    @property
    def marks(self) -> Marks:
        """What raters said by now, frozen."""
        return marks_so_far(self._bench.desk)

    @property
    def log(self) -> Log:
        """The traces, the labels among their scores."""
        return self.marks.log

    @property
    def labels(self) -> pd.DataFrame:
        """One row a label, of all raters of this queue, as rows of the scores."""
        return self.marks.labels

    @property
    def progress(self) -> pd.Series:
        """How far this rater is: labelled, left, queued, and seconds a label."""
        return self.marks.progress

    @property
    def standing(self) -> str:
        """How narrow the rate would be by now; "" where the labels are for no rate."""
        return self.marks.standing

    @property
    def refused(self) -> pd.DataFrame:
        """Rows of a filled file that could not be taken: there is no file."""
        return self.marks.refused

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the labels must know, sentences."""
        return self.marks.notes

    @property
    def strata(self) -> pd.DataFrame:
        """How many of each stratum and split are labelled: for the owner of the plan, no rater."""
        return spread(self._bench)

    @property
    def answers(self) -> Mapping[str, Callable[[Content], Content]]:
        """What the browser asks: pieces of traces, the draft of an item, the judge's verdict."""
        asked = questions(lambda: self._bench.desk.work.log, blind=True)
        return {
            **{name: asked[name] for name in ("step", "field", "find")},
            "draft": lambda content: self._drafts.get(str(content.get("item")), {}),
            "judged": self._bench.judged,
        }

    @property
    def hears(self) -> Mapping[str, Callable[[Content], None]]:
        """What the browser tells: a label, a move, or a key typed into a note."""
        moves = dict.fromkeys(("label", "undo", "skip", "back", "keep"), self._once)
        return {**moves, "draft": self._draft}

    def close(self) -> None:
        """End the view and let go of the store."""
        if self._shelf is not None:  # nothing was opened where what was given is refused
            self._shelf.close()
        super().close()

    def bundle(self) -> dict[str, Any]:
        """Return the view with the table that a page without a kernel shows."""
        state = json.loads(self.state)
        table = table_of(self._bench)
        return {**super().bundle(), "state": said({**state, "table": table})}

    def __repr__(self) -> str:
        """Return how far this rater is."""
        return f"Labels({self._bench.done():,} of {self._bench.queued:,} labelled)"

    def _once(self, content: Content) -> None:
        """Do what is told, once however often it arrives, and show what comes of it."""
        ident = str(content.get("id"))
        answer = self._answered.get(ident)
        if answer is None:
            answer = {**self._done(content), **self._page.ahead_of(self._bench)}
            self._answered[ident] = answer
            for old in [*self._answered][:-_MOST_ANSWERS]:
                del self._answered[old]
        # The label is on the disk; the page may show what it holds already while the rest is made.
        self.send({"kind": "told", "id": ident, "text": said(answer)})
        self._show()

    def _done(self, content: Content) -> Answer:
        kind = str(content["kind"])
        if kind == "undo":
            return self._undone()
        if kind in {"skip", "back"}:
            return self._bench.skip() if kind == "skip" else self._bench.back()
        try:
            if kind == "keep":
                return self._bench.keep(content)
            answer = self._bench.commit(content)
        except UnknownNameError as error:
            return {"saved": False, "problem": str(error)}
        if answer["saved"]:
            self._drafts.pop(str(content.get("item")), None)
        return answer

    def _undone(self) -> Answer:
        answer = self._bench.undo()
        if answer["taken"] and self._bench.at is not None:
            # What was written with the label is there again, to be changed.
            words = {name: answer.pop(name) for name in ("note", "code")}
            self._drafts[self._bench.token(self._bench.at)] = words
        return answer

    def _draft(self, content: Content) -> None:
        words = {name: str(content.get(name) or "") for name in ("note", "code")}
        self._drafts[str(content.get("item"))] = words

    def _show(self) -> None:
        self.show_state(self._page.state(self._drafts))
