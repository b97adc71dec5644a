"""How long does each step take, when does it start and end, and which traces run out of time?"""

from dataclasses import dataclass, replace

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats, Ints
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import (
    AGENT,
    ANSWER,
    CHAIN,
    EMBED,
    FIRST,
    GUARD_OUT,
    PLACES,
    PLAN,
    RETRIEVE,
    Steps,
)
from agentlens.sources.demo.story.traffic import Traffic, autoregression
from agentlens.sources.demo.story.window import SECOND, Window

__all__ = ["Clock", "run_clock"]

# Seconds in the middle and spread of the logarithm, by place; the retrieval's are those of the
# search after its embedding, the chain is as long as its tools and the agent as long as all.
_MEDIAN = np.array([0.0, 0.06, 0.18, 0.05, 0.8, 0.0, 0.35, 0.40, 0.35, 0.40, 1.9, 0.08])
_SPREAD = np.array([0.0, 0.3, 0.5, 0.3, 0.35, 0.0, 0.6, 0.6, 0.6, 0.6, 0.45, 0.3])
_LARGE_SLOWER = 1.7
_TAIL_SHARE, _TAIL_POWER = 0.05, 2.2
_SLOWER, _LARGE = 1.9, 1
_HANG_SHARE = 0.002
_LONGEST_STEP, _DEADLINE = 8 * SECOND, 60 * SECOND
_ORDER = (1, EMBED, RETRIEVE, PLAN, 6, 7, 8, 9, ANSWER, GUARD_OUT)
"""The places whose times add up; 1 is the guardrail before, 6 to 9 the tools and retries."""


@dataclass(frozen=True)
class Clock:
    """By trace and place: start and end in microseconds and seconds to the first token."""

    start: Ints
    end: Ints
    first_token: Floats


def run_clock(
    traffic: Traffic, steps: Steps, window: Window, seeds: np.random.SeedSequence
) -> tuple[Clock, Steps]:
    """Return the times, and the steps with those traces stopped that met their deadline."""
    rng = np.random.default_rng(seeds)
    lasting = _durations(traffic, steps, window, rng)
    gap = rng.integers(200, 900, lasting.shape) * steps.taken
    fraction = rng.uniform(0.15, 0.45, (len(traffic), 2))

    before = np.sum(lasting[:, :ANSWER], axis=1) + np.sum(gap[:, : ANSWER + 1], axis=1)
    left = _DEADLINE - before
    late = steps.taken[:, ANSWER] & (lasting[:, ANSWER] > left)
    late &= np.isin(steps.stop, [0, shop.STOPS.index("refusal"), shop.STOPS.index("model_error")])
    lasting[late, ANSWER] = left[late]
    lasting[late, GUARD_OUT] = gap[late, GUARD_OUT] = 0
    steps = _time_out(steps, late)

    start, end = np.zeros((2, *lasting.shape), dtype=np.int64)
    now = traffic.start.copy()
    for place in _ORDER:
        start[:, place] = now + gap[:, place]
        end[:, place] = start[:, place] + lasting[:, place]
        now = end[:, place]
    start[:, AGENT], end[:, AGENT] = traffic.start, now + gap[:, AGENT]
    start[:, RETRIEVE] = start[:, EMBED] - np.minimum(gap[:, EMBED], 100)
    start[:, CHAIN], end[:, CHAIN] = start[:, FIRST], end[:, ANSWER - 1]
    token = fraction * (end - start)[:, [PLAN, ANSWER]] / SECOND
    return Clock(start, end, token), steps


def _durations(traffic: Traffic, steps: Steps, window: Window, rng: np.random.Generator) -> Ints:
    rows = len(traffic)
    seconds = _MEDIAN * np.exp(rng.normal(size=(rows, PLACES)) * _SPREAD)
    disturbance = 0.08 * autoregression(rng, window.hours)[traffic.hour]
    seconds *= np.exp(0.3 * traffic.load + disturbance)[:, None]
    tail = np.where(rng.random(rows) < _TAIL_SHARE, 1 + rng.pareto(_TAIL_POWER, rows), 1.0)
    hangs = rng.random(rows) < _HANG_SHARE
    slow = window.during("slow_model", traffic.start) & (traffic.model == _LARGE)
    model = tail * np.where(traffic.model == _LARGE, _LARGE_SLOWER, 1.0)
    seconds[:, [PLAN, ANSWER]] *= (model * np.where(slow, _SLOWER, 1.0))[:, None]
    seconds[hangs, ANSWER] += 90
    micros = (seconds * SECOND).astype(np.int64)
    # With every step before it bounded, only the answer can run into the deadline.
    micros[:, :ANSWER] = np.minimum(micros[:, :ANSWER], _LONGEST_STEP)
    lasting: Ints = micros * steps.taken
    return lasting


def _time_out(steps: Steps, late: Flags) -> Steps:
    taken, failed, stop = steps.taken.copy(), steps.failed.copy(), steps.stop.copy()
    taken[late, GUARD_OUT] = False
    failed[late, ANSWER] = True
    stop[late] = shop.STOPS.index("timeout")
    return replace(steps, taken=taken, failed=failed, stop=stop)
