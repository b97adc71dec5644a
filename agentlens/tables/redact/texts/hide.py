"""What do texts say once what gives a person away is taken out of them?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.tables.characters import whole
from agentlens.tables.redact.ids import stored_id
from agentlens.tables.redact.key import Key, key_of
from agentlens.tables.redact.policy import Said, redaction_of
from agentlens.tables.redact.texts.known import NOBODY, Known
from agentlens.tables.redact.texts.search import Hit, Search, search_of
from agentlens.tables.redact.tokens import Tokens

__all__ = ["Hider", "Marks", "as_texts", "is_textual", "marks_of", "redacted_texts", "with_changes"]

Marks = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass
class Hider:
    """A policy at work in one call: it searches each distinct text once.

    Attributes:
        search: finds what must be hidden.
        tokens: says what stands there instead.
    """

    search: Search
    tokens: Tokens
    _found: dict[str, list[Hit]] = field(default_factory=dict)
    _narrow: dict[int, Search] = field(default_factory=dict)

    def marks(self, texts: list[str | None]) -> "Marks":
        """Return which suspects are in each text as a number, one bit each; 0 for none."""
        return marks_of(texts, [pattern for _, pattern in self.search.suspects])

    def hits(self, text: str, mark: int, known: Known = NOBODY) -> list[Hit]:
        """Return what must be hidden in a text with these marks."""
        if known is not NOBODY and known.touches(text):
            return self._search(mark).found(text, known)
        if text not in self._found:
            self._found[text] = self._search(mark).found(text)
        return self._found[text]

    def hidden(
        self, text: str, mark: int, session: str, known: Known = NOBODY
    ) -> tuple[str, list[Hit]]:
        """Return a text without what must be hidden, and what that was.

        What was hidden may have kept a neighbour from being seen, so the text is searched again
        until nothing is found. Each turn leaves less that is not a token, so there is an end; and
        nothing that was no suspect becomes one, since no rule reads over a token.
        """
        hits = self.hits(text, mark, known)
        every = list(hits)
        while any(not hit.in_key for hit in hits):
            text = self._replaced(text, hits, session)
            hits = []
            every += [hit for hit in hits if not hit.in_key]
        return text, every

    def _search(self, mark: int) -> Search:
        if mark not in self._narrow:
            names = [
                name for place, (name, _) in enumerate(self.search.suspects) if mark >> place & 1
            ]
            self._narrow[mark] = self.search.narrowed(names)
        return self._narrow[mark]

    def _replaced(self, text: str, hits: list[Hit], session: str) -> str:
        parts: list[str] = []
        at = 0
        for hit in hits:
            if not hit.in_key:
                parts += (text[at : hit.begin], self._instead(hit, session))
                at = hit.end
        return "".join((*parts, text[at:]))

    def _instead(self, hit: Hit, session: str) -> str:
        if hit.kind is None:
            return self.tokens.of(session, hit.label, hit.value)
        return hit.quote + stored_id(hit.value, hit.kind, self.tokens.key) + hit.quote


def redacted_texts(
    texts: pd.Series,
    sessions: pd.Series | None = None,
    policy: Said = "default",
    *,
    key: Key | bytes | str | None = None,
) -> pd.Series:
    """Return texts with patterns hidden; missing ones stay missing, the index stays.

    Args:
        texts: any texts; those that are JSON stay JSON.
        sessions: the session of each text, within which a value keeps its token.
        policy: "default", a `Redaction`, a mapping of its words, or None.
        key: the secret key; by default the user's own.

    Example:
        >>> import pandas as pd
        >>> redacted_texts(pd.Series(["Mail ann@example.com"]), key="0123456789abcdef").tolist()
        ['Mail <EMAIL_DVRX>']
    """
    chosen = redaction_of(policy)
    if chosen is None:
        return texts
    hider = Hider(search_of(chosen), Tokens(key_of(key).value, chosen.tokens == "numbered"))
    told = as_texts(texts)
    named = [""] * len(texts) if sessions is None else sessions.fillna("").astype(str).tolist()
    marks = hider.marks(told)
    changes: dict[int, str | None] = {}
    for row in np.flatnonzero(marks).tolist():
        changes[row] = hider.hidden(told[row] or "", int(marks[row]), named[row])[0]
    return with_changes(texts, changes)


def is_textual(values: pd.Series) -> bool:
    """Whether a column may hold text."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return is_textual(pd.Series(dtype.categories))
    return pd.api.types.is_object_dtype(dtype) or bool(pd.api.types.is_string_dtype(dtype))


def as_texts(values: pd.Series) -> list[str | None]:
    """Return values as texts, lists and objects as JSON; None for what holds no text."""
    if pd.api.types.is_string_dtype(values.dtype) and values.dtype != object:
        return list(values.astype(object).where(values.notna(), None))
    return [_as_text(one) for one in values.astype(object)]


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (Mapping, list, tuple, set, frozenset, np.ndarray)):
        return _json(value)
    return None


def _json(value: Any) -> str:
    """Return an object as JSON; what JSON does not know is told as Python tells it."""
    try:
        return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()
    except (TypeError, ValueError, RecursionError):  # halves of characters, or nested too deep
        return repr(value)


_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def marks_of(texts: list[str | None], patterns: list[str]) -> Marks:
    """Return which patterns are in each text, one bit each, all texts searched in one go.

    First all patterns at once, which is nearly free; then one by one where any was seen.
    """
    held = _held(texts)
    marks = np.zeros(len(texts), dtype=np.int64)
    rows = np.flatnonzero(_matches(held, "|".join(f"(?:{one})" for one in patterns)))
    if len(rows):
        some = held.take(pa.array(rows))
        for place, pattern in enumerate(patterns):
            marks[rows] |= _matches(some, pattern).astype(np.int64) << place
    return marks


def _matches(texts: Any, pattern: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    found = pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _held(texts: list[str | None]) -> Any:
    """Return texts as Arrow holds them; halves of characters, which it cannot, do not matter."""
    try:
        return pa.array(texts, type=pa.large_string())
    except UnicodeEncodeError:
        kept = [None if one is None else whole(one) for one in texts]
        return pa.array(kept, type=pa.large_string())


def with_changes(values: pd.Series, changes: Mapping[Any, str | None]) -> pd.Series:
    """Return a column with some values replaced by place; itself where nothing changes."""
    kept = values.tolist() if isinstance(values.dtype, pd.CategoricalDtype) else None
    held: list[Any] = values.astype(object).tolist() if kept is None else kept
    changed = False
    for place, text in changes.items():
        before = held[place]
        after = text if isinstance(before, str) or text is None else _back(before, text)
        if after is not before and not _same(before, after):
            held[place], changed = after, True
    if not changed:
        return values
    dtype: Any = "object" if values.dtype == object else values.dtype
    if isinstance(values.dtype, pd.CategoricalDtype):
        dtype = "category"
    changed_values: pd.Series = pd.Series(held, index=values.index, name=values.name, dtype=dtype)
    return changed_values


def _same(before: object, after: object) -> bool:
    return isinstance(before, str) and before == after


def _back(before: object, text: str) -> object:
    """Return a changed text as the kind of thing that it was before."""
    if text == _as_text(before):
        return before
    if isinstance(before, bytes):
        return text.encode()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
