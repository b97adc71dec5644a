"""Why did that change most which changed most?"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from agentlens.analysis.changes.changes import Changes
from agentlens.analysis.explain.explanation import Explanation, explain
from agentlens.analysis.investigate.investigate import Investigation, investigated
from agentlens.analysis.investigate.question import question_of
from agentlens.measures.metric import Metric
from agentlens.report.week.past import Past
from agentlens.report.week.refusal import Refusal, asked
from agentlens.report.week.span import Span
from agentlens.result import Signal

__all__ = ["READ", "Cause", "causes_of"]

READ = 5
"""Traces to read of each change."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One of the metrics that changed most.

    Attributes:
        metric: which.
        row: its row of the changes.
        why: its change in parts that add up.
        story: since when, where, with which failure and after which deploy; None for a change that
            nobody needs to act on.
        read: traces that show it, the worst first.
    """

    metric: Metric
    row: Mapping[Hashable, Any]
    why: Explanation | Refusal
    story: Investigation | Refusal | None
    read: tuple[str, ...]

    @property
    def where(self) -> str:
        """The slice in which it is concentrated, such as "device=mobile"; "" for everywhere."""
        if isinstance(self.why, Refusal):
            return ""
        parts = self.why.parts
        rates = parts[(parts["kind"] == "rate") & parts["name"].str.contains("=", regex=False)]
        if rates.empty:
            return ""
        largest = int(rates["value"].abs().to_numpy().argmax())
        return str(rates["name"].iloc[largest])


def causes_of(past: Past, changed: Changes, span: Span) -> tuple[Cause, ...]:
    """Return why each of the metrics that changed most did so, the weightiest first.

    Args:
        past: everything up to the end of the week.
        changed: every metric against the week before.
        span: the week.
    """
    signals = changed.signals()
    rows = {row["metric"]: row for row in changed.frame.to_dict("records")}
    found = []
    for place, metric in enumerate(changed.top(len(signals))):
        name = metric.name
        why = asked(
            f"why {metric.title} changed",
            lambda metric=metric: explain(  # type: ignore[misc]
                past.log, metric, current=span.now, baseline=span.before
            ),
        )
        story = None
        if place == 0 and signals[place].bad:
            story = asked(
                f"since when {metric.title} is worse",
                lambda metric=metric: _investigated(past, metric),  # type: ignore[misc]
            )
        read = _read(why, signals[place])
        found.append(Cause(metric=metric, row=rows[name], why=why, story=story, read=read))
    return tuple(found)


def _investigated(past: Past, metric: Metric) -> Investigation:
    question = question_of(past.log, metric, None, None, 0, failures=lambda: past.failures)
    return investigated(question)


def _read(why: Explanation | Refusal, change: Signal) -> tuple[str, ...]:
    """Return traces that show a change, first those of the part of it that weighs most."""
    parts = () if isinstance(why, Refusal) else why.signals()
    weighed = [one.trace_ids for one in parts if one.bad == change.bad]
    every = dict.fromkeys([*(weighed[0] if weighed else ()), *change.trace_ids])
    return tuple(every)[:READ]
