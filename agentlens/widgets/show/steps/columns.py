"""How do two thousand rows of a tree travel in a few bytes each?"""

from collections.abc import Callable
from math import isnan
from typing import Any

import numpy as np

from agentlens import text
from agentlens.widgets.show.steps.rows import MADE, Rows
from agentlens.widgets.show.steps.tree import Flag, Steps

__all__ = ["columns"]

_NAME, _SHORT_NAME, _MANY = 120, 48, 500
_TICKS = (0, 0.5, 1)
_MADE = "Steps without their parent"


def columns(steps: Steps, rows: Rows) -> dict[str, Any]:
    """Return the rows of a tree as columns; names and kinds are numbers in lists of their own.

    `begin` and `length` are seconds on the axis, whose length is `axis`; a length that is null is of
    a step that runs. `ticks` are texts at its beginning, middle and end. `flags` are those of `Flag`, `took`, `cost` and `tokens` are texts.

    Args:
        steps: of a trace.
        rows: which of them are drawn, and how.
    """
    frame = steps.frame
    kinds, names = _texts(frame, "kind"), _texts(frame, "name")
    tokens, cost = _tokens(frame), _numbers(frame, "cost_usd")
    told: dict[str, list[Any]] = {
        one: []
        for one in ("id", "parent", "kind", "name", "begin", "length", "flags", "took", "tokens")
    }
    told |= {"cost": [], "count": []}
    for at, place in enumerate(rows.place):
        members = list(rows.members[at])
        made = place == MADE
        begin, end = _span(steps, steps.loose if made else members)
        told["id"].append("" if made else steps.ids[place])
        told["parent"].append(rows.parent[at])
        told["kind"].append("" if made else kinds[place])
        told["name"].append(_MADE if made else names[place])
        told["begin"].append(round(begin, 6))
        told["length"].append(None if isnan(end) else round(max(end - begin, 0.0), 6))
        told["flags"].append(Flag.MADE.value if made else _flags(steps, members))
        told["took"].append("" if made or isnan(end) else text.duration(max(end - begin, 0.0)))
        told["tokens"].append("" if made else _said(_sum(tokens, members), text.count))
        told["cost"].append("" if made else _said(_sum(cost, members), _dollars))
        told["count"].append(len(members))
    if all(n <= 1 for n in told["count"]):
        told["count"] = []
    short = _SHORT_NAME if len(set(told["name"])) > _MANY else _NAME
    told["name"] = [one if len(one) <= short else f"{one[: short - 1]}…" for one in told["name"]]
    coded: dict[str, Any] = {}
    for name in ("kind", "name"):
        known = {one: at for at, one in enumerate(dict.fromkeys(told[name]))}
        told[name] = [known[one] for one in told[name]]
        coded[f"{name}s"] = list(known)
    ticks = [text.duration(part * steps.length) if part else "0" for part in _TICKS]
    return {"n": len(rows.place), "axis": steps.length, "ticks": ticks, **told, **coded}


def _span(steps: Steps, members: list[int]) -> tuple[float, float]:
    """Return when the first of some steps began and the last ended; nan while all run."""
    if len(members) == 1:
        return float(steps.begin[members[0]]), float(steps.end[members[0]])
    begin = float(np.min(steps.begin[members]))
    ends = steps.end[members]
    known = ends[~np.isnan(ends)]
    return begin, float(known.max()) if len(known) else float("nan")


def _flags(steps: Steps, members: list[int]) -> int:
    found = 0
    for one in members:
        found |= steps.flags[one]
    return found


def _tokens(frame: Any) -> Any:
    both = [_numbers(frame, name) for name in ("input_tokens", "output_tokens")]
    return np.where(np.isnan(both[0]) & np.isnan(both[1]), np.nan, np.nansum(both, axis=0))


def _dollars(amount: float) -> str:
    return text.number(amount, "USD")


def _sum(values: Any, members: list[int]) -> float:
    """Return the sum of what is known, nan where nothing is."""
    if len(members) == 1:
        return float(values[members[0]])
    known = values[members]
    return float("nan") if np.isnan(known).all() else float(np.nansum(known))


def _said(amount: float, say: Callable[[float], str]) -> str:
    return "" if isnan(amount) else say(amount)


def _numbers(frame: Any, name: str) -> Any:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return frame[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def _texts(frame: Any, name: str) -> list[str]:
    if name not in frame:
        return [""] * len(frame)
    column = frame[name]
    return ["" if gone else str(one) for one, gone in zip(column, column.isna(), strict=True)]
