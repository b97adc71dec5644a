"""What would this log look like with a fault of known size in it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.period import Moment, length, moment

__all__ = ["Fault", "injected"]

Shape = Literal["step", "ramp", "burst"]
_BURST = pd.Timedelta("1h")
_EVERY_BURST = pd.Timedelta("6h")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A degradation to be injected into a metric.

    Attributes:
        start: when it begins.
        lasts: how long.
        size: of the worsening: points of a rate (0.1 is ten), else a share of the value.
        shape: "step", "ramp" (grows to `size`), or "burst" (an hour in every six).
        where: trace columns and values, for a fault in a slice only.
        metric: the metric that it hits; "" hits every one.
        name: what it is called.

    Example:
        >>> Fault(start="2026-11-08", lasts="12h", size=0.1).shape
        'step'
    """

    start: Moment
    lasts: str = "24h"
    size: float = 0.1
    shape: Shape = "step"
    where: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    metric: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be injected."""
        if self.shape not in get_args(Shape):
            raise UnknownNameError("shape", self.shape, get_args(Shape))
        if not 0 < self.size <= 10:  # noqa: PLR2004 - elevenfold is as far as a fault goes
            message = f"size={self.size!r}: a fault worsens by more than 0 and at most 10."
            raise BadInputError(message)
        length(self.lasts)
        moment(self.start)

    @property
    def begins(self) -> pd.Timestamp:
        """When it begins, in UTC."""
        return moment(self.start)

    @property
    def ends(self) -> pd.Timestamp:
        """When it is over."""
        return self.begins + length(self.lasts)


def injected(rows: Rows, log: Log, faults: tuple[Fault, ...], seed: int) -> Rows:
    """Return the rows with faults in them; the log itself stays as it is.

    A rate worsens because some of its good rows turn bad, so that nothing but the rate changes. All
    other values are multiplied.

    Args:
        rows: what a metric counts.
        log: the traces that the rows belong to.
        faults: those that hit this metric are injected.
        seed: which rows turn bad.
    """
    rng = np.random.default_rng(seed)
    number = rows.numerator.copy()
    for fault in faults:
        if fault.metric not in {"", rows.metric.name}:
            continue
        size = _size(rows, fault) * _inside(rows, log, fault)
        luck = rng.random(number.size)
        if rows.metric.kind in {"rate", "count"}:
            number = _turned(number, size, luck, rows.metric)
        else:
            worse = -1 if rows.metric.better == "higher" else 1
            number = number * np.maximum(1 + worse * size, 0.0)
    return replace(rows, numerator=number)


def _size(rows: Rows, fault: Fault) -> Floats:
    """Return the size of the fault at the time of each row."""
    begins, ends = fault.begins.value // 1000, fault.ends.value // 1000
    during = (rows.time >= begins) & (rows.time < ends)
    share = (rows.time - begins) / (ends - begins)
    if fault.shape == "ramp":
        return np.where(during, fault.size * share, 0.0)
    if fault.shape == "burst":
        beat = _EVERY_BURST // pd.Timedelta(1, "us")
        during &= (rows.time - begins) % beat < _BURST // pd.Timedelta(1, "us")
    return np.where(during, fault.size, 0.0)


def _inside(rows: Rows, log: Log, fault: Fault) -> Flags:
    """Return which rows are in the slice of the fault."""
    kept = np.ones(len(log), dtype=bool)
    for column, value in fault.where.items():
        if column not in log.traces:
            raise UnknownNameError("trace column", column, log.traces.columns)
        values = value if isinstance(value, list) else [value]
        kept &= among(log.traces[column], pd.Series(values, dtype="object").astype("str"))
    return kept[rows.positions]


def _turned(number: Floats, size: Floats, luck: Floats, metric: Metric) -> Floats:
    """Return outcomes of which so many turned bad that the rate worsens by `size` points."""
    bad = 0.0 if metric.better == "higher" else 1.0
    hit = size > 0
    good = float(np.mean(number[hit] != bad)) if hit.any() else 1.0
    turns = luck < np.minimum(size / max(good, 1e-9), 1.0)
    return np.where(hit & turns & (number != bad), bad, number)
