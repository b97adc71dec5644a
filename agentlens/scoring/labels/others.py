"""Which labels of other plans by the same rubric does the store hold for these traces?"""

import json
from dataclasses import replace

import pandas as pd

from agentlens.scoring.labels.kept import kept_marks, references_of
from agentlens.scoring.labels.rows import label_rows
from agentlens.scoring.labels.work import Work
from agentlens.scoring.store.file import StoreFile
from agentlens.tables.match import among

__all__ = ["rows_of_others"]

_OTHERS = "select id, json from plan where rubric = ? and rubric_hash in ('', ?) and id != ?"


def rows_of_others(store: StoreFile, work: Work) -> pd.DataFrame | None:
    """Return what raters said by earlier plans; None where they said nothing.

    A plan leaves out what has a label already, so that its own labels stand for the rest alone:
    only together do they stand for all.

    Args:
        store: opened.
        work: whose log the labels belong to.
    """
    found = []
    wanted = (work.record.rubric, work.record.rubric_hash, work.record.plan)
    for row in store.rows(f"{_OTHERS} order by id", wanted):
        content = json.loads(row["json"])
        marks = kept_marks(store, row["id"])
        queue = pd.DataFrame(content["queue"])
        if not len(marks) or "inclusion_p" not in queue:
            continue
        plan = replace(work, queue=queue, record=replace(work.record, plan=row["id"]))
        rows = label_rows(plan, marks, references_of(store, row["id"]))
        found.append(rows[among(rows["trace_id"], work.log.traces["trace_id"])])
    return pd.concat(found, ignore_index=True) if found else None
