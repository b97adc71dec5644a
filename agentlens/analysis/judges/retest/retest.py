"""How often does a judge contradict itself when it is asked again?"""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens.analysis.judges.asking import DEFAULT, answered, called, joined, label_of
from agentlens.analysis.judges.retest.items import Drawn, drawn
from agentlens.analysis.judges.retest.words import (
    band_of,
    caveats,
    facts,
    headline,
    not_asked,
    signals,
    too_few,
)
from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.runs import runs_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.flips import flips
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Retest", "retest"]

_FEWEST = 20
_LEAST_RUNS, _MOST_RUNS = 2, 20


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Retest(Result):
    """How steady a judge is, and the traces on which it is not.

    Attributes:
        log: what was given, with the verdicts of all runs.
        unstable: ids of the traces that it passed once and failed once.
    """

    verb: ClassVar[str] = "retest"

    log: Log
    unstable: tuple[str, ...]

    def figure(self) -> "go.Figure":
        """Return the picture: how many traces were passed in how many of the runs."""
        from agentlens.figures.judging.retest import retest_figure  # noqa: PLC0415 - on first use

        return retest_figure(self.frame, title=self.title)


def retest(  # noqa: PLR0913 - the words of the design, and what is accepted
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None = None,
    n: int = 60,
    k: int = 3,
    *,
    budget_usd: float | None = None,
    store: str | Path = DEFAULT,
    most: float = 0.10,
    level: float = 0.95,
    seed: int = 0,
) -> Retest:
    """Return how often a judge contradicts itself when it is asked the same again.

    There is no temperature to turn down: a judge that is asked twice may say two things. Half of
    the traces are hard ones (near the threshold, or where a person disagrees); the flip rate is
    weighted back to all that was judged.

    Args:
        log: what was judged.
        rubric: what is asked, or its name.
        judge: who is asked; by name, only verdicts in the log are read.
        n: how many traces are asked about.
        k: how often each.
        budget_usd: what may be spent; without it stored answers are used, and what is missing is
            told with its price.
        store: where answers are kept.
        most: the flip rate that is accepted.
        level: how often the interval must hold the truth.
        seed: of the draw.

    Example:
        >>> import agentlens as al
        >>> from tempfile import mkdtemp
        >>> log = al.demo(days=7, traces_per_day=30, seed=1)
        >>> steady = al.Judge.of(lambda words: '{"verdict": "pass"}', name="steady", version="1")
        >>> rubric = al.Rubric("met", 1, "Did the user get what they asked for?")
        >>> retest(log, rubric, steady, n=20, k=2, store=f"{mkdtemp()}/judge.sqlite").band
        'watch'
    """
    _check(n, k, most, level)
    chosen = drawn(log, rubric, judge, n, seed)
    name = called(log, rubric, judge)
    told = f"Retest of {label_of(rubric)} by {name}"
    asks = isinstance(judge, Judge) and isinstance(rubric, Rubric)
    part = log.where(trace_id=chosen.hard.index.tolist()) if asks else log
    found = answered(part, rubric, judge, repeats=k, budget_usd=budget_usd, store=store)
    whole = joined(log, found.log) if asks else log
    items = _items(found.log, rubric, judge, chosen if asks else None)
    if len(items) < _FEWEST:
        why = too_few(len(items), found.missing, name, asked=asks)
        return Retest(
            title=told,
            band="unknown",
            headline=why,
            frame=items,
            caveats=found.notes,
            log=whole,
            unstable=(),
        )
    rate = flips(
        items["passes"].to_numpy(np.float64),
        items["runs"].to_numpy(np.float64),
        level,
        stratum=(items["kind"] == "hard").to_numpy().astype(np.int64),
        share=chosen.share if asks else np.array([1.0, 0.0]),
    )
    unstable = tuple(items.loc[items["unstable"], "trace_id"])
    return Retest(
        title=told,
        band=band_of(rate, most),
        headline=headline(rate, items, name),
        frame=items,
        caveats=(*caveats(rate, items, most), *found.notes, *not_asked(found.missing)),
        known=MappingProxyType(facts(rate, items)),
        found=signals(found.log, rate, items, most, name),
        log=whole,
        unstable=unstable,
    )


def _check(n: object, k: object, most: float, level: float) -> None:
    for name, value, low, high in (("n", n, _FEWEST, 10_000), ("k", k, _LEAST_RUNS, _MOST_RUNS)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            message = f"{name} is a whole number from {low} to {high:,}, not {value!r}."
            raise BadInputError(message)
    for name, share, low_, high_ in (("most", most, 0.0, 0.5), ("level", level, 0.5, 1.0)):
        if not low_ < share < high_:
            message = f"{name} lies between {low_:g} and {high_:g}, not {share!r}."
            raise BadInputError(message)


def _items(
    log: Log, rubric: Rubric | str, judge: Judge | str | None, chosen: Drawn | None
) -> pd.DataFrame:
    """Return a row for each trace or step with two verdicts or more, the least steady first."""
    runs = runs_of(log, rubric, judge)
    said = runs[runs["verdict"] >= 0]
    by = said.groupby(["position", "span"], sort=True)["verdict"]
    items = by.agg(runs="size", passes="sum").reset_index()
    items = items[items["runs"] > 1].reset_index(drop=True)
    traces = log.traces
    items.insert(0, "trace_id", traces["trace_id"].to_numpy()[items["position"].to_numpy(np.int64)])
    items["kind"] = "all"
    if chosen is not None:
        items["kind"] = np.where(items["trace_id"].map(chosen.hard), "hard", "easy")
    labels = labels_of(log, rubric).frame[["position", "span", "y"]]
    items = items.merge(labels, on=["position", "span"], how="left")
    items["share"] = items["passes"] / items["runs"]
    items["unstable"] = items["share"].between(0, 1, inclusive="neither")
    items["doubt"] = 0.5 - (items["share"] - 0.5).abs()
    items = items.sort_values(["doubt", "trace_id", "span"], ascending=[False, True, True])
    names = ["trace_id", "span", "kind", "runs", "passes", "share", "unstable", "y"]
    return items[names].reset_index(drop=True)
