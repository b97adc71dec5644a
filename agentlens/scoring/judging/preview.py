"""What would judging a log cost, before anything is sent?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.models import checked, retirement
from agentlens.scoring.judges.opening import opened
from agentlens.scoring.judging.asked import Asked, Repeats, asked, repeats_of
from agentlens.scoring.judging.money.costs import Costs, Counted, costs_of, counted
from agentlens.scoring.judging.money.forecast import forecast, seconds_each
from agentlens.scoring.judging.money.wish import Mode, Prices, Wish, refuse_wrong_kinds
from agentlens.scoring.judging.told.ahead import band, caveats, facts, headline, priced
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT, StoreFile, opened_store
from agentlens.scoring.store.memory import refuse_other_words
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Preview", "missing", "preview"]

_MOST_COUNTED = 200


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Preview(Result):
    """What a run would send and cost, one by one and as a batch.

    Attributes:
        keys: of the questions without an answer; `judge(preview=)` sends no others.
        expected_usd: of the mode that was asked for, NaN where it is unknown.
        worst_usd: what a run in that mode cannot exceed, NaN where no price is known.
    """

    verb: ClassVar[str] = "preview"

    keys: frozenset[str] = field(default_factory=frozenset)
    expected_usd: float = nan
    worst_usd: float = nan

    def figure(self) -> "go.Figure":
        """Return the picture: what is expected and what is possible, one by one and as a batch."""
        from agentlens.figures.judging.preview import preview_figure  # noqa: PLC0415 - on first use

        return preview_figure(self.frame, title=self.title)


def preview(
    log: Log,
    rubric: Rubric,
    judge: Judge,
    *,
    mode: Mode = "sync",
    repeats: Repeats = 1,
    prices: Prices = None,
    store: str | Path = DEFAULT,
) -> Preview:
    """Return how many calls judging a log takes and what they will cost; nothing is generated.

    Only questions about the length of up to 200 prompts are sent, which cost nothing.

    Args:
        log: the traces.
        rubric: what is asked.
        judge: who is asked.
        mode: "sync" or "batch"; both are priced.
        repeats: how many verdicts each item gets.
        prices: a table of your own, or its file; by default the one shipped.
        store: the file in which answers are kept.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=20, seed=1)
        >>> rules = al.Judge.of(lambda prompt: '{"verdict": "pass"}', name="lenient", version="1")
        >>> rubric = al.Rubric("goal_completion", 1, "Did the user get what they asked for?")
        >>> preview(log, rubric, rules, store=f"{mkdtemp()}/judge.sqlite").headline
        '122 traces, 107 distinct, 0 already paid → 107 calls · free.'
    """
    refuse_wrong_kinds(rubric, judge)
    wish = Wish(mode=mode, repeats=repeats, prices=prices, store=store)
    return _previewed(log, rubric, judge, wish, asks=True)


def missing(
    log: Log,
    rubric: Rubric,
    judge: Judge,
    *,
    repeats: Repeats = 1,
    prices: Prices = None,
    store: str | Path = DEFAULT,
) -> Preview:
    """Return what is not in the store yet and what it may cost; no network is touched.

    Args:
        log: the traces.
        rubric: what is asked.
        judge: who is asked.
        repeats: how many verdicts each item gets.
        prices: a table of your own, or its file; by default the one shipped.
        store: the file in which answers are kept.
    """
    refuse_wrong_kinds(rubric, judge)
    wish = Wish(repeats=repeats, prices=prices, store=store)
    return _previewed(log, rubric, judge, wish, asks=False)


def _previewed(log: Log, rubric: Rubric, judge: Judge, wish: Wish, *, asks: bool) -> Preview:
    with opened_store(wish.store) as store:
        refuse_other_words(store, rubric)
        questions = asked(log, rubric, judge, store, repeats_of(wish.repeats))
        costs = costs_of(judge, wish.prices)
        notes = [*store.notes, *questions.notes, *costs.notes]
        tokens = Counted(0, nan, nan, costs.ratio)
        if questions.missing:
            tokens, more = _counted(questions, wish, asks=asks)
            notes += more
            costs = costs.after(tokens)
        return _told(questions, wish, costs, tokens, store, notes)


def _counted(questions: Asked, wish: Wish, *, asks: bool) -> tuple[Counted, list[str]]:
    """Return the tokens of the prompts, and what is worth knowing of the model."""
    if not asks:
        return counted(questions, questions.missing, None, _MOST_COUNTED), []
    try:
        sender = opened(questions.judge)
    except BadInputError as error:  # nothing can be sent yet; that is no reason not to estimate
        guessed = counted(questions, questions.missing, None, _MOST_COUNTED)
        return guessed, [f"Nothing could be counted: {error}"]
    try:
        known = checked(questions.judge, sender, batch=wish.mode == "batch")
        notes = retirement(known, datetime.now(UTC)) if known else ()
        return counted(questions, questions.missing, sender, _MOST_COUNTED), list(notes)
    finally:
        sender.close()


def _told(
    questions: Asked,
    wish: Wish,
    costs: Costs,
    tokens: Counted,
    store: StoreFile,
    notes: Sequence[str],
) -> Preview:
    judge, rubric = questions.judge, questions.rubric
    keys = questions.missing
    modes: tuple[Mode, ...] = ("sync",) if judge.local else ("sync", "batch")
    ahead = {
        mode: forecast(questions, keys, costs, tokens, store, batch=mode == "batch")
        for mode in modes
    }
    each = seconds_each(store, judge.id(rubric))
    chosen = ahead.get(wish.mode, ahead["sync"])
    return Preview(
        title=f"Preview: {rubric.label} by {judge.said}, {_repeats(wish)}",
        band=band(chosen),
        headline=headline(questions, chosen, costs),
        frame=priced(ahead, each),
        caveats=(*notes, *caveats(chosen, costs, tokens)),
        known=MappingProxyType(facts(questions, chosen, costs, tokens)),
        keys=frozenset(keys),
        expected_usd=chosen.expected,
        worst_usd=chosen.worst,
    )


def _repeats(wish: Wish) -> str:
    numbers = repeats_of(wish.repeats)
    return "once" if len(numbers) == 1 else f"{len(numbers)} times"
