"""When does who start which conversation, and on what device, plan and model?"""

from dataclasses import dataclass

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats, Ints
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.window import HOUR, Window

__all__ = ["Traffic", "arrive", "autoregression"]

_SIZE_SHARE = np.array([0.60, 0.22, 0.10, 0.045, 0.02, 0.015])
_MEAN_SIZE = float(_SIZE_SHARE @ np.arange(1, 7))
_DAY = 24 * HOUR
_GAMMA_SHAPE = 30.0
_STAYS = 0.85  # most of a session is about one thing
_RETURNS, _USUAL_DEVICE = 0.65, 0.75
_SATURDAY = 5


@dataclass(frozen=True)
class Traffic:
    """One entry a trace, by start; `previous` is the row before it in its session, or -1."""

    start: Ints
    hour: Ints
    session: Ints
    user: Ints
    previous: Ints
    following: Ints
    session_number: Ints
    task: Ints
    segment: Ints
    device: Ints
    model: Ints
    load: Floats

    def __len__(self) -> int:
        """Return the number of traces."""
        return len(self.start)

    @property
    def sessions(self) -> int:
        """The number of sessions, some of which may lie outside the window."""
        return int(self.session.max()) + 1


@dataclass(frozen=True)
class _Sessions:
    begun: Ints
    user: Ints
    number: Ints
    task: Ints
    segment: Ints
    device: Ints
    model: Ints


def arrive(window: Window, per_day: int, seeds: np.random.SeedSequence) -> Traffic:
    """Return the traces of the window, on average `per_day` a day."""
    rng = np.random.default_rng(seeds)
    cycle = _cycle(window)
    sessions = _sessions(window, rng, cycle * per_day / 24 / _MEAN_SIZE)
    begun = sessions.begun
    size = 1 + _pick(_SIZE_SHARE, rng.random(len(begun)))
    first = np.cumsum(size) - size
    session = np.repeat(np.arange(len(begun)), size)
    position = np.arange(len(session)) - first[session]
    pause = np.minimum(20 + rng.exponential(200, len(session)), 1500) * (position > 0)
    passed = np.cumsum(pause)
    start = begun[session] + ((passed - passed[first][session]) * 1e6).astype(np.int64)
    stays = rng.random(len(session)) < _STAYS
    own = _pick_task(window, start, rng.random(len(session)))
    task = np.where((position == 0) | stays, sessions.task[session], own)

    # The first trace of a session is never cut, so a row's elder is kept whenever the row is.
    kept = np.flatnonzero(start < window.end)
    order = kept[np.argsort(start[kept], kind="stable")]
    row = np.full(len(session) + 1, -1)
    row[order] = np.arange(len(order))
    previous = np.where(position > 0, row[np.arange(len(session)) - 1], -1)[order]
    following = np.full(len(order), -1)
    following[previous[previous >= 0]] = np.flatnonzero(previous >= 0)
    start, session = start[order], session[order]
    hour = (start - window.start) // HOUR
    return Traffic(
        start=start,
        hour=hour,
        session=session,
        user=sessions.user[session],
        previous=previous,
        following=following,
        session_number=sessions.number[session],
        task=task[order],
        segment=sessions.segment[session],
        device=sessions.device[session],
        model=sessions.model[session],
        load=cycle[hour] - 1,
    )


def autoregression(rng: np.random.Generator, steps: int, phi: float = 0.6) -> Floats:
    """Return a standard normal series in which each value remembers `phi` of the last."""
    memory = 60  # after so many steps nothing of a value is left
    noise = rng.normal(size=steps + memory - 1) * np.sqrt(1 - phi**2)
    series: Floats = np.convolve(noise, phi ** np.arange(memory), mode="valid")
    return series


def _cycle(window: Window) -> Floats:
    moments = window.start + np.arange(window.hours) * HOUR
    hour = moments // HOUR % 24
    weekday = (moments // _DAY + 3) % 7  # 1970-01-01 was a Thursday
    daily = 1 + 0.65 * np.cos(2 * np.pi * (hour - 15) / 24)
    cycle = daily * np.where(weekday >= _SATURDAY, 0.7, 1.0)
    even: Floats = cycle / cycle.mean()
    return even


def _sessions(window: Window, rng: np.random.Generator, expected: Floats) -> _Sessions:
    third = 1 / (9 * _GAMMA_SHAPE)  # Wilson and Hilferty: the cube is close to gamma
    mood = (1 - third + autoregression(rng, window.hours) * np.sqrt(third)) ** 3
    arrivals = rng.poisson(expected * mood)
    if not arrivals.any():
        arrivals[int(expected.argmax())] = 1  # a log of nothing would teach nothing
    hour = np.repeat(np.arange(window.hours), arrivals)
    begun = window.start + hour * HOUR + rng.integers(0, HOUR, len(hour))

    people = max(1, len(begun) // 3)
    activity = np.minimum(1 + rng.pareto(1.5, people), 60)
    user = _pick(activity / activity.sum(), rng.random(len(begun)))
    known = rng.random(people) < _RETURNS
    history = rng.poisson(activity * rng.exponential(1.5, people)) * known
    segment = _pick(shop.SEGMENT_SHARE, rng.random(people))[user]
    usual = _pick(shop.DEVICE_SHARE, rng.random(people))[user]
    other = _pick(shop.DEVICE_SHARE, rng.random(len(begun)))
    return _Sessions(
        begun=begun,
        user=user,
        number=history[user] + _running(user, begun),
        task=_pick_task(window, begun, rng.random(len(begun))),
        segment=segment,
        device=np.where(rng.random(len(begun)) < _USUAL_DEVICE, usual, other),
        model=(rng.random(len(begun)) < shop.LARGE_SHARE[segment]).astype(np.int64),
    )


def _pick(share: Floats, draw: Floats) -> Ints:
    return np.minimum(np.searchsorted(np.cumsum(share), draw), len(share) - 1).astype(np.int64)


def _pick_task(window: Window, moments: Ints, draw: Floats) -> Ints:
    campaign: Flags = window.during("campaign", moments)
    usual = _pick(shop.TASK_SHARE, draw)
    return np.where(campaign, _pick(shop.TASK_SHARE_CAMPAIGN, draw), usual)


def _running(user: Ints, begun: Ints) -> Ints:
    order = np.lexsort((begun, user))
    fresh = np.flatnonzero(np.diff(user[order], prepend=-1))
    counted = np.arange(len(user)) - np.repeat(fresh, np.diff(fresh, append=len(user))) + 1
    running = np.empty_like(counted)
    running[order] = counted
    return running
