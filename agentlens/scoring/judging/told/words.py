"""How is a run of judging told?"""

from collections.abc import Mapping
from math import nan

import pandas as pd

from agentlens import text
from agentlens.result import Fact
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.told.rows import LOST, NOT_SENT, PENDING, SETTLED
from agentlens.scoring.store.found import Judgment
from agentlens.scoring.store.sent.runs import Spent
from agentlens.theme import Band

__all__ = ["band", "facts", "next_step", "tally", "verdict_sentence"]

_UNMET = frozenset({NOT_SENT, PENDING})
_FOR_SHARES = 20


def tally(judged: pd.DataFrame) -> pd.DataFrame:
    """Return how many questions came to what, and for how much: verdicts first.

    Args:
        judged: the questions with their outcomes.
    """
    grouped = judged.groupby(["outcome", "verdict"], sort=True)["usd"].agg(["size", "sum"])
    frame = grouped.reset_index().sort_values(
        ["verdict", "size"], ascending=False, kind="stable", ignore_index=True
    )
    frame = frame.rename(columns={"size": "n", "sum": "usd"})
    share = frame["n"] / max(len(judged), 1)
    return frame.assign(share=share)[["outcome", "verdict", "n", "share", "usd"]]


def verdict_sentence(questions: Asked, judged: pd.DataFrame, found: Mapping[str, Judgment]) -> str:
    """Return what the verdicts say, and that they are not corrected.

    Args:
        questions: of one call.
        judged: the questions with their outcomes.
        found: answers by key.
    """
    rubric, judge = questions.rubric, questions.judge
    of = f"{rubric.label} by {judge.short}"
    n = int(judged["verdict"].sum())
    without = len(judged) - n - int(judged["outcome"].isin(_UNMET).sum())
    if not len(judged):
        return f"{of}: this log holds nothing that could be judged."
    if not n:
        return f"{of}: no verdict on {text.plural(len(judged), 'question')} ({_rest(judged)})."
    keys = judged["key"][judged["verdict"]]
    scores = [found[key].score for key in keys if key]
    mean = sum(scores) / n
    uncorrected = f"uncorrected; {without:,} without verdict"
    if rubric.scale is not None:
        ends = f"{rubric.scale[0]} to {rubric.scale[-1]}"
        said = f"{text.significant(mean)} on a scale from {ends} in the mean of {n:,} verdicts"
        return f"{of}: {said} ({uncorrected}). Calibrate before you quote this."
    passed = sum(one.verdict == "pass" for one in (found[key] for key in keys if key))
    share = text.share(mean, n) if n >= _FOR_SHARES else f"{passed:,}"
    verb = "passes" if n == 1 else "pass"
    said = f"{share} of {text.plural(n, 'verdict')} {verb} ({uncorrected}). Calibrate before you"
    return f"{of}: {said} quote this."


def facts(
    judged: pd.DataFrame, found: Mapping[str, Judgment], spent: Spent, *, reused: int, known: bool
) -> dict[str, Fact]:
    """Return the numbers of a run.

    Args:
        judged: the questions with their outcomes.
        found: answers by key.
        spent: by this run.
        reused: questions that an answer was there for.
        known: whether there is a price.
    """
    n = int(judged["verdict"].sum())
    told = {
        "asked": Fact(value=len(judged)),
        "distinct": Fact(value=int(judged["key"][judged["key"] != ""].nunique())),
        "verdicts": Fact(value=n),
    }
    if len(judged):
        told["coverage"] = Fact(value=n / len(judged), unit="share", n=len(judged))
    keys = judged["key"][judged["verdict"]]
    words = [found[key].verdict if key else "fail" for key in keys]
    if n and set(words) <= {"pass", "fail"}:
        told["pass rate, uncorrected"] = Fact(value=words.count("pass") / n, unit="share", n=n)
    settled = int((judged["outcome"] == SETTLED).sum())
    if settled:
        told["settled by a check"] = Fact(value=settled)
    rest = judged["outcome"][~judged["verdict"]].value_counts().sort_index()
    told |= {_word(str(name)): Fact(value=int(count)) for name, count in rest.items()}
    told |= {"reused": Fact(value=reused), "calls": Fact(value=spent.calls)}
    told["these answers cost"] = Fact(
        value=float(judged["usd"].sum()) if known else nan, unit="USD"
    )
    told["billed"] = Fact(value=spent.billed_usd if known else nan, unit="USD")
    told["unknown attempts"] = Fact(value=spent.unknown)
    if spent.unknown:
        told["unknown, at most"] = Fact(value=spent.unknown_usd if known else nan, unit="USD")
    return told


def band(judged: pd.DataFrame, spent: Spent, *, stopped: bool) -> Band:
    """Return how a run went: pass where all is judged, unknown where nothing is."""
    if not judged["verdict"].any():
        return "unknown"
    unmet = judged["outcome"].isin([*_UNMET, LOST]).any()
    return "watch" if stopped or spent.unknown or unmet else "pass"


def _rest(judged: pd.DataFrame) -> str:
    counts = judged["outcome"].value_counts()
    return text.listed(f"{n:,} {_word(str(name))}" for name, n in counts.items())


def _word(outcome: str) -> str:
    return outcome.replace("_", " ")


def next_step(judged: pd.DataFrame) -> str:
    """Return what to do where there is no verdict yet, "" where there is.

    Args:
        judged: the questions with their outcomes.
    """
    if judged["verdict"].any():
        return ""
    outcomes = set(judged["outcome"])
    if PENDING in outcomes:
        return " The same call collects what a batch holds, within a day as a rule."
    return " Run again to go on; nothing is paid twice." if NOT_SENT in outcomes else ""
