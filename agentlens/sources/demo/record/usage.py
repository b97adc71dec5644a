"""How many tokens does each step read and write, and what does that cost?"""

from dataclasses import dataclass

import numpy as np

from agentlens.sources.demo.columns import Flags, Floats, Ints
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import ANSWER, EMBED, PLACES, PLAN, RETRIEVE
from agentlens.sources.demo.story.tell import Story

__all__ = ["Usage", "count_tokens"]

_EMBED_MODEL = 2
_CACHED_PREFIX = 1024
_CACHE_HIT = 0.6
_UNIT = 2.0**30


@dataclass(frozen=True)
class Usage:
    """By trace and place: tokens read, written, read from the cache, cost, and if known."""

    known: Flags
    read: Ints
    written: Ints
    cached: Ints
    cost: Floats


def count_tokens(story: Story, rng: np.random.Generator) -> Usage:
    """Return what each step used; a call that failed reports nothing."""
    steps = story.steps
    rows = len(steps.taken)
    noise = rng.lognormal(0, 0.25, (rows, 4))
    hit = rng.random((rows, 2)) < _CACHE_HIT
    read, written, cached = np.zeros((3, rows, PLACES), dtype=np.int64)
    retrieved = 900 * steps.taken[:, RETRIEVE] * noise[:, 2]
    read[:, PLAN] = 1350 + 120 * noise[:, 0] + retrieved
    read[:, ANSWER] = read[:, PLAN] + 90 + 160 * steps.taken[:, PLAN + 2 : ANSWER].sum(axis=1)
    written[:, PLAN] = 60 * noise[:, 1]
    written[:, ANSWER] = 150 * noise[:, 3]
    cached[:, PLAN] = _CACHED_PREFIX * hit[:, 0]
    cached[:, ANSWER] = np.where(hit[:, 1], _CACHED_PREFIX, cached[:, PLAN])
    read[:, EMBED] = 14 * noise[:, 0]
    known = np.zeros((rows, PLACES), dtype=bool)
    known[:, [EMBED, PLAN, ANSWER]] = (steps.taken & ~steps.failed)[:, [EMBED, PLAN, ANSWER]]

    price = np.repeat(shop.PRICES[story.traffic.model][:, None, :], PLACES, axis=1)
    price[:, EMBED] = shop.PRICES[_EMBED_MODEL]
    paid = (read - cached) * price[..., 0] + cached * price[..., 1] + written * price[..., 2]
    # Whole multiples of a power of two add up to the same sum in every order.
    cost = np.round(paid * 1e-6 * _UNIT) / _UNIT
    return Usage(known, read, written, cached, cost)
