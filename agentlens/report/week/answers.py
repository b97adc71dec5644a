"""What is a week asked, so that its report can be written?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import pandas as pd

from agentlens.analysis.arms.periods import periods_in
from agentlens.analysis.arms.stretches import stretches_of
from agentlens.analysis.changes.changes import Changes, changes
from agentlens.analysis.control.chart import ControlChart, control_chart
from agentlens.analysis.control.family import Charts, charts
from agentlens.analysis.drift.drift import Drift, drift
from agentlens.analysis.failures.growth.emerging import Emerging, emerging_of
from agentlens.analysis.slices.find import FoundSlices, find_slices
from agentlens.analysis.slices.slices import Slices, slices
from agentlens.analysis.slos.check import Scorecard, check_slos
from agentlens.analysis.slos.slo import SLO
from agentlens.feedback.triage.worst import Worst, worst
from agentlens.measures.metric import Metric
from agentlens.report.week.causes import Cause, causes_of
from agentlens.report.week.judges import JudgeHealth, judges_of
from agentlens.report.week.past import Past
from agentlens.report.week.refusal import Refusal, asked
from agentlens.report.week.span import Span
from agentlens.report.week.undated import undated
from agentlens.result import Result
from agentlens.tables.log import Log

__all__ = ["Answers", "answers_of"]

COST = "cost_per_success"
_CHARTED = pd.Timedelta(56, "D")
_LONG = pd.Timedelta(14, "D")
_WORST = 30
_SHOWN = ("task_type", "segment", "device", "model", "name", "environment")
_FEWEST, _MOST = 2, 12


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All that was found out about a week; what could not be is a Refusal.

    Attributes:
        promises: the SLOs; None where none were given.
        changes: every metric against the week before.
        causes: those that changed most, each with what stands behind it.
        family: the charts of the week and what led to it.
        cells: where the metric that changed most changed.
        found: the same, over every slice there is.
        drift: which columns changed.
        emerging: which failures are new or grew.
        costs: what a success cost.
        judges: how well the agent was judged.
        worst: what to read.
    """

    promises: Scorecard | Refusal | None
    changes: Changes | Refusal
    causes: tuple[Cause, ...]
    family: Charts | Refusal
    cells: Slices | Refusal
    found: FoundSlices | Refusal
    drift: Drift | Refusal
    emerging: Emerging | Refusal
    costs: ControlChart | Refusal
    judges: tuple[JudgeHealth, ...]
    worst: Worst | Refusal

    @property
    def results(self) -> list[Result]:
        """Every Result among them, in this order."""
        return [one for one in self._each() if isinstance(one, Result)]

    @property
    def refusals(self) -> list[Refusal]:
        """Every question that this log could not answer."""
        return [one for one in self._each() if isinstance(one, Refusal)]

    def _each(self) -> list[object]:
        found: list[object] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "causes":
                found += [part for cause in value for part in (cause.why, cause.story)]
            elif one.name == "judges":
                found += [part for judge in value for part in (*judge.answers, *judge.refusals)]
            else:
                found.append(value)
        return found


def answers_of(
    history: Log,
    week: Log,
    span: Span,
    *,
    whole: Log,
    metrics: Sequence[str | Metric],
    slos: Sequence[SLO],
    every: str | None,
    fewest: int,
    say: Callable[[str], None],
) -> Answers:
    """Return the answers to all that a week is asked.

    Args:
        history: the past up to the end of the week, whose rows can be looked at.
        week: the traces of the week alone.
        span: the week.
        whole: as much of the past as is charted and promised about, which may be more.
        metrics: what is charted, the most important first.
        slos: what was promised.
        every: length of a bin; None for one that suits the length of the log.
        fewest: users that a slice must have to be shown.
        say: told what is being looked at.
    """
    now, before, past = span.now, span.before, Past(history)
    recent = whole.between(span.end - _CHARTED, span.end)
    bins = every or ("6h" if recent.stop - recent.start >= _LONG else "1h")
    say("promises")
    promised = asked("the promises", lambda: check_slos(whole, slos, at=span.end)) if slos else None
    say("what changed")
    changed = asked("what changed most", lambda: changes(history, current=now, baseline=before))
    say("causes")
    causes = () if isinstance(changed, Refusal) else causes_of(past, changed, span)
    moved = causes[0].metric if causes else metrics[0]
    by = _columns(week)
    say("control charts")
    family = asked("the control charts", lambda: charts(recent, list(metrics), every=bins))
    costs = asked("what a success cost", lambda: control_chart(recent, COST, every=bins))
    say("slices")
    cells = asked(
        "where it changed",
        lambda: slices(whole, moved, by, current=now, baseline=before, least_users=fewest),
    )
    found = asked(
        "which slices changed",
        lambda: find_slices(history, moved, least_users=fewest, current=now, baseline=before),
    )
    say("drift")
    drifted = asked("drift", lambda: drift(history, current=now, baseline=before))
    say("failures")
    emerged = asked(
        "new failures",
        lambda: emerging_of(periods_in(history, stretches_of(history, now, before)), past.failures),
    )
    say("judges")
    judges = judges_of(history, week, span)
    say("traces to read")
    bad = asked("what to read", lambda: worst(week, _WORST))
    return Answers(
        promises=promised,
        changes=undated(changed),
        causes=causes,
        family=family,
        cells=cells,
        found=found,
        drift=undated(drifted),
        emerging=undated(emerged),
        costs=costs,
        judges=judges,
        worst=bad,
    )


def _columns(week: Log) -> list[str]:
    """Return the two columns of the heatmap: the first that tell the week's traces apart."""
    known = [name for name in _SHOWN if name in week.traces]
    found = [one for one in known if _FEWEST <= week.traces[one].nunique() <= _MOST]
    return found[:2] or [_SHOWN[0]]
