"""Which weight does a row carry? One answer for every metric, said on every card."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.text import listed, plural

__all__ = ["CALIBRATED", "UPSTREAM", "Weighting", "chance", "names_in", "weighting"]

UPSTREAM = ("otel th", "source rate")
"""What `sampled_by` says of sampling before a trace reached us; its probability is in `weight`."""

CALIBRATED = "calibrated"
"""What `sampled_by` says where weights were fitted to counts of the whole traffic."""

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


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
    weight = _numbers(traces["weight"]) if "weight" in traces else np.ones(len(traces))
    p = chance(traces) if inclusion_p is None else _numbers(inclusion_p)
    said = []
    if _differs(weight):
        said.append(f"how traces reached us{_by(traces, upstream=True)}")
    if _differs(p):
        ours = f"sample(){_by(traces, upstream=False)}"
        said.append(ours if inclusion_p is None else "how traces were scored")
    parts = [f"Weighted by one over the probability of {' and '.join(said)}."] if said else []
    if CALIBRATED in names_in(traces):
        parts.append("Weights are fitted to counts of the whole traffic.")
    for missing, how in (
        (np.isnan(weight), "reached us"),
        (np.isnan(p) & ~np.isnan(weight), "were scored" if inclusion_p is not None else "are here"),
    ):
        if missing.any():
            parts.append(
                f"{int(missing.sum()):,} of {plural(len(p), 'row')} {how} with unknown probability"
                " and are in no rate."
            )
    return Weighting(weight / p, " ".join(parts))


def chance(traces: pd.DataFrame) -> Floats:
    """Return the probability with which `sample` chose each trace; NaN where nobody knows it.

    A trace that no rule of `sample` speaks of was not drawn by it: its probability is 1.

    >>> by = pd.Series(["otel th", None, "base"])
    >>> chance(pd.DataFrame({"inclusion_p": [np.nan, np.nan, 0.2], "sampled_by": by})).tolist()
    [1.0, 1.0, 0.2]
    """
    if "inclusion_p" not in traces:
        return np.ones(len(traces))
    p = _numbers(traces["inclusion_p"])
    if "sampled_by" not in traces:
        return p
    words = traces["sampled_by"]
    elsewhere = words.isna() | words.isin(UPSTREAM)
    return np.where(np.isnan(p) & elsewhere.to_numpy(), 1.0, p)


def names_in(traces: pd.DataFrame) -> list[str]:
    """Return the rules that the traces were sampled by, each once, in order of appearance."""
    if "sampled_by" not in traces:
        return []
    texts = traces["sampled_by"].dropna().drop_duplicates()
    return list(dict.fromkeys(name for text in texts for name in str(text).split(", ")))


def _by(traces: pd.DataFrame, *, upstream: bool) -> str:
    names = [one for one in names_in(traces) if (one in UPSTREAM) == upstream and one != CALIBRATED]
    return f" ({listed(names)})" if names else ""


def _differs(values: Floats) -> bool:
    return not bool((np.isnan(values) | (values == 1.0)).all())


def _numbers(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
