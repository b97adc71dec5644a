"""To which session does each row belong, and what does that session give away?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from agentlens.tables.redact.fields import is_name_column
from agentlens.tables.redact.ids import ID_COLUMNS, stored_ids
from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.rules.contact import local_part
from agentlens.tables.redact.rules.ordinary import words_of
from agentlens.tables.redact.texts.hits import Hit
from agentlens.tables.redact.texts.known import Gathered, Known, names_in, worth_finding

__all__ = ["known_of", "sessions_of"]


def sessions_of(frames: Mapping[str, pd.DataFrame], key: bytes) -> dict[str, np.ndarray]:
    """Return the session of each row, under the name by which it is kept.

    A trace has one session: the first that any of its rows names, traces before spans. A row
    without a session belongs to its trace, one without a trace to nobody.
    """
    own = {table: _column(frame, "session_id") for table, frame in frames.items()}
    own = {table: stored_ids(ids, "session", key) for table, ids in own.items()}
    traces = {table: _column(frame, "trace_id") for table, frame in frames.items()}
    pairs = [pd.DataFrame({"trace": traces[one], "session": own[one]}) for one in frames]
    if not pairs:
        return {}
    known = pd.concat(pairs, ignore_index=True).dropna().drop_duplicates("trace")
    of_trace = pd.Series(known["session"].to_numpy(), index=pd.Index(known["trace"]), dtype="str")
    return {
        table: traces[table]
        .map(of_trace)
        .astype("str")
        .fillna(own[table])
        .fillna(traces[table])
        .fillna("")
        .to_numpy(dtype=object)
        for table in frames
    }


def known_of(
    frames: Mapping[str, pd.DataFrame],
    sessions: Mapping[str, np.ndarray],
    seen: Iterable[tuple[str, Hit]],
    policy: Redaction,
) -> dict[str, Known]:
    """Return what each session gives away: ids, and names from metadata, addresses and greetings."""
    gathered: defaultdict[str, Gathered] = defaultdict(Gathered)
    for table, frame in frames.items():
        if policy.ids:
            _gather_ids(frame, sessions[table], gathered)
        if "name" in policy.patterns:
            _gather_names(frame, sessions[table], gathered)
    if "name" in policy.patterns:
        for session, hit in seen:
            if hit.rule == "email":
                gathered[session].names |= words_of(local_part(hit.value))
            elif hit.rule == "name":
                gathered[session].names |= words_of(hit.value)
    gathered.pop("", None)
    return {session: one.settled() for session, one in gathered.items() if one.holds_any}


def _gather_ids(
    frame: pd.DataFrame, sessions: np.ndarray, gathered: defaultdict[str, Gathered]
) -> None:
    for name, kind in ID_COLUMNS.items():
        if name not in frame:
            continue
        pairs = pd.DataFrame({"session": sessions, "id": _column(frame, name).to_numpy()})
        for session, raw in pairs.dropna().drop_duplicates().itertuples(index=False):
            if worth_finding(raw, kind):
                gathered[session].ids[raw] = kind


def _gather_names(
    frame: pd.DataFrame, sessions: np.ndarray, gathered: defaultdict[str, Gathered]
) -> None:
    for column in frame.columns:
        if column == "metadata":
            for session, metadata in zip(sessions, frame[column], strict=True):
                for name in names_in(metadata):
                    gathered[session].add_name(name)
        elif is_name_column(str(column)):
            pairs = pd.DataFrame({"session": sessions, "name": _column(frame, column).to_numpy()})
            for session, name in pairs.dropna().drop_duplicates().itertuples(index=False):
                gathered[session].add_name(name)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as texts in rows of their own number; missing where the frame has none."""
    if name not in frame:
        return pd.Series([None] * len(frame), dtype="str")
    values = frame[name].reset_index(drop=True).astype(object)
    return values.where(values.notna(), None).map(_text, na_action="ignore")


def _text(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]  # whole says it
