"""Can the texts of one period be told from those of another by their words?

Each text is scored by how much commoner its words are in the one period than in the other, as
learnt from the texts of other users. If nothing changed, such scores are no higher in one period.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["FOLDS", "Tokens", "middle_ranks", "novelty", "scores", "telling", "tokens_of"]

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_MOST_CHARACTERS, _MOST_WORDS = 4000, 400
FOLDS = 5
_PRIOR = 2.0
_USERS = 8


@dataclass(frozen=True, eq=False)
class Tokens:
    """Which words and pairs of neighbours occur in which text, each once.

    Attributes:
        row: the text.
        token: what occurs in it.
        names: of the tokens.
        single: whether a token is one word.
    """

    row: Ints
    token: Ints
    names: tuple[str, ...]
    single: np.ndarray

    def of(self, texts: Ints, n_texts: int) -> "Tokens":
        """Return the tokens of rows, each of which says one of these texts.

        Args:
            texts: the text of each row.
            n_texts: how many there are.
        """
        counts = np.bincount(self.row, minlength=n_texts)
        first = np.cumsum(counts) - counts
        each = counts[texts]
        row = np.repeat(np.arange(texts.size), each)
        offset = np.arange(row.size) - np.repeat(np.cumsum(each) - each, each)
        token = self.token[np.repeat(first[texts], each) + offset]
        return Tokens(row, token, self.names, self.single)


def tokens_of(texts: Iterable[str]) -> Tokens:
    """Return the words and pairs of each text, in small letters, numbers as 0.

    >>> tokens_of(["Order 12 is late"]).names
    ('order', '0', 'is', 'late', 'order 0', '0 is', 'is late')
    """
    place: defaultdict[str, int] = defaultdict()
    place.default_factory = place.__len__  # what is new comes last
    held: list[int] = []
    ends = [0]
    for text in texts:
        lowered = _DIGITS.sub("0", text[:_MOST_CHARACTERS].lower())
        words = _WORD.findall(lowered)[:_MOST_WORDS]
        held.extend(
            map(place.__getitem__, dict.fromkeys([*words, *map(" ".join, pairwise(words))]))
        )
        ends.append(len(held))
    names = tuple(place)
    return Tokens(
        np.repeat(np.arange(len(ends) - 1, dtype=np.int64), np.diff(ends)),
        np.array(held, dtype=np.int64),
        names,
        np.array([" " not in name for name in names], dtype=bool),
    )


def scores(tokens: Tokens, arm: Ints, weight: Floats, group: Ints) -> tuple[Floats, Ints]:
    """Return how much each row speaks for the current period, and the fold that it was held out in.

    Args:
        tokens: of the rows.
        arm: of each row.
        weight: of each row; 0 for one from which nothing is learnt.
        group: of users, who are held out together.
    """
    fold = group % FOLDS
    n = np.bincount(arm, weights=weight, minlength=2)
    rows = np.bincount(arm, weights=weight > 0, minlength=2)
    even = weight * (rows / np.maximum(n, np.finfo(float).tiny))[arm]
    many = len(tokens.names)
    cell = (fold * 2 + arm)[tokens.row] * many + tokens.token
    counts = np.bincount(cell, weights=even[tokens.row], minlength=FOLDS * 2 * many)
    by_fold = counts.reshape(FOLDS, 2, many)
    size = np.bincount(fold * 2 + arm, weights=even, minlength=FOLDS * 2).reshape(FOLDS, 2)
    others, left = by_fold.sum(axis=0) - by_fold, size.sum(axis=0) - size
    ratio = np.stack([_log_ratio(*pair) for pair in zip(others, left, strict=True)])
    own = ratio[fold[tokens.row], tokens.token]
    total = np.bincount(tokens.row, weights=own, minlength=arm.size)
    long = np.bincount(tokens.row, minlength=arm.size)
    return total / np.sqrt(np.maximum(long, 1)), fold


def middle_ranks(score: Floats, fold: Ints, arm: Ints, weight: Floats) -> Floats:
    """Return the rank of each score in its fold, both periods counting alike, from 0 to 1.

    The mean rank of the current period less that of the baseline is the probability that a current
    score is the higher one, less one half.
    """
    out = np.zeros(score.size)
    for one in np.unique(fold):
        rows = np.flatnonzero(fold == one)
        _, code = np.unique(score[rows], return_inverse=True)
        total = np.bincount(arm[rows], weights=weight[rows], minlength=2)
        held = weight[rows] / np.where(total > 0, total, 1.0)[arm[rows]] / 2
        mass = np.bincount(code, weights=held)
        out[rows] = (np.cumsum(mass) - mass / 2)[code]
    return out


def novelty(tokens: Tokens, arm: Ints, group: Ints) -> Floats:
    """Return the share of words of each row that the other half of the baseline's users never used.

    Half, because a row of the baseline cannot be held against a vocabulary that it is part of; and
    halves of equal size, as most rows of the baseline would else meet the smaller vocabulary.
    """
    half = _halves(arm, group)
    single = tokens.single[tokens.token]
    row, token = tokens.row[single], tokens.token[single]
    many = len(tokens.names)
    before = arm[row] == 0
    known = np.zeros((2, many), dtype=bool)
    known[half[row[before]], token[before]] = True
    fresh = ~known[1 - half[row], token]
    words = np.bincount(row, minlength=arm.size)
    new = np.bincount(row, weights=fresh, minlength=arm.size)
    return np.where(words > 0, new / np.maximum(words, 1), np.nan)


def telling(
    tokens: Tokens, arm: Ints, weight: Floats, group: Ints, most: int = 4
) -> tuple[list[str], list[str]]:
    """Return the words that became commoner and those that became rarer, most telling first.

    Only words that eight users wrote: what fewer wrote may be a name.
    """
    single = tokens.single[tokens.token]
    row, token = tokens.row[single], tokens.token[single]
    total = np.bincount(arm, weights=weight, minlength=2)
    share = (
        np.stack(
            [
                np.bincount(
                    token, weights=weight[row] * (arm[row] == one), minlength=len(tokens.names)
                )
                for one in (0, 1)
            ]
        )
        / np.maximum(total, np.finfo(float).tiny)[:, None]
    )
    both = share.mean(axis=0)
    z = (share[1] - share[0]) / np.sqrt(np.maximum(both * (1 - both), 1 / max(arm.size, 1)))
    users = np.unique(group[row] * len(tokens.names) + token) % max(len(tokens.names), 1)
    z[np.bincount(users, minlength=z.size) < _USERS] = 0.0
    order = np.argsort(-z, kind="stable")
    up = [tokens.names[one] for one in order[:most] if z[one] > 0]
    down = [tokens.names[one] for one in order[::-1][:most] if z[one] < 0]
    return up, down


def _halves(arm: Ints, group: Ints) -> Ints:
    """Return the half of each row's user: users of the baseline in turn, others at will."""
    seen = np.zeros(int(group.max(initial=0)) + 1, dtype=bool)
    seen[group[arm == 0]] = True
    turn = np.where(seen, np.cumsum(seen), np.arange(seen.size)) % 2
    return np.asarray(turn[group], dtype=np.int64)


def _log_ratio(counts: Floats, size: Sequence[float] | Floats) -> Floats:
    """Return how much commoner each token is in the current period; a rare one stays near zero."""
    if min(size) <= 0:
        return np.zeros(counts.shape[1])
    usual = float(size[1] / (size[0] + size[1]))
    now, before = counts[1] + _PRIOR * usual, counts[0] + _PRIOR * (1 - usual)
    return np.asarray(np.log(now / before) - np.log(usual / (1 - usual)), dtype=np.float64)
