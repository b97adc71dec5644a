"""Which promises are kept, which burn, which are broken, and which traces show it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens import text
from agentlens.analysis.slos.budget import labelled, ordered, part
from agentlens.analysis.slos.burn import Span
from agentlens.analysis.slos.caveats import caveats
from agentlens.analysis.slos.frame import frame_of
from agentlens.analysis.slos.known import Known, known_at
from agentlens.analysis.slos.signals import signals_of
from agentlens.analysis.slos.slo import SLO
from agentlens.analysis.slos.standing import Asked, Standing, stand
from agentlens.analysis.slos.words import facts, headline
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, length, moment
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Scorecard", "check_slos"]

_LEAST_LEVEL = 0.5
# Proven harm first; then what may be harm; then not knowing, because a promise that nobody can
# check is no comfort; kept promises last.
_WORST: tuple[Band, ...] = ("act", "watch", "unknown", "pass")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Scorecard(Result):
    """How promises stand: their budgets, how fast they burn, and the traces that broke them.

    Attributes:
        slos: what was promised.
        at: as of when.
        bands: of each promise, by its name.
    """

    verb: ClassVar[str] = "check_slos"

    slos: tuple[SLO, ...]
    at: pd.Timestamp | None
    bands: Mapping[str, Band]

    def figure(self) -> "go.Figure":
        """Return the picture: budget spent with its bounds, and burn rates by window."""
        from agentlens.figures.scorecard import scorecard_figure  # noqa: PLC0415 - on first use

        return scorecard_figure(self.frame, title=self.title)


def check_slos(
    log: Log,
    slos: SLO | Sequence[SLO],
    *,
    at: Moment | None = None,
    windows: Sequence[str] = ("1h", "6h", "3D"),
    level: float = 0.95,
) -> Scorecard:
    """Return how promises stand: kept, burning, broken or unknown, each with exact bounds.

    A promise is broken (act) where the lower bound of its spent budget is above 100%. It burns
    (act) where two neighbouring windows agree: the long one is proved to burn faster than a pace
    that spends a twentieth of the budget within it (a tenth within the longest), and the short one
    is proved to burn faster than the budget allows, so that it still lasts. One window alone, or a
    budget whose point estimate is spent, is watched. Fewer rows than could show a promise to be
    kept, even with none of them bad, are unknown.

    A mean or a ratio has no bad events: act if its whole interval lies on the bad side of the
    objective, pass if the whole interval lies on the good side, watch if it holds the objective,
    unknown below 20 effective rows.

    Args:
        log: the traces.
        slos: one promise or several.
        at: as of when; only traces that began before it count, and scores given before it.
            Default: the end of the log, with every score.
        windows: over which burning is looked at, besides the window of each promise.
        level: how often the bounds must hold the truth; 1 - level is shared by all the rules that
            can call one promise.

    Example:
        >>> import agentlens as al
        >>> log = al.demo()
        >>> check_slos(log, SLO("errors", "error_rate", 0.05)).band
        'pass'
    """
    promises = _promises(slos)
    asked_windows = _spans(windows)
    if not _LEAST_LEVEL <= level < 1:
        message = (
            f"level, how often bounds hold the truth, lies from 0.5 to below 1, not {level!r}."
        )
        raise BadInputError(message)
    longest = max(pd.Timedelta(one.window) for one in promises)
    known = known_at(log, None if at is None else moment(at), longest)
    asked = Asked(known.at, asked_windows, level)
    seen: dict[tuple[Metric, bool], Rows] = {}
    standings = tuple(_standing(known, slo, asked, seen) for slo in promises)
    read = [known.of(one.slo, one.metric) for one in standings]
    drawn = dict.fromkeys(said for one in read for said in one.drawn)
    bands = {one.slo.name: one.band for one in standings}
    return Scorecard(
        title=f"SLOs: {text.listed([slo.name for slo in promises], most=2)}",
        band=next(band for band in _WORST if band in bands.values()),
        headline=headline(standings),
        frame=frame_of(standings),
        caveats=(*drawn, *caveats(standings, asked, known.log)),
        known=MappingProxyType(facts(standings)),
        found=signals_of(standings, asked),
        slos=promises,
        at=_known(known.at),
        bands=MappingProxyType(bands),
    )


def _known(time: pd.Timestamp) -> pd.Timestamp | None:
    """Return a time; None for that of an empty log."""
    if pd.isna(time):
        return None
    return time


def _promises(slos: SLO | Sequence[SLO]) -> tuple[SLO, ...]:
    every = (slos,) if isinstance(slos, SLO) else tuple(slos)
    if not every:
        message = "There is nothing to check: give one SLO or several."
        raise BadInputError(message)
    for one in every:
        if not isinstance(one, SLO):
            message = (
                f"Only an SLO can be checked, not {type(one).__name__}; write"
                " SLO('errors', 'error_rate', 0.02)."
            )
            raise BadInputError(message)
    names = [one.name for one in every]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"Two SLOs are called {twice[0]!r}; a card tells them apart by their names."
        raise BadInputError(message)
    return every


def _spans(windows: Sequence[str]) -> tuple[Span, ...]:
    """Return the windows with their lengths, shortest first, each length once."""
    if isinstance(windows, str):
        message = f"windows are several lengths of time, such as ('1h', '6h'), not {windows!r}."
        raise BadInputError(message)
    lengths = {length(one): one for one in windows}
    return tuple((lengths[one], one) for one in sorted(lengths))


def _standing(
    known: Known, slo: SLO, asked: Asked, seen: dict[tuple[Metric, bool], Rows]
) -> Standing:
    """Return how one promise stands; rows of a metric are made once for all promises about it."""
    metric = find_metric(known.whole, slo.metric)
    key = (metric, slo.kind == "judge")
    log = known.of(slo, metric)
    for name in slo.where or {}:
        if name not in log.traces:
            raise UnknownNameError("trace column", name, log.traces.columns)
    if key not in seen:
        rows = metric_rows(log, metric)
        seen[key] = ordered(labelled(log, rows) if slo.kind == "judge" else rows)
    return stand(part(log, seen[key], slo), slo, asked)
