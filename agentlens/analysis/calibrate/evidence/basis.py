"""What is a calibration bound to, and does it hold for these verdicts?"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.described import Described, described
from agentlens.analysis.calibrate.evidence.evidence import Evidence
from agentlens.analysis.calibrate.evidence.gather import judged_frame, of_window
from agentlens.analysis.calibrate.evidence.people import People
from agentlens.errors import UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.verdicts import Verdicts, verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.corrected.poststrat import Cells
from agentlens.tables.log import Log
from agentlens.tables.period import length

__all__ = ["Basis", "Elsewhere", "Question"]

_OTHERS = {"strong model": "a strong model", "user feedback": "user feedback"}


@dataclass(frozen=True)
class Question:
    """What was asked, in the words of the caller."""

    rubric: Rubric | str
    judge: Judge | str | None
    split: str = "test"
    target: float = 0.85
    level: float = 0.95
    passes: float | None = None
    source: str = "judge"
    max_age: str = "90D"


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """The verdicts of another window, with the calibration's own labels that lie in it.

    `refusal` says why the calibration does not hold there; "" where it does.
    """

    judged: pd.DataFrame
    labelled: pd.DataFrame
    evidence: Evidence
    start: pd.Timestamp
    stop: pd.Timestamp
    refusal: str = ""
    notes: tuple[str, ...] = ()

    @property
    def window(self) -> str:
        """From when to when, in words."""
        if pd.isna(self.start):
            return "no traces"
        return f"{self.start:%Y-%m-%d %H:%M} to {self.stop:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, eq=False)
class Basis:
    """One judge, one rubric, one window, and the labels that tell how it errs.

    Attributes:
        question: what was asked.
        name: of the score.
        rubric: name and version.
        judge: its short name.
        judge_ids: what tells the judge apart, the model that answered included.
        start: of the window.
        stop: just after its last trace.
        judged: one row for each judged trace.
        labelled: one row for each labelled one, of all splits and stages.
        evidence: the labels of the split that enter rates.
        people: how steady and alike the raters are.
        notes: what was left out, and why.
        refusal: why no rate can be given; "" where one can.
        expired: why the calibration no longer holds; "" where it does.
        repeated: whether any trace was judged twice by the same judge.
        store: where looks are counted; None where they are not.
    """

    question: Question
    name: str
    rubric: str
    judge: str
    judge_ids: tuple[str, ...]
    start: pd.Timestamp
    stop: pd.Timestamp
    judged: pd.DataFrame
    labelled: pd.DataFrame
    evidence: Evidence
    people: People
    notes: tuple[str, ...]
    refusal: str = ""
    expired: str = ""
    repeated: bool = False
    store: Path | None = None

    @cached_property
    def described(self) -> Described:
        """The judge in numbers."""
        return described(self.evidence, self.question.level, self.asking("errors"))

    @property
    def cells(self) -> Cells:
        """The cells of the calibration's own window."""
        return self.evidence.cells

    @property
    def beyond_use(self) -> str:
        """Why the labels of all splits together tell nothing of a score; "" where they may."""
        if self.expired:
            return self.expired
        every = of_window(self.judged, self.labelled, "all")
        return self.refusal if every.few_clusters or not every.passed.size else ""

    @property
    def here(self) -> Elsewhere:
        """The calibration's own window."""
        return Elsewhere(
            judged=self.judged,
            labelled=self.labelled,
            evidence=self.evidence,
            start=self.start,
            stop=self.stop,
            refusal=self.refusal or self.expired,
            notes=self.notes,
        )

    @property
    def people_are(self) -> str:
        """Who labelled, in a word; labels of a model are never called people's."""
        known = {*self.labelled["reference"]}
        for reference, word in _OTHERS.items():
            if known == {reference}:
                return word
        return "people"

    @property
    def drawn(self) -> tuple[str, ...]:
        """The stages that the labels in rates come from."""
        n = int(self.evidence.uniform.sum())
        rest = self.evidence.uniform.size - n
        return tuple(
            f"{text.count(size)} {how}"
            for size, how in ((n, "uniform"), (rest, "within strata"))
            if size
        )

    def asking(self, what: str) -> str:
        """Return a question in full: two judges, or two questions, never share their draws."""
        return f"{self.rubric}|{self.judge}|{','.join(self.judge_ids)}|{what}"

    def elsewhere(self, log: Log | None) -> Elsewhere:
        """Return the verdicts of another window, or why they say nothing.

        Args:
            log: the traces; None for the calibration's own window.
        """
        if log is None:
            return self.here
        try:
            verdicts = self._verdicts(log)
        except UnknownNameError:
            return self._nowhere(log)
        judged = judged_frame(log, verdicts)
        key = ["trace_id", "span"]
        mine = self.labelled.drop(columns=["verdict", "tier", "score", "g", "cluster", "session"])
        inside = mine.merge(
            judged[[*key, "verdict", "tier", "score", "g", "cluster", "session"]],
            on=key,
            how="inner",
        )
        start, stop = judged["start"].min(), judged["start"].max() + pd.Timedelta(1, "us")
        return Elsewhere(
            judged=judged,
            labelled=inside,
            evidence=of_window(judged, inside, self.question.split),
            start=start,
            stop=stop,
            refusal=self.refusal or self.expired or self._strange(verdicts) or self.stale(stop),
            notes=verdicts.notes,
        )

    def _nowhere(self, log: Log) -> Elsewhere:
        """Return a window in which nothing was judged."""
        start, stop = log.traces["start"].min(), log.traces["start"].max() + pd.Timedelta(1, "us")
        judged, labelled = self.judged[:0], self.labelled[:0]
        return Elsewhere(
            judged=judged,
            labelled=labelled,
            evidence=of_window(judged, labelled, self.question.split),
            start=start,
            stop=stop,
            refusal=self.refusal
            or self.expired
            or f"No trace of this window was judged by {self.rubric}: run judge on it first.",
        )

    def stale(self, at: pd.Timestamp) -> str:
        """Return why the labels are too old at a time, or nothing."""
        newest = self.labelled["time"].max()
        if pd.isna(newest) or at - newest <= length(self.question.max_age):
            return ""
        days = (at - newest) // pd.Timedelta("1D")
        return (
            f"The newest label is {text.plural(days, 'day')} older than these verdicts, and a"
            f" calibration holds for {self.question.max_age}: label again."
        )

    def _verdicts(self, log: Log) -> Verdicts:
        """Return the verdicts of the calibrated judge; of another one where it has none there."""
        asked = self.question
        named = self.judge if asked.source == "judge" else None
        mine = asked.judge if asked.judge is not None else named or None
        rubric = asked.rubric if isinstance(asked.rubric, Rubric) else self.rubric
        try:
            return verdicts_of(log, rubric, mine, passes=asked.passes, source=asked.source)
        except UnknownNameError:
            return verdicts_of(log, self.name, None, passes=asked.passes, source=asked.source)

    def _strange(self, verdicts: Verdicts) -> str:
        """Return why the verdicts are another judge's, or nothing."""
        if verdicts.rubric != self.rubric:
            return (
                f"Calibrated on {self.rubric}; these verdicts are by {verdicts.rubric}. Calibrate"
                " again."
            )
        if set(verdicts.judge_ids) <= set(self.judge_ids):
            return ""
        return (
            f"Calibrated on {_named(self.judge, self.judge_ids)}; these verdicts come from"
            f" {_named(verdicts.judge, verdicts.judge_ids)}. Calibrate again (or compare_judges)."
        )


def _named(short: str, ids: tuple[str, ...]) -> str:
    """Return a judge by its name, and by its ids where they say more."""
    more = [
        one for one in ids if one.rpartition(":")[2].removeprefix("claude-") != short or ":" in one
    ]
    return f"{short or 'a judge'} ({text.listed(more)})" if more else short
