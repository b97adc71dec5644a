"""Which rows are one judge's, and what does each of them say?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.chosen import (
    Asked,
    asked,
    first_of_each,
    places,
    refuse_unknown,
    rows_of,
)
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.arrays import Floats, Ints
from agentlens.tables.log import Log

__all__ = ["FAIL", "NONE", "PASS", "Said", "numbers", "ordering", "said_by", "words"]

PASS, FAIL, NONE = 1, 0, -1


@dataclass(frozen=True, eq=False)
class Said:
    """The rows of one judge that speak of traces in the log.

    Attributes:
        rubric: what was asked.
        judge: its short name, "" where the log does not say.
        rows: of the scores, with `_span`, the step or "".
        positions: of each row, the row of `log.traces`.
        value: the number that was given.
        verdict: 1 pass, 0 fail, -1 none.
        passes: from which number on a score is a pass.
        notes: what was left out, and why.
    """

    rubric: Asked
    judge: str
    rows: pd.DataFrame
    positions: Ints
    value: Floats
    verdict: Ints
    passes: float
    notes: tuple[str, ...]


def said_by(
    log: Log,
    rubric: Rubric | str,
    judge: Judge | str | None,
    *,
    passes: float | None = None,
    source: str = "judge",
    repeats: bool = False,
) -> Said:
    """Return what one judge says by one rubric, once of each trace or step.

    Args:
        log: traces and scores.
        rubric: the rubric, or "name" or "name@version"; without a version the newest.
        judge: the judge, or its model's name; None for the one with most verdicts.
        passes: from which number on a score is a pass; 0.5 where scores lie between 0 and 1.
        source: "judge", or "check".
        repeats: once of each asking, too, where the same was asked again.

    Raises:
        UnknownNameError: no judge of that name judged by that rubric.
    """
    wanted = asked(rubric)
    rows, found, notes = rows_of(log, wanted, source)
    if rows.empty:
        raise refuse_unknown(log, wanted, source)
    rows, short, left = _of_judge(rows, rubric, judge)
    rows = first_of_each(rows, repeats=repeats)
    positions = places(log, rows)
    rows, positions = rows[positions >= 0], positions[positions >= 0]
    value = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    limit = _limit(found.label, value, passes)
    verdict = np.where(np.isnan(value), NONE, np.where(value >= limit, PASS, FAIL))
    if passes is None:  # whoever gave a degree and a word for it has said what passes
        label = words(rows, "label")
        verdict = np.where(label == "pass", PASS, np.where(label == "fail", FAIL, verdict))
    return Said(
        found, short, rows, positions, value, verdict.astype(np.int64), limit, (*notes, *left)
    )


def ordering(rows: pd.DataFrame, value: Floats) -> Floats:
    """Return the score itself where it is a degree, else how sure the judge is of a pass.

    Args:
        rows: of scores.
        value: the number that each gives.
    """
    known = value[~np.isnan(value)]
    if not np.isin(known, (0.0, 1.0)).all():
        return value
    if "confidence" not in rows:
        return np.full(value.size, np.nan)
    sure = numbers(rows, "confidence", np.nan) / 100
    return np.where(value == 1.0, 0.5 + sure / 2, 0.5 - sure / 2)


def words(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of text, "" where it says nothing.

    Args:
        rows: of scores.
        name: of the column.
    """
    if name not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows[name].astype("str").fillna("").astype(object)


def numbers(rows: pd.DataFrame, name: str, otherwise: float) -> Floats:
    """Return a column of numbers.

    Args:
        rows: of scores.
        name: of the column.
        otherwise: what stands in each row where there is no such column.
    """
    if name not in rows:
        return np.full(len(rows), otherwise)
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _of_judge(
    rows: pd.DataFrame, rubric: Rubric | str, judge: Judge | str | None
) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """Return one judge's rows and its short name; verdicts of two judges are never mixed."""
    model = words(rows, "judge_model")
    held = words(rows, "judge_id")
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
