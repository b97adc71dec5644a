"""What is to be labelled: whose queue, by which rubric, in which round?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.labels.kept import Record
from agentlens.scoring.labels.plan import LabelPlan
from agentlens.scoring.labels.planning.made import QUEUE
from agentlens.scoring.reading.chosen import Asked, asked, first_of_each, rows_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

__all__ = ["Work", "said_of", "work_of"]

_UNNAMED = "verdict"
_ID = 10


@dataclass(frozen=True, eq=False, kw_only=True)
class Work:
    """A queue to label, and how its labels are named.

    Attributes:
        log: the traces.
        queue: a row for each showing, in order.
        record: the plan; of traces that somebody chose, one that says so.
        rubric: the score's name, the version and the hash of its words.
        round: of labelling, from 1.
        drawn: whether the traces were drawn by a design.
        cells: from which they were drawn for a rate, None where they were not.
    """

    log: Log
    queue: pd.DataFrame
    record: Record
    rubric: Asked
    round: int
    drawn: bool
    cells: pd.DataFrame | None = None


def work_of(given: Any, rubric: Rubric | str | None) -> Work:
    """Return what a plan, a log or anything that has a log is to be labelled for.

    Args:
        given: a `LabelPlan`, a `Log`, or an answer with a `log`, such as of `worst`.
        rubric: what is asked; a plan knows it.
    """
    if isinstance(given, LabelPlan):
        return _planned(given, rubric)
    log = given if isinstance(given, Log) else getattr(given, "log", None)
    if not isinstance(log, Log):
        message = (
            f"label takes a plan of plan_labels, a Log, or an answer with a log such as that of"
            f" worst, not {type(given).__name__}."
        )
        raise BadInputError(message)
    frame = None if given is log else getattr(given, "frame", None)
    return _chosen(log, frame, rubric)


def said_of(work: Work) -> Mapping[tuple[str, str], str]:
    """Return what judges said of each item, to be shown once a rater has decided."""
    rows, _, _ = rows_of(work.log, work.rubric, "judge")
    if rows.empty:
        return {}
    model = rows["judge_model"] if "judge_model" in rows else pd.Series("", index=rows.index)
    found: dict[tuple[str, str], str] = {}
    for name, own in rows.groupby(model.fillna("").astype("str"), sort=True):
        for row in first_of_each(own).to_dict("records"):
            key = (str(row["trace_id"]), str(row["_span"]))
            parts = [found[key]] if key in found else []
            found[key] = "\n".join([*parts, _said(str(name), row)])
    return found


def _said(judge: str, row: Mapping[Any, Any]) -> str:
    told = [one for one in (row.get("label"), row.get("value")) if not pd.isna(one)]
    told = told or [row.get("status") or "no verdict"]
    why = row.get("comment")
    return f"judge {judge}: {told[0]}" + ("" if why is None or pd.isna(why) else f" ({why})")


def _planned(plan: LabelPlan, rubric: Rubric | str | None) -> Work:
    if plan.record is None:
        message = f"There is nothing to label: {plan.headline}"
        raise BadInputError(message)
    if rubric is not None and asked(rubric).name != asked(plan.rubric).name:
        message = f"The plan is for {plan.record.rubric}, not for {asked(rubric).label}."
        raise BadInputError(message)
    wanted = asked(plan.record.rubric)._replace(hash=plan.record.rubric_hash or None)
    content = json.loads(plan.record.content)
    return Work(
        log=plan.log,
        queue=plan.frame,
        record=plan.record,
        rubric=wanted,
        round=int(content["round"]),
        drawn=True,
        cells=None if content["goal"] == "compare" else plan.cells,
    )


def _chosen(log: Log, frame: pd.DataFrame | None, rubric: Rubric | str | None) -> Work:
    """Return the traces of a log in its order, or in that of the list that chose them."""
    wanted = asked(_UNNAMED if rubric is None else rubric)
    barred = rubric.examples if isinstance(rubric, Rubric) else ()
    ids = log.traces["trace_id"]
    if frame is not None and "trace_id" in frame and set(frame["trace_id"]) == set(ids):
        ids = frame["trace_id"].drop_duplicates()
    ids = ids[~ids.isin(barred)].astype("str").reset_index(drop=True)
    steps = pd.Series("", index=ids.index, dtype="str")
    if isinstance(rubric, Rubric) and rubric.unit == "tool":
        tools = log.spans[log.spans["kind"] == "tool"]
        joined = ids.to_frame("trace_id").merge(tools[["trace_id", "span_id"]], on="trace_id")
        ids, steps = joined["trace_id"].astype("str"), joined["span_id"].astype("str")
    queue = pd.DataFrame(
        {
            "trace_id": ids,
            "span_id": steps,
            "stage": pd.Series("targeted", index=ids.index, dtype="str"),
            "stratum": pd.Series("", index=ids.index, dtype="str"),
            "split": pd.Series("", index=ids.index, dtype="str"),
            "inclusion_p": np.nan,
            "order": np.arange(1, len(ids) + 1),
            "repeat": 1,
        },
        columns=list(QUEUE),
    )
    words = sha256(f"{wanted.label}:{wanted.hash}".encode()).hexdigest()[:_ID]
    record = Record(
        plan=f"{wanted.name}-by-hand-{words}",
        rubric=wanted.label,
        rubric_hash=wanted.hash or "",
        judge_id="",
        content=json.dumps({"format": 1, "goal": "by hand", "round": 1, "queue": []}),
    )
    return Work(log=log, queue=queue, record=record, rubric=wanted, round=1, drawn=False)
