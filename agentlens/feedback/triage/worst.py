"""Which traces are most worth a person's half hour?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.triage.choose import groups_of, in_turn
from agentlens.feedback.triage.patterns import patterns
from agentlens.feedback.triage.trouble import POINTS, Trouble, troubles
from agentlens.feedback.triage.verdicts import failing
from agentlens.result import Fact, Result, Signal
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.theme import Band

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
_TELLING = ("status", "completed", "escalated", "user_corrected", "user_rating", "safety_flagged")


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
        >>> bad.frame[["why", "n_alike"]].iloc[0].tolist()
        ['check no_pii failed', 3]
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
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
    named = _named(log, failed, found)
    group = groups_of(log, named, columns)
    order = in_turn(log, found, points, group, seed)[:n]
    alike = named[points > 0].value_counts().sort_index()
    alike = alike.sort_values(ascending=False, kind="stable")
    frame = _frame(log, order, found, points).assign(pattern=named[order].to_numpy())
    frame = frame.assign(n_alike=frame["pattern"].map(alike).astype("int64"))
    frame = frame[["trace_id", "start", "why", "pattern", "n_alike", "points", *_known(log)]]
    n_bad = int((points > 0).sum())
    return Worst(
        title=f"Worst of {text.plural(len(log), 'trace')}",
        band=_band(log, failed, n_bad),
        headline=_headline(log, frame, n_bad, len(alike)),
        frame=frame,
        caveats=_caveats(failed, int(labelled.sum()), n_bad),
        known=MappingProxyType(_facts(frame, n_bad, alike)),
        found=_signals(log, frame, named[points > 0]),
        log=log.where(trace_id=frame["trace_id"].tolist()),
        n_alike=MappingProxyType({str(name): int(count) for name, count in alike.items()}),
    )


def _named(log: Log, failed: pd.DataFrame, found: Sequence[Trouble]) -> pd.Series:
    """Return the pattern of each trace; where none is known, by what speaks against it."""
    told = patterns(log, failed)
    kinds = pd.Series("", index=told.index, dtype=object)
    for one in reversed(found):  # the gravest comes last and stays
        kinds[one.marked] = one.kind
    task = told["task_type"].where(told["task_type"] == "", told["task_type"] + ": ")
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


def _band(log: Log, failed: pd.DataFrame, n_bad: int) -> Band:
    if n_bad:
        return "watch"
    telling = [name for name in _TELLING if name in log.traces and log.traces[name].notna().any()]
    judged = len(log.scores) > 0 and len(failed) == 0
    return "pass" if telling or judged else "unknown"


def _headline(log: Log, frame: pd.DataFrame, n_bad: int, n_patterns: int) -> str:
    if not len(log):
        return "The log is empty: there is nothing to look at."
    if not n_bad:
        return f"Nothing speaks against any of {text.plural(len(log), 'trace')}."
    what = text.plural(n_bad, "trace")
    share = text.share(n_bad / len(log), len(log))
    return (
        f"Something speaks against {what} of {text.count(len(log))} ({share}), in"
        f" {text.plural(n_patterns, 'pattern')}; here are {text.count(len(frame))} from"
        f" {text.count(frame['pattern'].nunique())} of them."
    )


def _caveats(failed: pd.DataFrame, n_labelled: int, n_bad: int) -> tuple[str, ...]:
    notes = []
    if n_bad:
        notes.append("The list is chosen, not drawn: its shares say nothing about all traffic.")
    if n_labelled:
        notes.append(f"Left out since a person labelled them: {text.plural(n_labelled, 'trace')}.")
    if (failed["source"] == "judge").any():
        notes.append("Verdicts of judges are taken as they are, uncorrected.")
    if not failed["verdict"].all():
        notes.append("A judge's score below one half is assumed to be bad.")
    return tuple(notes)


def _facts(frame: pd.DataFrame, n_bad: int, alike: pd.Series) -> dict[str, Fact]:
    facts = {
        "traces with something against them": Fact(value=float(n_bad)),
        "failure patterns": Fact(value=float(len(alike))),
        "traces listed": Fact(value=float(len(frame))),
    }
    if len(alike):
        facts["commonest pattern"] = Fact(value=f"{alike.index[0]} ({text.count(alike.iloc[0])})")
    return facts


def _signals(log: Log, frame: pd.DataFrame, named: pd.Series) -> tuple[Signal, ...]:
    """Return one signal for each pattern in the list: its share of the log, and its traces."""
    starts = log.traces["start"]
    found = []
    for pattern, rows in frame.groupby("pattern", sort=False):
        own = starts[named.index[named == pattern]]
        signal = Signal(
            what=str(pattern),
            start=own.min(),
            end=own.max(),
            value=len(own) / len(log),
            expected=0.0,
            n=len(own),
            trace_ids=tuple(rows["trace_id"]),
        )
        found.append(signal)
    return tuple(found)
