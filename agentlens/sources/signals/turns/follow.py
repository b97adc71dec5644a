"""Was the answer corrected, followed up, or had the user to ask again?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.sources.signals.filling import Derivation, held, held_as
from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.sources.signals.mapping.expressions import Metadata
from agentlens.sources.signals.mapping.find import find, occurs
from agentlens.sources.signals.turns.phrases import LANGUAGES, Language
from agentlens.sources.signals.turns.repeats import Asked, repeats
from agentlens.sources.signals.turns.table import Turns, turns_of
from agentlens.sources.signals.turns.tongue import tongues
from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["Followed", "followed"]

_CORRECTED = pd.Timedelta("10min").to_timedelta64()
_WENT_ON = pd.Timedelta("30min").to_timedelta64()
_OPENING = 300
_COLUMNS = ("user_corrected", "followed_up", "repeated_prompts")
_LANGUAGE_KEYS = ("language", "locale", "lang", "user_language")


@dataclass(frozen=True, eq=False)
class Followed:
    """What the next turns say of a trace, as derivations of three columns."""

    user_corrected: Derivation
    followed_up: Derivation
    repeated_prompts: Derivation


def followed(
    evidence: Evidence, now: pd.Timestamp, languages: Sequence[Language] = LANGUAGES
) -> Followed:
    """Return what the users' next turns say of each trace.

    Args:
        evidence: the tables.
        now: the source's clock; a turn may still come after the last one.
        languages: how corrections are phrased.
    """
    turns = turns_of(evidence)
    why = _silence(evidence, turns)
    if why:
        nothing = [
            Derivation(held(np.full(evidence.n, np.nan), held_as(name)), "", why=why)
            for name in _COLUMNS
        ]
        return Followed(*nothing)
    readable = _whole_sessions(turns, turns.text >= 0)
    codes = tongues(turns, languages, _stated(evidence)[turns.row])
    spoken = np.append([bool(one.corrections or one.within) for one in languages], np.False_)
    again = repeats(_asked(turns, languages))
    corrects = _corrections(turns, codes, languages) & ~again
    understood = readable & spoken[codes]
    corrected = _next(turns, corrects, _CORRECTED, evidence, now)
    went_on = _next(turns, ~corrects & ~again, _WENT_ON, evidence, now)
    n = evidence.n
    asked_again = np.full(n, np.nan)
    counts = np.bincount(turns.row, weights=again, minlength=n)
    asked_again[turns.row] = np.where(readable, counts[turns.row], np.nan)
    return Followed(
        _derivation(
            "user_corrected",
            _any(turns, np.where(understood, corrected, np.nan), n),
            "the next turn within 10 minutes opens with a correction (low confidence)",
            doubtful=True,
        ),
        _derivation(
            "followed_up",
            _any(turns, np.where(understood, went_on, np.nan), n),
            "the next turn within 30 minutes neither corrects nor repeats (low confidence)",
            doubtful=True,
        ),
        _derivation(
            "repeated_prompts",
            asked_again,
            "user turns that say the same as one of the 30 minutes before",
        ),
    )


def _derivation(column: str, values: Floats, rule: str, *, doubtful: bool = False) -> Derivation:
    why = "the users' language is not understood" if doubtful else "some turns could not be read"
    return Derivation(held(values, held_as(column)), rule, doubtful=doubtful, why=why)


def _silence(evidence: Evidence, turns: Turns) -> str:
    """Return why turns say nothing at all, where they do not."""
    if not evidence.n:
        return "there are no traces"
    if not turns.row.size:
        return "there are no session ids"
    if (turns.text < 0).all():
        return "inputs were not read"
    if np.unique(turns.session).size == turns.session.size:
        return "no session has two user turns"
    return ""


def _asked(turns: Turns, languages: Sequence[Language]) -> Asked:
    small = frozenset().union(*(one.small_talk for one in languages))
    comparable = np.array([bool(one) and one not in small for one in turns.texts], dtype=bool)
    return Asked(turns.session, turns.time, turns.text, turns.texts, comparable)


def _stated(evidence: Evidence) -> NDArray[np.object_]:
    """Return the language that the application states for each trace, as its two letters."""
    said = pd.Series(np.nan, index=range(evidence.n), dtype="str")
    for key in map(Metadata, _LANGUAGE_KEYS):
        if occurs(key, evidence):
            said = said.fillna(find(key, evidence).words)
    codes, distinct = pd.factorize(said)
    letters = [str(one).casefold()[:2] for one in distinct]
    return np.array([*letters, None], dtype=object)[codes]


def _corrections(turns: Turns, codes: Ints, languages: Sequence[Language]) -> Flags:
    """Return which turns open with a correction in the language of their session."""
    found = np.zeros(turns.row.size, dtype=bool)
    for code, language in enumerate(languages):
        here = np.flatnonzero((codes == code) & (turns.text >= 0))
        distinct, back = np.unique(turns.text[here], return_inverse=True)
        said = [language.corrects(turns.texts[one][:_OPENING]) for one in distinct]
        found[here] = np.array(said, dtype=bool)[back]
    return found


def _next(
    turns: Turns, is_so: Flags, within: np.timedelta64, evidence: Evidence, now: pd.Timestamp
) -> Floats:
    """Return for each turn whether the next one of its session comes soon and is so."""
    more = np.append(turns.session[1:] == turns.session[:-1], np.False_)
    inside = np.append(turns.row[1:] == turns.row[:-1], np.False_) & more
    gap = np.append(turns.time[1:], turns.time[-1:]) - turns.answered
    soon = more & (inside | (gap <= within))
    still = evidence.open[turns.row]
    clock = now.tz_convert("UTC").tz_localize(None).to_datetime64()
    settled = ~still & (clock - turns.answered >= within)
    alone = np.where(more | settled, 0.0, np.nan)
    return np.where(soon, np.append(is_so[1:], np.False_), alone)


def _whole_sessions(turns: Turns, sound: Flags) -> Flags:
    """Return the turns of the sessions in which every turn is sound."""
    broken = np.bincount(turns.session, weights=~sound) > 0
    return np.asarray(~broken[turns.session], dtype=bool)


def _any(turns: Turns, values: Floats, n: int) -> Floats:
    """Return for each trace whether it is so after any of its turns; unknown beats no."""
    rank = np.where(np.isnan(values), 1, np.where(values == 1.0, 2, 0))
    highest = np.full(n, -1)
    np.maximum.at(highest, turns.row, rank)
    meaning: Floats = np.array([0.0, np.nan, 1.0, np.nan])
    return np.asarray(meaning[highest], dtype=np.float64)
