"""How does a person label with a keyboard and nothing else, in a terminal or a notebook?"""

import sys
from collections.abc import Mapping
from math import nan
from time import monotonic
from typing import Literal, NamedTuple

from agentlens import text
from agentlens.scoring.labels.asking.desk import Desk, Key, Verdict
from agentlens.scoring.labels.asking.item import plain

__all__ = ["ask"]

_KEYS = "p pass · f fail · u unsure · n note · c code · z undo · s skip · q quit > "
_AFTER = "Enter goes on · p, f, u changes it · n note · c code · z undo · q quit > "
_ANSWERS = {"p": 1.0, "pass": 1.0, "f": 0.0, "fail": 0.0, "u": nan, "unsure": nan}
_WORDS = {"n": "note", "note": "note", "c": "code", "code": "code"}
_MOVES: Mapping[str, "_Move"] = {"z": "undo", "s": "skip", "q": "quit"}
_HINT = "One of p, f, u, n, c, z, s, q; a note or a code may follow at once: n refund was late"
_CODES = 12

_Move = Literal["commit", "undo", "skip", "quit", "on"]


class _Said(NamedTuple):
    move: _Move
    verdict: Verdict | None = None


def ask(desk: Desk, judged: Mapping[tuple[str, str], str], *, blind: bool) -> None:
    """Show one trace after the other and keep each answer at once, until nothing is left.

    What a judge said is shown once the rater has decided. An end of input and an interrupt are a
    way to stop.

    Args:
        desk: whose queue.
        judged: what judges said of each item.
        blind: whether that is hidden at first.
    """
    skipped: set[Key] = set()
    try:
        while left := desk.left():
            ahead = [one for one in left if one not in skipped]
            if not ahead:
                _say("\nOnly traces that you skipped are left; here they are again.")
                skipped.clear()
                continue
            move = _one(desk, ahead[0], judged.get(ahead[0][:2], ""), blind=blind)
            if move == "quit":
                return
            if move == "skip":
                skipped.add(ahead[0])
            if move == "undo":
                back = desk.take_back()
                _say("Taken back." if back else "There is nothing to take back.")
                skipped -= {back} if back else set()
        _say("\nAll of this queue is labelled.")
    except (EOFError, KeyboardInterrupt):
        _say("")


def _one(desk: Desk, key: Key, judged: str, *, blind: bool) -> _Move:
    """Ask about one showing, and return how the rater left it."""
    _say(f"\n{'─' * 72}\n{desk.item(key).text}\n")
    if judged and not blind:
        _say(f"{plain(judged)}\n")
    begun = monotonic()
    said = _listen(desk, _KEYS, None)
    if said.move != "commit" or said.verdict is None:
        return said.move
    first = said.verdict._replace(seconds=round(monotonic() - begun, 2))
    desk.commit({key: first}, blind=blind)
    return _afterwards(desk, key, first, judged) if judged and blind else "on"


def _afterwards(desk: Desk, key: Key, first: Verdict, judged: str) -> _Move:
    """Show what judges said; a change of mind is kept beside the first answer."""
    _say(plain(judged))
    last = first
    while True:
        said = _listen(desk, _AFTER, last)
        if said.move != "commit" or said.verdict is None:
            return "on" if said.move == "skip" else said.move
        same = _word(said.verdict.y) == _word(first.y)
        last = said.verdict._replace(seconds=first.seconds)
        desk.commit({key: last}, blind=same)
        _say(f"Kept: {_word(last.y)}.")


def _listen(desk: Desk, prompt: str, last: Verdict | None) -> _Said:
    """Return what a rater types, once it is a verdict or a move; notes are collected on the way."""
    note, code = (last.note, last.code) if last else ("", "")
    while True:
        word, _, rest = input(prompt).strip().partition(" ")
        word, rest = word.casefold(), rest.strip()
        if not word and last is not None:
            return _Said("on")
        if word in _MOVES:
            return _Said(_MOVES[word])
        if word in _ANSWERS:
            return _Said("commit", Verdict(_ANSWERS[word], note=rest or note, code=code))
        if _WORDS.get(word) == "note":
            note = rest or input("note > ").strip()
        elif _WORDS.get(word) == "code":
            code = _code(desk, rest) or code
        else:
            _say(_HINT)
            continue
        if last is not None:
            return _Said("commit", last._replace(note=note, code=code))


def _code(desk: Desk, begun: str) -> str:
    """Return a code, completed from earlier ones where only one begins like this."""
    known = desk.codes()
    if not begun:
        if known:
            _say(f"Codes so far: {', '.join(plain(one) for one in known[:_CODES])}")
        begun = input("code > ").strip()
    like = [one for one in known if one.casefold().startswith(begun.casefold())]
    if not begun or begun in like or not like:
        return begun
    if len(like) > 1:
        _say(f"Taken as new; {text.plural(len(like), 'code')} begin so: {', '.join(like[:_CODES])}")
        return begun
    _say(f"Code: {plain(like[0])}")
    return like[0]


def _word(y: float) -> str:
    return {1.0: "pass", 0.0: "fail"}.get(y, "unsure")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
