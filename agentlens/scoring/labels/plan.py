"""Which judged traces should people label, and what will their labels be able to say?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from agentlens import html
from agentlens.errors import UnknownNameError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.labels.export import save_queue
from agentlens.scoring.labels.kept import Record
from agentlens.scoring.labels.planning.choices import Choices, choices_of
from agentlens.scoring.labels.planning.draw import Goal
from agentlens.scoring.labels.planning.expect import expected
from agentlens.scoring.labels.planning.made import QUEUE, made
from agentlens.scoring.labels.planning.ready import Ready, ready
from agentlens.scoring.labels.planning.words import (
    Told,
    caveats,
    facts,
    headline,
    refusal,
    told_of,
)
from agentlens.scoring.reading.chosen import asked
from agentlens.scoring.reading.verdicts import Verdicts, verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["LabelPlan", "plan_labels"]

_Who = Judge | str | None


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LabelPlan(Result):
    """A queue of traces to label, each with the probability with which it came into the queue.

    `frame` has a row for each showing: trace_id, span_id, stage ("uniform" or "stratum"), stratum,
    split, inclusion_p, order and repeat, which is 2 where a trace is shown again. It gives away what
    the judge said: raters should not read it.

    Attributes:
        log: the traces.
        rubric: what is asked.
        record: the plan's name and all that the store must remember of it.
        cells: each cell with its traces, its share of the traffic and the labels planned for it.
        widths: n and half, how many labels bring half the interval to how much.
        power: truth and chance: how likely a gate certifies a judge that truly agrees so often.
    """

    verb: ClassVar[str] = "plan_labels"

    log: Log
    rubric: Rubric | str
    record: Record | None
    cells: pd.DataFrame
    widths: pd.DataFrame
    power: pd.DataFrame

    def save(self, path: str | Path) -> Path:
        """Write the queue for labelling elsewhere and return the file; no verdict is in it.

        Fill in the column label with pass, fail or unsure, and hand the file to
        `label(plan, rater=…, answers=path)`. Texts go out as they are in the log.

        Args:
            path: ends in .csv or .jsonl.
        """
        return save_queue(self.log, self.frame, self.record, path)

    def card(self) -> str:
        """Return the card as HTML; it shows the cells and not who lies in which."""
        more = {"Cells": html.table(self.cells)} if len(self.cells) else {}
        return html.card(
            self.title,
            band=self.band,
            headline=self.headline,
            facts=self.facts(),
            caveats=self.caveats,
            more=more,
        )

    def figure(self) -> "go.Figure":
        """Return the picture: where the labels come from, and how narrow they make the rate."""
        from agentlens.figures.judging.plan import plan_figure  # noqa: PLC0415 - on first use

        n = int((self.frame["repeat"] == 1).sum()) if len(self.frame) else 0
        return plan_figure(self.cells, self.widths, n, title=self.title)


def plan_labels(  # noqa: PLR0913 - each is one part of a design, and most have a default
    log: Log,
    rubric: Rubric | str,
    judge: _Who = None,
    *,
    n: int,
    goal: Goal = "rate",
    splits: Mapping[str, float] = MappingProxyType({"dev": 0.4, "test": 0.6}),
    uniform: float = 0.2,
    repeats: float = 0.1,
    cells: Literal["verdict", "score"] = "verdict",
    target: float = 0.85,
    passes: float | None = None,
    seed: int = 0,
    judges: tuple[Judge | str, Judge | str] | None = None,
    source: Literal["judge", "check"] = "judge",
    store: str | Path | None = DEFAULT,
) -> LabelPlan:
    """Return who should be labelled, why, and with what probability each was drawn.

    A part is drawn from all judged traces, the rest inside cells of verdict and sampling tier,
    where labels tell most. Traces that were labelled by design are not drawn again, but count. The
    same call gives the same plan, also while it is being labelled.

    Args:
        log: judged traces, with the labels that there are.
        rubric: the rubric, or "name" or "name@version".
        judge: whose verdicts the labels are for; None for the one with most verdicts.
        n: how many traces to label; plan 50 for a first look, 150 for a gate.
        goal: "rate" makes the corrected rate narrow, "failures" finds failures, "compare" tells
            which of two judges is right more often.
        splits: name to share: choices are made on dev, rates are told from test.
        uniform: share that is drawn from all, whatever the verdict.
        repeats: share that is shown a second time, unmarked, at least 20 places later.
        cells: "verdict", or "score" for at most five bins of a judge's score.
        target: agreement that a gate will ask for; it changes no draw.
        passes: from which number on a score is a pass; see `verdicts_of`.
        seed: of the lots.
        judges: the two judges that goal="compare" compares.
        source: "check" for labels of a check that claims to know what a text means.
        store: where labels are kept; it is only read here. None reads nothing.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=200, seed=1)
        >>> plan = plan_labels(log, "goal_completion", n=60, store=None)
        >>> plan.cells[["cell", "traces", "planned"]].values.tolist()
        [['fail', 84, 30], ['pass', 255, 30]]
    """
    choices = choices_of(
        judges=judges,
        n=n,
        goal=goal,
        splits=splits,
        uniform=uniform,
        repeats=repeats,
        cells=cells,
        target=target,
        seed=seed,
    )
    two: tuple[_Who, ...] = tuple(judges) if judges is not None else (judge,)
    if source not in ("judge", "check"):
        raise UnknownNameError("source", source, ("judge", "check"))
    verdicts = _verdicts(log, rubric, two, passes, source)
    names = " and ".join(_name(one, held) for one, held in zip(two, verdicts, strict=True))
    told = told_of(asked(rubric).label, names, choices)
    held = [one for one in verdicts if one is not None]
    if len(held) < len(two):
        return _refused(log, rubric, told, refusal(told, None), ())
    given = ready(log, rubric, held, choices, store)
    told = told._replace(rubric=given.rubric)
    why = refusal(told, given.pool)
    if why:
        return _refused(log, rubric, told, why, given.notes)
    return _planned(log, rubric, told, given, choices)


def _verdicts(
    log: Log, rubric: Rubric | str, judges: tuple[_Who, ...], passes: float | None, source: str
) -> tuple[Verdicts | None, ...]:
    """Return the verdicts of each judge, None of one that has not run."""
    found: list[Verdicts | None] = []
    for judge in judges:
        try:
            found.append(verdicts_of(log, rubric, judge, passes=passes, source=source))
        except UnknownNameError:
            if not isinstance(rubric, Rubric):
                raise  # a text may be misspelt; a rubric is what it is
            found.append(None)
    return tuple(found)


def _name(judge: _Who, verdicts: Verdicts | None) -> str:
    if verdicts is not None and verdicts.judge:
        return verdicts.judge
    return judge.short if isinstance(judge, Judge) else judge or ""


def _planned(
    log: Log, rubric: Rubric | str, told: Told, given: Ready, choices: Choices
) -> LabelPlan:
    done, pool = made(given, choices), given.pool
    told = told._replace(
        n=int((done.frame["repeat"] == 1).sum()),
        again=int((done.frame["repeat"] > 1).sum()),
        uniform=int(done.drawn.uniform.sum()),
        test=int(done.test.sum()),
    )
    scale = 2 * pool.share if choices.goal == "compare" else 1.0
    planned = done.drawn.reserve + done.drawn.more
    found = expected(pool, planned, done.test, choices.target, scale=scale)
    return LabelPlan(
        title=_title(told),
        band="watch" if told.n < told.wanted else "pass",
        headline=headline(told, pool, found),
        frame=done.frame,
        caveats=caveats(told, pool, given.notes),
        known=MappingProxyType(facts(told, pool, found)),
        log=log,
        rubric=rubric,
        record=done.record,
        cells=done.cells,
        widths=found.widths,
        power=found.power,
    )


def _refused(
    log: Log, rubric: Rubric | str, told: Told, why: str, notes: tuple[str, ...]
) -> LabelPlan:
    nothing = pd.DataFrame(columns=list(QUEUE))
    return LabelPlan(
        title=_title(told),
        band="unknown",
        headline=why,
        frame=nothing,
        caveats=notes,
        log=log,
        rubric=rubric,
        record=None,
        cells=pd.DataFrame(columns=["cell", "traces", "planned"]),
        widths=pd.DataFrame(columns=["n", "half"]),
        power=pd.DataFrame(columns=["truth", "chance"]),
    )


def _title(told: Told) -> str:
    return f"Labels for {told.by}, goal {told.goal}, n = {told.wanted:,}"
