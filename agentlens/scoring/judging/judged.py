"""What came of judging a log?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from agentlens import text
from agentlens.result import Fact, Result
from agentlens.scoring.judging.asked import Asked, repeats_of
from agentlens.scoring.judging.money.wish import Wish
from agentlens.scoring.judging.running import Done
from agentlens.scoring.judging.sending.stops import sentence
from agentlens.scoring.judging.told.beside import caveats
from agentlens.scoring.judging.told.rows import outcomes, with_verdicts
from agentlens.scoring.judging.told.words import band, facts, next_step, tally, verdict_sentence
from agentlens.scoring.store.found import Judgment
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from agentlens.scoring.judging.preview import Preview

__all__ = ["Judged", "judged_of"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Judged(Result):
    """Verdicts, what has none and why, and what it cost.

    Attributes:
        log: the log with a row among its scores for each question that has an outcome.
    """

    verb: ClassVar[str] = "judge"

    log: Log

    def figure(self) -> "go.Figure":
        """Return the picture: how many questions came to what, and what was paid for it."""
        from agentlens.figures.judging.judged import judged_figure  # noqa: PLC0415 - on first use

        return judged_figure(self.frame, title=self.title)


def judged_of(
    log: Log,
    questions: Asked,
    found: Mapping[str, Judgment],
    wish: Wish,
    done: Done,
    notes: tuple[str, ...],
    preview: "Preview | None",
) -> Judged:
    """Return what a run came to.

    Args:
        log: the traces.
        questions: of one call.
        found: answers by key.
        wish: what was asked for.
        done: what was sent.
        notes: sentences about store and prices.
        preview: of the run, where there was one.
    """
    judged = outcomes(questions, found, done.outcome.lost, done.outcome.pending)
    reused = int(questions.frame["key"].isin(list(questions.found)).sum())
    told = facts(judged, found, done.spent, reused=reused, known=done.priced)
    if preview is not None:
        told["previewed, expected"] = Fact(value=preview.expected_usd, unit="USD")
        told["previewed, at most"] = Fact(value=preview.worst_usd, unit="USD")
    headline = verdict_sentence(questions, judged, found)
    stop = done.outcome.stop
    if stop is None:
        headline += next_step(judged)
    else:
        wanted = len(questions.missing)
        settled = sum(key in found for key in questions.missing)
        notes = (headline, *notes)
        spent = done.spent.usd + done.spent.reserved_usd
        pending = len(done.outcome.pending)
        headline = sentence(stop, spent, wish.budget_usd, settled, wanted, pending)
    return Judged(
        title=_title(questions, wish),
        band=band(judged, done.spent, stopped=stop is not None),
        headline=headline,
        frame=tally(judged),
        caveats=(*notes, *caveats(log, questions, judged, found, done.spent)),
        known=MappingProxyType(told),
        log=with_verdicts(log, questions, judged, found),
    )


def _title(questions: Asked, wish: Wish) -> str:
    numbers = repeats_of(wish.repeats)
    times = "" if numbers == (1,) else f", repeats {text.listed(numbers)}"
    return f"{questions.rubric.label} by {questions.judge.said}{times}"
