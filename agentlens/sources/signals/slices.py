"""In which slices of traffic does a trace fall?"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.sources.signals.filling import Derivation, held, held_as
from agentlens.sources.signals.mapping.evidence import Evidence
from agentlens.sources.signals.mapping.expressions import Metadata
from agentlens.sources.signals.mapping.find import find, occurs

__all__ = ["History", "device_of", "session_rank", "task"]

_FEWEST, _MOST = 2, 50
_HISTORY = pd.Timedelta("90D")
_FIRST_SEEN = (Metadata("first_seen"), Metadata("user_first_seen"))
_DEVICES = (
    ("bot", r"bot\b|crawler|spider|headless|slurp"),
    ("tablet", r"ipad|tablet|kindle|playbook|silk/"),
    ("mobile", r"iphone|ipod|android.*mobile|mobile|^android\b(?!.*mozilla)|^ios\b|windows phone"),
    ("tablet", r"mozilla.*android"),
    (
        "api",
        r"^api$|^python-|\b(?:curl|wget|httpie|okhttp|axios|postman|aiohttp|httpx|urllib\d?|java)/",
    ),
    ("desktop", r"mozilla|windows|macintosh|\bmac ?os\b|\blinux\b|x11|\bcros\b|desktop"),
)
_DEVICE_WORDS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _DEVICES)


def device_of(said: str) -> str:
    """Return the device behind a user agent or a platform's name; other words stay as they are.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Mobile/15E148"), device_of("curl/8.1")
    ('mobile', 'api')
    >>> device_of("kiosk")
    'kiosk'
    """
    return next((name for name, words in _DEVICE_WORDS if words.search(said)), said)


def task(evidence: Evidence) -> Derivation:
    """Return the trace's name as its task, where there are a few names to tell tasks apart."""
    column = held_as("task_type")
    nothing = held(np.full(evidence.n, np.nan), column)
    names = evidence.traces["name"].astype("str") if "name" in evidence.traces else nothing
    count = names.nunique()
    if not _FEWEST <= count <= _MOST:
        why = f"the traces bear {count} names; from {_FEWEST} to {_MOST} would tell tasks apart"
        return Derivation(nothing, "", when_silent=True, why=why)
    rule = f"the trace's name, one of {count} (low confidence)"
    return Derivation(names, rule, doubtful=True, when_silent=True)


@dataclass(frozen=True, eq=False)
class History:
    """What is known of users beyond the traces at hand.

    Attributes:
        since: since when every trace of the source is known; None where that is not known.
        visits: columns user_id, session_id, start of every known trace, where the traces at hand
            are only some of them.
        first_seen: user id to when that user was first seen.
    """

    since: pd.Timestamp | None = None
    visits: pd.DataFrame | None = None
    first_seen: pd.Series | None = None


def session_rank(evidence: Evidence, history: History) -> Derivation:
    """Return which of its user's sessions each trace belongs to, where all of them are known.

    Args:
        evidence: the tables.
        history: what is known beyond them.
    """
    column = held_as("session_number")
    traces = evidence.traces
    nothing = np.full(evidence.n, np.nan)
    if history.since is None or not {"user_id", "session_id"} <= set(traces.columns):
        why = "the history is not known to be long enough to count sessions"
        return Derivation(held(nothing, column), "", why=why)
    rows = traces[["user_id", "session_id", "start"]].dropna()
    known = rows if history.visits is None else history.visits.dropna()
    sessions = known.groupby(["user_id", "session_id"], sort=False)["start"].min().reset_index()
    sessions = sessions.sort_values(["user_id", "start", "session_id"])
    sessions["nth"] = sessions.groupby("user_id", sort=False).cumcount() + 1
    ranks = rows[["user_id", "session_id"]].merge(sessions, how="left")["nth"].to_numpy(np.float64)
    numbers = nothing.copy()
    numbers[rows.index] = ranks
    long = (traces["start"] - history.since >= _HISTORY).to_numpy(dtype=bool, na_value=False)
    seen = _first_seen(evidence, history.first_seen)
    whole = (seen >= history.since).to_numpy(dtype=bool, na_value=False)
    sure = np.where(long | whole, numbers, np.nan)
    rule = "the how manieth session of its user, by the sessions' first starts"
    return Derivation(held(sure, column), rule, why="the history is shorter than 90 days")


def _first_seen(evidence: Evidence, given: pd.Series | None) -> pd.Series:
    """Return when the user of each trace was first seen, as far as anybody says so."""
    seen = pd.Series(pd.NaT, index=range(evidence.n), dtype="datetime64[us, UTC]")
    if given is not None:
        seen = evidence.traces["user_id"].map(given).astype("datetime64[us, UTC]")
    for key in _FIRST_SEEN:
        if occurs(key, evidence):
            words = find(key, evidence).words
            told = pd.to_datetime(words, utc=True, errors="coerce", format="ISO8601")
            seen = seen.fillna(told.astype("datetime64[us, UTC]"))
    return seen
