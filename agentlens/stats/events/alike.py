"""Which texts say much the same?

Words and pairs of words are hashed and weighted by how rare they are; a text follows the most
similar of its nearest neighbours that stands in a denser place, and where that road ends is the
middle of its group. The number of groups follows from the texts, chains do not grow across sparse
places, and the order in which the texts come does not matter.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from scipy import sparse

from agentlens.stats.arrays import Floats, Ints

__all__ = ["group_alike", "words_of"]

_BITS = 1 << 16
_NEAREST = 10
_NEAR = 0.45
_SAME = 0.6
_AT_ONCE = 512
_PRIOR = 20  # a handful of texts cannot say which words are rare
_WORD = re.compile(r"\w{2,}|#")


def words_of(text: str) -> list[str]:
    """Return the words of a text and the pairs of neighbours among them.

    >>> words_of("please refund #")
    ['please', 'refund', '#', 'please refund', 'refund #']
    """
    words: list[str] = _WORD.findall(text.casefold())
    return words + [f"{one} {next_}" for one, next_ in pairwise(words)]


def group_alike(texts: Sequence[str], counts: Floats) -> Ints:
    """Return, for each text, the place of the text in the middle of its group.

    Args:
        texts: each once.
        counts: how often each occurs.

    >>> group_alike(["the refund is late", "where is my refund, it is late", "reset my password",
    ...     "the refund is very late"], np.array([5.0, 1.0, 1.0, 1.0])).tolist()
    [0, 1, 2, 0]
    """
    if not len(texts):
        return np.zeros(0, dtype=np.int64)
    order = sorted(range(len(texts)), key=lambda one: (-counts[one], texts[one]))
    place = np.array(order, dtype=np.int64)
    vectors = _vectors([texts[one] for one in order])
    middle = _followed(vectors, np.asarray(counts, dtype=np.float64)[place])
    middle = _joined(vectors, middle, np.asarray(counts, dtype=np.float64)[place])
    found = np.empty(len(texts), dtype=np.int64)
    found[place] = place[middle]
    return found


def _vectors(texts: Sequence[str]) -> sparse.csr_array:
    """Return one row of length 1 for each text; a text without words is a row of zeros."""
    hashed = [sorted({crc32(word.encode()) % _BITS for word in words_of(text)}) for text in texts]
    ends = np.cumsum([0, *map(len, hashed)])
    columns = np.array([one for row in hashed for one in row], dtype=np.int64)
    seen = np.bincount(columns, minlength=_BITS)
    rarity = np.log1p((_PRIOR + len(texts)) / np.maximum(seen, 1))
    rows = sparse.csr_array((rarity[columns], columns, ends), shape=(len(texts), _BITS))
    return _of_length_one(rows)


def _of_length_one(rows: sparse.csr_array) -> sparse.csr_array:
    length = np.sqrt(np.asarray((rows * rows).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1.0 / np.maximum(length, 1e-12)) @ rows)


def _followed(vectors: sparse.csr_array, counts: Floats) -> Ints:
    """Return for each row the row at which following denser neighbours ends."""
    n = vectors.shape[0]
    most = min(_NEAREST, n)
    near = np.empty((n, most), dtype=np.int64)
    how = np.empty((n, most))
    for start in range(0, n, _AT_ONCE):
        alike = (vectors[start : start + _AT_ONCE] @ vectors.T).toarray().round(9)
        alike[np.arange(alike.shape[0]), np.arange(start, start + alike.shape[0])] = 1.0
        near[start : start + _AT_ONCE] = np.argsort(-alike, axis=1, kind="stable")[:, :most]
        how[start : start + _AT_ONCE] = np.take_along_axis(
            alike, near[start : start + _AT_ONCE], axis=1
        )
    how[how < _NEAR] = 0.0
    density = (how * counts[near]).sum(axis=1)
    rank = np.empty(n, dtype=np.int64)
    by_density = np.argsort(-density.round(6), kind="stable")
    rank[by_density] = np.arange(n)
    allowed = np.where(rank[near] < rank[:, None], how, 0.0)
    best = allowed.argmax(axis=1)
    follows = np.where(allowed.max(axis=1) > 0, near[np.arange(n), best], np.arange(n))
    middle = np.arange(n)
    for row in by_density:
        middle[row] = middle[follows[row]] if follows[row] != row else row
    return middle


def _joined(vectors: sparse.csr_array, middle: Ints, counts: Floats) -> Ints:
    """Return the middles with groups joined whose mean texts are nearly the same."""
    heads, group = np.unique(middle, return_inverse=True)
    belongs = sparse.csr_array(
        (counts, (group, np.arange(middle.size))), shape=(heads.size, middle.size)
    )
    means = _of_length_one(sparse.csr_array(belongs @ vectors))
    size = np.bincount(group, weights=counts)
    into = np.arange(heads.size)
    kept: list[int] = []
    for one in np.argsort(-size, kind="stable").tolist():
        if kept:
            alike = (means[[one]] @ means[kept].T).toarray().ravel()
            if alike.max() >= _SAME:
                into[one] = kept[int(alike.argmax())]
                continue
        kept.append(one)
    return heads[into[group]]
