"""What happens, as plain arrays: with the planted incidents, and without them?"""

from dataclasses import dataclass

import numpy as np

from agentlens.sources.demo.story.clock import Clock, run_clock
from agentlens.sources.demo.story.outcomes import Outcomes, react
from agentlens.sources.demo.story.quality import Quality, judge_by_user
from agentlens.sources.demo.story.steps import Steps, break_refunds, walk
from agentlens.sources.demo.story.traffic import Traffic, arrive
from agentlens.sources.demo.story.window import Window

__all__ = ["STREAMS", "Seeds", "Story", "tell"]

STREAMS = (
    "traffic",
    "steps",
    "quality",
    "refunds",
    "clock",
    "outcomes",
    "texts",
    "spans",
    "verdicts",
    "labels",
)
"""Each part draws from a stream of its own, so that a change in one leaves the others alone."""

Seeds = dict[str, np.random.SeedSequence]


@dataclass(frozen=True)
class Story:
    """All that happens, before it is written down as tables."""

    window: Window
    traffic: Traffic
    steps: Steps
    quality: Quality
    clock: Clock
    outcomes: Outcomes


def tell(window: Window, per_day: int, seeds: Seeds) -> Story:
    """Return the story of the window; the same seeds draw the same luck, planted or not."""
    traffic = arrive(window, per_day, seeds["traffic"])
    steps = walk(traffic, window, seeds["steps"])
    quality = judge_by_user(traffic, steps, window, seeds["quality"])
    steps = break_refunds(steps, quality.spoilt, seeds["refunds"])
    clock, steps = run_clock(traffic, steps, window, seeds["clock"])
    outcomes = react(traffic, steps, quality, window, seeds["outcomes"])
    return Story(window, traffic, steps, quality, clock, outcomes)
