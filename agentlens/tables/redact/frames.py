"""How is a whole log of frames rid of what gives a person away?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from agentlens.tables.redact.audit import Count, audit_frame
from agentlens.tables.redact.fields import Field, fields_of, times_of
from agentlens.tables.redact.ids import stored_ids
from agentlens.tables.redact.key import Key, key_of
from agentlens.tables.redact.policy import Redaction, Said, redaction_of
from agentlens.tables.redact.sessions import known_of, sessions_of
from agentlens.tables.redact.texts.hide import Hider, Marks, as_texts, with_changes
from agentlens.tables.redact.texts.known import NOBODY, Known
from agentlens.tables.redact.texts.search import Hit, search_of
from agentlens.tables.redact.tokens import TOKEN, Tokens

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
        parts = [_Part(one, as_texts(one.column)) for one in fields_of(self.frames, self.policy)]
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

    def _frame(self, name: str, frame: pd.DataFrame, parts: list["_Part"]) -> pd.DataFrame:
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
    parts: list["_Part"], hider: Hider, sessions: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, Hit]]:
    """Yield what the patterns find, each with its session."""
    for part in parts:
        for row in np.flatnonzero(part.marks):
            for hit in hider.hits(part.texts[row] or "", int(part.marks[row])):
                yield sessions[part.place.table][row], hit


@dataclass
class _Part:
    """One field at work: its texts, which of them to look at, and what became of them."""

    place: Field
    texts: list[str | None]
    changes: dict[int, str | None] = field(default_factory=dict)
    hits: list[tuple[int, str]] = field(default_factory=list)
    marks: Marks = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def change(self, row: int, hider: Hider, session: str, known: Known) -> None:
        """Note what becomes of the text in a row."""
        text = self.texts[row]
        way = self.place.way
        if text is None:
            return
        if way == "drop":
            self.changes[row] = None
            self.hits.append((row, "dropped"))
        elif way == "hash":
            self._hash(row, text, hider)
        elif way == "name":
            self._name(row, text, hider)
        else:
            within = session if self.place.free else ""
            after, hits = hider.hidden(text, int(self.marks[row]), within, known)
            self.hits += [(row, f"{hit.rule} in a key" if hit.in_key else hit.rule) for hit in hits]
            if after != text:
                self.changes[row] = after

    def after(self, key: bytes) -> pd.Series:
        """Return the column as it is now; itself where nothing changed."""
        kind, before = self.place.kind, self.place.column
        if kind is None:
            return with_changes(before, self.changes)
        kept = stored_ids(before, kind, key)
        same = (kept == before.astype(object)).to_numpy() | kept.isna().to_numpy()
        self.hits += [(int(row), f"{kind}_id") for row in np.flatnonzero(~same)]
        return before if same.all() else kept

    def _hash(self, row: int, text: str, hider: Hider) -> None:
        whole = text.removeprefix('{"hash":"').removesuffix('"}')
        if TOKEN.fullmatch(whole):
            return
        token = hider.tokens.of_text(text)
        self.changes[row] = f'{{"hash":"{token}"}}' if self.place.name == "metadata" else token
        self.hits.append((row, "hashed"))

    def _name(self, row: int, text: str, hider: Hider) -> None:
        if not TOKEN.search(text):
            self.changes[row] = hider.tokens.of("", "NAME", text.strip().lower())
            self.hits.append((row, "name"))


def _in_turn(
    parts: list[_Part],
    sessions: Mapping[str, np.ndarray],
    known: Mapping[str, Known],
    *,
    numbered: bool,
) -> Iterator[tuple[_Part, int]]:
    """Yield the fields and rows to change; where values are numbered, in order of time."""
    work = [
        (part, int(row))
        for part in parts
        for row in np.flatnonzero(_wanted(part, sessions[part.place.table], known))
    ]
    if numbered:
        work.sort(key=lambda one: one[0].place.times[one[1]])
    yield from work


def _wanted(part: _Part, sessions: np.ndarray, known: Mapping[str, Known]) -> np.ndarray:
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


def _count_on(parts: list[_Part], hider: Hider, sessions: Mapping[str, np.ndarray]) -> None:
    for part in parts:
        named = sessions[part.place.table]
        for row, text in enumerate(part.texts):
            if text is not None and "<" in text:
                hider.tokens.count_on(named[row] if part.place.free else "", (text,))
