"""How far do people agree with themselves and with one another?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.result import Fact
from agentlens.stats.agreement.alpha import alpha_interval
from agentlens.stats.intervals.rates import wilson

__all__ = ["People", "people_of"]

_FEW = 20
_FIRST = 20
_MOVED = 0.10
_ENOUGH_AGAIN = 10


@dataclass(frozen=True)
class People:
    """The human side of a calibration.

    Attributes:
        ceiling: how often two people say the same of one trace; no judge can be asked for more.
        facts: what stands on the card.
        notes: sentences.
    """

    ceiling: Fact | None
    facts: dict[str, Fact]
    notes: tuple[str, ...]


def people_of(every: pd.DataFrame) -> People:
    """Return how steady and how alike the raters are.

    Args:
        every: single labels: trace_id, span, rater, y, time, repeat.
    """
    known = every[every["y"].notna()]
    again = known["repeat"].fillna(1) > 1
    first = known[~again].drop_duplicates(["trace_id", "span", "rater"])
    facts: dict[str, Fact] = {}
    notes: list[str] = []
    same = _with_themselves(first, known[again])
    if same is not None:
        facts["raters with themselves"] = same
    ceiling = _with_each_other(first)
    names = known["rater"].unique().tolist()
    if ceiling is None and len(known):
        who = (
            f"One rater ({names[0] or 'unnamed'})" if len(names) == 1 else "No trace has two raters"
        )
        notes.append(f"{who}: no ceiling known.")
    if ceiling is not None:
        facts["two people agree"] = ceiling
        facts |= _alpha(first)
    drift = _moved(first, known[again])
    return People(ceiling, facts, (*notes, *drift))


def _with_themselves(first: pd.DataFrame, again: pd.DataFrame) -> Fact | None:
    if again.empty:
        return None
    both = again.merge(first, on=["trace_id", "span", "rater"], suffixes=("", "_first"))
    return _share(int((both["y"] == both["y_first"]).sum()), len(both))


def _with_each_other(first: pd.DataFrame) -> Fact | None:
    """Return how often two raters of one trace agree, each pair counted once."""
    if not first.duplicated(["trace_id", "span"]).any():
        return None
    by = first.groupby(["trace_id", "span"], sort=False)["y"].agg(["size", "sum"])
    n, passed = by["size"].to_numpy(np.float64), by["sum"].to_numpy(np.float64)
    pairs = float((n * (n - 1)).sum() / 2)
    failed = n - passed
    alike = float((passed * (passed - 1) + failed * (failed - 1)).sum() / 2)
    return _share(round(alike), round(pairs))


def _alpha(first: pd.DataFrame) -> dict[str, Fact]:
    wide = first.pivot_table(index="rater", columns=["trace_id", "span"], values="y")
    codes = wide.fillna(-1).to_numpy().astype(np.int64)
    found = alpha_interval(codes, draws=500)
    if np.isnan(found.value):
        return {}
    return {"Krippendorff alpha": Fact(value=found.value, low=found.low, high=found.high)}


def _moved(first: pd.DataFrame, again: pd.DataFrame) -> tuple[str, ...]:
    """Return a warning where the meaning of the rubric moved while people labelled."""
    if len(again) < _ENOUGH_AGAIN:
        return ()
    early = first.sort_values("time", kind="stable").head(_FIRST)
    both = again.merge(early, on=["trace_id", "span", "rater"], suffixes=("", "_first"))
    flipped = int((both["y"] != both["y_first"]).sum())
    if len(both) < _ENOUGH_AGAIN or flipped / len(both) <= _MOVED:
        return ()
    said = (
        f"Of the first {_FIRST} labels {len(both)} were made again and {flipped} changed: the"
        " rubric's meaning moved while you labelled; relabel the first 20 or make a new version."
    )
    return (said,)


def _share(alike: int, n: int) -> Fact:
    """Return a share with its interval, or below twenty the bare counts."""
    if n < _FEW:
        return Fact(value=f"{alike} of {n}")
    low, high = wilson(np.array([float(alike)]), np.array([float(n)]))
    return Fact(value=alike / n, unit="share", low=float(low[0]), high=float(high[0]), n=n)
