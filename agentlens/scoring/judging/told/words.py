"""How is a run of judging told?"""

from collections.abc import Mapping
from math import nan

import pandas as pd

from agentlens import text
from agentlens.result import Fact
from agentlens.scoring.judges.models import line_of
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.told.rows import LOST, NOT_SENT, PENDING
from agentlens.scoring.store.found import Judgment
from agentlens.scoring.store.sent.runs import Spent
from agentlens.tables.log import Log
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "tally", "verdict_sentence"]

_UNMET = frozenset({NOT_SENT, PENDING})
_A_FEW = 16
_FIVE_PERCENT = 0.05


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
    scores = [found[key].score for key in keys]
    mean = sum(scores) / n
    uncorrected = f"uncorrected; {without:,} without verdict"
    if rubric.scale is not None:
        ends = f"{rubric.scale[0]} to {rubric.scale[-1]}"
        said = f"{text.significant(mean)} on a scale from {ends} in the mean of {n:,} verdicts"
        return f"{of}: {said} ({uncorrected}). Calibrate before you quote this."
    share = text.share(mean, n)
    return f"{of}: {share} of {n:,} verdicts pass ({uncorrected}). Calibrate before you quote this."


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
        "distinct": Fact(value=int(judged["key"].nunique())),
        "verdicts": Fact(value=n),
    }
    if len(judged):
        told["coverage"] = Fact(value=n / len(judged), unit="share", n=len(judged))
    keys = judged["key"][judged["verdict"]]
    words = [found[key].verdict for key in keys]
    if n and set(words) <= {"pass", "fail"}:
        told["pass rate, uncorrected"] = Fact(value=words.count("pass") / n, unit="share", n=n)
    rest = judged["outcome"][~judged["verdict"]].value_counts().sort_index()
    told |= {_word(str(name)): Fact(value=int(count)) for name, count in rest.items()}
    told |= {"reused": Fact(value=reused), "calls": Fact(value=spent.calls)}
    told["billed"] = Fact(value=spent.billed_usd if known else nan, unit="USD")
    told["unknown attempts"] = Fact(value=spent.unknown)
    if spent.unknown:
        told["unknown, at most"] = Fact(value=spent.unknown_usd if known else nan, unit="USD")
    return told


def caveats(log: Log, questions: Asked, judged: pd.DataFrame, found: Mapping[str, Judgment],
            spent: Spent) -> list[str]:  # fmt: skip
    """Return what must be known beside the headline.

    Args:
        log: the traces.
        questions: of one call.
        judged: the questions with their outcomes.
        found: answers by key.
        spent: by this run.
    """
    said = list(questions.notes)
    if spent.unknown:
        said.append(
            f"{text.plural(spent.unknown, 'attempt')} got no answer and may have been billed;"
            " JudgeStore(path).unknown() lists them."
        )
    models = sorted({found[key].model for key in judged["key"].unique() if key in found} - {""})
    if len(models) > 1:
        said.append(
            f"{text.listed(models)} answered under one name: they are different judges, and"
            " judge_model says of each verdict whose it is."
        )
    cut = int((judged["truncated"] & judged["verdict"]).sum())
    if cut:
        said.append(f"{text.plural(cut, 'verdict')} rest on an item that was cut in the middle.")
    said += _alike(log, questions) + _not_random(judged)
    return said


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


def _alike(log: Log, questions: Asked) -> list[str]:
    """Return a sentence where judge and agent are of one kind."""
    line = line_of(questions.judge.model)
    if not line or "model" not in log.traces:
        return []
    agents = {line_of(str(one)) for one in log.traces["model"].dropna().unique()}
    if line not in agents:
        return []
    sentence = (
        f"Judge and agent are both {line}: it may be kinder to its own kind;"
        " probe(kind='self_preference') asks."
    )
    return [sentence]


def _not_random(judged: pd.DataFrame) -> list[str]:
    """Return a sentence where what has an answer is not the beginning of what was asked.

    The threads finish in no exact order, which is why a few out of place say nothing.
    """
    unmet = judged["outcome"].isin(_UNMET).to_numpy()
    if not unmet.any() or unmet.all():
        return []
    after = int((~unmet)[int((~unmet).sum()) :].sum())
    if after <= max(_A_FEW, _FIVE_PERCENT * len(judged)):
        return []
    sentence = (
        f"{after:,} of the answers were paid for by an earlier choice of traces, so what is"
        " judged is no random part of this log; judge the rest before you weigh anything."
    )
    return [sentence]
