"""What changed with a release, and not before it?"""

import numpy as np
import pandas as pd

from agentlens.analysis.arms.dimensions import VERSIONS, Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods, arm_of
from agentlens.analysis.slices.found import FoundSlice, sample_of
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.rows import Rows
from agentlens.stats.slicing.contrast import contrast
from agentlens.stats.slicing.sample import inside
from agentlens.tables.log import Log
from agentlens.tables.period import microseconds

__all__ = ["already_off", "went_live"]

_LATE = 1 / 3
_SURE = 0.05
_MUCH = 0.5


def went_live(log: Log, release: str) -> tuple[str, pd.Timestamp]:
    """Return what went live, as "column=value", and the time of its first trace.

    Args:
        log: the traces.
        release: a value of release, agent_version or prompt_version, or "latest".
    """
    known: list[str] = []
    for name in VERSIONS:
        if name not in log.traces or not log.traces[name].notna().any():
            continue
        words = log.traces[name].astype(object).map(str).where(log.traces[name].notna())
        first = log.traces.groupby(words)["start"].min().sort_values(kind="stable")
        known += [str(value) for value in first.index]
        if release == "latest" and len(first) > 1:
            return _after(log, name, str(first.index[-1]), first.iloc[-1])
        if release in first.index:
            return _after(log, name, release, first[release])
    if release == "latest":
        message = (
            "new_since='latest' needs two values of release, agent_version or prompt_version; the"
            f" log has {known!r}. Pass current= and baseline= instead."
        )
        raise BadInputError(message)
    raise UnknownNameError("release", release, known)


def _after(log: Log, name: str, value: str, time: pd.Timestamp) -> tuple[str, pd.Timestamp]:
    if time <= log.start:
        message = (
            f"new_since: {name}={value!r} is there from the first trace of the log, so that there"
            " is no time before it. Choose a later one, or a longer log."
        )
        raise BadInputError(message)
    return f"{name}={value}", time


def already_off(
    slices: tuple[FoundSlice, ...], rows: Rows, dims: list[Dimension], periods: Periods
) -> tuple[str, ...]:
    """Return the slices that had left the rest before the current period began, by their names.

    The last part of the baseline, as long as the current period and at most a third of it, is held
    against the part before: a slice was off already if it shows half of its excess there.

    Args:
        slices: those that were found.
        rows: what the metric counts.
        dims: the columns that were searched.
        periods: what was compared.
    """
    if not slices:
        return ()
    begin, end = periods.baseline
    lasting = min(periods.current[1] - periods.current[0], (end - begin) * _LATE)
    late = rows.time >= microseconds(end - lasting)
    before = periods.of(rows) == BASELINE
    arm = arm_of(before & late, before)
    if not (arm == CURRENT).any() or not (arm == BASELINE).any():
        return ()
    sample = sample_of(rows, dims, arm)
    off = []
    for one in slices:
        excess = one.confirmed.contrast.excess
        sign = int(np.sign(excess))
        told = contrast(sample, inside(sample.codes, one.place), sign)
        if told.p < _SURE and told.excess * sign >= _MUCH * abs(excess):
            off.append(one.name)
    return tuple(off)
