"""What becomes of the texts of one field?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from agentlens.tables.redact.fields import Field
from agentlens.tables.redact.ids import stored_ids
from agentlens.tables.redact.texts.columns import Marks, with_changes
from agentlens.tables.redact.texts.hide import Hider
from agentlens.tables.redact.texts.known import Known
from agentlens.tables.redact.tokens import TOKEN

__all__ = ["Part"]


@dataclass
class Part:
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
