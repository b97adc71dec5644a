"""In which traces does the user get what they came for, before anything ends it early?"""

from dataclasses import dataclass

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import FIRST, SECOND, Steps
from agentlens.sources.demo.story.traffic import Traffic, autoregression
from agentlens.sources.demo.story.window import HOUR, Window

__all__ = ["Quality", "judge_by_user"]

_SESSION_SD = 0.9  # on log-odds; as correlation of the yes or no inside a session about .1
_HOUR_SD = 0.30
_TOOL_LOST = -2.2
_REFUND_KEPT = 0.375
_MOBILE = 0
_SATURDAY = 5


@dataclass(frozen=True)
class Quality:
    """By trace: whether the goal can be met, and whether the broken release has spoilt it."""

    goal: Flags
    spoilt: Flags


def judge_by_user(
    traffic: Traffic, steps: Steps, window: Window, seeds: np.random.SeedSequence
) -> Quality:
    """Return what the user would say of each trace, had it come to its end."""
    rng = np.random.default_rng(seeds)
    session = rng.normal(0, _SESSION_SD, traffic.sessions)[traffic.session]
    hour = autoregression(rng, window.hours) * _HOUR_SD + _cycle(window)
    draw, broken = rng.random((2, len(traffic)))
    logit = shop.TASK_LOGIT[traffic.task] + session + hour[traffic.hour]
    logit += np.array([-0.1, 0.05, 0.2])[traffic.segment]
    logit += _TOOL_LOST * (steps.lost(FIRST) | steps.lost(SECOND))
    goal = draw < 1 / (1 + np.exp(-logit))

    part = window.during("broken_refunds", traffic.start)
    part &= (traffic.task == shop.REFUND) & (traffic.device == _MOBILE) & (steps.stop == 0)
    spoilt = part & goal & (broken > _REFUND_KEPT)
    return Quality(goal & ~spoilt, spoilt)


def _cycle(window: Window) -> Floats:
    hours = window.start // HOUR + np.arange(window.hours)
    weekday = (hours // 24 + 3) % 7  # 1970-01-01 was a Thursday
    daily = 0.15 * np.cos(2 * np.pi * (hours % 24 - 10) / 24)
    cycle: Floats = daily - 0.15 * (weekday >= _SATURDAY)
    return cycle
