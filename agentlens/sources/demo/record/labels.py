"""Which judged traces do people label, by what design, and what do they say?"""

import math

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats, Ints, constant, counts, words
from agentlens.sources.demo.record.scores import Judgements
from agentlens.sources.demo.story.tell import Story
from agentlens.sources.demo.story.window import HOUR

__all__ = ["LABELS", "human_labels"]

LABELS = 240
_UNIFORM_SHARE = 0.2
_GUESS = np.array([0.3, 0.9])  # how often people agree with a fail or a pass, before any label
_ERROR = 0.03
_DEV_SHARE = 0.4
_RATERS = ("amira", "jonas", "lena")
_WEEK = 7 * 24 * HOUR


def human_labels(story: Story, judged: Judgements, rng: np.random.Generator) -> Judgements:
    """Return labels of a fifth drawn from all judged traces, the rest from pass and from fail.

    `inclusion_p` is the chance with which a judged trace came to be labelled.
    """
    cell = judged.value.astype(np.int64)
    order = rng.permutation(len(cell))
    wanted = min(LABELS, len(cell) // 2)
    reserve = math.ceil(_UNIFORM_SHARE * wanted)
    uniform = np.zeros(len(cell), dtype=bool)
    uniform[order[:reserve]] = True
    stratum, share = _by_verdict(cell, uniform, order, wanted - reserve)
    p = 1 - (1 - reserve / max(1, len(cell))) * (1 - share[cell])

    chosen = np.flatnonzero(uniform | stratum)
    rows = judged.rows[chosen]
    number = len(rows)
    says = story.outcomes.goal_met[rows] ^ (rng.random(number) < _ERROR)
    week = (story.traffic.start[rows] - story.window.start) // _WEEK
    dev = rng.random(story.traffic.sessions)[story.traffic.session[rows]] < _DEV_SHARE
    extra = {
        "rater": words(_RATERS, rng.integers(0, len(_RATERS), number)),
        "plan": constant("goal_completion-rate", number),
        "stage": words(["stratum", "uniform"], uniform[chosen].astype(np.int64)),
        "stratum": words(["fail", "pass"], cell[chosen]),
        "split": words(["test", "dev"], dev.astype(np.int64)),
        "round": counts(week + 1),
        "reference": constant("single rater", number),
    }
    return Judgements(
        name=judged.name,
        source="human",
        version=judged.version,
        rows=rows,
        value=says.astype(np.float64),
        inclusion_p=p[chosen],
        delay=48 * HOUR,
        extra=extra,
    )


def _by_verdict(cell: Ints, uniform: Flags, order: Ints, wanted: int) -> tuple[Flags, Floats]:
    """Return whom the second stage draws and its sampling share in each cell (Neyman)."""
    size = np.bincount(cell, minlength=2)
    spread = size * np.sqrt(_GUESS * (1 - _GUESS))
    free = size - np.bincount(cell[uniform], minlength=2)
    fails = math.floor(wanted * spread[0] / max(1.0, spread.sum()) + 0.5)
    number = np.minimum([fails, wanted - fails], free)
    drawn = np.zeros(len(cell), dtype=bool)
    for verdict in (0, 1):
        left = order[(cell[order] == verdict) & ~uniform[order]]
        drawn[left[: number[verdict]]] = True
    return drawn, number / np.maximum(1, free)
