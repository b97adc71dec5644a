"""How do the arms differ in one metric?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.mix import mixed
from agentlens.analysis.compare.by_metric.outcome import (
    Choices,
    Outcome,
    days_for,
    required,
    verdict_of,
)
from agentlens.analysis.compare.by_metric.pairing import Paired, paired
from agentlens.analysis.compare.by_metric.running import running
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Flags
from agentlens.stats.trials.contrast import Kind, Sample, contrast, usable
from agentlens.stats.trials.joined import Contrast
from agentlens.stats.trials.pairs import Typical

__all__ = ["outcome_of"]

_PARTS = 16
_SHORTEST, _LONGEST = pd.Timedelta("15min"), pd.Timedelta("6h")


def outcome_of(arms: Arms, metric: str | Metric, choices: Choices) -> Outcome:
    """Return what is known of one metric in both arms.

    Args:
        arms: what is compared.
        metric: a name, or a Metric.
        choices: how they are compared.
    """
    rows = metric_rows(arms.log, metric)
    wanted = rows.metric
    if wanted.kind == "count":
        message = (
            f"{wanted.name} is a count, and arms of different length or share of the traffic have"
            " different counts. Compare a rate, a mean, a quantile or a ratio."
        )
        raise BadInputError(message)
    if rows.absent:
        lacking = f"The log does not record {text.listed(rows.absent)}."
        return Outcome(metric=wanted, unit=wanted.unit, notes=(lacking,))
    of = arms.of(rows)
    inside: Flags = (of == CURRENT) | (of == BASELINE)
    sample = _sample(arms, rows, inside)
    sizes = int((sample.arm == 1).sum()), int((sample.arm == 0).sum())
    pairs = paired(arms, rows, inside, choices.pair) if choices.pair else None
    if pairs is None and not _enough(sample):
        return _thin(wanted, sizes)
    if choices.looks == "continuous":
        return running(arms, rows, (sample, inside), pairs, choices)
    if pairs is not None:
        return _of_pairs(arms, wanted, pairs, choices)
    return _of_arms(arms, rows, sample, inside, choices)


def _of_arms(arms: Arms, rows: Rows, sample: Sample, inside: Flags, choices: Choices) -> Outcome:
    metric = rows.metric
    mix = mixed(arms, rows, sample, inside, choices.adjust)
    sizes = int((sample.arm == 1).sum()), int((sample.arm == 0).sum())
    whole = mix.sample.only(mix.kept)
    if not mix.kept.any():
        found = replace(_thin(metric, sizes), columns=mix.columns)
        return replace(found, notes=(*mix.notes, *found.notes))
    first = _contrast(whole, metric, choices.level)
    plain = replace(sample, cell=np.zeros_like(sample.cell))
    raw = _contrast(plain, metric, choices.level)
    kept = int((whole.arm == 1).sum()), int((whole.arm == 0).sum())
    said = _outcome(arms, metric, whole, first, choices)
    notes = [*rows.notes, *mix.notes, *said.notes]
    return replace(
        said,
        n=kept[0],
        n_baseline=kept[1],
        raw=raw.value,
        columns=mix.columns,
        notes=tuple(notes),
    )


def _of_pairs(arms: Arms, metric: Metric, pairs: Paired, choices: Choices) -> Outcome:
    if not pairs.n or not _enough(pairs.sample):
        few = Outcome(metric=metric, n=pairs.n, n_baseline=pairs.n, unit=metric.unit)
        need = f"{text.plural(pairs.n, 'pair')} are too few; two independent ones are the least."
        return replace(few, notes=(*pairs.notes, need))
    found = _contrast(pairs.sample, metric, choices.level)
    said = _outcome(arms, metric, pairs.sample, found, choices)
    exact, typical = pairs.exact_p(metric), pairs.typical(metric, choices.level)
    return replace(
        said,
        n=pairs.n,
        n_baseline=pairs.n,
        raw=pairs.raw(metric),
        p=said.p if exact is None else exact,
        typical=typical,
        # Why there is no interval stays the last note, as the headline says that one.
        notes=(*pairs.notes, *_typically(typical, metric), *said.notes),
    )


def _outcome(
    arms: Arms, metric: Metric, sample: Sample, found: Contrast, choices: Choices
) -> Outcome:
    """Return the verdict on a difference, put together on the scale of the margin."""
    margin = choices.margin(metric, found.baseline)
    if margin.relative:
        found = _contrast(sample, metric, choices.level, log_scale=True)
    size = margin.at(found.baseline)
    n = int((sample.arm == 1).sum())
    both = arms.together or choices.pair is not None
    wanted = n * required(found, metric, margin, both_grow=both)
    wanted = float(np.ceil(wanted)) if np.isfinite(wanted) else wanted
    verdict = verdict_of(metric, found.low, found.high, size)
    known = np.isfinite(found.low) and np.isfinite(found.high)
    return Outcome(
        metric=metric,
        verdict=verdict,
        notes=() if known else (_unknown(metric, found),),
        n=n,
        value=(found.current, found.baseline, found.value, found.low, found.high),
        p=found.p if known else np.nan,
        margin=size,
        margin_said=margin.said(metric.unit),
        required_n=wanted,
        days=days_for(arms, n, wanted),
        unit=metric.unit,
    )


def _typically(typical: Typical | None, metric: Metric) -> tuple[str, ...]:
    """Return how a single pair typically differs, which a few extreme ones cannot move."""
    if typical is None or not np.isfinite(typical.low):
        return ()
    value, low, high = (text.number(one, metric.unit) for one in typical[:3])
    return (f"The typical pair differs by {value} [{low} to {high}], p = {typical.p:.2g}.",)


def _unknown(metric: Metric, found: Contrast) -> str:
    if found.log_scale and not min(found.current, found.baseline) > 0:
        return "A value of zero or below has no percentage: pass margin= in the metric's unit."
    need = "; a p95 needs 72 independent rows of each arm" if metric.kind == "quantile" else ""
    return f"Too few independent users, sessions or hours for an interval{need}."


def _contrast(sample: Sample, metric: Metric, level: float, *, log_scale: bool = False) -> Contrast:
    kind: Kind = "mean" if metric.kind == "count" else metric.kind
    return contrast(sample, kind, q=metric.q or 0.5, level=level, log_scale=log_scale)


def _sample(arms: Arms, rows: Rows, inside: Flags) -> Sample:
    """Return the rows of both arms in one cell; where the hour may matter, in blocks of time."""
    block = None
    if not arms.together:
        shorter = min(stop - start for start, stop in arms.spans)
        width = min(max(shorter / _PARTS, _SHORTEST), _LONGEST)
        block = rows.time[inside] // int(width / pd.Timedelta(1, "us"))
    return Sample(
        arm=(arms.of(rows)[inside] == CURRENT).astype(np.int64),
        cell=np.zeros(int(inside.sum()), dtype=np.int64),
        cluster=rows.cluster[inside],
        weight=rows.weight[inside],
        above=rows.numerator[inside],
        below=rows.denominator[inside],
        block=block,
    )


def _enough(sample: Sample) -> bool:
    return bool(sample.arm.size) and bool(usable(replace(sample, cell=sample.cell * 0)).all())


def _thin(metric: Metric, sizes: tuple[int, int]) -> Outcome:
    need = (
        f"{text.plural(sizes[0], 'row')} in the current arm and {sizes[1]:,} in the baseline: at"
        " least two users or sessions of each are needed, in cells that both have."
    )
    return Outcome(metric=metric, n=sizes[0], n_baseline=sizes[1], unit=metric.unit, notes=(need,))
