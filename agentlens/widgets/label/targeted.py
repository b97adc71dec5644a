"""How is a trace labelled that somebody found while looking around?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.asking.desk import Desk, Key
from agentlens.scoring.labels.asking.once import commit_once
from agentlens.scoring.labels.kept import keep_plan, kept_marks, references_of
from agentlens.scoring.labels.label import check_rater
from agentlens.scoring.labels.rows import label_rows, with_labels
from agentlens.scoring.labels.work import Work, work_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.tables.log import Log
from agentlens.widgets.label.said import verdict_of, word
from agentlens.widgets.label.shelf import Shelf

__all__ = ["Targeted"]

_NOTE = "These traces were picked, not drawn: their labels enter no rate."
_NOTHING = Log(
    traces=pd.DataFrame({"trace_id": pd.Series(dtype="str")}),
    spans=pd.DataFrame({name: pd.Series(dtype="str") for name in ("trace_id", "span_id", "kind")}),
)


class Targeted:
    """Labels of traces that were picked by looking; they stand under stage "targeted".

    They are kept where `label(log, rubric)` keeps its own, one by one, the moment each is given.

    Args:
        rubric: what is asked: a Rubric, "name" or "name@version"; None names the score "verdict".
        rater: who labels.
        store: where labels are kept; None keeps them as long as this lives.
        reference: what the labels count as.
    """

    def __init__(
        self,
        rubric: Rubric | str | None = None,
        *,
        rater: str,
        store: str | Path | None = DEFAULT,
        reference: str = "single rater",
    ) -> None:
        check_rater(rater, reference)
        self.rubric = rubric
        self.rater = rater
        self.note = _NOTE
        self._reference = reference
        self._shelf = Shelf(store)
        self._told = False

    def commit(self, log: Log, trace_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a label, and return that it is kept, once however often it is sent.

        Args:
            log: where the trace is.
            trace_id: its id.
            content: verdict "p", "f" or "u"; id; and where there are any, note, code, seconds, and
                span_id, where the rubric asks about one step.
        """
        work = self._work(log, trace_id)
        key: Key = (trace_id, str(content.get("span_id") or ""), 1)
        if key[1] not in work.queue["span_id"].tolist():
            message = (
                f"{work.rubric.label} asks about one step at a time: choose a step of this trace."
            )
            raise BadInputError(message)
        desk = self._desk(work)
        if not self._told:
            keep_plan(desk.store, work.record, self.rater, self._reference, at=desk.clock())
            self._told = True
        said, ident = verdict_of(content)
        commit_once(desk, key, said, ident, blind=bool(content.get("blind", False)), over=True)
        return {
            "saved": True,
            "id": ident,
            "n": len(desk.marks()),
            "said": word(said.y),
            "standing": _NOTE,
        }

    def take_back(self) -> dict[str, Any]:
        """Take back this rater's last label, and return of which trace it was."""
        desk = self._desk(self._work())
        back = desk.take_back()
        return {
            "taken": back is not None,
            "trace_id": back[0] if back else "",
            "n": len(desk.marks()),
        }

    def said(self, trace_id: str) -> str:
        """Return what this rater says of a trace by now: pass, fail, unsure, or "" for nothing.

        Args:
            trace_id: its id.
        """
        marks = self._desk(self._work()).marks()
        own = marks[marks["trace_id"] == trace_id]
        return "" if own.empty else word(float(own["y"].iloc[-1]))

    def codes(self) -> list[str]:
        """Return the codes used so far, the commonest first."""
        return self._desk(self._work()).codes()

    def rows(self, log: Log) -> pd.DataFrame:
        """Return the labels of these traces, of all raters, as rows of the scores.

        Args:
            log: where the traces are.
        """
        store = self._shelf.open()
        plan = self._work().record.plan
        marks = kept_marks(store, plan)
        given = references_of(store, plan) if len(marks) else pd.Series(dtype="str")
        part = log.where(trace_id=marks["trace_id"].unique().tolist())
        return label_rows(work_of(part, self.rubric), marks, given)

    def log(self, log: Log) -> Log:
        """Return the log with these labels among its scores.

        Args:
            log: where the traces are.
        """
        return with_labels(log, self.rows(log))

    def close(self) -> None:
        """Let go of the store."""
        self._shelf.close()

    def _work(self, log: Log = _NOTHING, trace_id: str = "") -> Work:
        """Return the queue of one trace; what labels are called does not depend on it."""
        part = log.where(trace_id=trace_id) if trace_id else log
        if trace_id and not len(part):
            raise UnknownNameError("trace", trace_id, ())
        return work_of(part, self.rubric)

    def _desk(self, work: Work) -> Desk:
        return Desk(store=self._shelf.open(), work=work, rater=self.rater)
