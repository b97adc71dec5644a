"""About which traces is a judge asked again?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.judges.asking import verdicts_or_none
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import NONE, Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.sampling.draw import lots
from agentlens.stats.arrays import Flags, Floats
from agentlens.tables.log import Log

__all__ = ["Drawn", "drawn"]

_NEAR = 0.2


@dataclass(frozen=True, eq=False)
class Drawn:
    """The traces to ask about again, and how hard they are.

    Attributes:
        hard: by trace_id, whether it is hard; of these more were taken than their share.
        share: of all judged traces that are easy, and that are hard.
    """

    hard: pd.Series
    share: Floats


def drawn(log: Log, rubric: Rubric | str, judge: Judge | str | None, n: int, seed: int) -> Drawn:
    """Return n traces, half of them hard: near the threshold, or with somebody who disagrees.

    The draw is by the hash of the trace's id, so that a repeated question draws the same.

    Args:
        log: what the judge has judged, or may judge.
        rubric: what is asked.
        judge: who is asked.
        n: how many.
        seed: of the draw.
    """
    found = verdicts_or_none(log, rubric, judge)
    if found is None:
        positions, hard = np.arange(len(log), dtype=np.int64), np.zeros(len(log), dtype=bool)
    else:
        positions, first = np.unique(found.positions, return_index=True)
        hard = (_near(found) | _disputed(log, rubric, found))[first]
    ids = pd.Series(log.traces["trace_id"].to_numpy()[positions]).astype("str")
    order = np.argsort(lots(ids, f"retest:{seed}"), kind="stable")
    kinds = [order[~hard[order]], order[hard[order]]]
    n_hard = min(kinds[1].size, max(n // 2, n - kinds[0].size))
    chosen = np.concatenate([kinds[1][:n_hard], kinds[0][: n - n_hard]])
    share = np.array([(~hard).sum(), hard.sum()]) / max(hard.size, 1)
    return Drawn(pd.Series(hard[chosen], index=ids.iloc[chosen].to_numpy()), share)


def _near(found: Verdicts) -> Flags:
    """Return the fifth that lies nearest to the threshold, where scores tell."""
    apart = np.abs(found.score - found.passes)
    known = apart[~np.isnan(apart)]
    if not known.size or known.min() == known.max():
        return np.zeros(len(found), dtype=bool)
    limit = np.quantile(known, _NEAR, method="inverted_cdf")
    return np.asarray(np.nan_to_num(apart, nan=np.inf) <= min(limit, np.nextafter(known.max(), 0)))


def _disputed(log: Log, rubric: Rubric | str, found: Verdicts) -> Flags:
    """Return where a person, or another judge, says something else."""
    said = np.where(found.verdict == NONE, np.nan, found.verdict.astype(np.float64))
    disputed = np.zeros(len(found), dtype=bool)
    labels = labels_of(log, rubric).frame
    place = found.of(labels["position"].to_numpy(np.int64), labels["span"].to_numpy(object))
    y = labels["y"].to_numpy(np.float64)
    apart = (place >= 0) & ~np.isnan(y)
    here = place[apart]
    disputed[here] = (said[here] != y[apart]) & ~np.isnan(said[here])
    return disputed
