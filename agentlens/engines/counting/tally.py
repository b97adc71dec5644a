"""How do the sums that an engine gives become those of every bin of every slice?"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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

__all__ = ["Groups", "alike", "counted", "gathered", "nothing", "pulled", "scattered"]

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
    told = pulled(rows, keys, base.metric)
    found = engine.arrow(summed(told, keys, finite=finite)).to_pandas()
    values, slices = _slices(found, by)
    place = {tuple(key): at for at, key in enumerate(values)}

    def group_of(frame: pd.DataFrame) -> Ints:
        own = [place[key] for key in _keys(frame, by)]
        bins = frame[_BIN].to_numpy(np.int64) // grid.width
        return bins * len(place) + np.array(own, dtype=np.int64)

    n_groups = grid.n * max(len(place), 1)
    return gathered(engine, Groups(rows, keys, group_of, n_groups), base.metric, found), slices


def pulled(rows: Any, keys: list[str], metric: Metric) -> Any:
    """Return the rows with `value`, `above` and `pull`, whatever kind of metric they are of.

    Args:
        rows: with y, d and w.
        keys: the columns that make a group.
        metric: of any kind.
    """
    if metric.q is None:
        return pulls(rows, keys, metric)
    return with_pulls(ranked(rows, keys), keys, metric.q)


class Groups(NamedTuple):
    """Rows in groups: the columns that make one, and which number the group of each answer has."""

    rows: Any
    keys: list[str]
    of: Callable[[pd.DataFrame], Ints]
    n: int


def gathered(engine: Engine, groups: Groups, metric: Metric, found: pd.DataFrame) -> Moments:
    """Return the sums of all groups from those that an engine gave.

    Args:
        engine: where the rows are.
        groups: the rows.
        metric: what is counted.
        found: a row a group.
    """
    at, q = groups.of(found), metric.q
    sums = {name: scattered(found[name], at, groups.n) for name in COUNTED}
    if q is None:
        value = value_of(metric, sums["weight"], sums["total"], sums["below"])
        return _moments(metric, sums, value)

    def nearby(reach: float) -> tuple[Ints, Floats, Floats]:
        asked = near(ranked(groups.rows, groups.keys), groups.keys, q, reach)
        band = engine.arrow(asked).to_pandas()
        return groups.of(band), band["order"].to_numpy(np.float64), band["y"].to_numpy(np.float64)

    value = scattered(found["value"], at, groups.n, missing=np.nan)
    read = _reader(nearby, q, sums["n"])
    return _moments(metric, sums, value, read=read)


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
    return Moments(metric=metric, value=value, share=share, alike=alike(sums), read=read, **own)


def alike(sums: Mapping[str, Floats], each: str = "pull2", joint: str = "pulled2") -> float:
    """Return what `stats.groups.intraclass` does, from sums.

    Args:
        sums: of each group.
        each: what the sum of the squares of all rows is called.
        joint: what that of the squared sums of users is called.
    """
    pairs = float((sums["sizes2"] - sums["n"]).sum())
    variance = float(sums[each].sum() / max(sums["n"].sum(), 1.0))
    if pairs <= 0 or variance <= 0:
        return 0.0
    products = float(sums[joint].sum() - sums[each].sum())
    return float(np.clip(products / pairs / variance, 0.0, 1.0))


def scattered(values: pd.Series, at: Ints, n: int, missing: float = 0.0) -> Floats:
    """Return the numbers of all groups, where those that there are stand at these places.

    Args:
        values: of the groups that there are.
        at: the place of each.
        n: how many groups there are.
        missing: what the others have.
    """
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
