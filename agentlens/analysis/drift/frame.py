"""Which columns drifted, after so many were looked at, and what kind of change is it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from agentlens.analysis.drift.answer import Answer, size_of
from agentlens.analysis.drift.say import said
from agentlens.analysis.drift.texts import PROBES
from agentlens.stats.arrays import Flags
from agentlens.stats.multiple import benjamini_hochberg, benjamini_yekutieli

__all__ = ["FRAME", "Judging", "Method", "frame_of"]

Method = Literal["bh", "by"]
FRAME = (
    "column", "kind", "words", "n", "n_baseline", "effect", "effect_of", "low", "high", "ranks",
    "jsd", "psi", "psi_null", "p", "q", "times_gate", "material", "drifted", "reading",
)  # fmt: skip
_ADJUSTED = {"bh": benjamini_hochberg, "by": benjamini_yekutieli}
_HALF = 0.5


@dataclass(frozen=True)
class Judging:
    """When a column counts as drifted.

    Attributes:
        fdr: share of false ones among those called.
        method: how many comparisons are paid for.
        material: factor on the effects that matter.
        resampled: whether another share of the traffic was sampled, without weights to mend it.
    """

    fdr: float
    method: Method
    material: float
    resampled: bool


def frame_of(
    answers: Sequence[Answer], plain: Mapping[str, Answer], judging: Judging
) -> pd.DataFrame:
    """Return a row for each column, the drifted ones and the largest effects first.

    Args:
        answers: of the columns.
        plain: the same with the hours of the baseline as they are, where that differs.
        judging: when a column counts as drifted.
    """
    if not answers:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in FRAME})
    rows = pd.DataFrame([_judged(one, judging.material) for one in answers])
    p = rows["p"].to_numpy(dtype=np.float64)
    rows["q"] = _ADJUSTED[judging.method](p)
    rows["drifted"] = _stands(rows, judging.fdr)
    rows["reading"] = _readings(rows, _seasonal(rows, answers, plain, judging), judging)
    size = rows["times_gate"].fillna(-1.0)
    order = np.lexsort((-size.to_numpy(), ~rows["drifted"].to_numpy(dtype=bool)))
    return rows.iloc[order].reset_index(drop=True)[[*FRAME]]


def _judged(answer: Answer, factor: float) -> dict[str, Any]:
    size = size_of(answer)
    material = bool(size >= factor) and (size > 0 or factor == 0)
    return answer.row | {"words": said(answer), "times_gate": size, "material": material}


def _stands(rows: pd.DataFrame, fdr: float) -> Flags:
    """Return which rows drifted: rarer by chance than asked, and large enough to matter."""
    apart = (rows["low"] > 0) | (rows["high"] < 0)
    return np.asarray((rows["q"] < fdr) & rows["material"] & apart, dtype=np.bool_)


def _seasonal(
    rows: pd.DataFrame, answers: Sequence[Answer], plain: Mapping[str, Answer], judging: Judging
) -> Flags:
    """Return which columns drift only where hours of the day and week are not matched."""
    found = np.zeros(len(rows), dtype=bool)
    if not plain:
        return found
    told = [_judged(plain.get(one.column.name, one), judging.material) for one in answers]
    other = pd.DataFrame(told)
    other["q"] = _ADJUSTED[judging.method](other["p"].to_numpy(dtype=np.float64))
    shrunk = rows["effect"].abs() < _HALF * other["effect"].abs()
    named = np.array([one.column.name in plain for one in answers], dtype=bool)
    here = rows["drifted"].to_numpy(dtype=bool)
    return np.asarray(_stands(other, judging.fdr) & ~here & shrunk.to_numpy() & named, dtype=bool)


def _readings(rows: pd.DataFrame, seasonal: Flags, judging: Judging) -> list[str]:
    probing = rows["drifted"] & (rows["column"] == PROBES) & (rows["effect"] > 0)
    attacked = bool(probing.any())
    readings = []
    for row, by_hours in zip(rows.to_dict("records"), seasonal, strict=True):
        about_input = row["kind"] == "text" and str(row["column"]).startswith("input")
        if not row["drifted"]:
            readings.append("seasonal" if by_hours else "")
        elif attacked and (about_input or row["column"] == "query_chars"):
            readings.append("adversarial")
        else:
            readings.append("sampling" if judging.resampled else "organic")
    return readings
