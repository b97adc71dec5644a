"""In which language does each session speak?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.sources.signals.turns.phrases import Language
from agentlens.sources.signals.turns.table import Turns
from agentlens.stats.arrays import Floats, Ints

__all__ = ["tongues"]

_OPENING = 300
_SHORT = 4
_MOSTLY = 0.9


def tongues(
    turns: Turns,
    languages: Sequence[Language],
    stated: NDArray[np.object_],
) -> Ints:
    """Return the place of the language of each turn's session; -1 where it is not known.

    What the application states counts first, then the language with most of its common words. A
    session of a few plain words that are common in none speaks as nine in ten of the others do.

    Args:
        turns: the user turns.
        languages: the languages that are told apart.
        stated: the language of each turn's trace as two letters, where it is stated.
    """
    n = int(turns.session.max(initial=-1)) + 1
    hits = np.zeros((n, len(languages)))
    words, foreign = np.zeros(n), np.zeros(n, dtype=bool)
    per_text = _hits(turns.texts, languages)
    known = turns.text >= 0
    np.add.at(hits, turns.session[known], per_text[turns.text[known], 2:])
    np.add.at(words, turns.session[known], per_text[turns.text[known], 0])
    np.logical_or.at(foreign, turns.session[known], per_text[turns.text[known], 1] == 1.0)
    best = hits.argmax(axis=1)
    ranked = np.sort(hits, axis=1)
    clear = ranked[:, -1] > (ranked[:, -2] if len(languages) > 1 else 0.0)
    found = np.where(clear, best, -1)
    short = (ranked[:, -1] == 0) & (words <= _SHORT) & ~foreign
    found = np.where(short, _main(found), found)
    codes = {language.code: place for place, language in enumerate(languages)}
    said = pd.notna(stated)
    found[turns.session[said]] = [codes.get(str(one), -1) for one in stated[said]]
    return found[turns.session].astype(np.int64)


def _hits(texts: Sequence[str], languages: Sequence[Language]) -> Floats:
    """Return of each text: its words, whether it has other letters, and each language's words."""
    rows = np.zeros((len(texts), 2 + len(languages)))
    every = frozenset().union(*(language.common for language in languages))
    for place, text in enumerate(texts):
        words = set(text[:_OPENING].split())
        common = words & every
        hits = [len(common & language.common) for language in languages]
        rows[place] = [len(words), not text.isascii(), *hits]
    return rows


def _main(found: Ints) -> int:
    """Return the language that nearly all sessions speak whose language is known."""
    known = found[found >= 0]
    if not known.size:
        return -1
    counts = np.bincount(known)
    return int(counts.argmax()) if counts.max() >= _MOSTLY * known.size else -1
