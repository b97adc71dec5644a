"""Does a sketch only tell texts apart that really are apart, and most of those?"""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.signals.turns.phrases import folded
from agentlens.sources.signals.turns.sketch import Sketches

PIECE, SHARE = 5, 0.8
TEXTS = st.text(alphabet="abc ", max_size=40) | st.text(max_size=12)


def pieces(text: str) -> set[str]:
    return {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


def share(one: str, other: str) -> float:
    """Return the part of all pieces that both have, by looking at each."""
    both = pieces(one) | pieces(other)
    return len(pieces(one) & pieces(other)) / len(both) if both else 0.0


def may_be_alike(one: str, other: str) -> bool:
    first, second = np.array([0]), np.array([1])
    return bool(Sketches([one, other], PIECE).may_be_alike(first, second, SHARE)[0])


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 40))
def test_texts_that_share_four_fifths_are_never_told_apart(one: str, other: str, cut: int) -> None:
    for text in (other, one[:cut] + other[:2] + one[cut:], one[cut:], one + other[:3]):
        if share(one, text) >= SHARE:
            assert may_be_alike(one, text)


@pytest.mark.parametrize("n", range(5, 60))
def test_a_text_that_lacks_just_a_fifth_of_the_pieces_is_kept(n: int) -> None:
    """At every size, since the bound is met exactly at some and rounding must not undo it."""
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 80)))
    whole = letters[: n + PIECE - 1]
    for left in range(1, n + 1):
        part = letters[: left + PIECE - 1]
        if left >= SHARE * n:
            assert may_be_alike(whole, part)


def test_a_text_that_goes_on_for_a_third_is_told_apart() -> None:
    """The bound is a part of the smaller text; that of the larger one would let this through."""
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 140)))
    assert share(letters[:104], letters[:134]) < SHARE
    assert not may_be_alike(letters[:104], letters[:134])


@pytest.mark.parametrize("length", [40, 200, 1_000])
def test_texts_of_the_same_words_in_another_order_are_told_apart(length: int) -> None:
    rng = random.Random(3)  # noqa: S311 - no secret
    words = ["".join(rng.choices("aeinorst", k=rng.randint(2, 8))) for _ in range(300)]
    drawn = [" ".join(rng.choices(words, k=length))[:length] for _ in range(40)]
    pairs = np.arange(0, 40, 2), np.arange(1, 40, 2)
    found = Sketches(drawn, PIECE).may_be_alike(*pairs, SHARE)
    alike = [share(drawn[one], drawn[other]) >= SHARE for one, other in zip(*pairs, strict=True)]
    assert not any(alike)
    assert found.sum() <= 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=[*map(chr, range(128)), "’", "é", "\u02bc"], max_size=30))
def test_folding_is_the_same_whether_or_not_a_text_is_ascii(text: str) -> None:
    """A letter of another alphabet at the end sends the same text the other way."""
    assert folded(f"{text} ж") == f"{folded(text)} ж".strip()
