"""How is a whole log of frames rid of what gives a person away?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from agentlens.tables.redact.audit import Count, audit_frame
from agentlens.tables.redact.fields import fields_of, times_of
from agentlens.tables.redact.key import Key, key_of
from agentlens.tables.redact.parts import Part
from agentlens.tables.redact.policy import Redaction, Said, redaction_of
from agentlens.tables.redact.sessions import known_of, sessions_of
from agentlens.tables.redact.texts.columns import as_texts
from agentlens.tables.redact.texts.hide import Hider
from agentlens.tables.redact.texts.hits import Hit
from agentlens.tables.redact.texts.known import NOBODY, Known
from agentlens.tables.redact.texts.search import search_of
from agentlens.tables.redact.tokens import Tokens

__all__ = ["Redacted", "redact_frames"]


@dataclass(frozen=True, eq=False)
class Redacted:
    """Frames in which the patterns found are hidden, and the count of what was found.

    Attributes:
        frames: the frames by table; one in which nothing was found is the one that was given.
        audit: day, table, field, rule, hits, rows and share. It counts patterns found; what no
            pattern describes is in no count.
        key: the key that was used, or None where nothing was to be hidden.
    """

    frames: dict[str, pd.DataFrame]
    audit: pd.DataFrame
    key: Key | None = None


def redact_frames(
    frames: Mapping[str, pd.DataFrame],
    policy: Said = "default",
    *,
    key: Key | bytes | str | None = None,
) -> Redacted:
    """Return frames with ids hashed and patterns hidden, and the audit; the given ones stay.

    Args:
        frames: by table name; any columns. Text is searched wherever it stands, except in columns
            that hold ids of traces and words of our own.
        policy: "default", a `Redaction`, a mapping of its words, or None.
        key: the secret key; by default the user's own.

    Example:
        >>> import pandas as pd
        >>> spans = pd.DataFrame({"trace_id": ["t"], "input": ["My mail is ann@example.com"]})
        >>> done = redact_frames({"spans": spans}, key="0123456789abcdef")
        >>> done.frames["spans"]["input"].tolist(), done.audit["rule"].tolist()
        (['My mail is <EMAIL_D4TN>'], ['email'])
    """
    chosen = redaction_of(policy)
    if chosen is None:
        return Redacted(dict(frames), audit_frame(()))
    held = key_of(key)
    work = _Work(chosen, frames, held.value)
    return Redacted(work.done(), audit_frame(work.counts), held)


@dataclass
class _Work:
    """One call's work: fields are looked through, then changed in order of time."""

    policy: Redaction
    frames: Mapping[str, pd.DataFrame]
    key: bytes
    counts: list[Count] = field(default_factory=list)

    def done(self) -> dict[str, pd.DataFrame]:
        """Return the frames, changed."""
        hider = Hider(search_of(self.policy), Tokens(self.key, self.policy.tokens == "numbered"))
        sessions = sessions_of(self.frames, self.key)
        parts = [Part(one, as_texts(one.column)) for one in fields_of(self.frames, self.policy)]
        for part in parts:
            if part.place.way == "patterns":
                part.marks = hider.marks(part.texts)
        known = known_of(self.frames, sessions, _seen(parts, hider, sessions), self.policy)
        if hider.tokens.numbered:
            _count_on(parts, hider, sessions)
        for part, row in _in_turn(parts, sessions, known, numbered=hider.tokens.numbered):
            session = sessions[part.place.table][row]
            part.change(row, hider, session, known.get(session, NOBODY))
        return {name: self._frame(name, frame, parts) for name, frame in self.frames.items()}

    def _frame(self, name: str, frame: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
        changed: dict[Any, pd.Series] = {}
        for part in parts:
            one = part.place
            if one.table != name:
                continue
            after = part.after(self.key)
            if after is not one.column:
                changed[one.label] = after
            if part.hits:
                days = times_of(frame).dt.tz_localize(None).dt.floor("D").astype("datetime64[us]")
                filled = one.column.notna().to_numpy()
                self.counts.append(Count(name, one.name, part.hits, days, filled))
        after_all = frame.copy(deep=False) if changed else frame
        for label, column in changed.items():
            after_all[label] = column
        return after_all


def _seen(
    parts: list[Part], hider: Hider, sessions: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, Hit]]:
    """Yield what the patterns find, each with its session."""
    for part in parts:
        for row in np.flatnonzero(part.marks):
            for hit in hider.hits(part.texts[row] or "", int(part.marks[row])):
                yield sessions[part.place.table][row], hit


def _in_turn(
    parts: list[Part],
    sessions: Mapping[str, np.ndarray],
    known: Mapping[str, Known],
    *,
    numbered: bool,
) -> Iterator[tuple[Part, int]]:
    """Yield the fields and rows to change; where values are numbered, in order of time."""
    work = [
        (part, int(row))
        for part in parts
        for row in np.flatnonzero(_wanted(part, sessions[part.place.table], known))
    ]
    if numbered:
        work.sort(key=lambda one: one[0].place.times[one[1]])
    yield from work


def _wanted(part: Part, sessions: np.ndarray, known: Mapping[str, Known]) -> np.ndarray:
    if part.place.way in {"hash", "drop", "name"}:
        return np.ones(len(part.texts), dtype=bool)
    if part.place.way == "ids":
        return np.zeros(len(part.texts), dtype=bool)
    wanted: np.ndarray = part.marks != 0
    if known:
        for row in np.flatnonzero(~wanted):
            one, text = known.get(sessions[row]), part.texts[row]
            wanted[row] = one is not None and text is not None and one.touches(text)
    return wanted


def _count_on(parts: list[Part], hider: Hider, sessions: Mapping[str, np.ndarray]) -> None:
    for part in parts:
        named = sessions[part.place.table]
        for row, text in enumerate(part.texts):
            if text is not None and "<" in text:
                hider.tokens.count_on(named[row] if part.place.free else "", (text,))
