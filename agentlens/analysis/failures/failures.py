"""Which failures are there, how often, since when, and which traces show them best?"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.failures.catalogue import catalogue, recognised
from agentlens.analysis.failures.events import events_of
from agentlens.analysis.failures.listing import chosen, listing, over_time, taxonomy
from agentlens.analysis.failures.telling import band, caveats, facts, headline, signals
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period, window

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Failures", "failures"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Failures(Result):
    """The failures of a log, commonest first.

    Attributes:
        over_time: one row a failure and day, or week: id, name, kind, time, n.
        taxonomy: one row a kind of failure: kind, n, users, share, low, high, failures.
        catalogue: the list by which failures are known again; pass it as `known=` next time.
    """

    verb: ClassVar[str] = "failures"
    quotes: ClassVar[bool] = True

    over_time: pd.DataFrame
    taxonomy: pd.DataFrame
    catalogue: pd.DataFrame

    def figure(self) -> "go.Figure":
        """Return the picture: how common each failure is, and when it occurred."""
        from agentlens.figures.change.failures import failures_figure  # noqa: PLC0415 - first use

        return failures_figure(self.frame, self.over_time, title=self.title)


def failures(
    log: Log,
    *,
    current: Period | None = None,
    most: int = 20,
    known: pd.DataFrame | None = None,
    seed: int = 0,
) -> Failures:
    """Return the failures of a log, each with its numbers, its course and traces that show it.

    Errors are told apart by type, tool and message, with numbers, ids, links and quoted words taken
    out; a failed check by its name. What only a user or a judge objected to is grouped by what was
    said of it, or asked. A failure counts once a trace. A step that was tried again successfully is
    a failure of the step and not of the trace: `n` counts both, `ended` the traces that ended in
    it. The id of a failure is the same wherever it occurs.

    Args:
        log: the traces.
        current: a part of the log: a length that counts back from its end, a pair of times, or a
            Log. Default: all of it.
        most: how many failures to list; half of the places are kept for those that say their
            cause, and failed checks of safety come first.
        known: the `.catalogue` of an earlier answer, whose ids are used again for failures that
            are known by a text only.
        seed: decides between traces that are equally typical.

    Example:
        >>> import agentlens as al
        >>> found = failures(al.demo(days=7, traces_per_day=100, seed=1), most=3)
        >>> found.taxonomy["kind"].iloc[0]
        'user-side signal'
    """
    whole: object = most
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        message = f"most is how many failures to list, a whole number from 1, not {most!r}."
        raise BadInputError(message)
    part = _part(log, current).at_hand()
    events = recognised(events_of(part), known)
    every = listing(events, seed)
    frame = chosen(every, most)
    kinds = taxonomy(events)
    failed = np.unique(events.rows["position"].to_numpy(dtype=np.int64))
    answer = band(part, len(every))
    when = "" if current is None or not len(part) else f", {_when(part)}"
    return Failures(
        title=f"Failures of {text.plural(len(part), 'trace')}{when}",
        band=answer,
        headline=headline(part, every, failed, answer),
        frame=frame,
        caveats=caveats(events, every, frame, known=known is not None),
        known=MappingProxyType(facts(every, kinds, failed.size, part)),
        found=signals(events, frame),
        over_time=over_time(events, frame),
        taxonomy=kinds,
        catalogue=catalogue(events, known),
    )


def _part(log: Log, current: Period | None) -> Log:
    if current is None or not len(log):
        return log
    if isinstance(current, Log):
        return current
    part = log.between(*window(current, log.start, log.stop))
    if not len(part):
        message = (
            f"current={current!r} holds no trace; the log has traces from {log.start:%Y-%m-%d %H:%M}"
            f" to {log.stop:%Y-%m-%d %H:%M}. Choose a period within."
        )
        raise BadInputError(message)
    return part


def _when(part: Log) -> str:
    return f"{part.start:%Y-%m-%d %H:%M} to {part.stop:%Y-%m-%d %H:%M}"
