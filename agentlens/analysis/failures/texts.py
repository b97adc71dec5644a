"""What have failures in common of which only a text is known?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.failures.patterns import fold
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.events.alike import group_alike, words_of

__all__ = ["Group", "alike", "cosine"]

_MOST = 3000
_FEWEST = 3
_MOST_WORDS = 24
_HALF = 0.5
_SAME = 0.6


@dataclass(frozen=True)
class Group:
    """Texts that say much the same.

    Attributes:
        says: what they share, other words left open.
        words: the words of the group by the share of its texts that hold them.
    """

    says: str
    words: dict[str, float]


def alike(texts: Sequence[str]) -> tuple[Ints, list[Group], Floats]:
    """Return the group of each text, -1 for those like few others, the groups, and how typical.

    Args:
        texts: one a failure; numbers and ids in them do not count.
    """
    plain = {one: fold(one) for one in dict.fromkeys(texts)}
    folded = pd.Series([plain[one] for one in texts], dtype=object)
    counts = folded[folded != ""].value_counts().rename_axis("text").reset_index(name="n")
    counts = counts.sort_values(["n", "text"], ascending=[False, True], ignore_index=True)
    common = counts.head(_MOST)
    middle = group_alike(common["text"].tolist(), common["n"].to_numpy(dtype=np.float64))
    size = np.bincount(middle, weights=common["n"], minlength=len(common))
    heads = np.unique(middle[size[middle] >= _FEWEST])
    groups = [_group(common[middle == head], str(common["text"][head])) for head in heads]
    place = {str(common["text"][row]): -1 for row in range(len(common))}
    for at, head in enumerate(heads):
        place |= dict.fromkeys(common["text"][middle == head], at)
    for text in counts["text"][_MOST:]:
        place[text] = _nearest(_shares([text], [1.0]), groups)
    typical = {
        text: cosine(_shares([text], [1.0]), groups[at].words)
        for text, at in place.items()
        if at >= 0
    }
    found = np.array([place.get(one, -1) for one in folded], dtype=np.int64)
    return found, groups, np.array([typical.get(one, 0.0) for one in folded])


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how similar two bags of words are, from 0 to 1.

    >>> cosine({"refund": 1.0}, {"refund": 0.5}), cosine({"refund": 1.0}, {"login": 1.0})
    (1.0, 0.0)
    """
    shared = sum(weight * other[word] for word, weight in one.items() if word in other)
    lengths = sum(w * w for w in one.values()) * sum(w * w for w in other.values())
    return float(shared / np.sqrt(lengths)) if lengths > 0 else 0.0


def _nearest(words: dict[str, float], groups: Sequence[Group]) -> int:
    scores = [cosine(words, one.words) for one in groups]
    return int(np.argmax(scores)) if scores and max(scores) >= _SAME else -1


def _group(members: pd.DataFrame, middle: str) -> Group:
    shares = _shares(members["text"].tolist(), members["n"].tolist())
    words = middle.split(" ")
    # A word stands where half of the texts hold it; what they differ in is left open.
    kept = [
        one if all(shares.get(part, 0.0) >= _HALF for part in words_of(one)) else "…"
        for one in words
    ]
    said = " ".join(one for at, one in enumerate(kept) if one != "…" or kept[at - 1 : at] != ["…"])
    most = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_WORDS]
    return Group(said, {word: round(share, 3) for word, share in most})


def _shares(texts: Sequence[str], counts: Sequence[float]) -> dict[str, float]:
    """Return by word the share of the texts that hold it."""
    held: dict[str, float] = {}
    for text, many in zip(texts, counts, strict=True):
        for word in dict.fromkeys(words_of(text)):  # in their order, as sums of it round alike
            held[word] = held.get(word, 0.0) + many
    total = sum(counts)
    return {word: many / total for word, many in held.items()}
