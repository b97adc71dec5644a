"""Is it still the same judge, and if a rate moved, who moved?"""

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.judges.asking import DEFAULT, label_of, name_of, verdicts_or_none
from agentlens.analysis.judges.watch.anchors import anchors_of
from agentlens.analysis.judges.watch.attribute import Seen, Verdict
from agentlens.analysis.judges.watch.fresh import fresh_labels
from agentlens.analysis.judges.watch.product import Moved, moved
from agentlens.analysis.judges.watch.runs import Watching, run_anchors, watching
from agentlens.analysis.judges.watch.signals import signals
from agentlens.analysis.judges.watch.table import frame_of
from agentlens.analysis.judges.watch.words import caveats, facts, headline
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.verdicts import Verdicts, verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, Period, length, moment

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["JudgeWatch", "watch_judge"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class JudgeWatch(Result):
    """Whether the judge is still itself, and who moved if a rate did.

    Attributes:
        who: the judge, the agent or its traffic, nobody, or unknown.
        watching: the runs over the anchors; None without anchors.
    """

    verb: ClassVar[str] = "watch_judge"

    who: Verdict
    watching: Watching | None

    def figure(self) -> "go.Figure":
        """Return the picture: both anchor charts, and the bet against agreement on fresh labels."""
        from agentlens.figures.judging.watch import watch_figure  # noqa: PLC0415 - on first use

        return watch_figure(self.frame, title=self.title)


def watch_judge(  # noqa: PLR0913 - the words of the design
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None = None,
    anchors: "Log | pd.DataFrame | str | Path | None" = None,
    *,
    budget_usd: float | None = None,
    current: Period | None = None,
    baseline: Period | None = None,
    target: float = 0.85,
    every: str = "1D",
    since: Moment | None = None,
    store: str | Path = DEFAULT,
    level: float = 0.95,
) -> JudgeWatch:
    """Return whether the judge has changed, whether it is still good enough, and who moved.

    Anchors are traces whose right verdict is known. The judge is asked about them again and again;
    against its own noise in the first five runs a change shows. Fresh labels, drawn from all alike,
    tell whether agreement is still above the target. If neither speaks and the corrected rate
    moved, the agent or its traffic moved.

    Args:
        log: traffic with verdicts and labels.
        rubric: what is asked, or its name.
        judge: who is asked; by name, only verdicts at hand are read.
        anchors: a Log with labels, a frame, or a file of traces with a column `label`.
        budget_usd: what one run over the anchors may cost; without it stored runs are used.
        current: a length that counts back from the end of the log, a pair of times, or a Log.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
        target: the agreement that is promised.
        every: one anchor run in this time at most.
        since: the time from which on anchor runs count; after a new calibration, its time.
        store: where answers are kept.
        level: how often an interval must hold the truth.

    Example:
        >>> import agentlens as al
        >>> watched = watch_judge(al.demo(), "goal_completion")
        >>> watched.who, watched.band
        ('unknown', 'watch')
    """
    for name, share in (("target", target), ("level", level)):
        if not 0.5 <= share < 1:  # noqa: PLR2004 - a coin agrees as often
            message = f"{name} lies from 0.5 to below 1, not {share!r}."
            raise BadInputError(message)
    step = length(every)
    begin = None if since is None else moment(since)
    runs: Watching | None = None
    missing = ""
    notes: tuple[str, ...] = ()
    if anchors is not None:
        held = anchors_of(anchors, rubric)
        now = pd.Timestamp.now("UTC")
        told, missing, notes = run_anchors(
            held, rubric, judge, budget_usd=budget_usd, store=store, every=step, now=now
        )
        runs = watching(held, told, rubric, judge, begin)
    verdicts = verdicts_or_none(log, rubric, judge)
    kept = log if verdicts is None else _about(log, verdicts.name)
    fresh = fresh_labels(kept, rubric, verdicts, target)
    move = (
        _moved(kept, verdicts, (rubric, judge), (current, baseline), level)
        if verdicts is not None
        else None
    )
    seen = Seen(runs, fresh, move, step)
    named = verdicts.judge if judge is None and verdicts is not None else ""
    name = named or name_of(judge)
    return JudgeWatch(
        title=f"Watch of {name} on {label_of(rubric)}",
        band=seen.band,
        headline=headline(seen, name, level),
        frame=frame_of(seen),
        caveats=(*caveats(seen, missing), *notes),
        known=MappingProxyType(facts(seen, level)),
        found=signals(seen, name, level) if seen.band != "unknown" else (),
        who=seen.who,
        watching=runs,
    )


def _about(log: Log, name: str) -> Log:
    """Return the log with the scores of one name and no steps, which is all that is read here."""
    mine = (log.scores["name"].astype("str") == name).to_numpy()
    return replace(log, spans=log.spans.iloc[:0], scores=log.scores[mine])


def _moved(
    log: Log,
    verdicts: Verdicts,
    asked: tuple[Rubric | str, Judge | str | None],
    when: tuple[Period | None, Period | None],
    level: float,
) -> Moved | None:
    """Return how the rate moved; a log too short for two periods has none, unless some are asked."""
    try:
        periods = periods_of(log, *when)
    except BadInputError:
        if all(one is None for one in when):
            return None
        raise
    if periods.log is not log:  # a period brought traces of its own
        verdicts = verdicts_of(periods.log, *asked)
    return moved(periods, verdicts, *asked, level)
