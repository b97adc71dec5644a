"""Does the judge's verdict follow a property that should not matter, on labelled traces?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.gather import gathered, usable
from agentlens.analysis.judges.asking import verdicts_or_none
from agentlens.analysis.judges.probe.property import named, values_of
from agentlens.analysis.judges.probe.regression import Effect, effect_of
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log

__all__ = ["FEWEST", "Observed", "observed"]

FEWEST = 100
_BINS = 4


@dataclass(frozen=True, eq=False)
class Observed:
    """The labelled traces with the property, and its effect.

    Attributes:
        rows: trace_id, y, verdict and x.
        effect: on the verdict; its `why` says where there is none.
        frame: by human verdict and part of the property: n, passed, value, low, high and at.
        notes: what was left out.
    """

    rows: pd.DataFrame
    effect: Effect
    frame: pd.DataFrame
    notes: tuple[str, ...]


def observed(
    log: Log, rubric: Rubric | str, judge: Judge | str | None, kind: str, level: float
) -> Observed:
    """Return the effect of a property on labelled traces.

    Args:
        log: with verdicts and labels.
        rubric: what was asked.
        judge: who was asked.
        kind: which property.
        level: how often the interval must hold the truth.
    """
    need = "model" if kind == "self_preference" else "output"
    if need not in log.traces:
        return _nothing(f"this log has no column {need}")
    verdicts = verdicts_or_none(log, rubric, judge)
    if verdicts is None:
        return _nothing("this judge has no verdict here")
    found = gathered(log, verdicts, labels_of(log, rubric), "all")
    rows = found.labelled
    rows = rows[usable(rows, "all") & (rows["verdict"] >= 0)]
    rows = rows.sort_values(["trace_id", "span"], kind="stable").reset_index(drop=True)
    if len(rows) < FEWEST:
        lacking = f"{len(rows)} labels; {FEWEST} are needed"
        return Observed(rows, _unknown(lacking), _empty(), found.notes)
    place = pd.Index(log.traces["trace_id"]).get_indexer(rows["trace_id"])
    x = values_of(log.traces.iloc[place], kind, named(judge, verdicts.judge))
    rows = rows.assign(x=x)[["trace_id", "y", "verdict", "x", "cluster"]]
    effect = effect_of(
        rows["verdict"].to_numpy(np.float64),
        rows["y"].to_numpy(np.float64),
        x,
        rows["cluster"].to_numpy(np.int64),
        level,
    )
    return Observed(rows, effect, _binned(rows, kind), found.notes)


def _binned(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the judge's pass rate by part of the property, for each human verdict."""
    x = rows["x"].to_numpy(np.float64)
    if kind == "self_preference":
        place, words = x.astype(np.int64), ["other lines", "its own line"]
    else:
        cuts = np.unique(np.quantile(x, np.linspace(0, 1, _BINS + 1)[1:-1]))
        place = np.searchsorted(cuts, x, side="right")
        words = [f"quarter {one + 1}" for one in range(cuts.size + 1)]
    parts = []
    for human, name in ((1.0, "people pass"), (0.0, "people fail")):
        mine = (rows["y"] == human).to_numpy()
        n = np.bincount(place[mine], minlength=len(words)).astype(np.float64)
        k = np.bincount(place[mine & (rows["verdict"] == 1).to_numpy()], minlength=len(words))
        low, high = wilson(k.astype(np.float64), n)
        parts.append(
            pd.DataFrame(
                {
                    "human": name,
                    "part": words,
                    "at": np.arange(len(words)),
                    "n": n.astype(np.int64),
                    "passed": k,
                    "value": np.divide(k, n, out=np.full(n.size, np.nan), where=n > 0),
                    "low": low,
                    "high": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _empty() -> pd.DataFrame:
    names = ("human", "part", "at", "n", "passed", "value", "low", "high")
    return pd.DataFrame({name: pd.Series(dtype="float64") for name in names})


def _unknown(why: str) -> Effect:
    return Effect(np.nan, np.nan, np.nan, np.nan, np.nan, why)


def _nothing(why: str) -> Observed:
    names = ("trace_id", "y", "verdict", "x", "cluster")
    rows = pd.DataFrame({name: pd.Series(dtype="float64") for name in names})
    return Observed(rows, _unknown(why), _empty(), ())
