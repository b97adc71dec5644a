"""Which names and ids does a session itself give away?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from agentlens.tables.redact.ids import Kind, stored_id
from agentlens.tables.redact.rules.ordinary import is_ordinary, words_of
from agentlens.tables.redact.tokens import TOKEN

__all__ = ["NOBODY", "Gathered", "Known", "is_name_key", "names_in", "whole_words", "worth_finding"]

_NAME_KEYS = {"name", "first_name", "last_name", "customer", "full_name", "customer_name"}
_PEOPLE = {"", "metadata", "user", "customer", "client", "contact", "person", "caller", "patient"}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORTEST_ID, _SHORTEST_NUMBER = 5, 6


@dataclass(frozen=True)
class Known:
    """What one session gives away about whose it is.

    Attributes:
        names: words to look for, in small letters.
        phrases: whole values of name fields, in small letters; hidden where a value is just that.
        ids: raw ids of its user and of itself, with whose they are.
    """

    names: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    ids: tuple[tuple[str, Kind], ...] = ()

    def touches(self, text: str) -> bool:
        """Whether a text may hold something of it."""
        if any(one in text for one, _ in self.ids):
            return True
        if not self.names and not self.phrases:
            return False
        lowered = text.lower()
        spelt = "\\u" in lowered  # letters that are not ASCII may be written as escapes
        return spelt or any(one in lowered for held in (self.names, self.phrases) for one in held)

    def name_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where the names stand as whole words."""
        return _spans(self._words, text) if self.names else iter(())

    def id_spans(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        """Return where the ids stand as whole words."""
        kinds = dict(self.ids)
        if not any(one in text for one in kinds):
            return
        for begin, end in _spans(self._ids, text):
            yield begin, end, kinds[text[begin:end]]

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return whole_words(self.names)

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        longest = sorted((re.escape(one) for one, _ in self.ids), key=len, reverse=True)
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(longest)})(?![^\W_])")


NOBODY = Known()


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Return the expression of words that stand alone, in any case of letters, longest first."""
    longest = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(longest)})(?![^\W_])", re.IGNORECASE)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text))


@dataclass
class Gathered:
    """What is known of one session so far."""

    names: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)
    ids: dict[str, Kind] = field(default_factory=dict)

    @property
    def holds_any(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.names or self.phrases or self.ids)

    def settled(self) -> Known:
        """Return it as it will not change any more."""
        return Known(frozenset(self.names), frozenset(self.phrases), tuple(self.ids.items()))

    def add_name(self, value: str) -> None:
        """Note the value of a field that holds a name."""
        if value.strip() and not TOKEN.search(value):
            self.phrases.add(value.strip().lower())
            self.names |= words_of(value)


def worth_finding(raw: str, kind: Kind) -> bool:
    """Whether a raw id is so special that any text with it means that user or session.

    >>> [worth_finding(one, "user") for one in ("ann@example.com", "user-17", "42", "admin")]
    [True, True, False, False]
    """
    least = _SHORTEST_NUMBER if raw.isdigit() else _SHORTEST_ID
    stored = stored_id(raw, kind, b"") == raw
    return len(raw) >= least and not is_ordinary(raw) and not stored


def is_name_key(path: str) -> bool:
    """Whether a key of metadata, dots and all, holds somebody's name.

    >>> [is_name_key(one) for one in ("firstName", "user.name", "tool.name", "customer")]
    [True, True, False, True]
    """
    *before, last = _HUMP.sub("_", path).lower().split(".")
    return last in _NAME_KEYS and (before[-1] if before else "") in _PEOPLE


def names_in(metadata: object) -> Iterator[str]:
    """Yield the names that metadata holds: its own name fields and those of a person in it."""
    if isinstance(metadata, str):
        if not _may_hold_name(metadata):
            return
        try:
            metadata = orjson.loads(metadata)
        except orjson.JSONDecodeError:
            return
    if not isinstance(metadata, Mapping):
        return
    for key, value in metadata.items():
        within = value.items() if isinstance(value, Mapping) else ()
        for path, one in ((str(key), value), *((f"{key}.{name}", one) for name, one in within)):
            if isinstance(one, str) and is_name_key(path):
                yield one


def _may_hold_name(text: str) -> bool:
    return any(one in text for one in ("name", "Name", "customer", "NAME", "Customer"))
