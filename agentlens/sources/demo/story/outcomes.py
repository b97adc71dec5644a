"""What does the user do after each trace: correct, leave, ask again, rate, copy, call a person?"""

from dataclasses import dataclass

import numpy as np

from agentlens.sources.demo.columns import Flags, Ints
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.quality import Quality
from agentlens.sources.demo.story.steps import Steps
from agentlens.sources.demo.story.traffic import Traffic
from agentlens.sources.demo.story.window import Window

__all__ = ["Outcomes", "react"]

_TABLET = 2
_FOREIGN_SHARE = 0.015
_ASKS_AGAIN = 0.4
_PROMISES = 3


@dataclass(frozen=True)
class Outcomes:
    """By trace: the truth, what can be seen of it, and what the log cannot know.

    `rated` says who rates and `liked` what they say; `foreign` texts are in a language in which
    corrections are not recognised; a client that is not `reporting` does not tell about copies.
    """

    goal_met: Flags
    running: Flags
    completed: Flags
    abandoned: Flags
    corrected: Flags
    escalated: Flags
    rated: Flags
    liked: Flags
    followed_up: Flags
    copied: Flags
    reporting: Flags
    foreign: Flags
    repeats: Flags
    broken_promise: Flags

    @property
    def strong(self) -> Flags:
        """Strong completion as it would be without missing values."""
        disliked = self.rated & ~self.liked
        good: Flags = self.completed & ~self.corrected & ~self.escalated & ~disliked
        return good


def react(
    traffic: Traffic,
    steps: Steps,
    quality: Quality,
    window: Window,
    seeds: np.random.SeedSequence,
) -> Outcomes:
    """Return what happens after each trace."""
    rng = np.random.default_rng(seeds)
    draw = rng.random((6, len(traffic)))
    running = steps.stop == shop.STOPS.index("open")
    completed = steps.stop == 0
    left = steps.stop == shop.STOPS.index("left")
    goal = quality.goal & completed
    promise = _promise(traffic, completed, window)
    happy, spoilt = goal, quality.spoilt & completed
    wrong = np.where(happy, 0.02, np.where(spoilt, 0.66, 0.34))
    corrected = completed & (draw[0] < wrong)
    person = np.where(spoilt, 0.58, shop.TASK_ESCALATION[traffic.task])
    person = np.where(happy, 0.01, np.where(left, 0.0, person))
    escalated = ~running & (draw[1] < person)
    rated = ~running & (draw[2] < np.where(happy, 0.014, 0.075))
    liked = rated & (draw[3] < np.where(happy, 0.85, 0.12))
    copied = completed & (draw[4] < shop.TASK_COPY[traffic.task] * np.where(happy, 1, 0.3))

    elder = traffic.previous
    same = (elder >= 0) & (traffic.task == traffic.task[elder])
    repeats = same & ~goal[elder] & (draw[5] < _ASKS_AGAIN)
    younger = traffic.following
    followed = (younger >= 0) & ~corrected & ~repeats[younger]
    return Outcomes(
        goal_met=goal & ~promise,
        running=running,
        completed=completed,
        abandoned=left,
        corrected=corrected,
        escalated=escalated,
        rated=rated,
        liked=liked,
        followed_up=followed,
        copied=copied,
        reporting=(traffic.device != _TABLET) & ~running,
        foreign=(rng.random(traffic.sessions) < _FOREIGN_SHARE)[traffic.session],
        repeats=repeats,
        broken_promise=promise,
    )


def _promise(traffic: Traffic, completed: Flags, window: Window) -> Flags:
    """Return the three finished traces, about refunds if possible, in which policy is broken."""
    possible: Ints = np.flatnonzero(window.during("broken_promise", traffic.start) & completed)
    refunds = possible[traffic.task[possible] == shop.REFUND]
    chosen = refunds if len(refunds) >= _PROMISES else possible
    number = min(_PROMISES, len(chosen))
    spread = np.linspace(0, len(chosen) - 1, num=number).round()
    promise = np.zeros(len(traffic), dtype=bool)
    promise[chosen[spread.astype(np.int64)]] = True
    return promise
