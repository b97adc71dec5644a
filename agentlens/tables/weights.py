"""Which weight does a row carry? One answer for every metric, said on every card."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Weighting", "weighting"]


@dataclass(frozen=True)
class Weighting:
    """One weight a row (NaN where it has none) and the sentence that explains them."""

    of_row: np.ndarray
    note: str


def weighting(traces: pd.DataFrame, inclusion_p: pd.Series | None = None) -> Weighting:
    """Return the weight of each trace, and the sentence that says where it comes from.

    Args:
        traces: the rows, with `weight` and `inclusion_p` where there are any.
        inclusion_p: for a score, the probability with which each trace was scored. It replaces the
            trace's own, because a score metric must not be weighted twice.
    """
    values = np.ones(len(traces))
    said = []
    if "weight" in traces:
        values = traces["weight"].to_numpy(dtype=np.float64, na_value=np.nan)
        if not (np.isnan(values) | (values == 1.0)).all():
            said.append("how traces reached us")
    chosen = traces.get("inclusion_p") if inclusion_p is None else inclusion_p
    if chosen is not None:
        p = chosen.to_numpy(dtype=np.float64, na_value=np.nan)
        if inclusion_p is None:
            p = (
                np.where(np.isnan(p) & traces["sampled_by"].isna(), 1.0, p)
                if ("sampled_by" in traces)
                else p
            )
        if not (np.isnan(p) | (p == 1.0)).all():
            said.append("how traces were scored" if inclusion_p is not None else "sample()")
        values = values / p
    unknown = int(np.isnan(values).sum())
    note = f"Weighted by one over the probability of {' and '.join(said)}." if said else ""
    if unknown:
        note = (
            f"{note} {unknown:,} of {len(values):,} rows reached us with unknown probability"
            " and are in no rate."
        ).strip()
    return Weighting(values, note)
