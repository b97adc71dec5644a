"""What does a judge say of each trace, and what did it cost?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.models import ModelFacts, retirement
from agentlens.scoring.judging.asked import Repeats, asked, repeats_of, written_down
from agentlens.scoring.judging.judged import Judged, judged_of
from agentlens.scoring.judging.money.costs import costs_of
from agentlens.scoring.judging.money.wish import Mode, Prices, Wish, refuse_wrong_kinds
from agentlens.scoring.judging.running import Done, awaited, sent
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.judging.settled import without_failed
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT, opened_store
from agentlens.scoring.store.found import judgments
from agentlens.scoring.store.memory import ends, refuse_other_words
from agentlens.scoring.store.privacy import aged_out
from agentlens.scoring.store.sent.runs import OnUnknown
from agentlens.tables.log import Log

if TYPE_CHECKING:
    from agentlens.scoring.judging.preview import Preview

__all__ = ["judge", "judged"]


def judge(  # noqa: PLR0913 - each is one thing that a user may want to say
    log: Log,
    rubric: Rubric,
    judge: Judge,
    *,
    budget_usd: float | None = None,
    mode: Mode = "sync",
    repeats: Repeats = 1,
    on_unknown: OnUnknown = "retry",
    preview: "Preview | None" = None,
    max_calls: int | None = None,
    workers: int = 8,
    again: Sequence[str] = (),
    settled_by: str | None = None,
    prices: Prices = None,
    store: str | Path = DEFAULT,
) -> Judged:
    """Return a judge's verdicts on a log; what was paid for before is not paid for again.

    Every answer is kept in a file before it is read, whatever it says. The same call again gives
    the same verdicts and costs nothing; after a crash or a stop it goes on where it was. With
    mode="batch" it returns at once, and the same call collects the answers when they are there.
    Before it begins it drops from the file the raw answers that are older than 90 days; verdicts,
    evidence and money stay, and `JudgeStore(store).kept()` says what is dropped when.

    Args:
        log: the traces, usually a `sample`.
        rubric: what is asked.
        judge: who is asked.
        budget_usd: it never spends more; needed wherever something costs.
        mode: "sync" asks now, in several threads; "batch" within a day, for half the price.
        repeats: how many verdicts each item gets, or their numbers, such as [4, 5].
        on_unknown: "retry" sends again, at most twice, what may have been billed without an
            answer; "skip" never does.
        preview: of this call; nothing beyond it is sent.
        max_calls: it never sends more; a dozen make a pilot.
        workers: how many threads.
        again: statuses such as "truncated" whose questions are asked, and paid, once more.
        settled_by: a check, such as "json_schema", whose scores the log holds: what failed it
            counts as fail and is not sent. `calibrate` takes that as a stratum of its own.
        prices: a table of your own, or its file; by default the one shipped.
        store: the file in which answers are kept.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=20, seed=1)
        >>> rules = al.Judge.of(lambda prompt: '{"verdict": "pass"}', name="lenient", version="1")
        >>> rubric = al.Rubric("goal_completion", 1, "Did the user get what they asked for?")
        >>> al.judge(log, rubric, rules, store=f"{mkdtemp()}/judge.sqlite").band
        'pass'
    """
    refuse_wrong_kinds(rubric, judge)
    wish = Wish(
        budget_usd=budget_usd,
        mode=mode,
        repeats=repeats,
        on_unknown=on_unknown,
        max_calls=max_calls,
        workers=workers,
        again=tuple(again) if not isinstance(again, str) else again,
        settled_by=settled_by,
        prices=prices,
        store=store,
    )
    return judged(log, rubric, judge, wish, Waits(), preview)


def judged(
    log: Log, rubric: Rubric, judge: Judge, wish: Wish, waits: Waits,
    preview: "Preview | None" = None,
) -> Judged:  # fmt: skip
    """Return what came of a wish.

    Args:
        log: the traces.
        rubric: what is asked.
        judge: who is asked.
        wish: what was asked for.
        waits: how long is waited for what.
        preview: beyond which nothing is sent.
    """
    with opened_store(wish.store) as store:
        refuse_other_words(store, rubric)
        aged_out(store, waits.clock())
        questions = asked(log, rubric, judge, store, repeats_of(wish.repeats), wish.again)
        questions = without_failed(log, questions, wish.settled_by)
        written_down(store, questions)
        costs = costs_of(judge, wish.prices)
        _refuse_unseen(preview, questions.missing)
        done = Done(priced=costs.known)
        if questions.missing or (wish.mode == "batch" and awaited(store, questions)):
            done = sent(store, questions, wish, waits, costs)
        found = questions.found | judgments(store, questions.missing)
        ending = ModelFacts(model=judge.model, retires_at=ends(store, judge))
        soon = retirement(ending, datetime.fromtimestamp(waits.clock(), UTC))
        questions = replace(questions, retires_at=ending.retires_at)
        notes = (*store.notes, *costs.notes, *soon, *done.notes)
    return judged_of(log, questions, found, wish, done, notes, preview)


def _refuse_unseen(preview: "Preview | None", keys: Sequence[str]) -> None:
    """Raise where a run would send what its preview did not show."""
    if preview is None:
        return
    unseen = [key for key in keys if key not in preview.keys]
    if unseen:
        message = (
            f"{len(unseen):,} of {text.plural(len(keys), 'call')} are not in this preview: the log,"
            " the rubric, the judge or the rules of redaction differ. Preview again."
        )
        raise BadInputError(message)
