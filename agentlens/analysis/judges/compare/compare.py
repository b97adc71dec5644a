"""Which of two judges is right more often?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.analysis.judges.asking import (
    DEFAULT,
    Answered,
    answered,
    joined,
    label_of,
    name_of,
    verdicts_or_none,
)
from agentlens.analysis.judges.compare.contest import contests
from agentlens.analysis.judges.compare.costs import costs
from agentlens.analysis.judges.compare.table import frame_of
from agentlens.analysis.judges.compare.words import (
    band_of,
    caveats,
    facts,
    headline,
    lacking,
    signals,
)
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["JudgeComparison", "compare_judges"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class JudgeComparison(Result):
    """Judges beside one another: how far apart they are, and which traces can tell them apart.

    Attributes:
        cells: traces, labels and human passes by what the two say, for each comparison.
        to_label: ids of traces on which they differ and that nobody has labelled.
        log: what was given, with the verdicts of all judges.
    """

    verb: ClassVar[str] = "compare_judges"

    cells: pd.DataFrame
    to_label: tuple[str, ...]
    log: Log

    def figure(self) -> "go.Figure":
        """Return the picture: the difference by each way to estimate it, and the four cells."""
        from agentlens.figures.judging.comparison import (  # noqa: PLC0415 - on first use
            comparison_figure,
        )

        return comparison_figure(self.frame, self.cells, title=self.title)


def compare_judges(
    log: Log,
    rubric: Rubric | str,
    a: Judge | str,
    b: Judge | str | Sequence[Judge | str],
    *,
    budget_usd: float | None = None,
    store: str | Path = DEFAULT,
    level: float = 0.95,
    seed: int = 0,
) -> JudgeComparison:
    """Return which of two judges agrees with people more often, on the same traces.

    Labels of the traces on which the judges differ say most: where both say the same, no label can
    tell them apart. Labels drawn from all traffic are used, too; the narrower interval is quoted.

    Args:
        log: traces with labels; judges that can be asked are asked about what the other has judged.
        rubric: what is asked, or its name.
        a: one judge, such as the one in use.
        b: the other, or several candidates; several are compared with `a`, and pay for it (Holm).
        budget_usd: what may be spent on all of them; without it stored answers are used.
        store: where answers are kept.
        level: how often an interval must hold the truth.
        seed: of the draws.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=30, seed=1)
        >>> said = [f'{{"verdict": "{word}"}}' for word in ("pass", "fail")]
        >>> yes, no = (
        ...     al.Judge.of(lambda words, one=one: one, name=name, version="1")
        ...     for name, one in zip(("yes", "no"), said)
        ... )
        >>> rubric = al.Rubric("met", 1, "Did the user get what they asked for?")
        >>> compare_judges(log, rubric, yes, no, store=f"{mkdtemp()}/judge.sqlite").band
        'unknown'
    """
    others = tuple(b) if isinstance(b, (list, tuple)) else (b,)
    _check(a, others, level)
    names = _names((a, *others))
    title = f"{label_of(rubric)} by {names[0]} against {' and '.join(names[1:])}"
    whole, missing, notes = _asked(log, rubric, (a, *others), budget_usd, store)
    found = contests(whole, rubric, (a, *others), names, level=level, seed=seed)
    cells = pd.concat([one.cells() for one in found], ignore_index=True)
    frame = frame_of(found, level)
    to_label = tuple(dict.fromkeys(one for pair in found for one in pair.to_label()))
    band = band_of(found, level)
    known = {**facts(found), **costs(whole, rubric, (a, *others), names)}
    return JudgeComparison(
        title=title,
        band=band,
        headline=headline(found, level) if band != "unknown" else lacking(found, missing),
        frame=frame,
        caveats=(*caveats(found, missing, level), *notes),
        known=MappingProxyType(known),
        found=signals(whole, found, level),
        cells=cells,
        to_label=to_label,
        log=log if whole is log else joined(log, whole),
    )


def _check(a: object, others: tuple[object, ...], level: float) -> None:
    for one in (a, *others):
        if not isinstance(one, (Judge, str)):
            message = f"A judge is a Judge, or the name of one in the log, not {one!r}."
            raise BadInputError(message)
    if not others or len({a, *others}) < 1 + len(others):
        message = "compare_judges needs two different judges or more; one of these stands twice."
        raise BadInputError(message)
    if not 0.5 < level < 1:  # noqa: PLR2004 - no interval holds less than half
        message = f"level lies between 0.5 and 1, not {level!r}."
        raise BadInputError(message)


def _names(judges: Sequence[Judge | str]) -> tuple[str, ...]:
    """Return short names; judges of one model are told apart by what was asked of them."""
    short = [one.short if isinstance(one, Judge) else one for one in judges]
    return tuple(
        name if short.count(name) == 1 or isinstance(one, str) else name_of(one, whole=True)
        for one, name in zip(judges, short, strict=True)
    )


def _asked(
    log: Log,
    rubric: Rubric | str,
    judges: Sequence[Judge | str],
    budget_usd: float | None,
    store: str | Path,
) -> tuple[Log, tuple[str, ...], tuple[str, ...]]:
    """Return the log with all verdicts, what is missing, and what was spent."""
    judged = [verdicts_or_none(log, rubric, one) for one in judges]
    first = next((one for one in judged if one is not None), None)
    part = log
    if first is not None:
        ids = log.traces["trace_id"].iloc[first.positions].drop_duplicates().tolist()
        part = log.where(trace_id=ids)
    missing: list[str] = []
    notes: list[str] = []
    left = budget_usd
    for one in judges:
        had: Answered = answered(part, rubric, one, budget_usd=left, store=store)
        part, left = had.log, None if left is None else max(left - had.usd, 0.0)
        missing += [had.missing] * bool(had.missing)
        notes += had.notes
    return part, tuple(missing), tuple(notes)
