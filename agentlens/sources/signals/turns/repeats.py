"""Does a user ask the same again: in the same words, or in almost the same?"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.sources.signals.turns.sketch import Sketches
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Asked", "alike", "repeats"]

_GRAM = 5
_ALIKE = 0.8
_LONGEST = 5_000
_BACK = 20
_WITHIN = pd.Timedelta("30min").to_timedelta64()


@dataclass(frozen=True, eq=False)
class Asked:
    """User turns, those of a session together and in order of time.

    Attributes:
        session: a number for each session.
        time: when each turn was typed.
        text: the place of its text in `texts`; -1 where there is none.
        texts: the distinct texts, folded.
        comparable: which of the texts ask something.
    """

    session: Ints
    time: NDArray[np.datetime64]
    text: Ints
    texts: Sequence[str]
    comparable: Flags


def repeats(asked: Asked) -> Flags:
    """Return which turns repeat one of the half hour before, in their session.

    Equal texts are looked for in the whole half hour, texts alike among the last 20 turns.
    """
    able = np.append(asked.comparable, np.False_)[asked.text]
    return _exact(asked, able) | _near(asked, able)


def alike(one: AbstractSet[str], other: AbstractSet[str]) -> bool:
    """Return whether two sets of five-character pieces share four fifths of all they have.

    >>> alike(set("abcd"), set("abcde")), alike(set("ab"), set("abc"))
    (True, False)
    """
    small, large = sorted((len(one), len(other)))
    if small < _ALIKE * large:
        return False
    shared = len(one & other)
    return shared >= _ALIKE * (small + large - shared) and shared > 0


def _exact(asked: Asked, able: Flags) -> Flags:
    """Return which turns have a twin shortly before, by sorting twins together."""
    order = np.lexsort((np.arange(asked.text.size), asked.text, asked.session))
    session, text, time = asked.session[order], asked.text[order], asked.time[order]
    twin = (session[1:] == session[:-1]) & (text[1:] == text[:-1])
    soon = twin & (time[1:] - time[:-1] <= _WITHIN)
    found = np.zeros(asked.text.size, dtype=bool)
    found[order[1:]] = soon
    return found & able


def _near(asked: Asked, able: Flags) -> Flags:
    """Return which turns are alike to one of the last few, each pair of texts compared once."""
    found = np.zeros(asked.text.size, dtype=bool)
    grams: dict[int, set[str]] = {}
    sketches = Sketches(asked.texts, _GRAM)
    for back in range(1, min(_BACK, asked.text.size - 1) + 1):
        here, there = np.arange(back, asked.text.size), np.arange(asked.text.size - back)
        close = asked.session[here] == asked.session[there]
        close &= asked.time[here] - asked.time[there] <= _WITHIN
        if not close.any():
            break
        close &= able[here] & able[there] & (asked.text[here] != asked.text[there])
        pairs = asked.text[here][close] * len(asked.texts) + asked.text[there][close]
        distinct, each = np.unique(pairs, return_inverse=True)
        one, other = np.divmod(distinct, len(asked.texts))
        same = sketches.may_be_alike(one, other, _ALIKE)
        for place in np.flatnonzero(same):
            same[place] = _alike_texts(asked.texts, (int(one[place]), int(other[place])), grams)
        found[here[close]] |= same[each]
    return found


def _alike_texts(texts: Sequence[str], pair: tuple[int, int], grams: dict[int, set[str]]) -> bool:
    one, other = pair
    for text in pair:
        if text not in grams:
            grams[text] = _pieces(texts[text])
    return alike(grams[one], grams[other])


def _pieces(text: str) -> set[str]:
    """Return the pieces of a text; of a very long one none, it is compared as a whole only."""
    if len(text) > _LONGEST:
        return set()
    return {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)}
