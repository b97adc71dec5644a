"""Which columns of the traces look different from before, and why?"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import pandas as pd

from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.drift.frame import Judging, Method, frame_of
from agentlens.analysis.drift.pictures import drawn
from agentlens.analysis.drift.search import searched
from agentlens.analysis.drift.signals import signals_of
from agentlens.analysis.drift.words import Told, band, caveats, facts, headline
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Drift", "drift"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Drift(Result):
    """Every column, how far it moved, how sure that is, and what kind of change it looks like.

    Attributes:
        parts: the shares of both periods by bin or category, of each column.
    """

    verb: ClassVar[str] = "drift"
    quotes: ClassVar[bool] = True

    parts: pd.DataFrame

    def figure(self) -> "go.Figure":
        """Return the picture: each column's effect in units of what matters, largest on top."""
        from agentlens.figures.change.drift import drift_figure  # noqa: PLC0415 - on first use

        return drift_figure(self.frame, title=self.title)

    def column(self, name: str) -> "go.Figure":
        """Return the picture of one column: its values in both periods.

        Args:
            name: of the column, as the frame has it.
        """
        from agentlens.figures.change.drift_columns import (  # noqa: PLC0415 - on first use
            column_figure,
        )

        rows = self.parts[self.parts["column"] == name]
        if not len(rows):
            raise UnknownNameError("compared column", name, self.parts["column"].unique())
        row = self.frame[self.frame["column"] == name].iloc[0]
        told = {str(key): row[key] for key in ("column", "words", "n", "n_baseline")}
        return column_figure(rows, told)


def drift(  # noqa: PLR0913 - each is a knob that someone turns
    log: Log,
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    columns: Sequence[str] | None = None,
    level: float = 0.95,
    fdr: float = 0.05,
    method: Method = "bh",
    matched: bool | Literal["auto"] = "auto",
    material: float = 1.0,
    seed: int = 0,
) -> Drift:
    """Return which columns of the traces look different from before, how far, and how sure.

    Numbers, categories, flags, scores and texts are compared, each by a test that knows that users
    come back and that stretches of time have their own luck. A column is called only where its
    effect also matters. What shows only until the hours of the week are matched is seasonal.

    Args:
        log: the traces.
        current: a length that counts back from the end of the log, a pair of times, or a Log, of
            which the very traces are meant. Default: the last 24 hours; of a log of less than
            eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.
        columns: trace columns, scores and "input" or "output". Default: all but ids, times and
            versions.
        level: how often each interval must hold the truth.
        fdr: expected share of false ones among the columns called.
        method: "bh" where columns are independent or move together, "by" whatever depends.
        matched: whether the baseline is weighted to the current hours of the week; "auto" takes
            the nearest that the baseline allows, True insists on hours of the week.
        material: factor on the effects that matter (0.1 sd of a number; 0.1 of a share on the
            arcsine scale, which is 5 points at one half, and 1 point; 0.05 of an AUC); 0 calls
            effects of any size.
        seed: of the draw of texts, where they are many, and of the groups of users.

    Example:
        >>> import agentlens as al
        >>> found = al.drift(al.demo(), current=("2026-11-02", "2026-11-03 16:00"))
        >>> found.frame.loc[found.frame["column"] == "task_type", "reading"].item()
        'organic'
    """
    _checked(level, fdr, method, material)
    periods = periods_of(log, current, baseline)
    found = searched(periods, columns, level=level, matched=matched, seed=seed)
    judging = Judging(fdr, method, material, found.paired.resampled)
    frame = frame_of(found.answers, found.plain, judging)
    answers = {one.column.name: one for one in found.answers}
    told = Told(
        periods=periods,
        sizes=found.paired.sample.counts,
        match=found.paired.match,
        judging=judging,
        level=level,
        block=found.paired.block,
        luck=found.paired.luck,
        notes=found.notes,
        probing=found.probing,
    )
    signals = signals_of(frame, answers, periods)
    said = band(frame, signals)
    what = f" in {', '.join(columns)}" if columns is not None else ""
    return Drift(
        title=f"Drift{what}, {periods.said}",
        band=said,
        headline=headline(frame, told),
        frame=frame,
        caveats=caveats(frame, told),
        known=MappingProxyType(facts(frame, told)),
        found=signals,
        parts=drawn(found.answers),
    )


def _checked(level: object, fdr: object, method: object, material: float) -> None:
    for name, value in (("level", level), ("fdr", fdr)):
        if not isinstance(value, float) or not 0 < value < 1:
            message = f"{name} lies between 0 and 1, not {value!r}."
            raise BadInputError(message)
    if method not in get_args(Method):
        message = f"method is one of {get_args(Method)}, not {method!r}."
        raise BadInputError(message)
    if not material >= 0:
        message = f"material is a factor from 0, not {material!r}; 0 calls effects of any size."
        raise BadInputError(message)
