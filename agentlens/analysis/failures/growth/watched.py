"""Which events must never happen, and did they?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods
from agentlens.analysis.failures.events import Events, identity
from agentlens.analysis.failures.kinds import is_safety
from agentlens.analysis.failures.verdicts import failing
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.events.rare import share_interval
from agentlens.stats.groups import cluster
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.weights import weighting

__all__ = ["Watched", "watched"]

_RARE = 0.001


@dataclass(frozen=True, eq=False)
class Watched:
    """Events of which one is too many.

    Attributes:
        frame: one row an event that happened or was looked for: id, name, the numbers of both
            periods, and the share of the current one with exact limits.
        happened: by id, which traces show the event.
        keys: of the failures that are dealt with here.
        names: what was looked for.
    """

    frame: pd.DataFrame
    happened: dict[str, Flags]
    keys: frozenset[str]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Event:
    name: str
    key: str
    marked: Flags
    weight: Floats


def watched(
    periods: Periods, events: Events, watch_for: str | Sequence[str] | None, level: float
) -> Watched:
    """Return the events that must never happen, with their rates.

    Args:
        periods: the current one and the baseline.
        events: every failure of their log.
        watch_for: names of checks or of columns that are true or false. By default those whose
            name speaks of safety and that fail less than once in 1,000 traces of the baseline.
        level: of the interval.
    """
    log = periods.log
    every = _every(log, events)
    if watch_for is None:
        chosen = [one for one in every if is_safety(one.name) and _seldom(one, periods)]
    else:
        names = [watch_for] if isinstance(watch_for, str) else watch_for
        if not isinstance(names, Iterable):
            message = f"watch_for= names checks or columns of flags, not {watch_for!r}."
            raise BadInputError(message)
        chosen = [_named(log, str(name), every) for name in names]
    frames, happened = [], {}
    for one in _together(chosen, periods):
        name = identity(f"watch|{one.name}")
        frames.append({"id": name, **_row(one, periods, events.cluster, level)})
        happened[name] = one.marked
    return Watched(
        frame=pd.DataFrame(frames),
        happened=happened,
        keys=frozenset(one.key for one in chosen),
        names=tuple(one.name for one in chosen),
    )


def _every(log: Log, events: Events) -> list[_Event]:
    """Return the checks, and the columns of the traces that say true or false."""
    checks = {key: said for key, said in events.said.items() if key[1] == "check"}
    failed = failing(log, checks)
    found = []
    for (name, _), said in checks.items():
        own = failed[failed["name"] == name]
        looked = said.set_index("trace_id")
        looked = looked.reindex(log.traces["trace_id"]).reset_index(drop=True)
        weight = np.nan_to_num(weighting(log.traces, looked["inclusion_p"]).of_row)
        weight = np.where(looked["value"].notna(), weight, 0.0)
        marked = among(log.traces["trace_id"], own["trace_id"])
        found.append(_Event(name, f"check|{name}", marked, weight))
    base = np.nan_to_num(weighting(log.traces).of_row)
    for column in map(str, log.traces.columns):
        values = log.traces[column]
        if types.is_bool_dtype(values):
            marked = values.fillna(value=False).to_numpy(dtype=bool)
            weight = np.where(values.notna(), base, 0.0)
            key = "flag|safety flagged" if column == "safety_flagged" else f"column|{column}"
            found.append(_Event(column, key, marked, weight))
    return found


def _named(log: Log, name: str, every: list[_Event]) -> _Event:
    plain = name.removeprefix("score:")
    for one in every:
        if plain == one.name:
            return one
    if name in log.traces:
        kind = log.traces[name].dtype
        message = (
            f"watch_for names the column {name!r}, which is {kind} and not true or false. Name a"
            " check, or a column that is true where it happened."
        )
        raise BadInputError(message)
    raise UnknownNameError("check or column of flags", name, [one.name for one in every])


def _seldom(one: _Event, periods: Periods) -> bool:
    before = np.where(periods.arm == BASELINE, one.weight, 0.0)
    total = before.sum()
    return bool(total > 0 and before[one.marked].sum() < _RARE * total)


def _together(chosen: list[_Event], periods: Periods) -> list[_Event]:
    """Return the events, those that happened in the same traces as one."""
    inside = periods.arm >= 0
    found: dict[bytes, _Event] = {}
    for one in chosen:
        seen = one.marked & inside & (one.weight > 0)
        key = seen.tobytes() if seen.any() else one.name.encode()
        held = found.get(key)
        name = one.name if held is None else f"{held.name} and {one.name}"
        found[key] = _Event(name, one.key, one.marked, (held or one).weight)
    return list(found.values())


def _row(one: _Event, periods: Periods, cluster_of: Ints, level: float) -> dict[str, object]:
    row: dict[str, object] = {"name": f"{one.name}: must never happen", "kind": "policy"}
    for name, arm in (("current", CURRENT), ("baseline", BASELINE)):
        weight = np.where(periods.arm == arm, one.weight, 0.0)
        at = np.flatnonzero(one.marked & (weight > 0))
        counts, total = float(weight[at].sum()), float(weight.sum())
        users = cluster(np.zeros(at.size, dtype=np.int64), cluster_of[at], 1)
        held = users.within(weight[at])
        worth = float((held**2).sum() / counts) if counts else 1.0
        unit = worth if counts else float((weight**2).sum() / total) if total else 1.0
        limits = share_interval(np.array([counts / unit]), np.array([total / unit]), level)
        row |= {
            f"n_{name}": int(at.size),
            f"users_{name}": int(held.size),
            f"seen_{name}": float((weight > 0).sum()),
            f"share_{name}": counts / total if total else np.nan,
            f"low_{name}": float(limits[0][0]) if total else np.nan,
            f"high_{name}": float(limits[1][0]) if total else np.nan,
        }
        if arm == CURRENT and at.size:
            row["first_seen"] = periods.log.traces["start"].iloc[at].min()
            row["ended_current"] = int(at.size)
    return row
