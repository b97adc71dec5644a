"""How do answers that were given elsewhere, by a function or in a file, come onto a desk?"""

from collections.abc import Callable, Mapping
from math import nan
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.asking.desk import Desk, Key, Verdict
from agentlens.scoring.labels.asking.item import Item
from agentlens.scoring.labels.export import item_ids

__all__ = ["REFUSED", "Answers", "from_function", "from_rows"]

Answers = Callable[[Item], object] | pd.DataFrame | str | Path
REFUSED = ("row", "item", "problem", "what_to_do")
"""The columns that say of a row why it was not taken."""

_WORDS = {
    **dict.fromkeys(("p", "pass", "passed", "1", "1.0", "true", "yes"), 1.0),
    **dict.fromkeys(("f", "fail", "failed", "0", "0.0", "false", "no"), 0.0),
    **dict.fromkeys(("u", "unsure", "unknown", "?"), nan),
}
_SOON = 0.5
_WANTED = "Say pass, fail or unsure, or leave it empty for later."


def from_function(desk: Desk, answer: Callable[[Item], object]) -> None:
    """Let a function answer all that is left; None leaves a trace for later.

    Answers are on the disk within half a second, and all of them when this ends, however it ends.

    Args:
        desk: whose queue.
        answer: gets an item and returns "p", "f", "u", True, False, None, or a mapping with label
            and, where there are any, note, code and seconds.
    """
    waiting: dict[Key, Verdict] = {}
    kept = monotonic()
    try:
        for key in desk.left():
            said = _asked(answer, desk.item(key))
            if said is not None:
                waiting[key] = said
            if waiting and monotonic() - kept > _SOON:
                desk.commit(waiting)
                waiting, kept = {}, monotonic()
    finally:
        if waiting:
            desk.commit(waiting)


def _asked(answer: Callable[[Item], object], item: Item) -> Verdict | None:
    given = answer(item)
    held: Mapping[str, Any] = given if isinstance(given, Mapping) else {"label": given}
    if _empty(held.get("label")):
        return None
    y = _verdict(held["label"])
    if y is None:
        message = (
            f"answers({item.trace_id!r}) returned {held['label']!r}: return 'p', 'f' or 'u',"
            " True or False, or None to leave a trace for later."
        )
        raise BadInputError(message)
    return _with(y, held)


def from_rows(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    """Take a filled frame, and return the rows that could not be taken, each with what to do.

    Rows without a label are left for later. All good rows are kept, in one go.

    Args:
        desk: whose queue.
        rows: label, and item or trace_id; where there are any, note, code, seconds and time.
    """
    _refuse_columns(rows)
    keys = _places(desk)
    held = {(row["trace_id"], row["span_id"], int(row["repeat"])): _verdict(row["y"])
            for row in desk.marks().to_dict("records")}  # fmt: skip
    good: dict[Key, Verdict] = {}
    refused = []
    for place, row in enumerate(rows.to_dict("records"), start=1):
        if _empty(row.get("label")):
            continue
        key, y = keys.get(_named(row)), _verdict(row["label"])
        again = good.get(key) if key else None
        before = held.get(key, y) if key else y
        problem = _problem(key, y, again, before)
        if problem:
            refused.append((place, _named(row), *problem))
        elif key is not None and y is not None and key not in held:
            good[key] = _with(y, row)
    if good:
        desk.commit(good)
    return pd.DataFrame(refused, columns=list(REFUSED))


def _refuse_columns(rows: pd.DataFrame) -> None:
    names = [str(one) for one in rows.columns]
    if "label" not in names:
        raise UnknownNameError("column of answers", "label", names, hint=_WANTED)
    if "item" not in names and "trace_id" not in names:
        raise UnknownNameError("column of answers", "item", names)


def _places(desk: Desk) -> dict[str, Key]:
    """Return the showings by their names in a saved queue, and first showings by trace, too."""
    queue = desk.work.queue
    columns = (queue["trace_id"], queue["span_id"], queue["repeat"])
    keys = [(str(a), str(b), int(c)) for a, b, c in zip(*columns, strict=True)]
    by_trace = {_joined(key[0], key[1]): key for key in keys if key[2] == 1}
    return by_trace | dict(zip(item_ids(queue, desk.work.record.plan), keys, strict=True))


def _named(row: Mapping[Any, Any]) -> str:
    item = row.get("item")
    if not _empty(item):
        return str(item).strip()
    step = row.get("span_id")
    return _joined(str(row.get("trace_id", "")).strip(), "" if _empty(step) else str(step))


def _joined(trace_id: str, span_id: str) -> str:
    return f"{trace_id} {span_id}".strip()


def _problem(
    key: Key | None, y: float | None, again: Verdict | None, before: float | None
) -> tuple[str, str] | None:
    if key is None:
        return "it is not in this queue", "Take the file that this plan saved."
    if y is None:
        return "its label is no label", _WANTED
    if again is not None and not _same(again.y, y):
        return "it stands twice with different labels", "Keep one of the rows."
    if before is not None and not _same(before, y):
        return (
            "this rater gave it another label before",
            "Leave the row empty, or take the label back with z first.",
        )
    return None


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 - only NaN differs from itself


def _verdict(given: object) -> float | None:
    """Return 1, 0, NaN for unsure, None for what is no label.

    >>> _verdict("Pass "), _verdict(False), _verdict("perhaps")
    (1.0, 0.0, None)
    """
    return _WORDS.get(str(given).strip().casefold(), nan if given != given else None)  # noqa: PLR0124 - as above


def _empty(value: object) -> bool:
    return value is None or value is pd.NA or value != value or not str(value).strip()  # noqa: PLR0124 - as above


def _with(y: float, held: Mapping[Any, Any]) -> Verdict:
    note, code = (held.get(name) for name in ("note", "code"))
    return Verdict(
        y,
        note="" if _empty(note) else str(note),
        code="" if _empty(code) else str(code),
        seconds=_number(held.get("seconds")),
        at=_instant(held.get("time")),
    )


def _number(value: object) -> float:
    found: Any = pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0]
    return float(found) if found >= 0 else nan


def _instant(value: object) -> float:
    at: Any = nan if _empty(value) else pd.to_datetime(str(value), utc=True, errors="coerce")
    return nan if pd.isna(at) else float(at.timestamp())
