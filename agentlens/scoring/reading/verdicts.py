"""What did a judge say of each trace, and how did the trace come to be judged?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.said import FAIL, NONE, PASS, numbers, ordering, said_by, words
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting

__all__ = ["FAIL", "NONE", "PASS", "Verdicts", "tier_said", "verdicts_of"]

_TIERS = 3
_SETTLED = 3


@dataclass(frozen=True, eq=False)
class Verdicts:
    """One verdict, or the reason why there is none, for each trace that a judge was asked about.

    Attributes:
        name: of the score.
        rubric: name and version.
        judge: its short name, "" where the log does not say.
        judge_ids: what tells the judge apart: its id and the model that answered.
        source: judge or check.
        positions: rows of `log.traces`.
        spans: the step that was judged, "" for the whole trace.
        verdict: 1 pass, 0 fail, -1 none.
        score: the number that is ordered by; missing where there is none.
        status: why there is no verdict, "" where there is one.
        g: how many traces of the traffic each stands for.
        p: the probability with which the judge was asked.
        cluster: the user, else the session, else the trace.
        tier: 0, 1 or 2: how likely the trace was to be asked about; 3 where no judge was asked,
            since a failed check settled it.
        truncated: whether the judge saw it cut.
        passes: from which number on a score is a pass.
        notes: what was left out, and why.
    """

    name: str
    rubric: str
    judge: str
    judge_ids: tuple[str, ...]
    source: str
    positions: Ints
    spans: np.ndarray
    verdict: Ints
    score: Floats
    status: np.ndarray
    g: Floats
    p: Floats
    cluster: Ints
    tier: Ints
    truncated: Flags
    passes: float
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many traces or steps the judge was asked about."""
        return self.positions.size

    def of(self, positions: Ints, spans: np.ndarray) -> Ints:
        """Return the place of each trace and step in these arrays, -1 for one that is not here.

        Args:
            positions: rows of `log.traces`.
            spans: the steps, "" for the whole trace.
        """
        index = pd.MultiIndex.from_arrays([self.positions, self.spans.astype(str)])
        sought = pd.MultiIndex.from_arrays([positions, np.asarray(spans).astype(str)])
        return np.asarray(index.get_indexer(sought), dtype=np.int64)


def verdicts_of(
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None = None,
    *,
    passes: float | None = None,
    source: str = "judge",
) -> Verdicts:
    """Return a judge's verdicts by one rubric, one for each trace or step.

    Args:
        log: traces and scores.
        rubric: the rubric, or "name" or "name@version"; without a version the newest.
        judge: the judge, or its model's name; None for the one with most verdicts.
        passes: from which number on a score is a pass; 0.5 where scores lie between 0 and 1.
        source: "judge", or "check" for a check that claims to know what a text means.

    Raises:
        UnknownNameError: no judge of that name judged by that rubric.
    """
    said = said_by(log, rubric, judge, passes=passes, source=source)
    rows, positions, verdict = said.rows, said.positions, said.verdict
    p = numbers(rows, "inclusion_p", 1.0)
    of_row = weighting(log.traces.iloc[positions], pd.Series(p)).of_row
    return Verdicts(
        name=said.rubric.name,
        rubric=said.rubric.label,
        judge=said.judge,
        judge_ids=_ids(rows),
        source=source,
        positions=positions,
        spans=rows["_span"].to_numpy(dtype=object),
        verdict=verdict,
        score=ordering(rows, said.value),
        status=_status(rows, verdict),
        g=of_row,
        p=p,
        cluster=log.clusters[positions],
        tier=np.where(words(rows, "via") == "check", _SETTLED, _tiers(p)),
        truncated=_flags(rows, "truncated"),
        passes=said.passes,
        notes=said.notes,
    )


def _status(rows: pd.DataFrame, verdict: Ints) -> np.ndarray:
    told = words(rows, "status").to_numpy(dtype=object)
    told = np.where((told == "") & (verdict == NONE), "no verdict", told)
    return np.where(verdict == NONE, told, "")


def _ids(rows: pd.DataFrame) -> tuple[str, ...]:
    told = {name: words(rows, name) for name in ("judge_id", "judge_model")}
    kinds = pd.DataFrame(told).drop_duplicates().itertuples(index=False)
    return tuple(sorted({":".join(filter(None, one)) for one in kinds} - {""}))


def tier_said(tier: int) -> str:
    """Return a tier as cards name it.

    >>> tier_said(0), tier_said(3)
    ('tier 1', 'settled by a check')
    """
    return "settled by a check" if tier == _SETTLED else f"tier {tier + 1}"


def _tiers(p: Floats) -> Ints:
    """Return up to three groups by the probability of being asked."""
    levels = np.unique(p[~np.isnan(p)])
    if levels.size > _TIERS:
        levels = np.unique(np.quantile(levels, [0.0, 1 / 3, 2 / 3]))
    if levels.size < 2:  # noqa: PLR2004 - nothing to tell apart
        return np.zeros(p.size, dtype=np.int64)
    place = np.searchsorted(levels, np.nan_to_num(p, nan=levels[0]), side="right") - 1
    return np.clip(place, 0, levels.size - 1).astype(np.int64)


def _flags(rows: pd.DataFrame, name: str) -> Flags:
    if name not in rows:
        return np.zeros(len(rows), dtype=bool)
    return rows[name].fillna(value=False).to_numpy(dtype=bool)
