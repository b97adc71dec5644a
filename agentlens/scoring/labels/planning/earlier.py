"""Which labels of a rubric are there already?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.reading.labels import DRAWN
from agentlens.stats.arrays import Flags, Floats

__all__ = ["Earlier", "Item", "earlier_of"]

Item = tuple[str, str]
"""A trace, and the step of it that is judged, "" for the whole trace."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """Labels that need not be asked for again.

    Attributes:
        y: of each item labelled by design, 1 pass, 0 fail, NaN unsure.
        compared: the same, of items that were labelled because two judges differ on them.
        split: of each item labelled by design.
    """

    y: Mapping[Item, float] = field(default_factory=dict)
    compared: Mapping[Item, float] = field(default_factory=dict)
    split: Mapping[Item, str] = field(default_factory=dict)

    def answers(self, items: Iterable[Item]) -> Floats:
        """Return what was said of each item, NaN where nothing or nothing sure was."""
        return np.array([self.y.get(one, nan) for one in items], dtype=np.float64)

    def known(self, items: Iterable[Item], *, also_differing: bool = False) -> Flags:
        """Return which of the items need no label."""
        done = {*self.y, *self.compared} if also_differing else {*self.y}
        return np.array([one in done for one in items], dtype=bool)

    def and_also(self, other: "Earlier") -> "Earlier":
        """Return both; where they differ, this one counts."""
        return Earlier(
            {**other.y, **self.y},
            {**other.compared, **self.compared},
            {**other.split, **self.split},
        )


def earlier_of(labels: pd.DataFrame, differ: str) -> Earlier:
    """Return the labels of a frame that were drawn by a design.

    A label that somebody chose to give stays out: its trace may be drawn again, since otherwise
    nothing in the plan would stand for traces like it.

    Args:
        labels: trace_id, span, y, stage, stratum and split, one row an item.
        differ: how the stratum of a trace begins on which two judges differ.
    """
    designed = labels[labels["stage"].isin(DRAWN)]
    stratum = labels["stratum"].fillna("").astype("str")
    compared = labels[stratum.str.startswith(differ) & ~labels["stage"].isin(DRAWN)]
    told = designed["split"].fillna("").astype("str")
    splits = designed.assign(split=told)[told != ""]
    return Earlier(_mapped(designed, "y"), _mapped(compared, "y"), _mapped(splits, "split"))


def _mapped(rows: pd.DataFrame, column: str) -> dict[Item, Any]:
    ids, steps = rows["trace_id"].astype("str"), rows["span"].astype("str")
    items: list[Item] = list(zip(ids, steps, strict=True))
    return dict(zip(items, rows[column].tolist(), strict=True))
