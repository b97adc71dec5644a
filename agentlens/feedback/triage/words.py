"""What does the list of worst traces say of itself?"""

import pandas as pd

from agentlens import text
from agentlens.result import Fact, Signal
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "headline", "signals"]

_TELLING = ("status", "completed", "escalated", "user_corrected", "user_rating", "safety_flagged")


def band(log: Log, failed: pd.DataFrame, n_bad: int) -> Band:
    """Return watch where something was found, pass where nothing was, else unknown."""
    if n_bad:
        return "watch"
    telling = [name for name in _TELLING if name in log.traces and log.traces[name].notna().any()]
    judged = len(log.scores) > 0 and len(failed) == 0
    return "pass" if telling or judged else "unknown"


def headline(log: Log, frame: pd.DataFrame, n_bad: int, n_patterns: int) -> str:
    """Return how many traces something speaks against, and how many are listed."""
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


def caveats(failed: pd.DataFrame, n_labelled: int, n_bad: int) -> tuple[str, ...]:
    """Return what a careful reader of the list must know."""
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


def facts(frame: pd.DataFrame, n_bad: int, alike: pd.Series) -> dict[str, Fact]:
    """Return the numbers of the card."""
    known = {
        "traces with something against them": Fact(value=float(n_bad)),
        "failure patterns": Fact(value=float(len(alike))),
        "traces listed": Fact(value=float(len(frame))),
    }
    if len(alike):
        known["commonest pattern"] = Fact(value=f"{alike.index[0]} ({text.count(alike.iloc[0])})")
    return known


def signals(log: Log, frame: pd.DataFrame, named: pd.Series) -> tuple[Signal, ...]:
    """Return one signal for each pattern in the list: its share of the log, and its traces."""
    starts = log.traces["start"]
    places = named.groupby(named, sort=False).groups
    found = []
    for pattern, rows in frame.groupby("pattern", sort=False):
        own = starts[places[pattern]]
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
