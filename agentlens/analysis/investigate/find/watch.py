"""When did the metric leave its normal, by itself or through the mix of traffic alone?

Two charts run over the log: the metric, and what the mix of traffic alone lets one expect of it.
They share one small chance of a false call over all that they test, and an episode that holds
several levels is cut where the level changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Span
from agentlens.analysis.control.baseline import baseline_of, inside, shortfall, unfinished
from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import calibrated
from agentlens.analysis.control.draw import draw
from agentlens.analysis.control.followed import followed
from agentlens.analysis.control.learn import Learnt, learn
from agentlens.analysis.control.signals import signals_of
from agentlens.analysis.investigate.find.levels import Episode, Source, parted
from agentlens.measures.metric import Better
from agentlens.measures.rows import Rows
from agentlens.measures.series import Bins, binned
from agentlens.tables.log import Log
from agentlens.tables.period import Period

__all__ = ["FALSE", "Course", "bin_length", "chosen", "course_of"]

FALSE = 0.002
"""The chance that a chart calls anywhere in what it tests although nothing changed."""

_EVERY = ("10min", "15min", "30min", "1h", "2h", "3h", "6h", "12h", "1D")
_ROWS, _BINS = 100, 40
_LAM = 0.2
_FUTURES = 400.0  # decides how many futures are drawn; limits are solved for the length asked


@dataclass(frozen=True, eq=False)
class Course:
    """How one chart ran.

    Attributes:
        source: whether the metric is charted, or what its mix lets one expect.
        bins: of time.
        frame: the series with its centre.
        alarms: what it called, in order of time, each from its beginning to its end.
        levels: the same, cut where the level changes.
        baseline: what normal was learnt from.
        visible: the smallest lasting shift that it would have called within the time it tested.
        relative: whether shifts are of the logarithm, so that they are shares of the level.
        unknown: why there is no chart, if there is none.
    """

    source: Source
    bins: Bins
    frame: pd.DataFrame
    alarms: tuple[Episode, ...]
    levels: tuple[Episode, ...]
    baseline: Span | None
    visible: float
    relative: bool = False
    unknown: str = ""


def chosen(courses: Sequence[Course], at: pd.Timestamp | None, better: Better) -> Episode | None:
    """Return the episode that is asked about; None where no chart called.

    With a moment, that is the level that held then, and of several the shortest: it says most of
    that moment. Without one, the alarm that lasted longest into the log, of bad news if there is any.

    Args:
        courses: of the metric and of its mix.
        at: when something was noticed.
        better: which direction is good news.
    """
    if at is not None:
        levels = [(one, course.bins.width) for course in courses for one in course.levels]
        holding = [one for one, _ in levels if one.began <= at < one.end]
        if holding:
            return min(holding, key=lambda one: one.end - one.began)
        near = [one for one, width in levels if one.began - width <= at <= one.end + 2 * width]
        perhaps = [one for one, _ in levels if one.between[0] <= at <= one.end]
        return max(near or perhaps, key=lambda one: one.began, default=None)
    alarms = [one for course in courses for one in course.alarms]
    bad = [one for one in alarms if better == "neither" or (one.shift > 0) == (better == "lower")]
    return max(bad or alarms, key=lambda one: (one.end, one.source == "metric"), default=None)


def bin_length(rows: Rows, log: Log) -> str:
    """Return the shortest bin with a hundred rows on average that leaves enough bins to learn."""
    covered = log.stop - log.start
    for every in _EVERY:
        bins = covered / pd.Timedelta(every)
        if rows.positions.size / bins >= _ROWS or bins / 2 < 2 * _BINS:
            return every
    return _EVERY[-1]


def course_of(
    log: Log,
    rows: Rows,
    source: Source,
    *,
    every: str,
    baseline: Period | None,
    seed: int,
    least: float = 0.0,
) -> Course:
    """Return how a chart of these rows ran, and in which episodes it called.

    Args:
        log: the traces.
        rows: what is charted.
        source: whether that is the metric or what its mix lets one expect.
        every: length of a bin.
        baseline: what is normal; default: the first half of the log.
        seed: of the simulated histories.
        least: a lasting shift below it is no episode.
    """
    bins = binned(log, every)
    found = followed(log, rows.metric, bins, rows)
    frame = found.frame
    frame["provisional"] = unfinished(frame, bins, log.stop)
    learnt_from = baseline_of(log, bins, baseline)
    normal = inside(frame, bins, learnt_from)
    short = shortfall(found, normal, every)
    tested = max(int((~normal).sum()), 1)
    choices = Choices(
        every=every, baseline=baseline, method="ewma", lam=_LAM, allowance=0.5, width=None,
        arl=float(np.clip(tested / FALSE, 50, 1e6)), seasonal="auto", head_start=0.0, rules=(),
        seed=seed,
    )  # fmt: skip
    drawn_for = replace(choices, arl=min(choices.arl, _FUTURES))
    learnt = short or learn(frame, normal, rows.metric, drawn_for)
    if not isinstance(learnt, Learnt):
        return Course(source, bins, frame, (), (), learnt_from, np.nan, unknown=learnt)
    design = calibrated(learnt, choices, rows.metric)
    drawn = draw(frame, learnt, design)
    scale = float(learnt.found.scale[0])
    alarms: list[Episode] = []
    levels: list[Episode] = []
    for signal in signals_of(drawn, learnt, rows.metric, bins, found.strongest):
        own = parted(signal, drawn, learnt, bins, source)
        seen = [one for one in own if abs(one.shift) >= least]
        if seen:
            alarms.append(replace(own[0], end=seen[-1].end))
            levels += seen
    visible = next((s for s, late in sorted(design.delay.items()) if late <= tested / 2), np.nan)
    return Course(
        source,
        bins,
        drawn,
        tuple(alarms),
        tuple(levels),
        learnt_from,
        visible * scale,
        learnt.log_scale,
    )
