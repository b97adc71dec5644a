"""How much of the change of a judge's score is the judge itself?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from agentlens import text
from agentlens.analysis.explain.judge.behaviour import Behaviour, behaviour_of
from agentlens.analysis.explain.judge.labels import LEAST, Labels, error_rates, labels_of
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log
from agentlens.tables.wide import score_names

__all__ = ["JudgeChange", "judge_change"]

_FAMILY = 3
_NAMED = ("rubric_version", "judge_model")


@dataclass(frozen=True, eq=False)
class JudgeChange:
    """What became of a judge between two periods.

    Attributes:
        known: whether there are enough labels to say how much of the change is the judge's.
        value: what its changed error rates do to the observed rate; missing where not known.
        low: limit of the value.
        high: limit of the value.
        error: its standard error.
        sensitivity: share of what people pass that the judge passes, baseline and current.
        specificity: share of what people fail that the judge fails, baseline and current.
        n_labels: labels used, baseline and current.
        behaviour: the judge's pass rate among unhappy users' traces, where there are enough.
        z: labels and behaviour together: how far the judge moved towards passing, in errors.
        p: two-sided; 1 where there is no evidence.
        changed: rubric versions and models of the judge, where they differ.
        words: one sentence.
    """

    known: bool
    value: float
    low: float
    high: float
    error: float
    sensitivity: tuple[float, float]
    specificity: tuple[float, float]
    n_labels: tuple[int, int]
    behaviour: Behaviour | None
    z: float
    p: float
    changed: tuple[str, ...]
    words: str

    @property
    def agrees(self) -> bool:
        """Whether there is evidence, and its two kinds do not speak against each other."""
        return self.p < 1 and (not self.known or self.value * self.z > 0)

    def splits(self, level: float) -> bool:
        """Return whether the judge's part is sure enough to be taken out of the rate."""
        return self.known and self.agrees and self.p < (1 - level) / _FAMILY


def judge_change(
    log: Log, rows: Rows, arm: Ints, *, level: float = 0.95, seed: int = 0
) -> JudgeChange | None:
    """Return what became of the judge of a score; None where the metric is no judge's pass rate.

    Two kinds of evidence are put together (Stouffer): people's labels of the same name, which give
    the judge's sensitivity and specificity in each period; and how often the judge passes traces
    that users corrected, handed over or did not see finished. They share no trace.

    Args:
        log: the traces with their scores.
        rows: of the judge's score.
        arm: of each row: 1 current, 0 baseline, -1 neither.
        level: of the intervals.
        seed: of the draws.
    """
    name, source = score_names(log.score_kinds()).get(rows.metric.name, ("", ""))
    if source != "judge" or rows.metric.kind != "rate":
        return None
    labels = labels_of(log, rows, arm, name)
    behaviour = behaviour_of(log, rows, arm, labels.known, level)
    known = bool((labels.counts >= LEAST).all())
    nothing = (float("nan"), float("nan"))
    value, low, high, error = nothing * 2
    sensitivity = specificity = nothing
    scores = []
    if known:
        drawn = error_rates(rows, arm, labels, seed)
        tail = (1 - level) / 2
        low, value, high = (float(one) for one in np.quantile(drawn.effect, [tail, 0.5, 1 - tail]))
        error = (high - low) / float(2 * ndtri(1 - tail))
        sensitivity, specificity = _pair(drawn.sensitivity), _pair(drawn.specificity)
        scores.append(value / error)
    if behaviour is not None:
        scores.append(behaviour.z)
    z = float(np.sum(scores) / np.sqrt(len(scores))) if scores else 0.0
    return JudgeChange(
        known=known,
        value=value,
        low=low,
        high=high,
        error=error,
        sensitivity=sensitivity,
        specificity=specificity,
        n_labels=(int(labels.counts[0].sum()), int(labels.counts[1].sum())),
        behaviour=behaviour,
        z=z,
        p=float(2 * ndtr(-abs(z))) if scores else 1.0,
        changed=_changed(log, name, rows, arm),
        words=_words(labels, value, low, high, (sensitivity, specificity), behaviour, known=known),
    )


def _pair(drawn: np.ndarray) -> tuple[float, float]:
    middle = np.median(drawn, axis=1)
    return float(middle[0]), float(middle[1])


def _changed(log: Log, name: str, rows: Rows, arm: Ints) -> tuple[str, ...]:
    """Return a phrase for each of rubric version and judge model that differs."""
    scores = log.scores[(log.scores["name"] == name) & (log.scores["source"] == "judge")]
    said = []
    for column in (one for one in _NAMED if one in scores):
        held = []
        for period in (0, 1):
            ids = rows.ids.iloc[rows.positions[arm == period]]
            own = scores.loc[scores["trace_id"].isin(ids), column].dropna()
            held.append(sorted(pd.unique(own.astype(str))))
        if held[0] != held[1] and all(held):
            before, now = (text.listed(one, most=3) for one in held)
            said.append(f"{column.replace('_', ' ')} {before} → {now}")
    return tuple(said)


def _words(
    labels: Labels,
    value: float,
    low: float,
    high: float,
    rates: tuple[tuple[float, float], tuple[float, float]],
    behaviour: Behaviour | None,
    *,
    known: bool,
) -> str:
    n = [int(line.sum()) for line in labels.counts]
    if known:
        said = (
            f"By {n[1]:,} labels against {n[0]:,}, the judge's own change makes"
            f" {100 * value:+.1f} points [{100 * low:+.1f} to {100 * high:+.1f}]: of what people"
            f" pass it passes {text.share(rates[0][1], n[1])}, before"
            f" {text.share(rates[0][0], n[0])}, and of what they fail it fails"
            f" {text.share(rates[1][1], n[1])}, before {text.share(rates[1][0], n[0])}"
        )
    else:
        lacking = [
            f"{LEAST - int(labels.counts[period, verdict])} of traces that it {word} in {when}"
            for period, when in ((1, "the current period"), (0, "the baseline"))
            for verdict, word in ((1, "passed"), (0, "failed"))
            if labels.counts[period, verdict] < LEAST
        ]
        said = (
            f"Too few labels to say how much is the judge's ({n[1]:,} in the current period,"
            f" {n[0]:,} in the baseline): at least {text.listed(lacking)} more are needed"
        )
    if behaviour is None:
        return f"{said}; too few unhappy users' traces were judged to tell from them."
    return (
        f"{said}; of traces that did not serve their users it passes"
        f" {text.share(behaviour.current, behaviour.n_current)} (n = {behaviour.n_current:,}),"
        f" before {text.share(behaviour.baseline, behaviour.n_baseline)}"
        f" (n = {behaviour.n_baseline:,})."
    )
