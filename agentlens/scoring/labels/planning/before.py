"""What does the store know of a rubric before a plan is made?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.labels.kept import kept_marks
from agentlens.scoring.labels.planning.earlier import Earlier, earlier_of
from agentlens.scoring.labels.planning.population import DIFFER
from agentlens.scoring.store.file import opened_store

__all__ = ["Before", "before"]

_OF_RUBRIC = "select id, json from plan where rubric = ? and rubric_hash in ('', ?) order by id"


@dataclass(frozen=True, eq=False)
class Before:
    """What the store knows of a rubric before a plan is made.

    Attributes:
        earlier: labels by other plans.
        round: the last round of labelling, 0 before the first.
    """

    earlier: Earlier = field(default_factory=Earlier)
    round: int = 0


def before(path: str | Path | None, rubric: str, rubric_hash: str, plan: str) -> Before:
    """Return what is known before a plan is made; of a plan that is under way, what was known then.

    Nothing is written, and no file is made.

    Args:
        path: of the store; None for none.
        rubric: name and version.
        rubric_hash: of the rubric, "" where only its name is known.
        plan: the id that the plan will have.
    """
    if path is None or not Path(path).expanduser().is_file():
        return Before()
    with opened_store(path) as store:
        plans = {
            row["id"]: json.loads(row["json"])
            for row in store.rows(_OF_RUBRIC, (rubric, rubric_hash))
        }
        if plan in plans:
            return _then(plans[plan])
        found = Before()
        for name, content in plans.items():
            marks = kept_marks(store, name)
            round_ = max(found.round, int(content.get("round", 0)) if len(marks) else 0)
            found = Before(found.earlier.and_also(_of_plan(marks, content)), round_)
        return found


def _then(content: Mapping[str, Any]) -> Before:
    """Return what was known when a plan was made, out of its record."""
    told = content["earlier"]
    y, compared = (
        {_item(row): nan if row["y"] is None else row["y"] for row in told[name]}
        for name in ("y", "compared")
    )
    split = {_item(row): row["split"] for row in told["y"] if row["split"]}
    return Before(Earlier(y, compared, split), int(content["round"]) - 1)


def _item(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["trace_id"]), str(row["span_id"])


def _of_plan(marks: pd.DataFrame, content: Mapping[str, Any]) -> Earlier:
    """Return the labels of one plan, each with the design that the plan gave it."""
    design: Mapping[tuple[str, str], Sequence[str]] = {
        _item(row): (row["stage"], row["stratum"], row["split"]) for row in content["queue"]
    }
    firsts = marks[marks["blind"] & (marks["repeat"] == 1)]
    said = firsts.groupby(["trace_id", "span_id"], sort=False)["y"].mean()
    means: dict[tuple[str, str], float] = dict(said.items())  # type: ignore[arg-type]  # two keys
    rows = [(*item, y, *design[item]) for item, y in means.items() if item in design]
    frame = pd.DataFrame(rows, columns=["trace_id", "span", "y", "stage", "stratum", "split"])
    y = frame["y"].to_numpy(dtype=np.float64)
    settled = np.where(y > 0.5, 1.0, np.where(y < 0.5, 0.0, nan))  # noqa: PLR2004 - majority
    return earlier_of(frame.assign(y=settled), DIFFER)
