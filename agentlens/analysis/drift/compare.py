"""Has one column drifted, how far, and in which of its values?"""

from typing import Any

import numpy as np

from agentlens.analysis.drift.answer import FEWEST, SD, SHARE, UNTESTED, Answer
from agentlens.analysis.drift.columns import Column
from agentlens.stats.arrays import Flags, Ints
from agentlens.stats.drift.bins import cells, merged, smoothed
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.distance import jensen_shannon, psi
from agentlens.stats.drift.far import far, quarters
from agentlens.stats.drift.levels import Levels
from agentlens.stats.drift.sample import Sample
from agentlens.stats.drift.shares import Moved, moved, stable
from agentlens.stats.drift.verdicts import Verdict, few, nominal, ordered
from agentlens.stats.groups import sums

__all__ = ["compared"]

_CUTS, _CLUSTERS, _DISTINCT = 20, 8, 10
_EXPECTED = 5


def compared(part: Sample, column: Column, level: float) -> Answer:
    """Return how the column differs between the periods.

    Args:
        part: the rows of the column.
        column: its codes, of the same rows.
        level: how often an interval must hold the truth.
    """
    now, before = part.counts
    row: dict[str, Any] = {
        "column": column.name,
        "kind": column.kind,
        "n": now,
        "n_baseline": before,
        "effect_of": SHARE if column.labels else SD,
        **UNTESTED,
    }
    if min(now, before) < FEWEST:
        return Answer(column, row, np.zeros((2, 0)), 0, (before, now))
    if column.is_number:
        return _number(part, column, row, level)
    return _category(part, column, row, level)


def _number(part: Sample, column: Column, row: dict[str, Any], level: float) -> Answer:
    value = column.value
    held = quarters(part, Levels(column.code, value))
    before = held[1][:2].sum(axis=0)
    few_values = value.size <= _DISTINCT
    parts = int(np.clip(min(part.counts) // _EXPECTED, 2, _CUTS)) // 2 * 2
    cell = np.arange(value.size) if few_values else cells(before, parts)
    bins = cell if few_values else cells(before, parts // 2)
    found = moved(part, cell[column.code], int(cell.max()) + 1)
    verdict = ordered(found)
    told = far(part, held, value, verdict, level)
    first = np.searchsorted(cell, np.arange(int(cell.max()) + 1))
    row |= {
        "effect": told.value,
        "low": told.low,
        "high": told.high,
        "ranks": told.ranks,
        "p": verdict.p,
        **_distances(found, bins[first], verdict),
    }
    counts = part.counts
    return Answer(column, row, told.shares, 0, (counts[1], counts[0]))


def _category(part: Sample, column: Column, row: dict[str, Any], level: float) -> Answer:
    many = len(column.labels)
    found = moved(part, column.codes, many)
    cell = merged(found.clusters, _CLUSTERS)
    if cell.max() == 0 or column.is_flag:
        cell = np.arange(many)
    folded = (
        found if cell.max() + 1 == many else moved(part, cell[column.code], int(cell.max()) + 1)
    )
    verdict = nominal(folded)
    apart = found.difference
    mover = 1 if column.is_flag else int(np.abs(apart).argmax())
    held = column.code == mover
    tried = 1 if column.is_flag else int((found.pooled > 0).sum())
    told = contrast(
        part,
        held.astype(np.float64),
        verdict,
        level,
        along=int(cell[mover]),
        comparisons=max(tried, 1),
        share=True,
    )
    p = verdict.p
    if column.is_flag and found.clusters.min() < _CLUSTERS:
        p = _rare(part, column.code == int(found.pooled.argmin()))
    counts = part.counts
    row |= {
        "effect": told.value,
        "low": float(max(told.low, -1.0)),
        "high": float(min(told.high, 1.0)),
        "p": p,
        **_distances(found, np.arange(many), verdict),
    }
    return Answer(column, row, found.share, mover, (counts[1], counts[0]))


def _rare(part: Sample, held: Flags) -> float:
    """Return p of something so rare that its users are counted."""
    used = part.weight > 0
    users = np.unique(part.arm[held & used] * part.n_groups + part.group[held & used])
    now = int((users >= part.n_groups).sum())
    rows = part.counts
    return few(now, users.size - now, rows[0] / sum(rows))


def _distances(found: Moved, bins: Ints, verdict: Verdict) -> dict[str, float]:
    many = int(bins.max(initial=0)) + 1
    before, now = (sums(bins, one, many) for one in found.share)
    p, q = smoothed(now, found.kish[1]), smoothed(before, found.kish[0])
    return {
        "jsd": jensen_shannon(p, q),
        "psi": psi(p, q),
        "psi_null": stable(found, bins, verdict.hours),
    }
