"""What may be said of a comparison that is looked at again and again?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.outcome import Choices, Outcome, days_for, verdict_of
from agentlens.analysis.compare.by_metric.pairing import Paired
from agentlens.analysis.compare.by_metric.scaled import Scaled, bounded
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.trials.betting import Sequence, always_valid_p, confidence_sequence
from agentlens.stats.trials.contrast import Sample
from agentlens.stats.trials.stream import how_many_to_one, side_by_side

__all__ = ["running"]

_LOOKS = 60
_ONE_TO_ONE = (1, 1)


@dataclass(frozen=True, eq=False)
class _Stream:
    """One observation a cluster and arm, in the order of their first rows."""

    arm: Ints
    value: Floats
    time: Ints


@dataclass(frozen=True, eq=False)
class _Known:
    """The means of both arms, group by group, and when both were known."""

    one: Floats
    other: Floats
    time: Ints


def running(
    arms: Arms,
    rows: Rows,
    chosen: tuple[Sample, Flags],
    pairs: Paired | None,
    choices: Choices,
) -> Outcome:
    """Return what is known of one metric at every look at once.

    Args:
        arms: what is compared.
        rows: of the metric.
        chosen: the rows of both arms, and which of the metric's those are.
        pairs: the same matched by a key, where they are.
        choices: how they are compared.
    """
    metric = rows.metric
    sample, inside = (pairs.sample, None) if pairs is not None else chosen
    time = np.tile(pairs.time, 2) if pairs is not None else rows.time[inside]
    order = np.argsort(time, kind="stable")
    sample, time = _in_order(sample, order), time[order]
    kept, thinned = _even(sample, choices.seed)
    sample, time = sample.only(kept), time[kept]
    scaled = bounded(metric, sample)
    notes = [*(pairs.notes if pairs is not None else rows.notes), *thinned]
    sizes = int((sample.arm == 1).sum()), int((sample.arm == 0).sum())
    base = Outcome(metric=metric, n=sizes[0], n_baseline=sizes[1], unit="share", notes=tuple(notes))
    if scaled is None:
        return _too_few(base, sizes)
    later = ~scaled.spent
    stream = _by_cluster(sample.only(later), scaled.placed[later], time[later])
    each = _ONE_TO_ONE
    if pairs is None and arms.together:
        each = how_many_to_one(_by_cluster(sample, scaled.placed, time).arm)
    one, other, at = side_by_side(stream.arm, stream.value, each)
    if not at.size:
        return _too_few(base, sizes)
    raw = [float(stream.value[stream.arm == side].mean()) for side in (1, 0)]
    known = _Known(one, other, stream.time[np.maximum.accumulate(at)])
    many = replace(base, raw=raw[0] - raw[1], n=at.size * each[0], n_baseline=at.size * each[1])
    return _judged(arms, many, known, scaled, choices)


def _judged(
    arms: Arms,
    base: Outcome,
    known: _Known,
    scaled: Scaled,
    choices: Choices,
) -> Outcome:
    metric = base.metric
    apart = known.one - known.other
    looks = _looks(apart.size)
    found = confidence_sequence(apart, looks, choices.level)
    means = float(known.one.mean()), float(known.other.mean())
    margin = choices.margin(metric, means[1])
    own = metric.kind == "rate"
    size = margin.at(means[1]) if own else scaled.moved(margin)
    low, high = float(found.low[-1]), float(found.high[-1])
    worse = found.value[-1] - low if metric.better == "higher" else high - found.value[-1]
    wanted = float(np.ceil(base.n * max((worse / size) ** 2, 0.0)))
    said = margin.said("share") if own else f"{100 * size:.2g} points"
    return Outcome(
        metric=metric,
        verdict=verdict_of(metric, low, high, size),
        n=base.n,
        n_baseline=base.n_baseline,
        value=(means[0], means[1], float(found.value[-1]), low, high),
        raw=base.raw,
        p=always_valid_p(apart, looks),
        margin=size,
        margin_said=said,
        required_n=wanted,
        days=days_for(arms, base.n, wanted),
        unit="share",
        scale=scaled.said,
        notes=base.notes,
        sequence=_frame(known.time[looks - 1], found, looks, size),
    )


def _looks(n: int) -> Ints:
    """Return after how many differences one looks: often at first, then more rarely."""
    return np.unique(np.ceil(n * (np.arange(1, _LOOKS + 1) / _LOOKS)).astype(np.int64))


def _frame(time: Ints, found: Sequence, looks: Ints, margin: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": pd.to_datetime(time, unit="us", utc=True),
            "n": looks,
            "difference": found.value,
            "low": found.low,
            "high": found.high,
            "margin": margin,
        }
    )


def _even(sample: Sample, seed: int) -> tuple[Flags, list[str]]:
    """Return which rows are kept so that all weigh the same, drawn in proportion to their weight."""
    most = float(sample.weight.max(initial=0.0))
    if not sample.weight.size or bool((sample.weight == most).all()):
        return np.ones(sample.weight.size, dtype=bool), []
    _, first, place = np.unique(sample.cluster, return_index=True, return_inverse=True)
    drawn = np.empty(first.size)  # a number each in order of arrival, so that no look redraws it
    drawn[np.argsort(first, kind="stable")] = np.random.default_rng(seed).random(first.size)
    kept: Flags = drawn[place] < sample.weight / most
    note = (
        f"Rows were drawn in proportion to their weight, {int(kept.sum()):,} of {kept.size:,}, so"
        " that all weigh the same."
    )
    return kept, [note]


def _by_cluster(sample: Sample, values: Floats, time: Ints) -> _Stream:
    """Return the mean of each cluster in each arm, in the order in which they first came."""
    keys = sample.cluster * 2 + sample.arm
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    means = sums(place, values, first.size) / np.bincount(place, minlength=first.size)
    order = np.argsort(first, kind="stable")
    return _Stream(sample.arm[first[order]], means[order], time[first[order]])


def _in_order(sample: Sample, order: Ints) -> Sample:
    return Sample(
        sample.arm[order],
        sample.cell[order],
        sample.cluster[order],
        sample.weight[order],
        sample.above[order],
        sample.below[order],
    )


def _too_few(base: Outcome, sizes: tuple[int, int]) -> Outcome:
    need = (
        f"{sizes[0]:,} current and {sizes[1]:,} baseline rows are too few to begin: a hundred users"
        " or sessions come first, and for a metric without bounds another hundred of the baseline."
    )
    return Outcome(
        metric=base.metric,
        n=base.n,
        n_baseline=base.n_baseline,
        unit="share",
        notes=(*base.notes, need),
    )
