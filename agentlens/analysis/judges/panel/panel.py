"""Are several judges better than the best of them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.analysis.judges.asking import DEFAULT, answered, label_of
from agentlens.analysis.judges.panel.seats import Seats, seats_of
from agentlens.analysis.judges.panel.words import band_of, caveats, facts, headline, lacking
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Panel", "panel"]

_FEWEST_JUDGES = 2


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Panel(Result):
    """Judges, their majority and their veto beside one another, and how far they err together.

    Attributes:
        together: the correlation of the errors of each two judges.
        log: with the verdicts of all judges.
    """

    verb: ClassVar[str] = "panel"

    together: pd.DataFrame
    log: Log

    def figure(self) -> "go.Figure":
        """Return the picture: agreement of each judge, of the majority and of the veto."""
        from agentlens.figures.judging.panel import panel_figure  # noqa: PLC0415 - on first use

        return panel_figure(self.frame, self.together, title=self.title)


def panel(
    log: Log,
    rubric: Rubric | str,
    judges: Sequence[Judge | str],
    *,
    budget_usd: float | None = None,
    store: str | Path = DEFAULT,
    level: float = 0.95,
) -> Panel:
    """Return whether a majority of judges agrees with people more often than the best of them.

    Judges that err on the same traces are worth fewer than their number. The best judge is chosen
    on labels of the dev split and measured, like the panel, on those of the test split.

    Args:
        log: traces with labels.
        rubric: what is asked, or its name.
        judges: who sits on the panel, two or more.
        budget_usd: what may be spent on all of them; without it stored answers are used.
        store: where answers are kept.
        level: how often an interval must hold the truth.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=30, seed=1)
        >>> yes = al.Judge.of(lambda words: '{"verdict": "pass"}', name="yes", version="1")
        >>> no = al.Judge.of(lambda words: '{"verdict": "fail"}', name="no", version="1")
        >>> rubric = al.Rubric("met", 1, "Did the user get what they asked for?")
        >>> panel(log, rubric, [yes, no], store=f"{mkdtemp()}/judge.sqlite").headline
        "A panel's agreement with itself is not accuracy; label 50."
    """
    everyone = tuple(judges) if isinstance(judges, (list, tuple)) else (judges,)
    _check(everyone, level)
    whole, left = log, budget_usd
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    for one in everyone:
        had = answered(whole, rubric, one, budget_usd=left, store=store)
        whole, left = had.log, None if left is None else max(left - had.usd, 0.0)
        missing += (had.missing,) * bool(had.missing)
        notes += had.notes
    seats: Seats = seats_of(whole, rubric, everyone, level)
    band = band_of(seats)
    return Panel(
        title=f"Panel of {len(everyone)} judges on {label_of(rubric)}",
        band=band,
        headline=headline(seats) if band != "unknown" else lacking(seats, missing),
        frame=seats.frame,
        caveats=(*caveats(seats, missing), *notes),
        known=MappingProxyType(facts(seats)),
        together=seats.together,
        log=whole,
    )


def _check(judges: tuple[object, ...], level: float) -> None:
    for one in judges:
        if not isinstance(one, (Judge, str)):
            message = f"A judge is a Judge, or the name of one in the log, not {one!r}."
            raise BadInputError(message)
    if len(judges) < _FEWEST_JUDGES or len(set(judges)) < len(judges):
        message = f"A panel is two different judges or more, not {len(set(judges))}."
        raise BadInputError(message)
    if not 0.5 < level < 1:  # noqa: PLR2004 - no interval holds less than half
        message = f"level lies between 0.5 and 1, not {level!r}."
        raise BadInputError(message)
