"""What does a hand in the view do to the selection?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.tables.period import moment
from agentlens.widgets.explore.history import History
from agentlens.widgets.explore.selection import Period, Selection

__all__ = ["done"]

_SHORTEST = pd.Timedelta("1min")
Act = Mapping[str, Any]


def done(history: History, act: Act, log: Log) -> History:
    """Return the history after an act: period, where, drop, clear, move, stretch, undo, redo.

    Args:
        history: the selections so far.
        act: what was done, as the view tells it.
        log: what is looked into, which bounds every period.
    """
    kind = str(act.get("act"))
    if kind in {"undo", "redo"}:
        return history.undone() if kind == "undo" else history.redone()
    change = _ACTS.get(kind)
    return history if change is None else history.after(change(history.now, act, log))


def _period(now: Selection, act: Act, _: Log) -> Selection:
    if act.get("from") is None or act.get("until") is None:
        return replace(now, current=None)
    # What a hand draws is not exact to the second; a minute can be read and written down.
    first, last = (moment(str(act[end])).round("min") for end in ("from", "until"))
    if last <= first:
        last = first + _SHORTEST
        if moment(str(act["until"])) < moment(str(act["from"])):
            message = f"{act['from']} to {act['until']} ends before it begins; swap the two times."
            raise BadInputError(message)
    return replace(now, current=(first, last))


def _where(now: Selection, act: Act, _: Log) -> Selection:
    return replace(now, where={**now.where, **dict(act["where"])})


def _drop(now: Selection, act: Act, _: Log) -> Selection:
    part, name = str(act.get("part")), str(act.get("name"))
    kept: dict[str, Any] = {}
    if part in {"current", "ids"}:
        kept = {part: None}
    elif part in {"where", "score"}:
        held: Mapping[str, Any] = getattr(now, part)
        kept = {part: {one: value for one, value in held.items() if one != name}}
    return replace(now, **kept)


def _clear(_: Selection, __: Act, ___: Log) -> Selection:
    return Selection()


def _move(now: Selection, act: Act, log: Log) -> Selection:
    first, last = _current(now)
    step = (last - first) * (1 if float(act["by"]) > 0 else -1)
    if first + step >= log.stop or last + step <= log.start:
        message = "The log has no traces beyond this period."
        raise BadInputError(message)
    return replace(now, current=(first + step, last + step))


def _stretch(now: Selection, act: Act, log: Log) -> Selection:
    first, last = _current(now)
    wide = float(act["by"]) > 1
    quarter = (last - first) / 4
    add = 2 * quarter if wide else -quarter
    first, last = (first - add).round("s"), (last + add).round("s")
    if wide:
        first, last = max(first, log.start.floor("min")), min(last, log.stop.ceil("min"))
    if last - first < _SHORTEST:
        message = "A period is one minute long at least."
        raise BadInputError(message)
    return replace(now, current=(first, last))


def _current(now: Selection) -> Period:
    if now.current is None:
        message = "No period is selected yet: drag over the chart, or choose a signal."
        raise BadInputError(message)
    return now.current


_ACTS: dict[str, Callable[[Selection, Act, Log], Selection]] = {
    "period": _period,
    "where": _where,
    "drop": _drop,
    "clear": _clear,
    "move": _move,
    "stretch": _stretch,
}
