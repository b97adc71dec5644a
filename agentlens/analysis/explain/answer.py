"""What is known of a change once it has been taken apart?"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from agentlens.analysis.explain.parts.verdict import Verdict
from agentlens.stats.arrays import Ints

__all__ = ["Explained", "Slice"]


@dataclass(frozen=True, eq=False)
class Slice:
    """Rows that a part of the rate speaks of: the part's name and places in the metric's rows."""

    name: str
    rows: Ints


@dataclass(frozen=True, eq=False)
class Explained:
    """A change in parts.

    Attributes:
        parts: name, kind, value, low, high, error and p of each; the values add up to the change.
        totals: by kind the sum of its parts with its own interval; and `change`, the sum of all.
        by_dimension: every dimension alone, one row a value.
        verdict: what stands behind the change, in one word.
        stands: the kinds of parts that can be told from chance.
        baseline: the number explained, in the baseline.
        current: and in the current period.
        raw: both without weights, baseline first, where weights differ.
        unit: of all numbers.
        said: what the number is called, where it is not the metric itself.
        same_mix: the current quantile with the baseline's mix; missing for other kinds.
        n: rows of the current period and of the baseline.
        chosen: columns over which the mix is told.
        replaced: columns whose values the periods hardly share.
        one_sided: values that only one period has.
        slices: rows behind parts of the rate.
        searched: how many dimensions were looked at.
        df: degrees of freedom of the intervals.
        days: of a count, the days that each period covers, baseline first.
    """

    parts: pd.DataFrame
    totals: pd.DataFrame
    by_dimension: pd.DataFrame
    verdict: Verdict
    stands: tuple[str, ...]
    baseline: float
    current: float
    raw: tuple[float, float] | None
    unit: str
    said: str
    same_mix: float
    n: tuple[int, int]
    chosen: tuple[str, ...]
    replaced: tuple[str, ...]
    one_sided: tuple[str, ...]
    slices: tuple[Slice, ...]
    searched: int
    df: float
    days: tuple[float, float] = (1.0, 1.0)

    def total(self, kind: str) -> dict[str, float]:
        """Return value, low, high, error and p of all parts of a kind, or of the change."""
        lines: Any = self.totals.to_dict("index")
        return dict(lines[kind])
