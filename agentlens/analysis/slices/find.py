"""Where did a metric change: in which slices, beyond what happened everywhere?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.dimensions import dimensions
from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods, periods_of
from agentlens.analysis.control.signals import is_bad
from agentlens.analysis.slices.behind import behind
from agentlens.analysis.slices.crowd import check_least, enough
from agentlens.analysis.slices.find_words import band_of, caveats, facts, headline, unknown
from agentlens.analysis.slices.found import LEAST, Found, found_slices
from agentlens.analysis.slices.since import already_off, went_live
from agentlens.analysis.slices.told import found_frame
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.result import Result, Signal
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["FoundSlices", "find_slices"]

_DEEPEST = 3
_SMALLEST = 10
_LONGEST = pd.Timedelta("28D")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class FoundSlices(Result):
    """The slices in which a metric changed beyond the rest.

    Attributes:
        metric: what was asked about.
        slices: value by column, the strongest first.
        masks: for each slice, which traces of the log lie in it.
        log: the traces that the masks mean: those of the time that both periods span.
    """

    verb: ClassVar[str] = "find_slices"

    metric: Metric
    slices: tuple[dict[str, str], ...]
    masks: tuple[Flags, ...]
    log: Log

    def mask(self, which: int = 0) -> pd.Series:
        """Return which traces of `log` lie in a slice, in any period, as far as they are counted.

        Args:
            which: the place of the slice in `slices`.
        """
        if not -len(self.masks) <= which < len(self.masks):
            message = (
                f"There is no slice {which!r}: {text.plural(len(self.masks), 'slice')} were found."
            )
            raise BadInputError(message)
        return pd.Series(self.masks[which].copy(), index=self.log.traces.index, name="within")

    def figure(self) -> "go.Figure":
        """Return the picture: the change of each slice and of everything, with intervals."""
        from agentlens.figures.change.found import found_figure  # noqa: PLC0415 - on first use

        return found_figure(
            self.frame, title=self.title, unit=self.metric.unit, better=self.metric.better
        )


def find_slices(  # noqa: PLR0913 - each is a knob that someone turns
    log: Log,
    metric: str | Metric,
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    columns: str | Sequence[str] | None = None,
    depth: int = _DEEPEST,
    least: int = LEAST,
    most: int = 10,
    new_since: str | None = None,
    level: float = 0.95,
    alpha: float = 0.05,
    least_users: int = 0,
) -> FoundSlices:
    """Return the slices in which a metric changed beyond the rest, each look of the search paid for.

    Every combination of up to three columns is looked at. So many looks find something in any
    noise; hence a slice is listed only if its change would be rare as the largest of them all. What
    changed everywhere alike is no slice, a change of the mix of traffic is none, and of slices that
    overlap the shortest stays that loses nothing.

    Args:
        log: the traces.
        metric: a name, or a Metric; not a count.
        current: a length that counts back from the end of the log, a pair of times, or a Log.
            Default: the last 24 hours; of a log of less than eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.
        columns: those that make slices. Default: all that say under which circumstances a trace
            ran.
        depth: the most columns of a slice, 1 to 3.
        least: the fewest rows of a slice in either period.
        most: slices to list at most.
        new_since: a release, agent version or prompt version, or "latest": compares the time since
            its first trace with the time before, and leaves out what was off already.
        level: how often the intervals of the slices listed must all hold the truth.
        alpha: the chance of listing anything where nothing changed.
        least_users: slices with fewer users in either period are not listed; for what is shared.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(incidents=["broken_refunds"])
        >>> al.find_slices(log, "strong_completion", current="7D").slices
        ({'task_type': 'refund', 'device': 'mobile'},)
    """
    _check(depth=depth, least=least, most=most)
    _check_shares(level=level, alpha=alpha)
    check_least(least_users)
    wanted = find_metric(log, metric)
    periods, since = _periods(log, current, baseline, new_since)
    rows = metric_rows(periods.log, wanted)
    asked = _asked(columns)
    title = _title(wanted, asked, new_since)
    arm = periods.of(rows)
    sizes = int((arm == CURRENT).sum()), int((arm == BASELINE).sum())
    why = unknown(rows, sizes, None)
    if why:
        return _nothing(title, why, rows, periods)
    dims, left_out = dimensions(periods.log, rows, asked)
    found = found_slices(rows, dims, arm, depth=depth, least=least, most=most, alpha=alpha)
    why = unknown(rows, sizes, found)
    if why:
        return _nothing(title, why, rows, periods, left_out)
    off = already_off(found.slices, rows, dims, periods) if since else ()
    found = replace(found, slices=tuple(one for one in found.slices if one.name not in off))
    found, unseen = enough(found, rows, arm, least_users)
    left_out = [*unseen, *left_out]
    frame = found_frame(rows, arm, found, dims, level=level, alpha=alpha)
    said = f"{periods.said}, since {since}" if since else periods.said
    notes = caveats(
        rows,
        found,
        said=text.capital(said),
        sizes=sizes,
        left_out=left_out,
        off=off,
        level=level,
        alpha=alpha,
    )
    return FoundSlices(
        title=title,
        band=band_of(frame, wanted),
        headline=headline(frame, found, wanted),
        frame=frame,
        caveats=(*periods.log.drawn, *notes),
        known=MappingProxyType(facts(frame, found, wanted)),
        found=_signals(frame, found, rows, arm, periods),
        metric=wanted,
        slices=tuple(dict(one.values) for one in found.slices),
        masks=tuple(_traces(rows, one.within, len(periods.log)) for one in found.slices),
        log=periods.log,
    )


def _periods(
    log: Log, current: Period | None, baseline: Period | None, new_since: str | None
) -> tuple[Periods, str]:
    if new_since is None:
        return periods_of(log, current, baseline), ""
    if current is not None or baseline is not None:
        message = (
            f"new_since={new_since!r} says itself what is current and what was before; pass it or"
            " current= and baseline=, not both."
        )
        raise BadInputError(message)
    if not len(log):
        return periods_of(log), ""
    what, time = went_live(log, new_since)
    before = max(log.start, time - _LONGEST), time
    return periods_of(log, (time, log.stop), before), what


def _asked(columns: object) -> list[str] | None:
    """Return the columns that were asked for, each once; None for all circumstances."""
    if columns is None or isinstance(columns, str):
        return None if columns is None else [columns]
    names = list(dict.fromkeys(columns)) if isinstance(columns, Iterable) else []
    if not names:
        message = f"columns= names columns of the traces, not {columns!r}."
        raise BadInputError(message)
    return names


def _title(metric: Metric, columns: Sequence[str] | None, new_since: str | None) -> str:
    by = f" by {text.listed(columns)}" if columns else ""
    since = f" since {new_since}" if new_since else ""
    return f"Where {metric.title} changed{by}{since}"


def _nothing(
    title: str, why: str, rows: Rows, periods: Periods, left_out: Sequence[str] = ()
) -> FoundSlices:
    return FoundSlices(
        title=title,
        band="unknown",
        headline=why,
        frame=pd.DataFrame({"slice": pd.Series(dtype="str")}),
        caveats=(*periods.log.drawn, *rows.notes, *left_out),
        metric=rows.metric,
        slices=(),
        masks=(),
        log=periods.log,
    )


def _signals(
    frame: pd.DataFrame, found: Found, rows: Rows, arm: Ints, periods: Periods
) -> tuple[Signal, ...]:
    """Return a signal for each slice, the strongest first."""
    start, end = periods.current
    signals = []
    row: Any
    for one, row in zip(found.slices, frame.iloc[1:].itertuples(), strict=True):
        sign = 1 if row.excess > 0 else -1
        signals.append(
            Signal(
                what=f"{rows.metric.title} {'rose' if sign > 0 else 'fell'} for {one.name}",
                start=start,
                end=end,
                value=float(row.value),
                expected=float(row.baseline),
                n=int(row.n),
                trace_ids=behind(rows, one.within & (arm == CURRENT), sign, float(row.baseline)),
                bad=is_bad(sign, rows.metric),
            )
        )
    return tuple(signals)


def _traces(rows: Rows, within: Flags, n: int) -> Flags:
    mask: Flags = np.zeros(n, dtype=np.bool_)
    mask[rows.positions[within]] = True
    return mask


def _check(*, depth: object, least: object, most: object) -> None:
    """Refuse what is no whole number in its range."""
    ranges = {
        "depth": (depth, 1, _DEEPEST),
        "least": (least, _SMALLEST, None),
        "most": (most, 1, None),
    }
    for name, (value, low, high) in ranges.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not isinstance(value, int) or value < low or (high and value > high):
            upto = f"{low} to {high}" if high else f"from {low}"
            message = f"{name} is a whole number {upto}, not {value!r}."
            raise BadInputError(message)


def _check_shares(*, level: object, alpha: object) -> None:
    for name, value, low in (("level", level, 0.5), ("alpha", alpha, 0.0)):
        if not isinstance(value, int | float) or not low < value < (1.0 if low else 0.5):
            between = "0.5 and 1" if low else "0 and 0.5"
            message = f"{name} lies between {between}, not {value!r}."
            raise BadInputError(message)
