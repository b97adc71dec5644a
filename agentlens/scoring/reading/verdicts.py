"""What did a judge say of each trace, and how did the trace come to be judged?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.rows import clusters_of
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.chosen import (
    asked,
    first_of_each,
    places,
    refuse_unknown,
    rows_of,
)
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting

__all__ = ["FAIL", "NONE", "PASS", "Verdicts", "verdicts_of"]

PASS, FAIL, NONE = 1, 0, -1
_TIERS = 3


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
        tier: 0, 1 or 2: how likely the trace was to be asked about.
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
    wanted = asked(rubric)
    rows, found, notes = rows_of(log, wanted, source)
    if rows.empty:
        raise refuse_unknown(log, wanted, source)
    rows, short, left = _of_judge(rows, rubric, judge)
    rows = first_of_each(rows)
    positions = places(log, rows)
    rows, positions = rows[positions >= 0], positions[positions >= 0]
    value = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    limit = _limit(found.label, value, passes)
    verdict = np.where(np.isnan(value), NONE, np.where(value >= limit, PASS, FAIL))
    if passes is None:  # whoever gave a degree and a word for it has said what passes
        label = _words(rows, "label")
        verdict = np.where(label == "pass", PASS, np.where(label == "fail", FAIL, verdict))
    p = _numbers(rows, "inclusion_p", 1.0)
    of_row = weighting(log.traces.iloc[positions], pd.Series(p)).of_row
    return Verdicts(
        name=found.name,
        rubric=found.label,
        judge=short,
        judge_ids=_ids(rows),
        source=source,
        positions=positions,
        spans=rows["_span"].to_numpy(dtype=object),
        verdict=verdict.astype(np.int64),
        score=_ordering(rows, value),
        status=_status(rows, verdict),
        g=of_row,
        p=p,
        cluster=clusters_of(log.traces)[positions],
        tier=_tiers(p),
        truncated=_flags(rows, "truncated"),
        passes=limit,
        notes=(*notes, *left),
    )


def _of_judge(
    rows: pd.DataFrame, rubric: Rubric | str, judge: Judge | str | None
) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """Return one judge's rows and its short name; verdicts of two judges are never mixed."""
    model = _words(rows, "judge_model")
    held = _words(rows, "judge_id")
    if isinstance(judge, Judge):
        by_id = isinstance(rubric, Rubric) and (held != "").any()
        mine = held == judge.id(rubric) if by_id and isinstance(rubric, Rubric) else None
        mine = model.map(_short) == judge.short if mine is None else mine
        _refuse_none(mine, judge.said, model)
        return rows[mine], judge.short, ()
    if judge is not None:
        mine = (model == judge) | (model.map(_short) == judge) | (held == judge)
        _refuse_none(mine, judge, model)
        rows, model, held = rows[mine], model[mine], held[mine]
    key = held.where(held != "", model)
    counts = key.value_counts()
    if len(counts) < 2:  # noqa: PLR2004 - one judge, or none that is named
        return rows, _short(str(model.iloc[0])), ()
    # who judged most is meant; equal counts are settled by name, so that no order of rows decides
    best = min(counts[counts == counts.max()].index)
    chosen = key == best
    left = text.listed(sorted({_short(str(one)) for one in model[~chosen]} - {""})) or "unnamed"
    note = (
        f"{text.plural(int((~chosen).sum()), 'verdict')} of other judges ({left}) are left out;"
        f" name one with judge=."
    )
    return rows[chosen], _short(str(model[chosen].iloc[0])), (note,)


def _refuse_none(mine: pd.Series, judge: str, model: pd.Series) -> None:
    if not mine.any():
        raise UnknownNameError("judge", judge, sorted({*model} - {""}))


def _short(model: str) -> str:
    return Judge(model).short if model.strip() else ""


def _limit(label: str, value: Floats, passes: float | None) -> float:
    if passes is not None:
        return float(passes)
    known = value[~np.isnan(value)]
    if known.size and (known.min() < 0 or known.max() > 1):
        message = (
            f"{label} scores from {known.min():g} to {known.max():g}: say from which number on a"
            f" trace passes, passes={np.median(known):g} for example."
        )
        raise BadInputError(message)
    return 0.5


def _ordering(rows: pd.DataFrame, value: Floats) -> Floats:
    """Return the score itself where it is a degree, else how sure the judge is of a pass."""
    known = value[~np.isnan(value)]
    if not np.isin(known, (0.0, 1.0)).all():
        return value
    if "confidence" not in rows:
        return np.full(value.size, np.nan)
    sure = _numbers(rows, "confidence", np.nan) / 100
    return np.where(value == 1.0, 0.5 + sure / 2, 0.5 - sure / 2)


def _status(rows: pd.DataFrame, verdict: Ints) -> np.ndarray:
    told = _words(rows, "status").to_numpy(dtype=object)
    told = np.where((told == "") & (verdict == NONE), "no verdict", told)
    return np.where(verdict == NONE, told, "")


def _ids(rows: pd.DataFrame) -> tuple[str, ...]:
    held, model = _words(rows, "judge_id"), _words(rows, "judge_model")
    both = held + np.where((held != "") & (model != ""), ":", "") + model
    return tuple(sorted({*both} - {""}))


def _tiers(p: Floats) -> Ints:
    """Return up to three groups by the probability of being asked."""
    levels = np.unique(p[~np.isnan(p)])
    if levels.size > _TIERS:
        levels = np.unique(np.quantile(levels, [0.0, 1 / 3, 2 / 3]))
    if levels.size < 2:  # noqa: PLR2004 - nothing to tell apart
        return np.zeros(p.size, dtype=np.int64)
    place = np.searchsorted(levels, np.nan_to_num(p, nan=levels[0]), side="right") - 1
    return np.clip(place, 0, levels.size - 1).astype(np.int64)


def _words(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows[name].astype(object).where(rows[name].notna(), "").astype(str)


def _numbers(rows: pd.DataFrame, name: str, otherwise: float) -> Floats:
    if name not in rows:
        return np.full(len(rows), otherwise)
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _flags(rows: pd.DataFrame, name: str) -> Flags:
    if name not in rows:
        return np.zeros(len(rows), dtype=bool)
    return rows[name].fillna(value=False).to_numpy(dtype=bool)
