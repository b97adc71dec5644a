"""What is to be said of all checks together?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.result import Fact, Signal
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.found import Found
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "ranked", "signals"]

_FEWEST = 20
_MOST_IDS = 500
_GRAVITY = {"never": 0, "failure": 1, "fact": 2}

Answers = Sequence[tuple[Check, Found]]


def ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the failing checks, the gravest first: by severity, then what needs no judgement."""
    failing = frame[frame["failed"] > 0]
    order = failing.assign(grave=failing["severity"].map(_GRAVITY), less=-failing["share"])
    return order.sort_values(["grave", "claims_meaning", "less", "check"], kind="stable")


def band_of(frame: pd.DataFrame) -> Band:
    """Return act where something failed that must never, watch where anything else did."""
    if not (frame["n"] > 0).any():
        return "unknown"
    failed = frame["failed"] > 0
    if (failed & (frame["severity"] == "never")).any():
        return "act"
    return "watch" if (failed & (frame["severity"] == "failure")).any() else "pass"


def headline(log: Log, answers: Answers, frame: pd.DataFrame) -> str:
    """Return the gravest failure in one sentence; else what was checked."""
    if not len(log):
        return "This log has no traces: nothing was checked."
    if not (frame["n"] > 0).any():
        return _nothing(log, frame)
    grave = ranked(frame)
    checked = int((frame["n"] > 0).sum())
    if not len(grave):
        idle = len(frame) - checked
        rest = f", {idle} had nothing to check" if idle else ""
        most = int(frame["n"].max())
        return (
            f"No failure in {text.plural(checked, 'check')} of up to"
            f" {text.plural(most, 'trace')}{rest}."
        )
    first: Any = grave.iloc[0]
    one = next(check for check, _ in answers if check.name == first["check"])
    others = len(grave) - 1
    rest = ""
    if others:
        verb = "fails" if others == 1 else "fail"
        rest = f" {others} more of {checked} checks {verb} somewhere"
    kinds = f": {first['kinds']}" if first["kinds"] else ""
    said = (
        f"{first['check']}: {text.count(first['failed'])} of {text.count(first['n'])}"
        f" {one.failing}{_share(first)}{kinds}"
    )
    return f"{said};{rest}." if rest else f"{said}."


def _share(row: Any) -> str:
    """Return the share with its interval; below twenty, counts are all that can be said."""
    if row["n"] < _FEWEST or np.isnan(row["share"]):
        return ""
    shown = text.share(row["share"], row["n"])
    if np.isnan(row["low"]):
        return f", {shown}"
    return f", {shown} {text.interval(row['low'], row['high'], 'share', n=row['n'])}"


def _nothing(log: Log, frame: pd.DataFrame) -> str:
    first: Any = frame.iloc[0]
    why, none = str(first["why_not"]), f"0 of {text.count(len(log))} checked"
    if why.startswith("this log"):
        said = f"{first['check']}: {why}; {none}"
    else:
        said = f"{first['check']}: {none}{f' ({why})' if why else ''}"
    rest = len(frame) - 1
    if rest > 1:
        said += f", nor do {text.plural(rest, 'other check')} apply"
    elif rest:
        said += ", nor does the other check apply"
    return f"{said}."


def facts(frame: pd.DataFrame) -> dict[str, Fact]:
    """Return the failing share of each check by its name."""
    found: dict[str, Fact] = {}
    for row in frame.to_dict("records"):
        n = int(row["n"])
        if not n:
            found[f"{row['check']} fails"] = Fact(value=f"not checked: {row['why_not']}")
        elif n < _FEWEST or np.isnan(row["share"]):
            found[f"{row['check']} fails"] = Fact(value=f"{row['failed']:,} of {n:,} fail")
        else:
            found[f"{row['check']} fails"] = Fact(
                value=row["share"], unit="share", low=row["low"], high=row["high"], n=n
            )
    return found


def caveats(
    answers: Answers, frame: pd.DataFrame, notes: tuple[str, ...], level: float
) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    said = [f"Shares are of the traces that fail; intervals hold {level:.0%} for each check alone."]
    said += notes
    meaning = [one.name for one, found in answers if one.claims_meaning and found.applies.any()]
    if meaning:
        verb = "reads" if len(meaning) == 1 else "read"
        said.append(
            f"{text.listed(meaning, most=12)} {verb} a meaning into words, as a judge"
            " of price zero does: calibrate(..., source='check') says how often that is right."
        )
    for check, found in answers:
        said += [*check.notes, *found.notes]
    for row in frame[frame["not_applicable"] > 0].to_dict("records"):
        why = f" ({row['why_not']})" if row["why_not"] else ""
        said.append(
            f"{row['check']} did not apply to {text.plural(int(row['not_applicable']), 'trace')}{why}."
        )
    return tuple(dict.fromkeys(said))


def signals(log: Log, answers: Answers, frame: pd.DataFrame) -> tuple[Signal, ...]:
    """Return each failing check with its traces: the lowest values first, then the newest."""
    by_name = {check.name: (check, found) for check, found in answers}
    every = []
    for row in ranked(frame).to_dict("records"):
        check, found = by_name[str(row["check"])]
        here = np.flatnonzero(found.failed)
        start = log.traces["start"].iloc[here]
        order = np.lexsort((-start.to_numpy(dtype="int64"), found.value[here]))[:_MOST_IDS]
        ids = log.traces["trace_id"].iloc[here[order]]
        share = row["share"] if not np.isnan(row["share"]) else row["failed"] / row["n"]
        every.append(
            Signal(
                what=f"{check.name}: {text.plural(row['failed'], 'failure')}",
                start=start.min(),
                end=start.max(),
                value=float(share),
                expected=0.0,
                n=int(row["n"]),
                trace_ids=tuple(map(str, ids)),
                bad=check.severity != "fact",
            )
        )
    return tuple(every)
