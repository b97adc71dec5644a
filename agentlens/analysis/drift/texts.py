"""What can drift in a text: its words, its length, its language, words never seen, probing?"""

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.analysis.drift.answer import AUC, FEWEST, UNTESTED, Answer
from agentlens.analysis.drift.columns import Column, Kind, flag, number
from agentlens.scoring.probes import probes_of
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.bins import cells
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.levels import levels
from agentlens.stats.drift.sample import Sample
from agentlens.stats.drift.shares import moved
from agentlens.stats.drift.verdicts import nominal, ordered
from agentlens.stats.drift.words import (
    FOLDS,
    Tokens,
    middle_ranks,
    novelty,
    scores,
    telling,
    tokens_of,
)
from agentlens.stats.groups import sums
from agentlens.tables.log import Log

__all__ = ["PROBES", "Wording", "fresh", "text_columns", "worded", "wording"]

PROBES = "input: probes"
_KIND: Kind = "text"
_ROWS = (6000, 8000, 6000)
_LANGUAGES = {
    "English": ("the", "is", "my", "what", "you", "to", "how"),
    "German": ("der", "die", "ist", "ich", "nicht", "und", "wie"),
    "French": ("le", "est", "je", "les", "pas", "une", "vous"),
    "Spanish": ("el", "es", "los", "que", "una", "por", "como"),
    "Portuguese": ("o", "não", "uma", "meu", "você", "para", "como"),
    "Italian": ("il", "non", "che", "sono", "una", "per", "come"),
}
_SCRIPTS = {
    "Cyrillic": "\u0400-\u04ff",
    "Arabic": "\u0600-\u06ff",
    "Devanagari": "\u0900-\u097f",
    "Chinese or Japanese": "\u3040-\u30ff\u4e00-\u9fff",
    "Korean": "\uac00-\ud7af",
}
_UNTOLD, _READ = "not told", 300
_WORD = re.compile(r"\w+")
_LETTERS = [re.compile(f"[{letters}]") for letters in _SCRIPTS.values()]
_COMMON = {
    word: [place for place, words in enumerate(_LANGUAGES.values()) if word in words]
    for word in {word for words in _LANGUAGES.values() for word in words}
}


@dataclass(frozen=True, eq=False)
class Wording:
    """The texts of some traces as words.

    Attributes:
        name: of the text column.
        positions: of the traces, one a row.
        tokens: of the rows.
        whole: whether no trace with a text was left out.
    """

    name: str
    positions: Ints
    tokens: Tokens
    whole: bool


def text_columns(log: Log, name: str, places: Ints) -> list[Column]:
    """Return the length, the language and, of what users sent, whether it probes.

    Args:
        log: the traces.
        name: of the text column.
        places: of each trace in the sample, or -1; the language of others is not asked for.
    """
    texts = log.traces[name]
    at = np.flatnonzero(texts.notna().to_numpy())
    held = texts.iloc[at]
    length = held.str.len().to_numpy(dtype=np.float64)
    compared = at[places[at] >= 0]
    found = [_language(name, texts.iloc[compared], compared)]
    if name != "input" or "query_chars" not in log.traces:
        long = number(f"{name}: length", _KIND, at, length, unit="characters", source=name)
        found.append(long)
    if name == "input":
        found.append(flag(PROBES, _KIND, (probes_of(log) != "").to_numpy(), name))
    return found


def wording(log: Log, name: str, sample: Sample, places: Ints, seed: int) -> Wording:
    """Return the words of at most twenty thousand traces, drawn at random where there are more.

    Args:
        log: the traces.
        name: of the text column.
        sample: of the traces that are compared.
        places: of each trace in the sample, or -1.
        seed: of the draw.
    """
    texts = log.traces[name]
    at = np.flatnonzero(texts.notna().to_numpy() & (places >= 0))
    now = sample.arm[places[at]] == 1
    used = sample.weight[places[at]] > 0
    rng = np.random.default_rng(seed)
    parts = [np.flatnonzero(one) for one in (now, ~now & used, ~now & ~used)]
    kept = [
        rng.choice(part, most, replace=False) if part.size > most else part
        for part, most in zip(parts, _ROWS, strict=True)
    ]
    chosen = at[np.sort(np.concatenate(kept))]
    code, distinct = pd.factorize(texts.iloc[chosen])
    tokens = tokens_of(str(one) for one in distinct).of(code.astype(np.int64), len(distinct))
    return Wording(name, chosen, tokens, chosen.size == at.size)


def worded(held: Wording, part: Sample, level: float) -> tuple[list[Answer], Floats]:
    """Return whether a machine can tell the periods by their words, and the score of each row.

    The second answer is on words that the baseline never used.

    Args:
        held: the words.
        part: the sample of their rows.
        level: how often an interval must hold the truth.
    """
    now, before = part.counts
    name = f"{held.name}: words"
    row = {"column": name, "kind": _KIND, "n": now, "n_baseline": before}
    row |= {"effect_of": AUC, **UNTESTED}
    nothing = Column(name, _KIND, held.positions, np.zeros(0, np.int64), source=held.name)
    if min(now, before) < FEWEST or not held.tokens.row.size:
        return [Answer(nothing, row, np.zeros((2, 0)), 0, (before, now))], np.zeros(0)
    score, fold = scores(held.tokens, part.arm, part.weight, part.group)
    rank = middle_ranks(score, fold, part.arm, part.weight)
    found = levels(rank)
    code = found.code.astype(np.int64)
    share = sums(code, part.weight * (part.arm == 0), found.value.size)
    cell = cells(share, 10)
    judged = ordered if cell.max() > 0 else nominal
    verdict = judged(moved(part, cell[code], int(cell.max()) + 1))
    told = contrast(part, rank, verdict, level, learnt=FOLDS)
    row |= {"effect": told.value, "low": told.low, "high": told.high, "p": told.above}
    up, down = telling(held.tokens, part.arm, part.weight, part.group)
    row["words"] = "; ".join(
        f"{how} {', '.join(repr(one) for one in some)}"
        for how, some in (("more", up), ("less", down))
        if some
    )
    column = replace(nothing, code=found.code, value=found.value)
    shares = np.stack(
        [
            np.bincount(code, weights=part.weight * (part.arm == one))
            / max(float(part.weight[part.arm == one].sum()), 1e-300)
            for one in (0, 1)
        ]
    )
    return [Answer(column, row, shares, 0, (before, now))], rank


def fresh(held: Wording, part: Sample) -> Column:
    """Return the share of words of each row that are new to it."""
    values = novelty(held.tokens, part.arm, part.group)
    return number(
        f"{held.name}: new words", _KIND, held.positions, values, unit="share", source=held.name
    )


def _language(name: str, texts: pd.Series, positions: Ints) -> Column:
    """Return the language of each text by its script, else by its commonest small words."""
    code, distinct = pd.factorize(texts)
    words = pd.Series(distinct, dtype="str").str.slice(0, _READ).str.lower()
    labels = (_UNTOLD, *_LANGUAGES, *_SCRIPTS)
    best = np.array([_spoken(one) for one in words.tolist()], dtype=np.int64)
    kept, out = np.unique(best[code], return_inverse=True)
    names = tuple(labels[one] for one in kept)
    return Column(f"{name}: language", _KIND, positions, out.astype(np.int64), names, source=name)


def _spoken(text: str) -> int:
    """Return the place of the language of a text in small letters; 0 where nothing tells it."""
    met = [0] * len(_LANGUAGES)
    for word in _WORD.findall(text):
        for one in _COMMON.get(word, ()):
            met[one] += 1
    found = met.index(max(met)) + 1 if any(met) else 0
    if not text.isascii():
        for place, letters in enumerate(_LETTERS, start=len(_LANGUAGES) + 1):
            if 3 * len(letters.findall(text)) > len(text):
                found = place
    return found
