"""Had a user to ask the same again?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import missing
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.sources.signals.mapping.evidence import gather
from agentlens.sources.signals.turns.phrases import LANGUAGES
from agentlens.sources.signals.turns.repeats import alike
from agentlens.sources.signals.turns.sketch import Sketches
from agentlens.sources.signals.turns.table import Turns, turns_of
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.period import length

__all__ = ["repeated_prompt"]

_GRAM, _ALIKE, _LONGEST = 5, 0.8, 5_000
_MOST_TURNS = 50
_EXACT, _NEAR, _NEW, _UNREAD, _FIRST, _SILENT = range(6)


class _Again(NamedTuple):
    """Which turns repeat one before them, in the same words and in almost the same."""

    exact: Flags
    near: Flags


def repeated_prompt(
    window: str = "10min", turns: int = 3, *, name: str = "repeated_prompt"
) -> Check:
    """Return the check that a user had not to ask the same again.

    Within a session, a turn repeats one of the turns before when it has the same words, or four
    fifths of all five-character pieces in common; thanks, yes and no ask nothing. First turns can
    repeat nothing and are not checked. It claims a meaning: calibrate it like a judge.

    Args:
        window: how long ago the earlier turn may be.
        turns: how many turns back are compared.
        name: what its scores are called.

    Example:
        >>> repeated_prompt("30min").params["window"]
        '30min'
    """
    within = length(window)
    count: object = turns
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST_TURNS:
        message = f"turns is a whole number from 1 to {_MOST_TURNS}, not {turns!r}."
        raise BadInputError(message)
    return Check(
        name=name,
        version=1,
        applies="traces with a turn that is not the first of its session",
        question=f"Is it no repetition of one of the {turns} turns of the {window} before?",
        params={"window": window, "turns": turns},
        run=lambda log: _run(log, within.to_timedelta64(), turns),
        claims_meaning=True,
        failing="later turns ask the same again",
    )


def _run(log: Log, within: np.timedelta64, back: int) -> Found:
    absent = missing(log, "input")
    if absent:
        return nothing(len(log), absent)
    turns = _turns(log)
    if not turns.row.size or np.unique(turns.session).size == turns.session.size:
        return nothing(len(log), "this log has no session of two turns")
    again = _again(turns, within, back)
    first = np.append(np.True_, turns.session[1:] != turns.session[:-1])
    kind = np.select(
        [again.exact, again.near, turns.text < 0, first], [_EXACT, _NEAR, _UNREAD, _FIRST], _NEW
    )
    worst = np.full(len(log), _SILENT)
    np.minimum.at(worst, turns.row, kind)
    cases = [
        Seen(FAIL, "same words", "a turn in the same words as one before"),
        Seen(FAIL, "almost the same words", "a turn in almost the same words as one before"),
        Seen(PASS),
        Seen(NONE, "turn not read"),
        Seen(NONE, "first turn"),
        Seen(NONE, "no turn"),
    ]
    return found_of(cases, worst.astype(np.int64))


def _turns(log: Log) -> Turns:
    """Return the users' turns; a trace without a session is one of its own."""
    traces = log.traces
    own = "trace " + traces["trace_id"].astype("str")
    session = traces["session_id"].astype("str") if "session_id" in traces else own
    none = pd.DataFrame({"trace_id": []})
    named = traces.assign(session_id=session.fillna(own))
    return turns_of(gather(named, log.spans, none, none))


def _again(turns: Turns, within: np.timedelta64, back: int) -> _Again:
    """Return which turns repeat; each pair of texts is compared once."""
    small = frozenset().union(*(one.small_talk for one in LANGUAGES))
    asks = np.array([*(bool(one) and one not in small for one in turns.texts), False])
    able = asks[turns.text]
    n = turns.text.size
    exact, near = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    sketches, pieces = Sketches(turns.texts, _GRAM), _Pieces(turns.texts)
    for step in range(1, min(back, n - 1) + 1):
        here, there = np.arange(step, n), np.arange(n - step)
        close = turns.session[here] == turns.session[there]
        close &= turns.time[here] - turns.time[there] <= within
        close &= able[here] & able[there]
        same = turns.text[here] == turns.text[there]
        exact[here[close & same]] = True
        rest = close & ~same
        pairs = np.column_stack([turns.text[here[rest]], turns.text[there[rest]]])
        distinct, each = np.unique(pairs, axis=0, return_inverse=True)
        near[here[rest]] |= _alike(distinct, sketches, pieces)[each.reshape(-1)]
    return _Again(exact, near & ~exact)


def _alike(pairs: Ints, sketches: Sketches, pieces: "_Pieces") -> Flags:
    maybe = sketches.may_be_alike(pairs[:, 0], pairs[:, 1], _ALIKE)
    for place in np.flatnonzero(maybe):
        one, other = pairs[place].tolist()
        maybe[place] = alike(pieces.of(one), pieces.of(other))
    return maybe


class _Pieces:
    """The five-character pieces of texts, each cut up when it is first asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._known: dict[int, set[str]] = {}

    def of(self, place: int) -> set[str]:
        """Return the pieces of a text; of a very long one none, it is compared as a whole only."""
        if place not in self._known:
            text = self._texts[place]
            stop = len(text) - _GRAM + 1 if len(text) <= _LONGEST else 0
            self._known[place] = {text[at : at + _GRAM] for at in range(stop)}
        return self._known[place]
