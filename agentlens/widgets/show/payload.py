"""What of a trace travels to the browser at first, so that it opens at once however big it is?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agentlens.tables.log import Log
from agentlens.tables.trace import Trace
from agentlens.widgets.show.blind import covered
from agentlens.widgets.show.head import about, facts, judgements, neighbours
from agentlens.widgets.show.notes import notes
from agentlens.widgets.show.steps.columns import columns
from agentlens.widgets.show.steps.rows import Rows, rows_of
from agentlens.widgets.show.steps.tree import Flag, Steps, steps_of
from agentlens.widgets.show.talk.pairs import Turn
from agentlens.widgets.show.talk.turns import turns
from agentlens.widgets.show.texts.fields import MOST, field

__all__ = ["MOST_STEPS", "drawn", "held", "payload", "spoken", "trace_of"]

MOST_STEPS = 2_000
_BUDGET = 290_000
_OF_STEPS, _OF_TALK, _OF_SCORES, _OF_ABOUT = 150_000, 70_000, 30_000, 20_000
_FEWEST_ROWS = 100
_A_TURN = 20
_SHORT_TURN = 400
_AT_ONCE = 100
_SMALL = 50
_FIELDS = ("error_message", "output", "input")


def payload(
    log: Log, trace_id: str, *, blind: bool = False, most: int = MOST_STEPS
) -> dict[str, Any]:
    """Return a trace as the page shows it first: at most 300 kB of JSON, long texts cut.

    `id`, `facts`, `about`, `scores`, `session`, `notes`, `fields` (the trace's own input and
    output), `steps` (columns, a row of the tree each), `held` (by number of a row, what its step
    holds, as far as there is room), `turns` (the conversation), `open` (numbers of the rows that
    are unfolded at first) and `errors` (those in error).

    Args:
        log: where the trace is.
        trace_id: its id.
        blind: leave out everything that tells what anybody thought of it.
        most: rows of the tree; beyond it, siblings of one name become one row.
    """
    trace = trace_of(log, trace_id, blind=blind)
    row = trace.row.to_dict()
    steps = steps_of(trace.spans)
    rows, told = drawn(steps, most)
    failed = [at for at, place in enumerate(rows.place) if _failed(steps, place)]
    whole: dict[str, Any] = {
        "id": str(trace.row["trace_id"]),
        "blind": blind,
        "facts": facts(row),
        "about": _within(about(row), _OF_ABOUT),
        "scores": _within(judgements(trace), _OF_SCORES),
        "session": neighbours(log, trace),
        "notes": notes(trace, steps, rows),
        "fields": fields_of(row),
        "steps": told,
        "open": _open(rows, failed),
        "errors": failed,
    }
    left = _BUDGET - _size(whole)
    whole["turns"] = _talk(turns(trace.row, steps.frame), min(_OF_TALK, left // 2))
    left -= _size(whole["turns"])
    whole["held"] = _fitting(steps, rows, failed, left)
    return whole


def trace_of(log: Log, trace_id: str, *, blind: bool) -> Trace:
    """Return a trace, without what a rater may not see where that is asked for."""
    trace = log.trace(trace_id)
    return covered(trace) if blind else trace


def drawn(steps: Steps, most: int) -> tuple[Rows, dict[str, Any]]:
    """Return the rows of the tree, fewer where their ids and names are too long for so many."""
    rows = rows_of(steps, most)
    told = columns(steps, rows)
    while _size(told) > _OF_STEPS and most > _FEWEST_ROWS:
        most //= 2
        rows = rows_of(steps, most)
        told = columns(steps, rows)
    return rows, told


def held(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what a step holds: its texts, cut, and what else is known of it."""
    return {"fields": fields_of(row), "about": about(row, step=True)}


def fields_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the texts of a step or a trace by name, each as the page shows it."""
    texts = ((name, row.get(name)) for name in _FIELDS)
    return {name: field(text) for name, text in texts if isinstance(text, str) and text}


def spoken(turn: Turn, most: int = MOST) -> dict[str, Any]:
    """Return one line of the conversation as the page shows it."""
    told: dict[str, Any] = {
        "role": turn.role[:40],
        "sort": turn.sort,
        "body": field(turn.text, most),
    }
    more = {"name": turn.name[:200], "span": turn.span_id, "wrong": turn.failed}
    told |= {name: one for name, one in more.items() if one}
    return told if turn.sort == "said" else told | {"pair": turn.pair}


def _failed(steps: Steps, place: int) -> bool:
    return place >= 0 and bool(steps.flags[place] & Flag.ERROR)


def _open(rows: Rows, failed: list[int]) -> list[int]:
    """Return the rows unfolded at first: all of a small trace, else what leads to a failure."""
    if len(rows.place) <= _SMALL:
        return list(range(len(rows.place)))
    found = {at for at, above in enumerate(rows.parent) if above < 0}
    for one in failed:
        at = rows.parent[one]
        while at >= 0 and at not in found:
            found.add(at)
            at = rows.parent[at]
    return sorted(found)


def _talk(said: tuple[Turn, ...], room: int) -> dict[str, Any]:
    """Return the conversation, its middle left out where there is no room for it.

    It is filled from both ends in turn, so that the question and the answer are always there.
    """
    most = MOST if sum(min(len(one.text), MOST) for one in said) <= room else _SHORT_TURN
    ends: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for nth in range(len(said)):
        at = -1 - nth // 2 if nth % 2 else nth // 2
        one = spoken(said[at], most)
        room -= _size(one) + _A_TURN
        if room < 0:
            break
        ends[nth % 2].append(one)
    first, last = ends
    return {"all": len(said), "first": first, "last": last[::-1]}


def _fitting(steps: Steps, rows: Rows, failed: list[int], room: int) -> dict[str, Any]:
    """Return what steps hold, by number of their row: failed ones first, until the room is used."""
    found: dict[str, Any] = {}
    order = list(_by_weight(rows, failed))
    for first in range(0, len(order), _AT_ONCE):
        some = order[first : first + _AT_ONCE]
        read = steps.frame.iloc[[rows.place[at] for at in some]].to_dict("records")
        for at, row in zip(some, read, strict=True):
            one = held(row)
            room -= _size(one) + 10
            if room < 0:
                return found
            found[str(at)] = one
    return found


def _by_weight(rows: Rows, failed: list[int]) -> Iterator[int]:
    yield from failed
    known = set(failed)
    yield from (at for at, place in enumerate(rows.place) if place >= 0 and at not in known)


def _within(given: list[Any], room: int) -> list[Any]:
    """Return as many of some values, from the first, as there is room for."""
    kept: list[Any] = []
    for one in given:
        room -= _size(one)
        if room < 0:
            break
        kept.append(one)
    return kept


def _size(value: object) -> int:
    return len(json.dumps(value))
