"""Which verdicts are there, and what would the missing ones cost?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.result import Fact
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.verdicts import Verdicts, verdicts_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.tables.log import Log
from agentlens.tables.match import among

__all__ = [
    "DEFAULT",
    "Answered",
    "answered",
    "called",
    "joined",
    "label_of",
    "name_of",
    "verdicts_or_none",
]


@dataclass(frozen=True, eq=False)
class Answered:
    """A log with all verdicts that were to be had.

    Attributes:
        log: with the verdicts.
        missing: what was not asked, and what it would cost; "" where nothing is missing.
        notes: what was spent, or why it stopped.
        usd: what was spent.
    """

    log: Log
    missing: str = ""
    notes: tuple[str, ...] = ()
    usd: float = 0.0


def answered(
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None,
    *,
    repeats: int | Sequence[int] = 1,
    budget_usd: float | None = None,
    store: str | Path = DEFAULT,
) -> Answered:
    """Return the log with a judge's verdicts: those at hand, then free ones, then paid ones.

    A judge given by its name cannot be asked, only read. Without a budget nothing is paid.

    Args:
        log: what is to be judged.
        rubric: what is asked.
        judge: who is asked.
        repeats: how often, or the numbers of the repeats.
        budget_usd: what may be spent.
        store: where answers are kept.
    """
    if not isinstance(judge, Judge) or not isinstance(rubric, Rubric) or not len(log):
        return Answered(log)
    from agentlens.scoring.judging.judge import judge as ask  # noqa: PLC0415 - only who asks pays
    from agentlens.scoring.judging.preview import missing  # noqa: PLC0415 - as above
    from agentlens.scoring.judging.stored import stored  # noqa: PLC0415 - as above

    free = judge.local and judge.price == 0
    if free or budget_usd is not None:
        run = ask(log, rubric, judge, budget_usd=budget_usd, repeats=repeats, store=store)
        notes = () if free and run.band == "pass" else (run.headline,)
        return Answered(run.log, notes=notes, usd=_spent(run.facts()))
    known = stored(log, rubric, judge, repeats=repeats, store=store)
    wanted = missing(log, rubric, judge, repeats=repeats, store=store)
    return Answered(known, wanted.headline if wanted.keys else "")


def joined(log: Log, other: Log) -> Log:
    """Return a log with the scores of another one, too, each score once.

    Args:
        log: whose traces are kept.
        other: of the same traces, or of some of them; its scores go before.
    """
    new, old = other.scores, log.scores
    if not len(new):
        return log
    kept = [part for part in (old[~among(old["score_id"], new["score_id"])], new) if len(part)]
    codes = [
        part.astype({n: "str" for n, kind in part.dtypes.items() if kind == "category"})
        for part in kept
    ]
    return replace(log, scores=pd.concat(codes, ignore_index=True))


def _spent(facts: Mapping[str, Fact]) -> float:
    """Return the most that a run can have cost."""
    told = [facts[name].value for name in ("billed", "unknown, at most") if name in facts]
    return float(sum(one for one in told if isinstance(one, float) and isfinite(one)))


def verdicts_or_none(log: Log, rubric: Rubric | str, judge: Judge | str | None) -> Verdicts | None:
    """Return a judge's verdicts; None where one that could be asked has not been asked yet."""
    try:
        return verdicts_of(log, rubric, judge)
    except UnknownNameError:
        if isinstance(judge, Judge):
            return None
        raise


def label_of(rubric: Rubric | str) -> str:
    """Return a rubric as titles show it."""
    return rubric.label if isinstance(rubric, Rubric) else rubric.removeprefix("score:")


def called(log: Log, rubric: Rubric | str, judge: Judge | str | None) -> str:
    """Return the name of a judge; of none given, that of the one with most verdicts.

    Args:
        log: with its verdicts.
        rubric: what was asked.
        judge: who was asked.
    """
    if judge is None:
        found = verdicts_or_none(log, rubric, None)
        return (found.judge if found is not None else "") or name_of(None)
    return name_of(judge)


def name_of(judge: Judge | str | None, *, whole: bool = False) -> str:
    """Return a judge as titles show it.

    Args:
        judge: who was asked.
        whole: with the version of a function, too, to tell two of one name apart.

    >>> name_of(Judge("claude-haiku-5-5", effort="low")), name_of(None)
    ('haiku-5-5 (effort low)', 'the judge')
    """
    if judge is None:
        return "the judge"
    if isinstance(judge, str):
        return judge
    more = "" if judge.local and not whole else judge.said.removeprefix(judge.model).strip()
    return f"{judge.short} ({more})" if more else judge.short
