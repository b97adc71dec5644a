"""Did an agent call the same tool with the same arguments over and over?"""

from collections.abc import Sequence

import numpy as np
import orjson
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import steps_of, texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log

__all__ = ["tool_loop"]

_FEWEST = 2


def tool_loop(times: int = 3, *, but: Sequence[str] = (), name: str = "tool_loop") -> Check:
    """Return the check that no tool is called with the same arguments several times in a row.

    Calls after an error count: an agent that tries the same again and again is in a loop too.

    Args:
        times: how many equal calls in a row are a loop.
        but: tools that may be asked again, such as one that waits for a result.
        name: what its scores are called.

    Example:
        >>> tool_loop(times=4).question
        'Was no tool called with the same arguments 4 times in a row?'
    """
    whole: object = times
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < _FEWEST:
        message = f"times is a whole number from 2, not {times!r}."
        raise BadInputError(message)
    aside = (but,) if isinstance(but, str) else tuple(but)
    return Check(
        name=name,
        version=1,
        applies="traces with a tool call whose arguments are recorded",
        question=f"Was no tool called with the same arguments {times} times in a row?",
        params={"times": times, "but": sorted(aside)},
        run=lambda log: _run(log, times, aside),
        failing="traces call a tool over and over with the same arguments",
    )


def _run(log: Log, times: int, but: tuple[str, ...]) -> Found:
    calls = steps_of(log, ("tool",))
    if not len(calls):
        return nothing(len(log), "this log has no tool spans")
    given, tools = _arguments(calls), texts_of(calls, "name")
    if (given < 0).all():
        return nothing(len(log), "this log has no arguments of tool calls")
    row = calls["row"].to_numpy(dtype=np.int64)
    free = np.array([*(one in but for one in tools.distinct), False])[tools.codes]
    same = (row[1:] == row[:-1]) & (tools.codes[1:] == tools.codes[:-1]) & (given[1:] == given[:-1])
    same &= (given[1:] >= 0) & ~free[1:]
    run = np.concatenate([[0], np.cumsum(~same)])
    length = np.bincount(run)[run]
    longest = np.zeros(len(log), dtype=np.int64)
    np.maximum.at(longest, row, length)
    known = np.bincount(row, weights=given >= 0, minlength=len(log)) > 0
    called = np.bincount(row, minlength=len(log)) > 0
    looping = longest >= times
    sizes, place = np.unique(longest[looping], return_inverse=True)
    cases = [
        *(Seen(FAIL, "loop", f"{n} equal calls in a row") for n in sizes.tolist()),
        Seen(PASS),
        Seen(NONE, "no tool call"),
        Seen(NONE, "arguments not recorded"),
    ]
    first = len(sizes)
    codes = np.where(~called, first + 1, np.where(~known, first + 2, first)).astype(np.int64)
    codes[looping] = place
    return found_of(cases, codes)


def _arguments(calls: pd.DataFrame) -> Ints:
    """Return a number for the arguments of each call, the same however their keys are ordered."""
    texts = texts_of(calls, "input")
    places: dict[str, int] = {}
    known = [places.setdefault(_ordered(one), len(places)) for one in texts.distinct]
    return np.array([*known, -1], dtype=np.int64)[texts.codes]


def _ordered(text: str) -> str:
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return text.strip()
