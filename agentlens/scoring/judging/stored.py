"""Which verdicts does the store hold already?"""

from pathlib import Path

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judging.asked import Repeats, asked, repeats_of
from agentlens.scoring.judging.money.wish import refuse_wrong_kinds
from agentlens.scoring.judging.told.rows import outcomes, with_verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT, opened_store
from agentlens.scoring.store.memory import refuse_other_words
from agentlens.tables.log import Log

__all__ = ["stored"]


def stored(
    log: Log,
    rubric: Rubric,
    judge: Judge,
    *,
    repeats: Repeats = 1,
    store: str | Path = DEFAULT,
) -> Log:
    """Return the log with the verdicts that were paid for already; nothing is sent.

    Args:
        log: the traces.
        rubric: what was asked.
        judge: who was asked.
        repeats: how many verdicts each item has, or their numbers.
        store: the file in which answers are kept.
    """
    refuse_wrong_kinds(rubric, judge)
    with opened_store(store) as held:
        refuse_other_words(held, rubric)
        questions = asked(log, rubric, judge, held, repeats_of(repeats))
    return with_verdicts(log, questions, outcomes(questions, questions.found), questions.found)
