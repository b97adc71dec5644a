"""Which weeks are drawn whose true change is known?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.changes.spans import Spans
from agentlens.measures.metric import Kind, Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from tests.logs import START

__all__ = ["METRICS", "World", "drawn", "spans_of_weeks"]

METRICS = {
    "rate": Metric("wrong", "rate", "lower", "share", "wrong"),
    "mean": Metric("cost", "mean", "lower", "USD", "cost"),
    "quantile": Metric("slow", "quantile", "lower", "s", "latency", q=0.9),
    "ratio": Metric("per_step", "ratio", "lower", "USD", "cost", "steps"),
    "count": Metric("traffic", "count", "neither", "traces", "1"),
}
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class World:
    """How weeks come about.

    Attributes:
        luck: spread of the days, in spreads that a day's rows alone would give.
        memory: correlation of a day's luck with that of the day before.
        wander: of the level from day to day, in the same unit.
        cycle: whether hours and weekdays differ, in traffic and in what is measured.
        growth: by how much traffic grows over all weeks.
        users: rows of one user; 1 for none alike.
        weighted: whether half of the rows weigh three times as much.
        per_day: rows a day.
        shift: of the last week, in spreads that a week's rows alone would give.
    """

    luck: float = 0.0
    memory: float = 0.0
    wander: float = 0.0
    cycle: bool = False
    growth: float = 1.0
    users: int = 1
    weighted: bool = False
    per_day: int = 60
    shift: float = 0.0


def spans_of_weeks(weeks: int) -> Spans:
    """Return the last of so many weeks against the one before."""
    starts = pd.date_range(START, periods=weeks, freq="7D")
    end = START + pd.Timedelta(7 * weeks, "D")
    week = pd.Timedelta(7, "D")
    return Spans((end - week, end), (end - 2 * week, end - week), starts, 1.0)


def drawn(rng: np.random.Generator, kind: Kind, weeks: int, world: World) -> tuple[Rows, float]:
    """Return the rows of one metric, and by how much it truly changed in the last week."""
    days = 7 * weeks
    day = np.arange(days)
    weekday = np.cos(2 * np.pi * day / 7) if world.cycle else np.zeros(days)
    size = world.per_day * world.growth ** (day / days) * (1 + 0.4 * weekday)
    level = _luck(rng, days, world) + 2.0 * weekday
    if kind == "count":
        return _traffic(rng, size * np.exp(level / np.sqrt(world.per_day)), world), 0.0
    n = rng.poisson(size)
    of = np.repeat(day, n)
    spread = _one_row(kind) / np.sqrt(world.per_day)
    shift = world.shift * _one_row(kind) / np.sqrt(7 * world.per_day)
    moved = spread * level[of] + shift * (of >= days - 7)
    hour = rng.uniform(0, 1, of.size)
    if world.cycle:
        moved = moved + spread * 2.0 * np.cos(2 * np.pi * hour)
    time = ((of + hour) * _DAY_US).astype(np.int64) + int(START.value) // 1000
    cluster = np.arange(of.size) // world.users + of * 10_000_000
    _, cluster = np.unique(cluster, return_inverse=True)
    alike = 0.5 * rng.normal(size=int(cluster.max()) + 1)[cluster] if world.users > 1 else 0.0
    rest = rng.normal(size=of.size) * (np.sqrt(0.75) if world.users > 1 else 1.0)
    weight = np.where(rng.random(of.size) < 0.5, 1.0, 3.0) if world.weighted else np.ones(of.size)
    noise = np.asarray(rest + alike, dtype=np.float64)
    rows, true = _measured(rng, kind, noise, moved, shift)
    return _rows(kind, rows, weight, (time, cluster)), true


def _measured(
    rng: np.random.Generator, kind: Kind, noise: Floats, moved: Floats, shift: float
) -> tuple[tuple[Floats, Floats], float]:
    """Return numerator and denominator of each row, and the true change."""
    if kind == "rate":
        from scipy.special import ndtr

        return ((ndtr(noise) < 0.2 + moved).astype(np.float64), np.ones(noise.size)), shift
    value = np.exp(0.6 * noise + moved)
    below = rng.integers(1, 6, noise.size).astype(np.float64) if kind == "ratio" else None
    if below is not None:
        value = value * below
    return (value, np.ones(noise.size) if below is None else below), float(np.expm1(shift))


def _luck(rng: np.random.Generator, days: int, world: World) -> Floats:
    steps = rng.normal(size=days + 50)
    for one in range(1, days + 50):
        steps[one] = world.memory * steps[one - 1] + np.sqrt(1 - world.memory**2) * steps[one]
    return world.luck * steps[50:] + world.wander * np.cumsum(rng.normal(size=days))


def _one_row(kind: Kind) -> float:
    """Return the spread of one row, as far as luck and shifts are measured in it."""
    return 0.4 if kind == "rate" else 0.6


def _traffic(rng: np.random.Generator, size: Floats, world: World) -> Rows:
    n = rng.poisson(size / world.users) * world.users
    of = np.repeat(np.arange(size.size), n)
    time = ((of + rng.uniform(0, 1, of.size)) * _DAY_US).astype(np.int64)
    cluster = (np.arange(of.size) // world.users).astype(np.int64)
    one = np.ones(of.size)
    return _rows("count", (one, one), one, (time + int(START.value) // 1000, cluster))


def _rows(
    kind: Kind, pair: tuple[Floats, Floats], weight: Floats, where: tuple[Ints, Ints]
) -> Rows:
    time, cluster = where
    place = np.arange(time.size)
    return Rows(
        metric=METRICS[kind],
        positions=place,
        at=place,
        time=time,
        numerator=pair[0],
        denominator=pair[1],
        weight=weight,
        cluster=cluster,
        ids=pd.Series([f"t{one}" for one in range(time.size)])
        if time.size < 1000
        else pd.Series(dtype=str),
        notes=(),
        absent=(),
    )
