"""What becomes of a label that is given while a log is looked into?"""

from pathlib import Path
from typing import Any

from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.errors import AgentLensError, BadInputError
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.widgets.label.targeted import Targeted
from agentlens.widgets.live.live import Content

__all__ = ["Marking"]

_NOTE = "A label made here is of a trace that was picked: it will not enter any rate."


class Marking:
    """The labels of one rater, none where nobody is asked.

    Args:
        rubric: what is asked; None asks nothing.
        rater: who answers.
        store: where labels are kept.
        log: what is looked into; its labels of an earlier day are there again.
    """

    def __init__(
        self,
        rubric: Rubric | str | None,
        rater: str | None,
        store: str | Path | None,
        log: Log,
    ) -> None:
        if rubric is not None and not rater:
            message = (
                f"rubric={rubric!r} asks for labels, and rater= says whose they are: name one."
            )
            raise BadInputError(message)
        self._rubric = rubric
        self._targeted = None if rubric is None else Targeted(rubric, rater=str(rater), store=store)
        self._given = self._targeted is not None and len(self.frame(log)) > 0

    def told(self) -> dict[str, Any]:
        """Return what the view says of labels before one is given."""
        if self._targeted is None:
            return {
                "on": False,
                "codes": [],
                "note": "Pass rubric= and rater= to label traces here.",
            }
        return {"on": True, "codes": self._targeted.codes(), "note": _NOTE}

    def commit(self, log: Log, content: Content) -> Content:
        """Keep a label, and return what was kept and what became of the calibration.

        Args:
            log: which holds the trace.
            content: trace_id, verdict, and what else was said.
        """
        if self._targeted is None:
            message = "Nothing is asked here: pass rubric= and rater= to explore()."
            raise BadInputError(message)
        kept = self._targeted.commit(log, str(content["trace_id"]), content)
        self._given = True
        return {**kept, "note": _NOTE, "calibration": self._calibrated(log)}

    def labelled(self, log: Log) -> Log:
        """Return a log with the labels of its traces among its scores.

        Args:
            log: any part of what is looked into.
        """
        return log if self._targeted is None or not self._given else self._targeted.log(log)

    def frame(self, log: Log) -> Any:
        """Return the labels as rows.

        Args:
            log: what is looked into.
        """
        return log.scores.iloc[:0] if self._targeted is None else self._targeted.rows(log)

    def _calibrated(self, log: Log) -> str:
        """Return how the judge stands against people now; why not, where it cannot be said."""
        try:
            found = calibrate(self.labelled(log), self._rubric or "")
        except AgentLensError as problem:
            return f"No calibration: {problem}"
        return f"{found.headline} Labels of picked traces leave the rate as it is."
