"""By which columns can rows be told apart that stay where they are, and into which values?"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.arms.dimensions import Dimension, dimensions
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.measures.tally import Coding, Levels, RowsElsewhere
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log

__all__ = ["levelled"]

Levelled = tuple[list[Dimension], list[str], tuple[Coding, ...]]


def levelled(rows: RowsElsewhere, metric: Metric, columns: Sequence[str]) -> Levelled | None:
    """Return the columns, a sentence for each that was cut, and which value is which number.

    None where rows are needed: a column has too many values, or is cut into ranges of a number,
    whose edges are quantiles of its rows.

    Args:
        rows: what the metric counts.
        metric: what is counted.
        columns: by which rows are told apart.
    """
    each = {name: rows.levels(name) for name in columns}
    dims, notes, codings = [], [], []
    for name, levels in each.items():
        if levels is None:
            return None
        times = _rank(levels.n)
        found, said = dimensions(*_small(metric, name, _repeated(levels, times)), [name])
        if found[0].ordered:
            return None
        first = np.cumsum(times) - times
        dims.append(found[0])
        notes += said
        codings.append(_coding(found[0], levels, found[0].codes[first]))
    return dims, notes, tuple(codings)


def _repeated(levels: Levels, times: Ints) -> pd.Series:
    places = np.repeat(np.arange(times.size), times)
    return levels.column.iloc[places].reset_index(drop=True)


def _rank(n: Ints) -> Ints:
    """Return numbers in the order of these, as small as can be: how often a value is repeated.

    Which values are the most frequent is then told by as few rows as can be.
    """
    rank: Ints = np.unique(n, return_inverse=True)[1].astype(np.int64) + 1
    return rank


def _small(metric: Metric, name: str, values: pd.Series) -> tuple[Log, Rows]:
    """Return a log and rows with no more in them than these values of a column."""
    n = len(values)
    places, zeros = np.arange(n, dtype=np.int64), np.zeros(n)
    rows = Rows(
        metric=metric,
        positions=places,
        at=places,
        time=places,
        numerator=zeros,
        denominator=zeros,
        weight=zeros,
        cluster=places,
        ids=pd.Series(dtype="str"),
        notes=(),
        absent=(),
    )
    return Log(traces=pd.DataFrame({name: values})), rows


def _coding(of: Dimension, levels: Levels, codes: Ints) -> Coding:
    """Return which value is which number; values that were taken together are not named."""
    told = dict(zip(levels.told, codes.tolist(), strict=True))
    missing = told.pop(None, 0)
    often = Counter(told.values())
    return Coding(
        column=of.name,
        codes={value: code for value, code in told.items() if often[code] == 1},
        rest=next((code for code, times in often.items() if times > 1), 0),
        missing=missing,
        n=len(of.labels),
    )
