"""Which traces does one read first?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.find.rare import bad_rows
from agentlens.analysis.investigate.question import Question
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints

__all__ = ["MOST", "first_of", "read_first", "reasons"]

MOST = 20
_OUTCOMES = (
    ("error_type", "{}"),
    ("user_corrected", "corrected by the user"),
    ("escalated", "escalated"),
    ("abandoned", "abandoned"),
    ("safety_flagged", "safety flagged"),
)


def read_first(question: Question, case: Case) -> pd.DataFrame:
    """Return up to twenty traces of the change with the reason each is here: trace_id, why.

    They are bad for the metric and lie where it changed. Those that show a failure which emerged
    come first, and each user once before any comes twice.

    Args:
        question: what is asked.
        case: what was found.
    """
    rows, arm = question.rows, case.periods.of(question.rows)
    within = case.within if case.slices else _mix_of(question, case)
    here = np.flatnonzero((arm == CURRENT) & within)
    badness = _badness(rows, arm, here)
    here, badness = here[badness > 0], badness[badness > 0]
    failure = pd.Series("", index=range(len(question.log.traces)), dtype=object)
    names = case.emerged.frame.set_index("id")["name"]
    for one in reversed(case.shared.index[case.shared > 0]):
        failure.iloc[case.emerged.positions(one)] = names[one]
    shown = failure.iloc[rows.positions[here]].to_numpy(dtype=object)
    told = reasons(question, rows, here)
    why = [
        f"{name}; {reason}" if name else reason for name, reason in zip(shown, told, strict=True)
    ]
    return first_of(rows, here, badness, why, shown)


def first_of(
    rows: Rows, here: Ints, points: Floats, why: list[str], failure: NDArray[np.object_]
) -> pd.DataFrame:
    """Return the rows that teach most: trace_id, why.

    Those with a failure come before those without, failures take turns, and each user comes once
    before any comes twice.

    Args:
        rows: what a metric counts.
        here: places of the rows to choose from.
        points: how bad each is.
        why: what is bad about it.
        failure: that emerged and that it shows, "" for none.
    """
    table = pd.DataFrame(
        {
            "trace_id": rows.ids.iloc[rows.positions[here]].astype(str).to_numpy(dtype=object),
            "why": why,
            "user": rows.cluster[here],
            "points": points,
            "failure": failure,
            "none": failure == "",
            "time": rows.time[here],
        }
    ).drop_duplicates("trace_id")
    table = table.sort_values(["points", "time"], ascending=[False, True], kind="stable")
    table["again"] = table.groupby("user").cumcount()
    table["turn"] = table.groupby("failure").cumcount()
    order = table.sort_values(["none", "again", "turn"], kind="stable").index
    return table.loc[order, ["trace_id", "why"]].head(MOST).reset_index(drop=True)


def reasons(question: Question, rows: Rows, here: Ints) -> list[str]:
    """Return what is bad about each row, in a few words."""
    if rows.metric.kind in {"mean", "quantile", "ratio"}:
        return [text.number(float(one), rows.metric.unit) for one in rows.numerator[here]]
    traces = question.log.traces.iloc[rows.positions[here]]
    said = pd.Series("", index=range(len(here)), dtype=object)
    for column, words in _OUTCOMES:
        if column not in traces:
            continue
        values = traces[column].reset_index(drop=True)
        marked = values.notna() if "{}" in words else values.fillna(value=False).astype(bool)
        told = values.astype(str).map(words.format) if "{}" in words else words
        said = said.where(~marked | (said != ""), told)
    return said.where(said != "", f"counts against {rows.metric.title}").tolist()


def _badness(rows: Rows, arm: Ints, here: Ints) -> Floats:
    """Return how much each row speaks for the change being bad; 0 for those that do not."""
    if rows.metric.kind in {"rate", "count"}:
        return bad_rows(rows)[here].astype(np.float64)
    usual = rows.numerator[arm == BASELINE]
    side = -1.0 if rows.metric.better == "higher" else 1.0
    away = side * (rows.numerator[here] - float(np.median(usual)))
    spread = float(np.std(usual)) or 1.0
    return np.clip(away / spread, 0.0, 1e5)


def _mix_of(question: Question, case: Case) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which rows are of the traffic whose share grew; all, where none did."""
    whole = np.ones(question.rows.positions.size, dtype=bool)
    if case.cause != "mix" or case.grew is None:
        return whole
    name, label = case.grew
    for one in question.dims:
        if one.name == name and label in one.labels:
            return np.asarray(one.codes == one.labels.index(label))
    return whole
