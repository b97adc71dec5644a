"""Which texts and words did only one user cause, so that quoting them would tell of that user?"""

import re

import numpy as np
import pandas as pd

from agentlens.analysis.failures.patterns import masked
from agentlens.analysis.failures.steps import template
from agentlens.stats.arrays import Ints

__all__ = ["OPEN", "without_lone_messages", "without_lone_words"]

OPEN = "…"
"""Stands where a word was."""

_ONE = "(a message of one user)"
_QUOTED = re.compile(r"\"[^\"]{1,400}\"|`[^`]{1,400}`|(?<!\w)'[^']{1,400}'(?!\w)")
_WORD = re.compile(r"\w+")
_MANY = -2


def without_lone_messages(messages: pd.Series, users: Ints) -> tuple[pd.Series, int]:
    """Return messages of which none is of one user alone, and how many different ones went.

    What a message says apart from numbers and ids must be said to two users; else what it quotes is
    left out; and if even the rest is of one user, nothing of it stays.

    Args:
        messages: of errors; missing ones stay.
        users: whose each row is.
    """
    texts = messages.reset_index(drop=True).astype(object)
    here = texts.notna().to_numpy(dtype=bool)
    if not here.any():
        return messages, 0
    distinct = {one: str(one) for one in texts[here].unique()}
    shown = texts.map({one: masked(text) for one, text in distinct.items()})
    shared = texts.map({one: template(text) for one, text in distinct.items()})
    alone = here & _of_one(shown, users)
    rare = alone & _of_one(shared, users)
    left = texts[alone].map(lambda one: _QUOTED.sub(OPEN, masked(str(one))))
    told = texts.where(~alone, left.reindex(texts.index)).where(~rare, _ONE)
    result = pd.Series(told.to_numpy(dtype=object), index=messages.index, name=messages.name)
    return result.astype(messages.dtype), int(texts[alone].nunique())


def without_lone_words(texts: pd.Series, users: Ints) -> pd.Series:
    """Return texts in which every word was written by two users; other words are left open.

    Args:
        texts: of one kind, such as inputs; missing ones stay.
        users: whose each row is.
    """
    rows = texts.reset_index(drop=True).astype(object)
    here = np.flatnonzero(rows.notna().to_numpy(dtype=bool)).tolist()
    writer: dict[str, int] = {}
    for row in here:
        user = int(users[row])
        for word in set(_WORD.findall(str(rows[row]).casefold())):
            if writer.setdefault(word, user) != user:
                writer[word] = _MANY

    def told(match: re.Match[str]) -> str:
        word = match.group()
        known = (writer.get(one) == _MANY for one in _WORD.findall(word.casefold()))
        return word if all(known) else OPEN

    new = {row: _WORD.sub(told, str(rows[row])) for row in here}
    plain = rows.where(rows.isna(), pd.Series(new, dtype=object).reindex(rows.index))
    result = pd.Series(plain.to_numpy(dtype=object), index=texts.index, name=texts.name)
    return result.astype(texts.dtype)


def _of_one(words: pd.Series, users: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows say what no other user's row says."""
    frame = pd.DataFrame({"word": words, "user": users})
    many = frame.groupby("word")["user"].transform("nunique")
    return (many == 1).to_numpy(dtype=bool)
