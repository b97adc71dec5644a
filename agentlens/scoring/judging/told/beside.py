"""What must be known beside the verdicts?"""

from collections.abc import Mapping

import pandas as pd

from agentlens import text
from agentlens.scoring.judges.models import line_of
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.told.rows import NOT_SENT, PENDING, SETTLED
from agentlens.scoring.store.found import Judgment
from agentlens.scoring.store.sent.runs import Spent
from agentlens.tables.log import Log

__all__ = ["caveats"]

_UNMET = frozenset({NOT_SENT, PENDING})
_A_FEW = 16
_FIVE_PERCENT = 0.05
_ODD = frozenset({"unparsable", "invalid", "empty", "truncated", "refused", "rejected"})


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
    settled = int((judged["outcome"] == SETTLED).sum())
    if settled:
        said.append(
            f"{text.plural(settled, 'item')} failed {questions.settled_by} and count as fail without"
            " being sent; calibrate takes them as a stratum of their own."
        )
    said += _odd(judged) + _alike(log, questions) + _not_random(judged)
    return said


def _odd(judged: pd.DataFrame) -> list[str]:
    """Return a sentence about answers that came and cannot be used."""
    odd = judged["outcome"][judged["outcome"].isin(_ODD)]
    if not len(odd):
        return []
    counts = odd.value_counts()
    kinds = text.listed(f"{n:,} {name}" for name, n in counts.items())
    are = "is" if len(odd) == 1 else "are"
    sentence = (
        f"{text.plural(len(odd), 'answer')} cannot be used ({kinds}) and {are} not asked for again"
        f" unless again=({counts.index[0]!r},) says so; JudgeStore(path).answers() shows them."
    )
    return [sentence]


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
    judged = judged[judged["outcome"] != SETTLED]
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
