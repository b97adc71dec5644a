"""How often is a failure called new that is not, and how many events does it take to be called?

Run with: python -m benchmarks.emergence [runs]
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from agentlens.analysis.failures.growth.arrivals import Arrivals
from agentlens.analysis.failures.growth.decide import decided
from agentlens.stats.arrays import Floats, Ints

__all__ = ["World", "called", "simulated"]

_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_FDR = 0.05


@dataclass(frozen=True)
class World:
    """What a simulated history is like; nothing changes in it unless `fresh` is above zero.

    Attributes:
        failures: how many kinds there are; their shares fall from 1 % to a few in 100,000.
        days: of the baseline.
        current: days of the current period.
        per_day: traces.
        user_bursts: the share of failures that one user meets ten times in an hour.
        outages: a day, each failing two fifths of the traces of one to three hours in one kind.
        outage_kinds: how many kinds outages fall upon.
        unrest: standard deviation of the logarithm of all rates from hour to hour, lasting a day.
        fresh: failures of a new kind that are expected in the current period.
        weighted: whether traces were sampled unequally.
    """

    failures: int = 60
    days: float = 28.0
    current: float = 7.0
    per_day: int = 600
    user_bursts: float = 0.0
    outages: float = 0.0
    outage_kinds: int = 4
    unrest: float = 0.0
    fresh: float = 0.0
    weighted: bool = False


def simulated(world: World, rng: np.random.Generator) -> Arrivals:
    """Return one history: traces with a daily cycle, users with several traces, and failures."""
    whole = world.days + world.current
    n = rng.poisson(world.per_day * whole)
    at = np.sort(rng.uniform(0, whole, int(n * 2.2)))
    keep = rng.random(at.size) < (1 + 0.8 * np.sin(2 * np.pi * at)) / 2.2 * (n / at.size * 2.2)
    times = (at[keep] * _DAY).astype(np.int64)
    n = times.size
    users = rng.integers(0, max(n // 6, 1), n)
    shares = 0.01 * np.exp(-np.linspace(0, 6, world.failures))
    rate = np.exp(_memory(world, rng)[(times // _HOUR).clip(0)])
    failure, place = [], []
    for one, share in enumerate(shares):
        hit = np.flatnonzero(rng.random(n) < share * rate)
        failure.append(np.full(hit.size, one))
        place.append(hit)
    _burst(world, rng, times, shares, failure, place)
    users = _users_of_bursts(world, rng, users, failure, place)
    _break(world, rng, times, failure, place)
    border = int(world.days * _DAY)
    current = np.flatnonzero(times >= border)
    fresh = rng.choice(current, min(rng.poisson(world.fresh), current.size), replace=False)
    failure.append(np.full(fresh.size, world.failures))
    place.append(fresh)
    pairs = np.unique(np.column_stack([np.concatenate(failure), np.concatenate(place)]), axis=0)
    code, where = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    weight = np.where(rng.random(n) < 0.3, 1.0, 4.0) if world.weighted else np.ones(n)
    arms = (times >= border).astype(np.int64)
    return Arrivals(
        failure=code,
        arm=arms[where],
        size=weight[where],
        user=users[where],
        place=where,
        source=np.zeros(world.failures + 1, dtype=np.int64),
        n=world.failures + 1,
        times=times,
        arms=arms,
        seen=weight[None, :],
        even=not world.weighted,
        spans=((0, border), (border, int(whole * _DAY))),
    )


def called(world: World, seed: int) -> tuple[bool, bool]:
    """Return whether any failure that did not change was called, and whether the new one was."""
    found = simulated(world, np.random.default_rng([seed, 2026]))
    up = decided(found, _FDR).up
    return bool(up[:-1].any()), bool(up[-1])


def _memory(world: World, rng: np.random.Generator) -> Floats:
    hours = int((world.days + world.current) * 24) + 2
    noise, level = rng.standard_normal(hours), 0.0
    out = np.empty(hours)
    for hour in range(hours):
        level = 0.96 * level + np.sqrt(1 - 0.96**2) * noise[hour]
        out[hour] = level
    return world.unrest * out - world.unrest**2 / 2


def _burst(
    world: World,
    rng: np.random.Generator,
    times: Ints,
    shares: Floats,
    failure: list[Ints],
    place: list[Ints],
) -> None:
    """Add bursts of ten failures of one kind at neighbouring traces."""
    for one, share in enumerate(shares):
        many = rng.poisson(world.user_bursts * share * times.size / 10)
        for start in rng.integers(0, max(times.size - 10, 1), many):
            failure.append(np.full(10, one))
            place.append(np.arange(start, start + 10))


def _users_of_bursts(
    world: World,
    rng: np.random.Generator,
    users: Ints,
    failure: list[Ints],
    place: list[Ints],
) -> Ints:
    del rng
    out = users.copy()
    for at, hit in enumerate(place[world.failures :]):
        out[hit] = users.max() + 1 + at
    del failure
    return out


def _break(
    world: World, rng: np.random.Generator, times: Ints, failure: list[Ints], place: list[Ints]
) -> None:
    """Add outages: hours in which much fails in the same way, for whoever asks."""
    for _ in range(rng.poisson(world.outages * (world.days + world.current))):
        start = rng.uniform(0, (world.days + world.current) * _DAY)
        end = start + rng.uniform(1, 3) * _HOUR
        inside = np.flatnonzero((times >= start) & (times < end))
        hit = inside[rng.random(inside.size) < 0.4]
        failure.append(np.full(hit.size, rng.integers(0, world.outage_kinds) * 12))
        place.append(hit)


_NULLS: dict[str, World] = {
    "one by one": World(),
    "one by one, 24 h": World(current=1.0),
    "one by one, 1 h": World(current=1 / 24),
    "10 kinds, 24 h": World(failures=10, current=1.0),
    "300 kinds": World(failures=300),
    "bursts by one user": World(user_bursts=0.5),
    "bursts by one user, 24 h": World(user_bursts=0.5, current=1.0),
    "an outage every third day": World(outages=1 / 3),
    "an outage every third day, 24 h": World(outages=1 / 3, current=1.0),
    "an outage a fortnight, one kind": World(outages=1 / 14, outage_kinds=1),
    "an outage a fortnight, one kind, 24 h": World(outages=1 / 14, outage_kinds=1, current=1.0),
    "two outages a day": World(outages=2.0),
    "two outages a day, 24 h": World(outages=2.0, current=1.0),
    "unrest of 0.3": World(unrest=0.3),
    "unrest of 0.3, 24 h": World(unrest=0.3, current=1.0),
    "all of it": World(user_bursts=0.3, outages=0.5, unrest=0.2),
    "all of it, 24 h": World(user_bursts=0.3, outages=0.5, unrest=0.2, current=1.0),
    "all of it, two weeks before": World(user_bursts=0.3, outages=0.5, unrest=0.2, days=14),
    "weights of 1 and 4": World(weighted=True),
    "weights of 1 and 4, 24 h": World(weighted=True, current=1.0),
    "10 times the traffic, all of it": World(
        per_day=6000, user_bursts=0.3, outages=0.5, unrest=0.2
    ),
}


def _rate(world: World, runs: int, which: Callable[[tuple[bool, bool]], bool]) -> float:
    return float(np.mean([which(called(world, seed)) for seed in range(runs)]))


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    began = process_time()
    print(f"| nothing changed | weeks with a false call, {runs} runs | standard error |")
    print("|---|---|---|")
    for name, world in _NULLS.items():
        false = _rate(world, runs, lambda one: one[0])
        print(f"| {name} | {false:.3f} | {np.sqrt(false * (1 - false) / runs):.3f} |", flush=True)
    few = max(runs // 2, 20)
    print(f"\n| new failures expected | called, 7 of 35 days | 1 of 29 days | ({few} runs each)")
    print("|---|---|---|")
    for events in (2, 3, 4, 5, 6, 8, 10, 12, 16):
        found = [
            _rate(replace(World(fresh=events), current=days), few, lambda one: one[1])
            for days in (7.0, 1.0)
        ]
        print(f"| {events} | {found[0]:.2f} | {found[1]:.2f} |", flush=True)
    print(f"\n{process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
