"""What do user, agent and tools say in each trace?"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from agentlens.sources.demo.columns import Flags, Floats, Ints, fill, hexes, words
from agentlens.sources.demo.record import phrases
from agentlens.sources.demo.story.tell import Story

__all__ = ["Texts", "put_into_words"]

_TRIMMING_SHARE = np.array([0.003, 0.004, 0.001, 0.006, 0.01, 0.003])
_PERSONAL_SHARE = 0.002


@dataclass(frozen=True)
class Texts:
    """By trace: what was asked and answered, what templates may name, who leaked a person."""

    asked: pd.Series
    answered: pd.Series
    slots: Mapping[str, pd.Series]
    personal: Flags


def put_into_words(story: Story, seeds: np.random.SeedSequence) -> Texts:
    """Return the texts; answers are missing where the agent did not come to one."""
    rng = np.random.default_rng(seeds)
    traffic, outcomes = story.traffic, story.outcomes
    rows, sessions = len(traffic), traffic.sessions
    draw = rng.random((4, rows))
    slots = _slots(rng, sessions, traffic.session, rows)
    source = _first_wording(story)
    foreign = outcomes.foreign[source]
    code = _choose(phrases.ASKED, traffic.task, draw[0])[source]
    other = np.floor(draw[0] * len(phrases.FOREIGN)).astype(np.int64)[source]
    code = np.where(foreign, len(_flat(phrases.ASKED)) + other, code)
    asked = fill([*_flat(phrases.ASKED), *phrases.FOREIGN], code, slots)
    edges = 1 - np.cumsum(_TRIMMING_SHARE)[::-1]
    trimming = np.searchsorted(edges, draw[1])[source]
    asked = asked + words(["", *phrases.TRIMMINGS], trimming)

    personal = (draw[3] < _PERSONAL_SHARE) & outcomes.completed
    answered = _answers(story, draw[2], slots)
    answered = answered + words(["", phrases.PERSONAL], personal.astype(np.int64))
    return Texts(asked, answered, slots, personal)


def _answers(story: Story, draw: Floats, slots: Mapping[str, pd.Series]) -> pd.Series:
    good, bad = _flat(phrases.GOOD), _flat(phrases.BAD)
    task, outcomes = story.traffic.task, story.outcomes
    right = _choose(phrases.GOOD, task, draw)
    wrong = len(good) + _choose(phrases.BAD, task, draw)
    code = np.where(outcomes.goal_met, right, wrong)
    code[story.quality.spoilt] = len(good) + len(bad)
    code[outcomes.broken_promise] = len(good) + len(bad) + 1
    code[~outcomes.completed] = -1
    return fill(
        [*good, *bad, phrases.OVERCHARGED_ANSWER, phrases.BROKEN_PROMISE],
        code,
        slots,
    )


def _slots(
    rng: np.random.Generator, sessions: int, session: Ints, rows: int
) -> dict[str, pd.Series]:
    """Return what a template may name; a session is about one order."""
    thousand = [f"{number:03d}" for number in range(1000)]
    order = words(["W-"], np.zeros(rows, dtype=np.int64))
    for _ in range(2):
        order = order + words(thousand, rng.integers(0, 1000, sessions)[session])
    amount = rng.integers(0, len(phrases.AMOUNTS), sessions)[session]
    return {
        "order": order,
        "item": words(phrases.ITEMS, rng.integers(0, len(phrases.ITEMS), sessions)[session]),
        "amount": words(phrases.AMOUNTS, amount),
        "cents": words(phrases.CENTS, amount),
        "request": hexes(rng, rows, 8),
    }


def _first_wording(story: Story) -> Ints:
    """Return for each trace the row whose words it uses: its own, or what it repeats."""
    rows = len(story.traffic)
    source = np.where(story.outcomes.repeats, story.traffic.previous, np.arange(rows))
    for _ in range(3):  # doubling: a session has at most six traces
        source = source[source]
    first: Ints = source
    return first


def _flat(texts: tuple[tuple[str, ...], ...]) -> list[str]:
    return list(chain.from_iterable(texts))


def _choose(texts: tuple[tuple[str, ...], ...], task: Ints, draw: Floats) -> Ints:
    size = np.array([len(own) for own in texts])
    first = np.cumsum(size) - size
    code: Ints = (first[task] + np.floor(draw * size[task])).astype(np.int64)
    return code
