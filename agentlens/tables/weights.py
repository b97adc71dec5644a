"""Which weight does a row carry? One answer for every metric, said on every card."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.text import listed, plural

__all__ = [
    "CALIBRATED",
    "UPSTREAM",
    "Weighed",
    "Weighting",
    "chance",
    "names_in",
    "names_of",
    "weighting",
]

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


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """How rows come by their weights.

    Attributes:
        n: rows.
        reached: whether they reached us with different probabilities.
        chosen: whether they were then chosen, or scored, with probabilities below one.
        unreached: rows of which the first is unknown.
        unchosen: other rows of which the second is unknown.
        names: the rules by which they were sampled.
        scored: whether the second is that of being scored.
    """

    n: int
    reached: bool
    chosen: bool
    unreached: int
    unchosen: int
    names: tuple[str, ...]
    scored: bool = False

    @property
    def note(self) -> str:
        """The sentence that explains the weights; "" where all rows count alike."""
        said = []
        if self.reached:
            said.append(f"how traces reached us{self._by(upstream=True)}")
        if self.chosen:
            ours = f"sample(){self._by(upstream=False)}"
            said.append("how traces were scored" if self.scored else ours)
        parts = [f"Weighted by one over the probability of {' and '.join(said)}."] if said else []
        if CALIBRATED in self.names:
            parts.append("Weights are fitted to counts of the whole traffic.")
        for missing, how in (
            (self.unreached, "reached us"),
            (self.unchosen, "were scored" if self.scored else "are here"),
        ):
            if missing:
                parts.append(
                    f"{missing:,} of {plural(self.n, 'row')} {how} with unknown probability"
                    " and are in no rate."
                )
        return " ".join(parts)

    def _by(self, *, upstream: bool) -> str:
        names = [one for one in self.names if (one in UPSTREAM) == upstream and one != CALIBRATED]
        return f" ({listed(names)})" if names else ""


def weighting(traces: pd.DataFrame, inclusion_p: pd.Series | None = None) -> Weighting:
    """Return the weight of each trace, and the sentence that says where it comes from.

    Args:
        traces: the rows, with `weight` and `inclusion_p` where there are any.
        inclusion_p: for a score, the probability with which each trace was scored. It replaces the
            trace's own, because a score metric must not be weighted twice.
    """
    weight = _numbers(traces["weight"]) if "weight" in traces else np.ones(len(traces))
    p = chance(traces) if inclusion_p is None else _numbers(inclusion_p)
    known = Weighed(
        n=len(p),
        reached=_differs(weight),
        chosen=_differs(p),
        unreached=int(np.isnan(weight).sum()),
        unchosen=int((np.isnan(p) & ~np.isnan(weight)).sum()),
        names=tuple(names_in(traces)),
        scored=inclusion_p is not None,
    )
    return Weighting(weight / p, known.note)


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
    return names_of(traces["sampled_by"].dropna().drop_duplicates())


def names_of(texts: Iterable[str]) -> list[str]:
    """Return the rules that such texts name, each once, in order of appearance.

    >>> names_of(["base, tail", "base"])
    ['base', 'tail']
    """
    return list(dict.fromkeys(name for text in texts for name in str(text).split(", ")))


def _differs(values: Floats) -> bool:
    return not bool((np.isnan(values) | (values == 1.0)).all())


def _numbers(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
