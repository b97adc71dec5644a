"""How is somebody who was forgotten known again, so that no sync brings them back?"""

import hmac
from collections.abc import Mapping, Sequence

import pandas as pd

from agentlens.lake.files.manifest import Snapshot

__all__ = ["COLUMNS", "NOWHERE", "digest_of", "distinct", "named", "screen", "unwanted"]

COLUMNS = ("user_id", "session_id", "trace_id")
NOWHERE = ""
"""Stands for the trace of rows that belong to a whole session; nobody's rows are known by it."""
_DIGEST = 20


def digest_of(kind: str, value: str, salt: bytes) -> str:
    """Return by which keyed hash something forgotten is known again."""
    return hmac.digest(salt, f"{kind}:{value}".encode(), "sha256").hex()[:_DIGEST]


def screen(
    head: Snapshot, changes: Mapping[str, pd.DataFrame], salt: bytes
) -> dict[str, pd.DataFrame]:
    """Return rows without those of whoever was forgotten, whole traces at a time."""
    if not head.forgotten:
        return dict(changes)
    ids = unwanted(head, changes, salt)
    dropped = {name: named(frame, head, salt) for name, frame in changes.items()}
    return {
        name: frame[~(dropped[name] | _among(frame, ids))].reset_index(drop=True)
        for name, frame in changes.items()
    }


def unwanted(head: Snapshot, changes: Mapping[str, pd.DataFrame], salt: bytes) -> pd.Series:
    """Return the traces among these rows that belong to whoever was forgotten."""
    found = [pd.Series(dtype="str")]
    if head.forgotten:
        frames = [frame for frame in changes.values() if "trace_id" in frame]
        found += [frame.loc[named(frame, head, salt), "trace_id"] for frame in frames]
    return distinct(found)


def named(frame: pd.DataFrame, head: Snapshot, salt: bytes) -> pd.Series:
    """Return which rows name whoever was forgotten."""
    marks = frozenset(head.forgotten)
    dropped = pd.Series(data=False, index=frame.index)
    for column in COLUMNS:
        if column in frame:
            distinct = frame[column].dropna().unique()
            hits = [one for one in distinct if digest_of(column, str(one), salt) in marks]
            dropped |= frame[column].isin(hits).astype(bool)
    return dropped


def distinct(found: Sequence[pd.Series]) -> pd.Series:
    """Return the ids of traces among these, each once."""
    ids: pd.Series = pd.concat(found).drop_duplicates().astype("str")
    return ids[ids != NOWHERE].reset_index(drop=True)


def _among(frame: pd.DataFrame, ids: pd.Series) -> pd.Series:
    if "trace_id" not in frame:
        return pd.Series(data=False, index=frame.index)
    return frame["trace_id"].isin(ids).astype(bool)
