"""How much was found, where, and by which rule?"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Count", "audit_frame"]

_PLACE = ["day", "table", "field", "rule"]


@dataclass(frozen=True, eq=False)
class Count:
    """What was found in one field: the row and the rule of each, never the value."""

    table: str
    field: str
    hits: list[tuple[int, str]]
    days: pd.Series
    filled: np.ndarray

    def frame(self) -> pd.DataFrame:
        """Return the counts by day and rule, with the share of the day's filled rows."""
        rows, rules = zip(*self.hits, strict=True)
        days = self.days.to_numpy()
        found = pd.DataFrame({"day": days[list(rows)], "rule": rules, "row": rows})
        counts = found.groupby(["day", "rule"], dropna=False)["row"].agg(["size", "nunique"])
        counts = counts.reset_index().rename(columns={"size": "hits", "nunique": "rows"})
        filled = pd.Series(days[self.filled]).value_counts(dropna=False)
        share = counts["rows"] / counts["day"].map(filled).to_numpy()
        return counts.assign(table=self.table, field=self.field, share=share)


def audit_frame(counts: Iterable[Count]) -> pd.DataFrame:
    """Return the audit: patterns found by day, table, field and rule.

    A pattern in a key of JSON is counted as such and stays, since keys are never changed.
    """
    columns = [*_PLACE, "hits", "rows", "share"]
    parts = [one.frame() for one in counts if one.hits]
    if not parts:
        empty = {name: pd.Series(dtype="str") for name in ("table", "field", "rule")}
        empty |= {"day": pd.Series(dtype="datetime64[us]")}
        empty |= {"hits": pd.Series(dtype="int64"), "rows": pd.Series(dtype="int64")}
        return pd.DataFrame({**empty, "share": pd.Series(dtype="float64")}, columns=columns)
    whole = pd.concat(parts, ignore_index=True)[columns]
    return whole.sort_values(_PLACE, ignore_index=True).astype({"rule": "str"})
