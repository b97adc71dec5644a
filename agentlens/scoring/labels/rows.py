"""How does a mark become a row of the scores that never loses its design?"""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.labels.work import Work
from agentlens.tables.conform import conform
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.schema import SCORES

__all__ = ["label_rows", "with_labels"]

_DESIGN = ["stage", "stratum", "split", "inclusion_p"]
_ID = 24
_IDENTITY = (
    *("source", "name", "plan", "trace_id", "span_id", "rater", "round", "repeat", "blind"),
)


def label_rows(work: Work, marks: pd.DataFrame, references: pd.Series) -> pd.DataFrame:
    """Return one row of the scores for each mark, with how its trace came to be labelled.

    Args:
        work: the queue.
        marks: as the store gives them.
        references: rater to what their labels count as.
    """
    keys = ["trace_id", "span_id"]
    design = work.queue.drop_duplicates(keys)[[*keys, *_DESIGN]]
    rows = marks.merge(design, on=keys, how="inner")
    n = len(rows)
    words = np.where(rows["y"] == 1.0, "pass", np.where(rows["y"] == 0.0, "fail", "unsure"))
    told: dict[str, Any] = {
        "score_id": _ids(work, rows),
        "trace_id": rows["trace_id"],
        "span_id": _known(rows["span_id"]),
        "name": [work.rubric.name] * n,
        "value": rows["y"],
        "label": words,
        "kind": ["boolean"] * n,
        "source": ["human"] * n,
        "rater": rows["rater"],
        "rubric": [work.rubric.name] * n,
        "rubric_version": [work.rubric.version] * n,
        "time": pd.to_datetime(rows["at"], unit="s", utc=True).dt.as_unit("us"),
        "inclusion_p": rows["inclusion_p"],
        "rubric_hash": [work.rubric.hash] * n,
        "repeat": rows["repeat"],
        "plan": [work.record.plan] * n,
        "stage": rows["stage"],
        "stratum": _known(rows["stratum"]),
        "split": _known(rows["split"]),
        "round": rows["round"],
        "seconds": rows["seconds"],
        "blind": rows["blind"],
        "reference": rows["rater"].map(references),
        "note": _known(rows["note"]),
        "code": _known(rows["code"]),
    }
    frame = pd.DataFrame(told, index=rows.index)
    return conform(frame, SCORES, strict=False).frame


def with_labels(log: Log, rows: pd.DataFrame) -> Log:
    """Return the log with these rows in its scores; a label that is there already is replaced.

    A label that came back from elsewhere has another id; it is known by whose it is, and of what.

    Args:
        log: the traces.
        rows: of the scores.
    """
    if not len(rows):
        return log
    there = among(_joined(log.scores), _joined(rows))
    kept = log.scores[~there]
    if not len(kept):
        return replace(log, scores=rows)
    return replace(log, scores=pd.concat([kept, rows], ignore_index=True))


def _joined(rows: pd.DataFrame) -> pd.Series:
    """Return what tells each row from others, as one text."""
    whole = pd.Series("", index=rows.index, dtype="str")
    for name in _IDENTITY:
        told = rows[name].astype("str").fillna("") if name in rows else ""
        whole = whole + "\x1f" + told
    return whole


def _ids(work: Work, rows: pd.DataFrame) -> list[str]:
    """Return the same id for the same label on any machine."""
    rubric = work.rubric.hash or work.rubric.label
    parts = zip(
        *(rows[name] for name in ("trace_id", "span_id", "rater", "round", "repeat", "blind")),
        strict=True,
    )
    whole = ("\x1f".join([work.record.plan, rubric, *map(str, one)]) for one in parts)
    return [
        f"label-{sha256(one.encode(errors='backslashreplace')).hexdigest()[:_ID]}" for one in whole
    ]


def _known(values: pd.Series) -> pd.Series:
    return values.astype("str").where(values != "")
