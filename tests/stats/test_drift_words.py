"""Are the texts of two periods told apart by what other users wrote, and only then?"""

import numpy as np
import pytest

from agentlens.stats.arrays import Ints
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.sample import sample_of
from agentlens.stats.drift.shares import moved
from agentlens.stats.drift.verdicts import nominal
from agentlens.stats.drift.words import (
    FOLDS,
    Tokens,
    middle_ranks,
    novelty,
    scores,
    telling,
    tokens_of,
)


def test_words_and_pairs_are_counted_once_a_text() -> None:
    found = tokens_of(["a b a b", "b c"])
    assert found.names == ("a", "b", "a b", "b a", "c", "b c")
    rows = found.of(np.array([1, 0]), 2)
    assert rows.row.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert [rows.names[one] for one in rows.token[:3]] == ["b", "c", "b c"]


def test_a_text_is_scored_by_what_other_users_wrote() -> None:
    texts = tokens_of(["where is my order"] * 50 + ["my parcel is broken"] * 50)
    arm, group = np.repeat([0, 1], 50), np.arange(100)
    score, fold = scores(texts, arm, np.ones(100), group)
    assert score[:50].max() < score[50:].min()
    rank = middle_ranks(score, fold, arm, np.ones(100))
    assert rank[50:].mean() - rank[:50].mean() == pytest.approx(0.5)
    alone, _ = scores(texts, arm, np.ones(100), np.zeros(100, dtype=np.int64))
    assert np.ptp(alone) == 0  # one user: nothing was learnt from others


def test_a_word_is_new_that_the_other_half_of_the_baseline_never_used() -> None:
    texts = tokens_of(["red", "red", "blue", "red green"])
    found = novelty(texts, np.array([0, 0, 0, 1]), np.array([0, 1, 0, 0]))
    assert found.tolist() == [0.0, 0.0, 1.0, 0.5]


def test_words_of_few_users_are_not_told() -> None:
    texts = tokens_of(["ann smith wants it"] * 20 + ["now broken"] * 20)
    arm, weight = np.repeat([0, 1], 20), np.ones(40)
    users = np.append(np.zeros(20, dtype=np.int64), np.arange(1, 21))
    assert telling(texts, arm, weight, users) == (["now", "broken"], [])
    assert telling(texts, arm, weight, np.arange(40))[1]


def test_halves_of_the_baseline_hold_as_many_users() -> None:
    texts = tokens_of(["red", "red", "blue", "red"])
    # Users 0, 2, 4 are of the baseline: in turn, the second meets the words of the others.
    found = novelty(texts, np.array([0, 0, 0, 1]), np.array([0, 2, 4, 1]))
    assert found.tolist() == [0.0, 0.0, 1.0, 0.0]


def _spoken(seed: int, users: int = 120, n: int = 480) -> tuple[Tokens, Ints, Ints]:
    """Return texts of users who each have words that they like, and who stay in one period."""
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, n)
    words = rng.integers(0, 300, (users, 8))[user[:, None], rng.integers(0, 8, (n, 6))]
    row = np.repeat(np.arange(n), 6)
    names = tuple(f"w{one}" for one in range(300))
    return Tokens(row, words.ravel(), names, np.ones(300, dtype=bool)), user, user % 2


@pytest.mark.simulation
def test_texts_of_users_with_a_style_are_not_told_apart_where_nothing_changed() -> None:
    runs, called = 400, 0
    for seed in range(runs):
        texts, user, arm = _spoken(seed)
        weight = np.ones(arm.size)
        group = np.random.default_rng(seed).permutation(120)[user]
        score, fold = scores(texts, arm, weight, group)
        rank = middle_ranks(score, fold, arm, weight)
        sample = sample_of(arm, weight, user)
        verdict = nominal(moved(sample, (rank > 0.5).astype(np.int64), 2))
        called += contrast(sample, rank, verdict, 0.95, learnt=FOLDS).above < 0.05
    error = np.sqrt(0.05 * 0.95 / runs)
    assert 0.01 < called / runs < 0.05 + 2.5 * error
