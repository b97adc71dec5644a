"""Are texts that say the same found to be alike, in whatever order they come?"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.events.alike import group_alike, words_of

THINGS = ("lamp", "chair", "tent", "backpack", "kettle")
TEXTS = [
    text
    for thing in THINGS
    for text in (
        f"please refund the {thing}, it arrived damaged",
        f"i cannot log in to my account since the {thing} came",
        f"where is the parcel with my {thing}",
    )
]


def _groups(texts: list[str], counts: list[float]) -> set[frozenset[str]]:
    middle = group_alike(texts, np.array(counts))
    held: dict[int, set[str]] = {}
    for text, one in zip(texts, middle.tolist(), strict=True):
        held.setdefault(one, set()).add(text)
    return {frozenset(one) for one in held.values()}


def test_texts_of_three_sorts_make_three_groups() -> None:
    found = _groups(TEXTS, [1.0] * len(TEXTS))
    assert found == {frozenset(TEXTS[one::3]) for one in range(3)}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(TEXTS))))
def test_the_order_of_the_texts_does_not_matter(order: list[int]) -> None:
    counts = [float(1 + one % 4) for one in range(len(TEXTS))]
    moved = _groups([TEXTS[one] for one in order], [counts[one] for one in order])
    assert moved == _groups(TEXTS, counts)


def test_the_middle_of_a_group_is_its_own_middle() -> None:
    middle = group_alike(TEXTS, np.ones(len(TEXTS)))
    assert (middle[middle] == middle).all()


def test_texts_without_words_stay_alone_and_no_text_gives_no_group() -> None:
    assert group_alike([], np.zeros(0)).size == 0
    assert len(set(group_alike(["", "!", "a b"], np.ones(3)).tolist())) == 3
    assert words_of("?!") == []


def test_one_text_between_two_groups_does_not_join_them() -> None:
    left = "please refund the lamp, it arrived damaged"
    right = "i cannot log in to my account since yesterday"
    between = "please refund the lamp, i cannot log in to my account"
    found = _groups([left, right, between], [40.0, 40.0, 1.0])
    assert not any({left, right} <= group for group in found)
