"""Does an answer speak the language in which it was asked?"""

from collections.abc import Callable

import numpy as np

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import Texts, missing, texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.scoring.checks.reading.profiles import VERSION
from agentlens.scoring.checks.reading.tongues import LANGUAGES, UNCLEAR, Tongue, tongue_of
from agentlens.sources.signals.messages import user_turns
from agentlens.tables.log import Log

__all__ = ["language"]

Detector = Callable[[str], tuple[str, float]]

_SURE = 0.8
_STRUCTURE = ("{", "[", "<")


def language(
    expected: str | None = None,
    field: str = "output",
    *,
    min_words: int = 20,
    detector: Detector | None = None,
    name: str = "language",
) -> Check:
    """Return the check that a text is in the language of the user's last turn, or in a given one.

    Told by script and by the share of common words; where a text is short, or two languages are
    about as likely, the check does not apply. It claims a meaning: calibrate it like a judge.

    Args:
        expected: the language that is asked for, as "de" or a script such as "Arabic"; None for
            that of the input.
        field: which trace column.
        min_words: a shorter text has no language.
        detector: a function of your own from a text to its language and how likely that is.
        name: what its scores are called.

    Example:
        >>> language("de").question
        'Is the output in de?'
    """
    if expected is not None and detector is None and expected not in LANGUAGES:
        raise UnknownNameError("language that can be told", expected, LANGUAGES)
    count: object = min_words
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        message = f"min_words is a whole number from 1, not {min_words!r}."
        raise BadInputError(message)

    def tell(text: str) -> Tongue:
        if detector is None:
            return tongue_of(text, min_words)
        found, sure = detector(text)
        return Tongue(str(found)) if sure >= _SURE else UNCLEAR

    own = getattr(detector, "__qualname__", type(detector).__name__) if detector else ""
    asked = f"the language of the {'input' if expected is None else expected}"
    return Check(
        name=name,
        version=VERSION,
        applies=f"traces whose {field} and input are long enough to have a language",
        question=f"Is the {field} in {asked if expected is None else expected}?",
        params={
            "expected": expected,
            "field": field,
            "min_words": min_words,
            "detector": own,
        },
        run=lambda log: _run(log, tell, field, expected),
        claims_meaning=True,
        failing=f"{field}s are in another language than the input"
        if expected is None
        else f"{field}s are not in {expected}",
    )


def _run(log: Log, tell: Callable[[str], Tongue], field: str, expected: str | None) -> Found:
    absent = missing(log, field) or ("" if expected else missing(log, "input"))
    if absent:
        return nothing(len(log), absent)
    said = texts_of(log.traces, field)
    asked = texts_of(log.traces, "input") if expected is None else None
    heard = asked or Texts(np.zeros(len(log), dtype=np.int64), [""])
    spoken = [_spoken(one, tell) for one in said.distinct]
    wished = (
        [Tongue(expected)]
        if expected is not None
        else [tell(_last_turn(one)) for one in heard.distinct]
    )
    pairs = np.column_stack([said.codes, heard.codes])
    keys, codes = np.unique(pairs, axis=0, return_inverse=True)
    cases = [_compared(spoken, wished, field, *key) for key in keys.tolist()]
    return found_of(cases, codes.reshape(-1))


def _compared(spoken: list[Tongue], wished: list[Tongue], field: str, one: int, other: int) -> Seen:
    if one < 0 or other < 0:
        return Seen(NONE, f"no {field}" if one < 0 else "no input")
    said, asked = spoken[one], wished[other]
    for what, tongue in ((field, said), ("input", asked)):
        if not tongue.language:
            return Seen(NONE, f"{what}: {tongue.why}")
    if said.language == asked.language:
        return Seen(PASS)
    return Seen(
        FAIL,
        f"{said.language} for {asked.language}",
        f"{field} is in {said.language}, {asked.language} was asked",
    )


def _spoken(text: str, tell: Callable[[str], Tongue]) -> Tongue:
    """Return the language of an answer; what is data and no prose has none."""
    return Tongue("", "no prose") if text.lstrip().startswith(_STRUCTURE) else tell(text)


def _last_turn(text: str) -> str:
    turns = user_turns(text)
    return turns[-1] if turns else ""
