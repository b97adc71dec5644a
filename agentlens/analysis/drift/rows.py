"""Which traces are compared, with which weights, and how is their time cut?"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import CURRENT, Periods, bounds
from agentlens.analysis.drift.columns import Column
from agentlens.errors import BadInputError
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.blocks import Match, blocks_of, matched
from agentlens.stats.drift.sample import Sample, sample_of
from agentlens.stats.drift.shares import moved
from agentlens.stats.drift.verdicts import nominal
from agentlens.tables.log import Log

__all__ = ["Matched", "Paired", "paired_of", "rows_of"]

Matched = bool | Literal["auto"]
_MANY = 24
_SURE, _MUCH = 0.01, 0.05
_ONCE, _TWICE = 0.9, 1.9


@dataclass(frozen=True, eq=False)
class Paired:
    """The traces of two periods that are compared.

    Attributes:
        sample: of them.
        places: of each trace of the log in the sample, or -1.
        factor: by which hours are matched, of each row of the sample.
        match: which hours of the baseline count; None where none was asked for.
        block: length of a block of time, in microseconds.
        luck: blocks less strata.
        resampled: whether the sampling changed and no weights make up for it.
        notes: sentences on weights and on traces left out.
    """

    sample: Sample
    places: Ints
    factor: Floats
    match: Match | None
    block: int
    luck: float
    resampled: bool
    notes: tuple[str, ...]

    @property
    def every(self) -> bool:
        """Whether each trace of the log is compared."""
        return self.sample.arm.size == self.places.size


def paired_of(periods: Periods, asked: Matched, seed: int) -> Paired:
    """Return the traces that are compared; one that is still open has no end to compare.

    Args:
        periods: what is compared.
        asked: whether hours of the week are matched.
        seed: of the groups of users.
    """
    log = periods.log
    rows = metric_rows(log, "traffic")
    arms = periods.of(rows)
    inside = np.flatnonzero((arms >= 0) & ~_open(log)[rows.positions])
    still = int((arms >= 0).sum()) - inside.size
    match = _match(periods, asked)
    time, arm = rows.time[inside], arms[inside]
    factor = np.ones(inside.size)
    if match is not None:
        factor = np.where(arm == CURRENT, 1.0, match.of(time))
    blocks = blocks_of(time, arm, bounds(periods.current), bounds(periods.baseline))
    sample = sample_of(
        arm,
        rows.weight[inside],
        rows.cluster[inside],
        factor=factor,
        block=blocks.of_row,
        stratum=blocks.stratum,
        seed=seed,
    )
    places = np.full(len(log), -1, dtype=np.int64)
    places[rows.positions[inside]] = np.arange(inside.size)
    under_way = f"{text.plural(still, 'trace')} still open left out: what is to come is missing."
    return Paired(
        sample=sample,
        places=places,
        factor=factor,
        match=match,
        block=blocks.length,
        luck=_luck(blocks.stratum),
        resampled=_resampled(log, rows, inside, sample),
        notes=(*rows.notes, *([under_way] if still else [])),
    )


def rows_of(paired: Paired, column: Column) -> tuple[Sample, Column]:
    """Return the part of the sample that says something in the column, and its codes.

    Args:
        paired: the traces that are compared.
        column: to compare.
    """
    if paired.every and column.weight is None and column.positions.size == paired.places.size:
        return paired.sample, column
    at = paired.places[column.positions]
    used = at >= 0
    rows = at[used]
    part = paired.sample.only(rows)
    if column.weight is not None:
        raw = column.weight[used]
        part = replace(part, raw=raw, weight=raw * paired.factor[rows])
    return part, replace(column, positions=column.positions[used], code=column.code[used])


def _match(periods: Periods, asked: Matched) -> Match | None:
    if asked is False:
        return None
    found = matched(
        bounds(periods.current), bounds(periods.baseline), _ONCE if asked is True else _TWICE
    )
    if asked is True and found.wanted:
        message = (
            "matched=True asks for the same hours of the week, and the baseline lacks some of"
            ' them. Pass a baseline of a week or more, or matched="auto".'
        )
        raise BadInputError(message)
    return found


def _resampled(log: Log, rows: Rows, inside: Ints, sample: Sample) -> bool:
    """Return whether the rules of sampling changed while all weights are equal."""
    if "sampled_by" not in log.traces or (sample.raw != sample.raw[0]).any():
        return False
    names = log.traces["sampled_by"].iloc[rows.positions[inside]]
    code = pd.factorize(names, use_na_sentinel=False)[0].astype(np.int64)
    many = int(code.max(initial=0)) + 1
    if many == 1 or many > _MANY or min(sample.counts) < _MANY:
        return False
    found = moved(sample, code, many)
    apart = float(abs(found.difference).max())
    return apart > _MUCH and nominal(found).p < _SURE


def _open(log: Log) -> np.ndarray:
    """Return which traces are still under way."""
    if "status" not in log.traces:
        return np.zeros(len(log), dtype=bool)
    return (log.traces["status"] == "open").fillna(value=False).to_numpy(dtype=bool)


def _luck(stratum: Ints) -> float:
    blocks = np.bincount(stratum)
    return float((blocks - 1)[blocks > 1].sum())
