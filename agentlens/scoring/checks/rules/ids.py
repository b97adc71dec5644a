"""Does every id in an answer come from the user or from a tool?"""

import re
from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import CUT, Texts, missing, steps_of, texts_of, unnamed
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.scoring.checks.reading.leaks import sessions_of
from agentlens.tables.log import Log

__all__ = ["ids_exact"]

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_RESULTS = ("tool", "retrieval")
_SHOWN = 5
_WITHIN = ("trace", "session")


def ids_exact(
    pattern: str,
    field: str = "output",
    *,
    within: Literal["trace", "session"] = "trace",
    name: str = "ids_exact",
) -> Check:
    """Return the check that no id is made up: each stands in the input or in a tool's result.

    Ids are compared letter by letter; only the many dashes count as one. An id that a longer one
    begins with is another id.

    Args:
        pattern: an expression for your ids, such as r"W-[0-9]{6}".
        field: which trace column.
        within: where an id may come from: the same "trace", or any trace of the "session" that
            began no later.
        name: what its scores are called.

    Example:
        >>> ids_exact("W-[0-9]{6}").question
        "Does every id in the output stand in the trace's input or a tool's result?"
    """
    if within not in _WITHIN:
        raise unnamed("within", within, _WITHIN)
    alone = _expression(pattern)
    return Check(
        name=name,
        version=1,
        applies=f"traces with an id in the {field}",
        question=f"Does every id in the {field} stand in the {within}'s input or a tool's result?",
        params={"pattern": pattern, "field": field, "within": within},
        run=lambda log: _run(log, alone, field, within),
        failing=f"{field}s name an id that no input and no tool result holds",
    )


def _expression(pattern: str) -> re.Pattern[str]:
    try:
        found = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
    except (re.error, TypeError) as error:
        message = f"pattern is an expression such as r'W-[0-9]{{6}}', not {pattern!r}: {error}."
        raise BadInputError(message) from error
    if re.compile(pattern).match(""):
        message = f"pattern {pattern!r} also describes nothing at all; say at least one character."
        raise BadInputError(message)
    return found


def _run(log: Log, pattern: re.Pattern[str], field: str, within: str) -> Found:
    absent = missing(log, field)
    if absent:
        return nothing(len(log), absent)
    texts = texts_of(log.traces, field)
    spans = [[*_spans(pattern, one)] for one in texts.distinct]
    naming = np.array([*map(bool, spans), False])[texts.codes]
    known, partial = _sources(log, pattern, naming, within)
    cases = [Seen(NONE, f"no {field}"), Seen(NONE, "no id"), Seen(PASS)]
    codes = np.where(texts.codes < 0, 0, 1).astype(np.int64)
    for row in np.flatnonzero(naming).tolist():
        every = spans[texts.codes[row]]
        lost = [(begin, end) for begin, end, said in every if said not in known[row]]
        codes[row] = len(cases) if lost else 2
        if lost and row in partial:
            cases.append(Seen(NONE, "inputs or tool results not recorded whole"))
        elif lost:
            cases.append(_fault(lost, len(every)))
    return found_of(cases, codes)


def _fault(lost: list[tuple[int, int]], n: int) -> Seen:
    places = ", ".join(f"{begin}-{end}" for begin, end in lost[:_SHOWN])
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    return Seen(FAIL, "unknown id", f"{len(lost)} of {n} ids from nowhere, at {places}{more}")


def _sources(
    log: Log, pattern: re.Pattern[str], naming: np.ndarray, within: str
) -> tuple[dict[int, set[str]], set[int]]:
    """Return the ids that each naming trace may know, and the traces of which something is lost."""
    given = texts_of(log.traces, "input")
    results = steps_of(log, _RESULTS)
    told = texts_of(results, "output")
    owner = results["row"].to_numpy(dtype=np.int64)
    lost = {*np.flatnonzero(_holes(given)).tolist(), *owner[_holes(told)].tolist()}
    rows = np.concatenate([np.arange(len(log)), owner])
    ids = [*_ids(pattern, given, range(len(log))), *_ids(pattern, told, range(len(owner)))]
    per_row: dict[int, set[str]] = {}
    for row, some in zip(rows.tolist(), ids, strict=True):
        per_row.setdefault(row, set()).update(some)
    wanted = np.flatnonzero(naming).tolist()
    if within == "trace":
        return {row: per_row[row] for row in wanted}, lost
    return _over_sessions(log, per_row, lost, set(wanted))


def _over_sessions(
    log: Log, per_row: dict[int, set[str]], lost: set[int], wanted: set[int]
) -> tuple[dict[int, set[str]], set[int]]:
    """Return the same with what earlier traces of the session hold, and have lost."""
    session, start = sessions_of(log), log.traces["start"].to_numpy()
    order = pd.DataFrame({"session": session, "start": start}).sort_values(["session", "start"])
    found: dict[int, set[str]] = {}
    partial: set[int] = set()
    known: set[str] = set()
    last, holes = -1, False
    for row, of in zip(order.index.tolist(), order["session"].tolist(), strict=True):
        known = known | per_row[row] if of == last else per_row[row]
        holes = row in lost or (holes and of == last)
        last = of
        if row in wanted:
            found[row] = known
            partial |= {row} if holes else set()
    return found, partial


def _holes(texts: Texts) -> np.ndarray:
    """Return which rows have no text or one that was cut."""
    return np.array([*(CUT in one for one in texts.distinct), True])[texts.codes]


def _ids(pattern: re.Pattern[str], texts: Texts, rows: range) -> list[set[str]]:
    per_text = [{said for _, _, said in _spans(pattern, one)} for one in texts.distinct]
    empty: set[str] = set()
    return [per_text[code] if code >= 0 else empty for code in texts.codes[: len(rows)].tolist()]


def _spans(pattern: re.Pattern[str], text: str) -> Iterable[tuple[int, int, str]]:
    for match in pattern.finditer(text.translate(_DASHES) if not text.isascii() else text):
        yield *match.span(), match.group()
