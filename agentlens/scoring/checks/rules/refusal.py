"""Did the agent refuse, by its words or by the reason for which a model stopped?"""

import numpy as np
import pandas as pd

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import missing, steps_of, texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.scoring.checks.reading.phrases import REFUSALS, VERSION
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.redact.texts.columns import marks_of

__all__ = ["refusal"]

_OPENING = 300
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"))
_REASONS = "refus|content[-_ ]?filter|safety|prohibited|blocklist"
_COLUMNS = ("finish_reason", "stop_reason", "error_type")


def refusal(field: str = "output", *, name: str = "refusal") -> Check:
    """Return the check that an answer does not refuse; a refusal is a fact, and no fault by itself.

    Phrases of eight languages in the first 300 characters, or a model call that stopped for a
    refusal or a content filter. It claims a meaning: calibrate it like a judge.

    Args:
        field: which trace column.
        name: what its scores are called; 1 is an answer, 0 a refusal.

    Example:
        >>> refusal().severity
        'fact'
    """
    return Check(
        name=name,
        version=VERSION,
        applies=f"traces with {field}, or with a model call that stopped for a refusal",
        question=f"Does the {field} do anything else than refuse?",
        params={"field": field, "opening": _OPENING},
        run=lambda log: _run(log, field),
        severity="fact",
        claims_meaning=True,
        failing="answers refuse",
    )


def _run(log: Log, field: str) -> Found:
    stopped = _stopped(log)
    absent = missing(log, field)
    if absent and not stopped.any():
        return nothing(len(log), absent)
    texts = texts_of(log.traces, field)
    per_text, phrases = _phrases(texts.distinct)
    phrase = np.append(per_text, -1)[texts.codes]
    cases = [*phrases, Seen(FAIL, "stop reason", "a model call stopped for a refusal")]
    stop = len(phrases)
    cases += [Seen(PASS), Seen(NONE, f"no {field}")]
    codes = np.where(texts.codes >= 0, stop + 1, stop + 2)
    codes = np.where(stopped, stop, np.where(phrase >= 0, phrase, codes))
    return found_of(cases, codes.astype(np.int64))


def _phrases(texts: list[str]) -> tuple[Ints, list[Seen]]:
    """Return the first phrase in each text, or -1, and what is to be said of each phrase."""
    found = np.full(len(texts), -1, dtype=np.int64)
    said: list[Seen] = []
    opening: list[str | None] = [_opening(one) for one in texts]
    for language, patterns in REFUSALS.items():
        marks = marks_of(opening, list(patterns)) if texts else np.zeros(0, dtype=np.int64)
        for place in range(len(patterns)):
            here = (found < 0) & ((marks >> place) & 1 == 1)
            found[here] = len(said)
            said.append(Seen(FAIL, f"phrase ({language})", f"phrase {language}-{place + 1}"))
    return found, said


def _opening(text: str) -> str:
    """Return the beginning of a text, as phrases are compared with it."""
    return " ".join(text[: 2 * _OPENING].split())[:_OPENING].translate(_APOSTROPHES).lower()


def _stopped(log: Log) -> Flags:
    """Return the traces with a model call that stopped for a refusal."""
    calls = steps_of(log, ("llm",))
    refused = np.zeros(len(calls), dtype=bool)
    for name in _COLUMNS:
        if name in calls:
            refused |= _says(calls[name].astype("str"))
    row = calls["row"].to_numpy(dtype=np.int64)
    return np.bincount(row, weights=refused, minlength=len(log)) > 0


def _says(words: pd.Series) -> Flags:
    codes, distinct = pd.factorize(words)
    said = pd.Series(distinct, dtype="str").str.contains(_REASONS, case=False, regex=True)
    return np.append(said.to_numpy(dtype=bool), np.False_)[codes]
