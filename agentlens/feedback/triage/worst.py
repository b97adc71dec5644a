"""Which traces are most worth a person's half hour?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens import text
from agentlens.analysis.failures.patterns import patterns
from agentlens.analysis.failures.verdicts import failing
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.triage.choose import groups_of, in_turn
from agentlens.feedback.triage.trouble import POINTS, Trouble, troubles
from agentlens.feedback.triage.words import band, caveats, facts, headline, signals
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.match import among

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Worst", "worst"]

_SHOWN = (
    "session_id",
    "user_id",
    "task_type",
    "segment",
    "model",
    "release",
    "prompt_version",
    "status",
    "latency_s",
    "cost_usd",
    "link",
)
_MOST_REASONS = 4


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Worst(Result):
    """The traces to look at first, why, and how many are like each.

    Attributes:
        log: these traces with their steps and judgements, to be labelled.
        n_alike: traces of the whole log by pattern, most first.
    """

    verb: ClassVar[str] = "worst"

    log: Log
    n_alike: Mapping[str, int]

    def figure(self) -> "go.Figure":
        """Return the picture: how many traces show each pattern, and how many of them are here."""
        from agentlens.figures.worst import patterns_figure  # noqa: PLC0415 - on first use

        here = self.frame["pattern"].value_counts()
        rows = pd.DataFrame({"pattern": [*self.n_alike], "n": [*self.n_alike.values()]})
        rows["part"] = rows["pattern"].map(here).fillna(0).astype("int64")
        return patterns_figure(rows, title=self.title, part="in this list")


def worst(log: Log, n: int = 30, *, by: str | Sequence[str] | None = None, seed: int = 0) -> Worst:
    """Return the traces most worth a look, spread over failure patterns, each with its reason.

    What speaks against a trace is added up: a safety flag 5; an error or a failed check 4; a failed
    verdict of a judge, an escalation, a correction, a low rating or a missing answer 3; a trace
    that was left or a judge's score below one half 2; a repeated question, a tool error, and a cost
    or time far above the usual for its task 1 each. The list goes round the failure patterns, the
    commonest first, and takes from each the trace with most points; ahead of them stand the
    commonest pattern with a safety flag, that with a failed check and that with an error, so that
    rare harm is not lost behind common nuisance. Traces that a person labelled are left out.

    Args:
        log: the traces.
        n: how many to return at most.
        by: trace columns over whose values the list is spread, too.
        seed: decides between traces of equal points.

    Example:
        >>> import agentlens as al
        >>> bad = worst(al.demo(days=7, traces_per_day=100, seed=1), n=3)
        >>> bad.frame["why"].iloc[0]
        'safety flagged; check policy failed'
    """
    whole: object = n
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        message = f"n is how many traces to return, a whole number from 1, not {n!r}."
        raise BadInputError(message)
    columns = _columns(log, by)
    failed = failing(log)
    found = troubles(log, failed)
    labelled = _labelled(log)
    points = np.zeros(len(log), dtype=np.int64)
    for one in found:
        points += one.marked * POINTS[one.kind]
    points[labelled] = 0
    named = _named(log, failed, found, points > 0)
    group = groups_of(log, named, columns)
    order = in_turn(log, found, points, group, seed)[:n]
    alike = named.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    frame = _frame(log, order, found, points).assign(pattern=named[order].to_numpy())
    frame = frame.assign(n_alike=frame["pattern"].map(alike).astype("int64"))
    frame = frame[["trace_id", "start", "why", "pattern", "n_alike", "points", *_known(log)]]
    n_bad = len(named)
    return Worst(
        title=f"Worst of {text.plural(len(log), 'trace')}",
        band=band(log, failed, n_bad),
        headline=headline(log, frame, n_bad, len(alike)),
        frame=frame,
        caveats=caveats(failed, int(labelled.sum()), n_bad),
        known=MappingProxyType(facts(frame, n_bad, alike)),
        found=signals(log, frame, named),
        log=log.where(trace_id=frame["trace_id"].tolist()),
        n_alike=MappingProxyType({str(name): int(count) for name, count in alike.items()}),
    )


def _named(
    log: Log, failed: pd.DataFrame, found: Sequence[Trouble], bad: NDArray[np.bool_]
) -> pd.Series:
    """Return the pattern of each bad trace by its place; where none is known, what it did wrong."""
    told = patterns(log, failed, bad).set_index(np.flatnonzero(bad))
    kinds = pd.Series("", index=told.index, dtype=object)
    for one in reversed(found):  # the gravest comes last and stays
        kinds[one.marked[bad]] = one.kind
    task = told["task_type"].astype(object).map(lambda name: f"{name}: " if name else "")
    return told["pattern"].where(told["has_cause"] | (kinds == ""), task + kinds).astype(object)


def _columns(log: Log, by: str | Sequence[str] | None) -> list[str]:
    columns = [by] if isinstance(by, str) else list(by or ())
    for name in columns:
        if name not in log.traces:
            raise UnknownNameError("trace column", name, log.traces.columns)
    return columns


def _known(log: Log) -> list[str]:
    return [name for name in _SHOWN if name in log.traces]


def _labelled(log: Log) -> NDArray[np.bool_]:
    """Return which traces a person has judged."""
    if "source" not in log.scores:
        return np.zeros(len(log), dtype=bool)
    human = log.scores.loc[(log.scores["source"] == "human").fillna(value=False), "trace_id"]
    return among(log.traces["trace_id"], human)


def _frame(
    log: Log, order: NDArray[np.int64], found: Sequence[Trouble], points: NDArray[np.int64]
) -> pd.DataFrame:
    rows = log.traces.iloc[order].reset_index(drop=True)
    why = []
    for row in order.tolist():
        every = [one.say(row) for one in found if one.marked[row]]
        more = len(every) - _MOST_REASONS
        shown = every[:_MOST_REASONS] + ([f"{more} more"] if more > 0 else [])
        why.append("; ".join(shown))
    return rows[["trace_id", "start", *_known(log)]].assign(
        why=pd.Series(why, dtype="str"), points=points[order]
    )
