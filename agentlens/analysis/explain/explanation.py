"""Why did a metric differ between two periods?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.dimensions import Dimension, dimensions
from agentlens.analysis.arms.periods import Periods, periods_of
from agentlens.analysis.explain.explained import explained
from agentlens.analysis.explain.judge.change import JudgeChange, judge_change
from agentlens.analysis.explain.lacking import lacking
from agentlens.analysis.explain.parts.clock import TIMES, clock
from agentlens.analysis.explain.parts.verdict import Verdict
from agentlens.analysis.explain.reserve import caveats
from agentlens.analysis.explain.signals import band_of, signals_of
from agentlens.analysis.explain.told import facts, headline, with_words
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Explanation", "explain"]

_COLUMNS = ("name", "kind", "value", "low", "high", "p", "words")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Explanation(Result):
    """The change of a metric as a sum of parts.

    Attributes:
        metric: whose change it is.
        verdict: what stands behind it: mix, rate, judge, sampling, both (several of them),
            traffic (of a count), no change, or unknown.
        baseline: the number that the parts start from.
        current: and that which they lead to.
        unit: of both and of the parts.
        totals: by kind the sum of its parts, with its own interval.
        by_dimension: every dimension alone, one row a value.
        judge: what became of the judge, for a judge's score.
    """

    verb: ClassVar[str] = "explain"

    metric: Metric
    verdict: Verdict
    baseline: float
    current: float
    unit: str
    totals: pd.DataFrame
    by_dimension: pd.DataFrame
    judge: JudgeChange | None = None

    @property
    def parts(self) -> pd.DataFrame:
        """The parts: name, kind, value, low, high, p and words; they add up to the change."""
        return self.frame

    def figure(self) -> "go.Figure":
        """Return the picture: from the baseline's value by each part to the current one."""
        from agentlens.figures.change.waterfall import waterfall_figure  # noqa: PLC0415 - first use

        return waterfall_figure(
            self.frame,
            self.baseline,
            self.current,
            title=self.title,
            unit=self.unit,
            better=self.metric.better,
        )


def explain(
    log: Log,
    metric: str | Metric,
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    by: str | Sequence[str] | None = None,
    most: int = 6,
    threefold: bool = False,
    level: float = 0.95,
    seed: int = 0,
) -> Explanation:
    """Return why a metric differed between two periods, as parts that add up to its change.

    Mix: other kinds of traffic came, shared out among the columns (Kitagawa, Shapley). Rate: the
    same kinds of traffic went otherwise, told where that is concentrated. Judge: a judge's own
    errors changed. Sampling: weights differ. Remainder: kinds that only one period has. A quantile
    is explained as the share beyond the baseline's; a count by whose traffic grew or shrank.

    Args:
        log: the traces.
        metric: a name or a Metric.
        current: a length that counts back from the end of the log, a pair of times, or a Log.
            Default: the last 24 hours; of a log of less than eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.
        by: columns whose mix may explain; "hour" and "weekday" come from the clock. Default: the
            circumstances of a trace, and both.
        most: columns over which the mix is told at most; the others are in `by_dimension`.
        threefold: value changes at the baseline, which leaves an interaction of mix and rate.
        level: how often the intervals hold the truth.
        seed: decides on draws.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=14, traces_per_day=200, incidents=["broken_refunds"])
        >>> explain(log, "strong_completion", current="84h").verdict
        'rate'
    """
    _check(most, level)
    periods = periods_of(log, current, baseline)
    rows = metric_rows(periods.log, metric)
    arm = periods.of(rows)
    columns = _named(by)
    drawn = periods.log.drawn
    within = f" by {text.listed(columns, most=12)}" if columns else ""
    title = f"What changed {rows.metric.title}{within}"
    why_not = lacking(rows, arm, periods.said)
    if why_not:
        return _unknown(title, rows.metric, why_not, [*drawn, *rows.notes])
    dims, notes, times = _dimensions(periods, rows, by)
    judge = judge_change(periods.log, rows, arm, level=level, seed=seed)
    found = explained(
        rows, [*dims, *times], arm,
        most=most, threefold=threefold, level=level, seed=seed, judge=judge, times=False,
    )  # fmt: skip
    band = band_of(found, rows.metric)
    start, end = found.raw or (found.baseline, found.current)
    return Explanation(
        title=title,
        band=band,
        headline=headline(found, rows.metric, judge),
        frame=with_words(found)[list(_COLUMNS)],
        caveats=(*drawn, *caveats(found, rows, judge, periods.said, notes, level)),
        known=MappingProxyType(facts(found, rows.metric, judge)),
        found=signals_of(found, rows, arm, [*dims, *times], periods) if band != "pass" else (),
        metric=rows.metric,
        verdict=found.verdict,
        baseline=start,
        current=end,
        unit=found.unit,
        totals=found.totals,
        by_dimension=found.by_dimension,
        judge=judge,
    )


def _check(most: object, level: object) -> None:
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        message = (
            f"most is how many columns the mix is told by, a whole number from 1, not {most!r}."
        )
        raise BadInputError(message)
    if isinstance(level, bool) or not isinstance(level, float) or not 0.5 <= level < 1:  # noqa: PLR2004 - half is no confidence
        message = (
            f"level is how often intervals hold the truth, from 0.5 to below 1, not {level!r}."
        )
        raise BadInputError(message)


def _named(by: object) -> list[str]:
    """Return the columns that were asked for; none means those of the circumstances."""
    if by is None or isinstance(by, str):
        return [] if by is None else [by]
    names = list(by) if isinstance(by, Iterable) else []
    if not names:
        message = f"by= names columns of the traces, 'hour' or 'weekday', not {by!r}."
        raise BadInputError(message)
    return names


def _dimensions(
    periods: Periods, rows: Rows, by: str | Sequence[str] | None
) -> tuple[list[Dimension], list[str], list[Dimension]]:
    """Return the dimensions of the log, what is to be said of them, and those of the clock."""
    if by is None:
        return *dimensions(periods.log, rows), clock(rows)
    names = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    own = [name for name in names if name not in TIMES or name in periods.log.traces]
    dims, notes = dimensions(periods.log, rows, own)
    times = [one for one in clock(rows) if one.name in names and one.name not in own]
    return dims, notes, times


def _unknown(title: str, metric: Metric, why: str, notes: Sequence[str]) -> Explanation:
    return Explanation(
        title=title,
        band="unknown",
        headline=why,
        frame=pd.DataFrame({name: pd.Series(dtype=object) for name in _COLUMNS}),
        caveats=tuple(notes),
        metric=metric,
        verdict="unknown",
        baseline=np.nan,
        current=np.nan,
        unit=metric.unit,
        totals=pd.DataFrame(),
        by_dimension=pd.DataFrame(),
    )
