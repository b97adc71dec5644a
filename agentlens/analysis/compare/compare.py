"""Is one set of traces better than another?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, get_args

import pandas as pd

from agentlens import text
from agentlens.analysis.compare.by_metric import mix, pairing
from agentlens.analysis.compare.by_metric.margins import Asked, asked_margins
from agentlens.analysis.compare.by_metric.one import outcome_of
from agentlens.analysis.compare.by_metric.outcome import Choices, Looks, Outcome
from agentlens.analysis.compare.chosen import arms_of
from agentlens.analysis.compare.notes import caveats
from agentlens.analysis.compare.signals import signals_of
from agentlens.analysis.compare.traffic import traffic_of
from agentlens.analysis.compare.wanted import wanted_of
from agentlens.analysis.compare.whole import Whole, frame_of, whole_of
from agentlens.analysis.compare.words import facts, headline, title
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Comparison(Result):
    """Whether one set of traces is better than another, metric by metric and on the whole.

    Attributes:
        verdict: ship, hold, roll back, undecided or unknown.
        looks: whether it was made to be looked at once or all the time.
        sequence: with looks="continuous", the interval of each metric at each look.
    """

    verb: ClassVar[str] = "compare"

    verdict: Whole
    looks: Looks
    sequence: pd.DataFrame = field(default_factory=pd.DataFrame)

    def figure(self) -> "go.Figure":
        """Return each metric's difference in units of its margin."""
        from agentlens.figures.change.compare import forest_figure  # noqa: PLC0415 - on first use

        return forest_figure(self.frame, title=self.title)

    def over_time(self, metric: str) -> "go.Figure":
        """Return the running interval of one metric, of a comparison made for all looks.

        Args:
            metric: its name.
        """
        from agentlens.figures.change.looks import running_figure  # noqa: PLC0415 - on first use

        if self.looks != "continuous":
            message = "This was compared once. Pass looks='continuous' to see it over time."
            raise BadInputError(message)
        known = self.sequence["metric"].unique().tolist() if len(self.sequence) else []
        if metric not in known:
            raise UnknownNameError("metric with a running interval", metric, known)
        rows = self.sequence[self.sequence["metric"] == metric].reset_index(drop=True)
        return running_figure(
            rows, title=f"{metric} at every look: {self.title.partition(': ')[2]}"
        )


def compare(  # noqa: PLR0913 - each is a knob that someone turns
    log: Log,
    metrics: str | Metric | Sequence[str | Metric] | None = None,
    *,
    current: Period | list[str] | None = None,
    baseline: Period | list[str] | None = None,
    by: str | None = None,
    pair: str | None = None,
    adjust: str | Sequence[str] | None = None,
    margin: Asked = None,
    looks: Looks = "once",
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Return whether one set of traces is better than another: better, no worse, worse or open.

    Like is held against like: both arms are brought to the mix of the two together, or matched by
    a key, and users with several traces count as what they are. Each metric has a margin, the
    difference that would not matter, and one verdict speaks for all: roll back if a metric is worse
    beyond the luck of looking at many, hold if one is worse on its own, ship if every one is no
    worse than its margin, else undecided, with the rows and days that are lacking.

    Args:
        log: the traces.
        metrics: a name, a Metric or several. Default: strong completion, errors, escalations, slow
            answers, cost, safety flags and what judges say, as far as the log records them.
        current: a length that counts back from the end of the log, a pair of times, or a Log, of
            which the very traces are meant. Default: the last 24 hours; of a log of less than
            eight days the last quarter. With `by`, a value of that column, or a
            list of some; default: the newest.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days. With `by`, a value of that column, or a
            list of some; default: the one that came before, and those before it as well where that
            one has less than half the traces of `current` or lacks its times of the week.
        by: the column that tells the arms apart, such as "release". If both values ran at the same
            time, only that time is compared.
        pair: a column whose values match in both arms, such as "input" or the id of a shadow run.
        adjust: columns in which both arms get the same mix; () for none. Default: circumstances in
            which the arms overlap, and the time of the week where they did not run together.
        margin: how much worse is no worse: a number in the metric's unit, "10%" of the baseline, or
            either by metric name. Default: two points for a rate, less for a rare one; a tenth of
            latency or cost; a twentieth of a score.
        looks: "once", or "continuous" for intervals that may be looked at all the time.
        level: how often an interval must hold the truth.
        seed: of what is drawn, where weights must be made even.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(incidents=["broken_refunds"])
        >>> found = compare(log, ["strong_completion", "escalation"], by="release")
        >>> found.verdict
        'roll back'
    """
    columns = (adjust,) if isinstance(adjust, str) else None if adjust is None else tuple(adjust)
    _refuse(looks, level)
    pairing.refused(pair, columns)
    arms = arms_of(log, current, baseline, by, paired=pair is not None)
    if pair is not None and pair not in arms.log.traces:
        raise UnknownNameError("trace column", pair, arms.log.traces.columns)
    if columns is not None:
        mix.refused(arms, columns)
        if columns and looks == "continuous":
            message = "looks='continuous' takes users as they come: adjust= has no part in it."
            raise BadInputError(message)
    wanted, names, unrecorded = wanted_of(arms.log, metrics)
    choices = Choices(
        level=level,
        looks=looks,
        pair=pair,
        adjust=columns,
        margins=asked_margins(margin, wanted),
        seed=seed,
    )
    outcomes = [outcome_of(arms, one, choices) for one in wanted]
    decision = whole_of(outcomes, level)
    traffic = traffic_of(arms, paired=pair is not None)
    if unrecorded:
        lacking = f"Not recorded and left out: {text.listed(unrecorded, most=8)}."
        traffic = replace(traffic, notes=(*traffic.notes, lacking))
    known = facts(arms, outcomes, decision, traffic)
    return Comparison(
        title=title(arms, names, choices),
        band=decision.band,
        headline=headline(arms, outcomes, decision),
        frame=frame_of(outcomes, decision),
        caveats=caveats(arms, outcomes, choices, traffic),
        known=MappingProxyType(known),
        found=() if decision.verdict == "unknown" else signals_of(arms, outcomes),
        verdict=decision.verdict,
        looks=looks,
        sequence=_sequences(outcomes),
    )


def _refuse(looks: object, level: object) -> None:
    if looks not in get_args(Looks):
        message = f"looks= is 'once' or 'continuous', not {looks!r}."
        raise BadInputError(message)
    fine = isinstance(level, int | float) and not isinstance(level, bool) and isfinite(level)
    if not fine or not 0 < float(str(level)) < 1:
        message = f"level= is a confidence between 0 and 1, such as 0.95, not {level!r}."
        raise BadInputError(message)


def _sequences(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    kept = [
        one.sequence.assign(metric=one.metric.name, unit=one.unit)
        for one in outcomes
        if len(one.sequence)
    ]
    if not kept:
        return pd.DataFrame()
    whole = pd.concat(kept, ignore_index=True)
    return whole[["metric", *(name for name in whole if name != "metric")]]
