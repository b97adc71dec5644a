"""Which judged traces may be labelled, and in which cells do they lie?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.labels.planning.earlier import Earlier, Item
from agentlens.scoring.reading.verdicts import FAIL, NONE, PASS, Verdicts, tier_said
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.match import among

__all__ = ["DIFFER", "Population", "differing", "population"]

DIFFER = "differ: "
"""How the stratum of a trace begins that is labelled because two judges differ on it."""

_WORDS = {FAIL: "fail", PASS: "pass", NONE: "none"}
_GUESS = {FAIL: 0.3, PASS: 0.9, NONE: 0.5}
_BINS = 5
_EVEN = 0.5


@dataclass(frozen=True, eq=False)
class Population:
    """Judged traces in order of their ids, each in its cell.

    Attributes:
        items: trace and step of each.
        session: of each; the trace itself where it has none.
        cell: of each, a place in `names`.
        names: of the cells.
        verdict: of each cell: pass, fail or none.
        group: of each cell, cells of one verdict and tier having one; inside a group every trace is
            as likely to be drawn as any other.
        weight: share of the traffic that each cell stands for.
        guess: the rate at which people pass the traces of each cell.
        free: whether each may be drawn: no label with a design yet.
        labelled: labels with a design in each cell that say pass or fail.
        barred: traces left out since the rubric quotes them.
        lost: traces left out since nobody knows with what probability they were judged.
        share: of the judged traffic that lies in these cells.
    """

    items: Sequence[Item]
    session: Sequence[str]
    cell: Ints
    names: tuple[str, ...]
    verdict: Ints
    group: Ints
    weight: Floats
    guess: Floats
    free: Flags
    labelled: Ints
    barred: int = 0
    lost: int = 0
    share: float = 1.0

    @property
    def counts(self) -> Ints:
        """Traces in each cell."""
        return np.bincount(self.cell, minlength=len(self.names))

    @property
    def sizes(self) -> Ints:
        """Traces in each cell, were the traces spread over the cells as the traffic is."""
        spread = np.rint(self.weight * len(self.cell)).astype(np.int64)
        return np.where(self.counts > 0, np.maximum(spread, 1), 0)


def population(
    log: Log, verdicts: Verdicts, earlier: Earlier, examples: Sequence[str], *, by_score: bool
) -> Population:
    """Return the judged traces in cells of verdict and sampling tier.

    Args:
        log: the traces.
        verdicts: of the judge.
        earlier: labels that are there already.
        examples: ids of traces that the rubric quotes.
        by_score: whether cells are bins of the score, at most five of them.
    """
    kept, barred, lost = _usable(log, verdicts, examples)
    items, session = _named(log, verdicts, kept)
    verdict, tier = verdicts.verdict[kept], verdicts.tier[kept]
    score = verdicts.score[kept]
    if by_score and np.isnan(score[verdict != NONE]).any():
        message = (
            f"{verdicts.rubric} has no score to make cells of: its verdicts are pass and fail"
            " without a confidence. Leave cells='verdict'."
        )
        raise BadInputError(message)
    part = _score_bins(score, verdict) if by_score else _plain(verdict)
    names, cell = _tiered(part, tier)
    first = np.unique(cell, return_index=True)[1]
    of_cell = verdict[first]
    group = np.unique(_tiered(_plain(verdict), tier)[1][first], return_inverse=True)[1]
    weight: Floats = np.bincount(cell, weights=verdicts.g[kept]).astype(np.float64)
    y = earlier.answers(items)
    known = np.bincount(cell[~np.isnan(y)], minlength=len(names))
    passed = np.bincount(cell, weights=np.nan_to_num(y), minlength=len(names))
    n, x = (np.bincount(group, weights=one)[group] for one in (known, passed))
    prior = np.array([_GUESS[int(one)] for one in of_cell])
    return Population(
        items=items,
        session=session,
        cell=cell,
        names=names,
        verdict=of_cell,
        group=group,
        weight=weight / weight.sum() if len(weight) else weight,
        guess=np.where(n > 0, (x + 0.5) / (n + 1), prior),
        free=~earlier.known(items),
        labelled=known,
        barred=barred,
        lost=lost,
    )


def differing(
    log: Log, first: Verdicts, second: Verdicts, earlier: Earlier, examples: Sequence[str]
) -> Population:
    """Return the traces on which two judges differ, in two cells.

    Args:
        log: the traces.
        first: verdicts of a judge.
        second: verdicts of the other, on the same traces.
        earlier: labels that are there already.
        examples: ids of traces that the rubric quotes.
    """
    place = second.of(first.positions, first.spans)
    against = np.where(place >= 0, second.verdict[place], NONE)
    apart = (first.verdict != NONE) & (against != NONE) & (first.verdict != against)
    kept, barred, lost = _usable(log, first, examples, apart)
    items, session = _named(log, first, kept)
    cell = np.where(first.verdict[kept] == PASS, 0, 1)
    y = earlier.answers(items)
    weight: Floats = np.bincount(cell, weights=first.g[kept], minlength=2).astype(np.float64)
    both = (first.verdict != NONE) & (against != NONE) & ~np.isnan(first.g)
    return Population(
        items=items,
        session=session,
        cell=cell,
        names=(f"{DIFFER}pass, fail", f"{DIFFER}fail, pass"),
        verdict=np.array([PASS, FAIL]),
        group=np.arange(2),
        weight=weight / weight.sum() if len(items) else weight,
        guess=np.full(2, _EVEN),
        free=~earlier.known(items, also_differing=True),
        labelled=np.bincount(cell[~np.isnan(y)], minlength=2),
        barred=barred,
        lost=lost,
        share=float(weight.sum() / first.g[both].sum()) if both.any() else 0.0,
    )


def _usable(
    log: Log, verdicts: Verdicts, examples: Sequence[str], wanted: Flags | None = None
) -> tuple[Ints, int, int]:
    """Return the places of verdicts that count, in order of trace ids, and how many do not."""
    ids = log.traces["trace_id"].iloc[verdicts.positions]
    quoted = among(ids.reset_index(drop=True), pd.Series(list(examples), dtype="str"))
    known = ~np.isnan(verdicts.g)
    asked = np.ones(len(ids), dtype=bool) if wanted is None else wanted
    kept = np.flatnonzero(~quoted & known & asked)
    held = ids.to_numpy(dtype=object)[kept].astype(str)
    order = np.lexsort((verdicts.spans[kept].astype(str), held))
    return kept[order], int((quoted & asked).sum()), int((~quoted & ~known & asked).sum())


def _named(log: Log, verdicts: Verdicts, kept: Ints) -> tuple[list[Item], list[str]]:
    """Return items and their sessions."""
    rows = log.traces.iloc[verdicts.positions[kept]]
    ids = rows["trace_id"].astype("str")
    held = rows["session_id"] if "session_id" in rows else pd.Series(None, rows.index, dtype="str")
    steps = [str(one) for one in verdicts.spans[kept]]
    session = held.astype("str").where(held.notna(), ids).tolist()
    return list(zip(ids.tolist(), steps, strict=True)), session


def _tiered(words: list[str], tier: Ints) -> tuple[tuple[str, ...], Ints]:
    """Return the cells of words and tiers by name, and the cell of each trace."""
    told = words
    if len(np.unique(tier)) > 1:
        told = [f"{word}, {tier_said(one)}" for word, one in zip(words, tier.tolist(), strict=True)]
    names, cell = np.unique(np.array(told, dtype=str), return_inverse=True)
    return tuple(map(str, names)), cell.astype(np.int64)


def _plain(verdict: Ints) -> list[str]:
    return [_WORDS[int(one)] for one in verdict]


def _score_bins(score: Floats, verdict: Ints) -> list[str]:
    """Return a bin of at most five for each trace; none holds both passes and fails."""
    words = np.full(len(score), _WORDS[NONE], dtype=object)
    judged = verdict != NONE
    passing = float((verdict[judged] == PASS).mean()) if judged.any() else 0.0
    upper = int(np.clip(round(_BINS * passing), 1, _BINS - 1))
    for side, bins in ((PASS, upper), (FAIL, _BINS - upper)):
        rows = np.flatnonzero(verdict == side)
        if not len(rows):
            continue
        edges = np.unique(np.quantile(score[rows], np.arange(1, bins) / bins, method="nearest"))
        place = np.searchsorted(edges, score[rows], side="right")
        for one in np.unique(place):
            here = rows[place == one]
            low, high = score[here].min(), score[here].max()
            words[here] = f"{_WORDS[side]} {low:.3g}" + (f" to {high:.3g}" if high > low else "")
    return [str(one) for one in words]
