"""Which texts cannot be alike, told without comparing all of their pieces?"""

from collections.abc import Sequence

import numpy as np

from agentlens.stats.arrays import Flags, Ints

__all__ = ["Sketches"]

_BITS = 1024
_SHIFT = np.uint32(32 - 10)
_ODD = np.uint32(0x9E3779B1)
_BASE = np.uint32(0x01000193)
_ROUNDING = 1e-6
"""Counts are whole: this much more than the bound lets none through that fails it."""


class Sketches:
    """A thousand bits a text: which of as many heaps its pieces fall into.

    A heap that only one of two texts uses holds a piece that only this one has. So two texts have
    at least as many pieces apart as heaps, and where those are too many, they cannot be alike.
    """

    def __init__(self, texts: Sequence[str], piece: int) -> None:
        """Begin without any sketch; each is drawn when it is first asked for.

        Args:
            texts: the texts, by their places.
            piece: the length of a piece.
        """
        self._texts = texts
        self._piece = piece
        self._bits = np.zeros((len(texts), _BITS // 64), dtype=np.uint64)
        self._pieces = np.array([len(text) for text in texts], dtype=np.int64) - piece + 1
        self._drawn = np.zeros(len(texts), dtype=bool)

    def may_be_alike(self, one: Ints, other: Ints, share: float) -> Flags:
        """Return which pairs may share so much of all pieces that they have.

        Where two sets share a part s of their union, the smaller is at least s of the union, and
        the rest of the union, 1 - s of it, is at most (1 - s) / s of the smaller.

        Args:
            one: places of texts.
            other: the places of those that they are compared with.
            share: the part of the union that both must have.
        """
        self._draw(np.unique(np.concatenate([one, other])))
        smaller = np.minimum(self._pieces[one], self._pieces[other])
        most = smaller * (1 - share) / share + _ROUNDING
        apart = np.bitwise_count(self._bits[one] ^ self._bits[other]).sum(axis=1, dtype=np.int64)
        return np.asarray((smaller > 0) & (apart <= most), dtype=bool)

    def _draw(self, places: Ints) -> None:
        for place in places[~self._drawn[places]]:
            self._bits[place] = _sketch(self._texts[place], self._piece)
        self._drawn[places] = True


def _sketch(text: str, piece: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Return which heaps the pieces of a text fall into; equal pieces fall into the same."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    n = max(letters.size - piece + 1, 0)
    heaps = letters[:n].copy()
    for place in range(1, piece):
        heaps *= _BASE
        heaps += letters[place : place + n]
    used = np.zeros(_BITS, dtype=np.uint8)
    used[(heaps * _ODD) >> _SHIFT] = 1
    return np.packbits(used).view(np.uint64)
