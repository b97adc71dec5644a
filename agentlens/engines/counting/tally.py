"""How do the sums that an engine gives become those of every bin of every slice?"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from agentlens.engines.counting.base import Base
from agentlens.engines.counting.quantiles import near, ranked, with_pulls
from agentlens.engines.counting.sums import COUNTED, pulls, summed
from agentlens.engines.engine import Engine
from agentlens.measures.metric import Metric
from agentlens.measures.moments import Moments, value_of
from agentlens.measures.rows import MISSING
from agentlens.measures.tally import Grid
from agentlens.stats.arrays import Floats, Ints

__all__ = ["counted", "nothing"]

_BIN = "bin"
_SLACK = 1.5


def counted(
    engine: Engine, base: Base, grid: Grid, by: Mapping[str, str], *, finite: bool
) -> tuple[Moments, pd.DataFrame]:
    """Return the sums of each bin of each slice, and the slices, one a row.

    Args:
        engine: where the rows are.
        base: the rows.
        grid: the bins.
        by: columns of the traces that make slices, and of which kind each is.
        finite: whether the question is about these rows and those they were sampled from alone.
    """
    rows = base.counted(tuple(by))
    last = (grid.n - 1) * grid.width
    since = (rows["time"] - grid.first).clip(lower=0, upper=last)
    rows = rows.mutate(**{_BIN: since - since % grid.width})
    keys = [_BIN, *(f"k{place}" for place in range(len(by)))]
    q = base.metric.q
    told = pulls(rows, keys, base.metric) if q is None else with_pulls(ranked(rows, keys), keys, q)
    found = engine.arrow(summed(told, keys, finite=finite)).to_pandas()
    values, slices = _slices(found, by)
    place = {tuple(key): at for at, key in enumerate(values)}

    def group_of(frame: pd.DataFrame) -> Ints:
        own = [place[key] for key in _keys(frame, by)]
        bins = frame[_BIN].to_numpy(np.int64) // grid.width
        return bins * len(place) + np.array(own, dtype=np.int64)

    n_groups = grid.n * max(len(place), 1)
    at = group_of(found)
    sums = {name: _scattered(found[name], at, n_groups) for name in COUNTED}
    if q is None:
        value = value_of(base.metric, sums["weight"], sums["total"], sums["below"])
        return _moments(base.metric, sums, value), slices

    def nearby(reach: float) -> tuple[Ints, Floats, Floats]:
        band = engine.arrow(near(ranked(rows, keys), keys, q, reach)).to_pandas()
        return group_of(band), band["order"].to_numpy(np.float64), band["y"].to_numpy(np.float64)

    value = _scattered(found["value"], at, n_groups, missing=np.nan)
    read = _reader(nearby, q, sums["n"])
    return _moments(base.metric, sums, value, read=read), slices


def nothing(metric: Metric, grid: Grid, by: Mapping[str, str]) -> tuple[Moments, pd.DataFrame]:
    """Return the sums of no rows: bins that are there and empty, and no slice of any column."""
    sums = {name: np.zeros(grid.n) for name in COUNTED}
    slices = pd.DataFrame(columns=list(by)) if by else pd.DataFrame(index=[0])
    return _moments(metric, sums, np.full(grid.n, np.nan)), slices


def _moments(
    metric: Metric,
    sums: Mapping[str, Floats],
    value: Floats,
    read: Callable[[Floats], Floats] | None = None,
) -> Moments:
    own = {name: each for name, each in sums.items() if name != "above"}
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums["above"] / sums["weight"]
    return Moments(metric=metric, value=value, share=share, alike=_alike(sums), read=read, **own)


def _alike(sums: Mapping[str, Floats]) -> float:
    """Return what `stats.groups.intraclass` does, from sums."""
    pairs = float((sums["sizes2"] - sums["n"]).sum())
    variance = float(sums["pull2"].sum() / max(sums["n"].sum(), 1.0))
    if pairs <= 0 or variance <= 0:
        return 0.0
    products = float(sums["pulled2"].sum() - sums["pull2"].sum())
    return float(np.clip(products / pairs / variance, 0.0, 1.0))


def _scattered(values: pd.Series, at: Ints, n: int, missing: float = 0.0) -> Floats:
    out = np.full(n, missing)
    out[at] = values.to_numpy(dtype=np.float64, na_value=missing)
    return out


def _keys(frame: pd.DataFrame, by: Mapping[str, str]) -> list[tuple[object, ...]]:
    """Return the slice of each row as plain values; None where a column says nothing."""
    columns = [_plain(frame[f"k{place}"], kind) for place, kind in enumerate(by.values())]
    return list(zip(*columns, strict=True)) if columns else [()] * len(frame)


def _plain(column: pd.Series, kind: str) -> list[object]:
    known = column.notna()
    values = column.astype("Int64") if kind == "count" else column
    made = bool if kind == "flag" else lambda one: one
    pairs = zip(values.tolist(), known.tolist(), strict=True)
    return [made(one) if there else None for one, there in pairs]


def _slices(
    found: pd.DataFrame, by: Mapping[str, str]
) -> tuple[list[tuple[object, ...]], pd.DataFrame]:
    """Return the slices in order, missing values last, and the frame that names them."""
    if not by:
        return [()], pd.DataFrame(index=[0])
    distinct = set(_keys(found, by))
    order = sorted(distinct, key=lambda one: [(value is None, value or 0) for value in one])
    named = [[MISSING if value is None else value for value in one] for one in order]
    return order, pd.DataFrame(named, columns=list(by))


def _reader(
    nearby: Callable[[float], tuple[Ints, Floats, Floats]], q: float, n: Floats
) -> Callable[[Floats], Floats]:
    """Return what reads each group off at a probability, from rows near the quantile alone."""
    held: dict[float, tuple[Ints, Floats, Floats]] = {}

    def read(probabilities: Floats) -> Floats:
        out = np.full(n.size, np.nan)
        usable = np.flatnonzero((n > 0) & ~np.isnan(probabilities))
        if not usable.size:
            return out
        reach = float((np.abs(probabilities - q) * np.sqrt(n))[usable].max())
        enough = max(held, default=-1.0)
        if enough < reach:
            # The other limit is asked for next and lies about as far to the other side.
            enough = _SLACK * reach
            held[enough] = nearby(enough)
        group, order, y = held[enough]
        sort = np.lexsort((order, group))
        group, order, y = group[sort], order[sort], y[sort]
        first = np.searchsorted(group, usable, side="left").tolist()
        last = np.searchsorted(group, usable, side="right").tolist()
        for one, low, high in zip(usable.tolist(), first, last, strict=True):
            out[one] = np.interp(probabilities[one], order[low:high], y[low:high])
        return out

    return read
