"""Which values of an answer had the user of the session written before?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from agentlens.scoring.checks.columns import texts_of
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.redact.rules.rule import spelt

__all__ = ["said_before", "sessions_of"]

_SHORTEST = 6


def sessions_of(log: Log) -> Ints:
    """Return a number for the session of each trace; one without a session is its own."""
    if "session_id" not in log.traces:
        return np.arange(len(log), dtype=np.int64)
    codes = pd.factorize(log.traces["session_id"])[0].astype(np.int64)
    free = int(codes.max(initial=-1)) + 1
    return np.where(codes < 0, np.arange(free, free + len(log)), codes)


def said_before(log: Log, hits: pd.DataFrame, find: Callable[[list[str]], pd.DataFrame]) -> Flags:
    """Return which hits stand in an input of the same session, at that time or before.

    A later input does not count: whoever quotes what was leaked to them did not tell it.

    Args:
        log: the traces.
        hits: row and value of each.
        find: gives code and value of all that is found in texts.
    """
    session = sessions_of(log)
    start = log.traces["start"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    wanted = np.zeros(int(session.max(initial=-1)) + 1, dtype=bool)
    wanted[session[hits["row"]]] = True
    inputs = texts_of(log.traces, "input")
    held = inputs.held[wanted[session[inputs.held]]]
    told = pd.DataFrame({"session": session[held], "time": start[held], "code": inputs.codes[held]})
    asked = pd.DataFrame(
        {
            "session": session[hits["row"]],
            "time": start[hits["row"]],
            "value": hits["value"].to_numpy(),
        }
    )
    used, told["code"] = np.unique(told["code"], return_inverse=True)
    texts = [inputs.distinct[code] for code in used]
    same = asked.merge(_first(told, find(texts)), on=["session", "value"], how="left")
    known = (same["first"] <= same["time"]).to_numpy(dtype=bool)
    return known | _spelt_before(asked, told, texts, known)


def _first(told: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return when each value was first written in each session."""
    rows = told.merge(found[["code", "value"]], on="code")
    first = rows.groupby(["session", "value"], sort=False)["time"].min()
    return first.rename("first").reset_index()


def _spelt_before(asked: pd.DataFrame, told: pd.DataFrame, texts: list[str], known: Flags) -> Flags:
    """Return the same for values that the user wrote so that no pattern finds them there.

    A user types a number without its blanks, and the agent gives it back in groups.
    """
    found = np.zeros(len(asked), dtype=bool)
    rest = asked[~known]
    plain = {code: spelt(texts[code]) for code in told["code"].unique()}
    ordered = told[told["session"].isin(rest["session"])].sort_values("time", kind="stable")
    by_session = {of: part for of, part in ordered.groupby("session", sort=False)}  # noqa: C416 - a groupby has keys() of its own
    for session, part in rest.groupby("session", sort=False):
        if session not in by_session:
            continue
        inputs = by_session[session]
        words = [plain[code] for code in inputs["code"]]
        ends = np.cumsum([len(one) + 1 for one in words])
        whole, times = "\n".join(words), inputs["time"].to_numpy()
        for row, value, time in zip(part.index, part["value"], part["time"], strict=True):
            key = spelt(str(value))
            at = whole.find(key) if len(key) >= _SHORTEST else -1
            found[row] = at >= 0 and times[np.searchsorted(ends, at, side="right")] <= time
    return found
