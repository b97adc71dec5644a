"""In which language is a text written, as far as its letters and its little words tell?"""

import re
from collections import Counter
from typing import NamedTuple

from agentlens.scoring.checks.reading.profiles import PROFILES

__all__ = ["LANGUAGES", "UNCLEAR", "Tongue", "tongue_of"]

_LONGEST = 4_000
_SCRIPTS = {
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f",
    "Armenian": "\u0530-\u058f",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Tamil": "\u0b80-\u0bff",
    "Thai": "\u0e00-\u0e7f",
    "Georgian": "\u10a0-\u10ff",
    "Korean": "\u1100-\u11ff\uac00-\ud7af",
    "kana": "\u3040-\u30ff",
    "Chinese": "\u3400-\u4dbf\u4e00-\u9fff",
}
_OF_SCRIPT = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_ASIDE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{0,500}`|<[^<>]{1,80}>", re.DOTALL)
_ODD = re.compile(r"[\d@_]|://")
_UNSPACED = ("kana", "Chinese", "Thai")
_LETTERS_A_WORD = 2
_MOST_OF = 0.6
_SOME_KANA = 0.05
_CLOSE = 0.8
_LEAST = 0.12


LANGUAGES = (*PROFILES, *(one for one in _SCRIPTS if one != "kana"), "Japanese")
"""What can be told: languages in Latin letters by their code, others by their script."""


class Tongue(NamedTuple):
    """A language, or "" and why it is not known."""

    language: str
    why: str = ""


UNCLEAR = Tongue("", "language not clear")


def tongue_of(text: str, min_words: int = 20) -> Tongue:
    """Return the language of a text: the code of one in Latin letters, else its script.

    Code, addresses and words with digits say nothing of it.

    Args:
        text: any text.
        min_words: a text of fewer words has no language; where a script puts no blanks between
            words, two letters are a word.

    >>> tongue_of("Wo ist es?").why, tongue_of("Wo ist es und was ist das?", min_words=5).language
    ('fewer than 20 words', 'de')
    """
    told = _ASIDE.sub(" ", text[:_LONGEST]).casefold().split()
    plain = " ".join(word for word in told if not _ODD.search(word))
    if plain.isascii():
        return _latin(plain, min_words)
    letters = len(_LETTER.findall(plain))
    counts = Counter({name: len(find.findall(plain)) for name, find in _OF_SCRIPT.items()})
    japanese = counts["kana"] + counts["Chinese"]
    if japanese and counts["kana"] >= _SOME_KANA * japanese:
        counts["kana"], counts["Chinese"] = japanese, 0
    latin = letters - sum(counts.values())
    script, most = counts.most_common(1)[0]
    if latin >= _MOST_OF * letters:
        return _latin(plain, min_words)
    if most < _MOST_OF * letters:
        return Tongue("", "several scripts")
    spaced = script not in _UNSPACED
    words = sum(map(_has_letter, plain.split())) if spaced else most // _LETTERS_A_WORD
    if words < min_words:
        return _short(min_words)
    return Tongue("Japanese" if script == "kana" else script)


def _latin(text: str, min_words: int) -> Tongue:
    words = _WORD.findall(text)
    if len(words) < min_words:
        return _short(min_words)
    shares = sorted(
        ((sum(word in common for word in words) / len(words), code)
         for code, common in PROFILES.items()),
        reverse=True,
    )  # fmt: skip
    (best, code), (second, _) = shares[:2]
    return Tongue(code) if best >= _LEAST and second <= _CLOSE * best else UNCLEAR


def _has_letter(word: str) -> bool:
    return _LETTER.search(word) is not None


def _short(min_words: int) -> Tongue:
    return Tongue("", f"fewer than {min_words} words")
