"""Does a judge look at what should not matter?"""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import pandas as pd

from agentlens.analysis.judges.asking import DEFAULT, called, label_of
from agentlens.analysis.judges.probe.observed import Observed, observed
from agentlens.analysis.judges.probe.property import KINDS, OBSERVED, Kind, Reading
from agentlens.analysis.judges.probe.rewriting import Rewritten, rewritten
from agentlens.analysis.judges.probe.words import Told, by_labels, by_rewriting, nothing
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Probe", "probe"]

By = Literal["labels", "rewriting"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Probe(Result):
    """Whether a judge is biased by something that should not matter.

    Attributes:
        kind: by what.
        by: on labelled traces as they are, or by rewriting some.
        reading: biased, not shown, cannot tell at this n, or unknown.
    """

    verb: ClassVar[str] = "probe"

    kind: Kind
    by: By
    reading: Reading

    def figure(self) -> "go.Figure":
        """Return the picture: the judge's pass rate by the property, or before and after."""
        from agentlens.figures.judging.probe import (  # noqa: PLC0415 - on first use
            observed_figure,
            rewritten_figure,
        )

        draw = observed_figure if self.by == "labels" else rewritten_figure
        return draw(self.frame, title=self.title)


def probe(  # noqa: PLR0913 - the words of the design
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None = None,
    kind: Kind = "length",
    *,
    by: By | None = None,
    n: int = 100,
    budget_usd: float | None = None,
    store: str | Path = DEFAULT,
    level: float = 0.95,
    seed: int = 0,
) -> Probe:
    """Return whether a judge's verdict follows something that should not matter.

    On labelled traces: does the verdict follow length, markup or the judge's own model line, once a
    person's verdict is held fixed? Without labels that question has no answer, because good answers
    may be long. By rewriting: does padding, another layout or a note to the grader change it?

    Args:
        log: traces with verdicts and labels.
        rubric: what is asked, or its name.
        judge: who is asked; by name, only verdicts in the log are read.
        kind: "length", "format", "self_preference", "injection" or "position".
        by: "labels" or "rewriting"; injection is always by rewriting.
        n: how many traces are rewritten.
        budget_usd: what rewriting may cost; without it stored answers are used.
        store: where answers are kept.
        level: how often the interval must hold the truth.
        seed: of the draw.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=30, seed=1)
        >>> deaf = al.Judge.of(lambda words: '{"verdict": "pass"}', name="deaf", version="1")
        >>> rubric = al.Rubric("met", 1, "Did the user get what they asked for?")
        >>> probe(log, rubric, deaf, "injection", store=f"{mkdtemp()}/judge.sqlite").reading
        'not shown'
    """
    chosen = _way(kind, by, n, level)
    name = called(log, rubric, judge)
    title = f"Probe of {name} on {label_of(rubric)}: {kind.replace('_', ' ')}"
    if chosen == "rewriting":
        title += ", by rewriting"
    told: Told
    if kind == "position":
        told = nothing(
            f"Position is a matter of pairs: {label_of(rubric)} judges one trace at a time, and the"
            " probe needs 50 pairs or more, judged in both orders."
        )
    elif chosen == "labels":
        seen: Observed = observed(log, rubric, judge, kind, level)
        told = by_labels(seen, log, kind, name, level)
    else:
        why = _cannot(log, rubric, judge)
        if why or not isinstance(judge, Judge) or not isinstance(rubric, Rubric):
            told = nothing(why)
        else:
            asked: Rewritten = rewritten(
                log, rubric, judge, kind, n,
                budget_usd=budget_usd, store=store, level=level, seed=seed,
            )  # fmt: skip
            told = by_rewriting(asked, log, kind, name, level)
    return Probe(
        title=title,
        band=told.band,
        headline=told.headline,
        frame=told.frame if told.frame is not None else pd.DataFrame({"part": []}, dtype="str"),
        caveats=told.caveats,
        known=MappingProxyType(dict(told.facts)),
        found=told.signals,
        kind=kind,
        by=chosen,
        reading=told.reading,
    )


def _way(kind: str, by: str | None, n: object, level: float) -> By:
    if kind not in KINDS:
        raise UnknownNameError("probe", kind, KINDS)
    if by is not None and by not in get_args(By):
        raise UnknownNameError("way to probe", by, get_args(By))
    if kind == "injection" and by == "labels":
        message = "injection is probed by rewriting: no label says what a note would have done."
        raise BadInputError(message)
    if kind == "self_preference" and by == "rewriting":
        message = "self_preference is probed by labels: who wrote an answer cannot be rewritten."
        raise BadInputError(message)
    if isinstance(n, bool) or not isinstance(n, int) or not 20 <= n <= 10_000:  # noqa: PLR2004 - fewer are counts
        message = f"n is a whole number from 20 to 10,000, not {n!r}."
        raise BadInputError(message)
    if not 0.5 < level < 1:  # noqa: PLR2004 - no interval holds less than half
        message = f"level lies between 0.5 and 1, not {level!r}."
        raise BadInputError(message)
    if by == "rewriting" or kind not in OBSERVED:
        return "rewriting"
    return "labels"


def _cannot(log: Log, rubric: Rubric | str, judge: Judge | str | None) -> str:
    """Return why nothing can be rewritten; "" where it can."""
    if not isinstance(judge, Judge) or not isinstance(rubric, Rubric):
        return "Rewriting asks the judge again: pass a Judge and a Rubric, not their names."
    if "output" not in rubric.fields:
        return f"{rubric.label} does not show the output, so there is nothing to rewrite."
    if "output" not in log.traces or not len(log):
        return "This log holds no output to rewrite."
    return ""
