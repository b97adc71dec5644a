"""How well is the agent judged: does each judge still agree with people, and how much does it see?"""

from dataclasses import dataclass

import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.calibrate import calibrate
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.calibrate.rate.corrected import CorrectedRate
from agentlens.analysis.judges.watch.watch import JudgeWatch, watch_judge
from agentlens.report.week.refusal import Refusal, asked
from agentlens.report.week.span import Span
from agentlens.report.week.undated import undated
from agentlens.tables.log import Log

__all__ = ["JudgeHealth", "judges_of"]

_MOST = 3


@dataclass(frozen=True)
class JudgeHealth:
    """What a report says of the judge of one rubric.

    Attributes:
        rubric: what was asked.
        coverage: how many traces of the week have a verdict, as a sentence.
        calibration: agreement with people, on all labels there are.
        corrected: the rate of this week that people would give.
        watch: whether the judge is still itself.
    """

    rubric: str
    coverage: str
    calibration: Calibration | Refusal
    corrected: CorrectedRate | Refusal
    watch: JudgeWatch | Refusal

    @property
    def answers(self) -> list[Calibration | CorrectedRate | JudgeWatch]:
        """What could be answered, in reading order."""
        if self.unlabelled:
            return []
        every = (self.corrected, self.calibration, self.watch)
        return [one for one in every if not isinstance(one, Refusal)]

    @property
    def unlabelled(self) -> str:
        """Why nothing can be said of the judge; "" where something can."""
        found = self.calibration
        if isinstance(found, Refusal) or found.band != "unknown":
            return ""
        return found.headline

    @property
    def refusals(self) -> list[Refusal]:
        """What could not."""
        every = (self.corrected, self.calibration, self.watch)
        return [one for one in every if isinstance(one, Refusal)]


def judges_of(log: Log, week: Log, span: Span) -> tuple[JudgeHealth, ...]:
    """Return what is to be said of each judge, the one with most verdicts first.

    Args:
        log: everything up to the end of the week.
        week: the traces of the week alone.
        span: the week.
    """
    scores = log.scores
    if "source" not in scores:
        return ()
    named = scores.loc[scores["source"] == "judge", "name"].value_counts()
    order = sorted(named.items(), key=lambda one: (-int(one[1]), str(one[0])))
    return tuple(_health(log, week, span, str(name)) for name, _ in order[:_MOST])


def _health(log: Log, week: Log, span: Span, rubric: str) -> JudgeHealth:
    found = asked(f"how far the judge of {rubric} can be believed", lambda: calibrate(log, rubric))
    corrected: CorrectedRate | Refusal = Refusal(
        f"the corrected rate of {rubric}", "its judge has no calibration."
    )
    if isinstance(found, Calibration):
        kept = found
        corrected = asked(
            f"the corrected rate of {rubric} this week",
            lambda: kept.corrected_rate(week, assume="stable_errors"),
        )
    watch = asked(
        f"whether the judge of {rubric} is still itself",
        lambda: watch_judge(log, rubric, current=span.now, baseline=span.before),
    )
    return JudgeHealth(
        rubric, _coverage(week, rubric), undated(found), undated(corrected), undated(watch)
    )


def _coverage(week: Log, rubric: str) -> str:
    own = week.scores[(week.scores["name"] == rubric) & (week.scores["source"] == "judge")]
    ids = own["trace_id"].dropna()
    judged, whole = int(pd.unique(ids).size), len(week)
    part = text.share(judged / whole, whole) if whole else text.share(float("nan"))
    of = f"{text.plural(whole, 'trace')}{' drawn' if week.drawn else ''}"
    return f"The judge of {rubric} saw {text.count(judged)} of {of} this week, {part}."
