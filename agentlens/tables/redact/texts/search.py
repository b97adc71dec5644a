"""Where in a text is something that must be hidden?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from agentlens.tables.redact.ids import Kind, kind_of, stored_id
from agentlens.tables.redact.policy import Recogniser, Redaction
from agentlens.tables.redact.rules.catalogue import chosen
from agentlens.tables.redact.rules.rule import Rule
from agentlens.tables.redact.texts.hits import Hit, apart, outside_tokens
from agentlens.tables.redact.texts.known import NOBODY, Known, whole_words
from agentlens.tables.redact.texts.strings import Value, unescaped, values_of
from agentlens.tables.redact.tokens import TOKEN

__all__ = ["Search", "search_of"]

_ESCAPED = r"\\u(?:00[2-7a]|20[0-4])"
_ID_KEYS = tuple(
    f"{who}{dot}{end}"
    for who in ("ser", "ion")
    for dot in ("_", ".", "")
    for end in ("id", "Id", "ID")
)
_SIMPLE = (("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"), ('\\"', '"'), ("\\/", "/"))
_ESCAPED_NAME, _IDS_NAME, _OWN_NAME, _HOOK_NAME = "\\u", "ids", "own names", "recogniser"
_SHORT, _MANY = 200, 50_000
"""Values of so few characters are kept in mind, up to so many: metadata says the same on every row."""
_LABEL = re.compile(r"[^A-Z]+")


@dataclass(frozen=True)
class Search:
    """A policy made ready: it finds all that must be hidden in a text."""

    rules: tuple[Rule, ...]
    ids: bool
    own: re.Pattern[str] | None
    recogniser: Recogniser | None
    suspects: tuple[tuple[str, str], ...]
    memory: dict[str, list[Hit]] = field(default_factory=dict, compare=False, repr=False)

    def narrowed(self, names: Iterable[str]) -> "Search":
        """Return the search for texts in which only these groups have a suspect."""
        wanted = set(names)
        if _ESCAPED_NAME in wanted:
            return self
        return replace(
            self,
            rules=tuple(rule for rule in self.rules if rule.group in wanted),
            ids=self.ids and _IDS_NAME in wanted,
            own=self.own if _OWN_NAME in wanted else None,
            memory={},
        )

    def found(self, text: str, known: Known = NOBODY) -> list[Hit]:
        """Return the values in a text, in order and apart from one another.

        In a JSON text only strings are searched, each with its escapes read; in any other text
        both what is written and what its escapes mean.
        """
        hits = self._plain(text, known)
        if not hits and self._is_quiet(text, known):
            return []
        values = values_of(text)
        if values is None:
            if "\\" in text:
                hits += self._within(text, known, nested=False)
            return apart(hits)
        return [hit for value in values for hit in self._in_value(text, value, known)]

    def _is_quiet(self, text: str, known: Known) -> bool:
        """Whether a quick look says that a text which shows nothing hides nothing either."""
        if self.ids and any(key in text for key in _ID_KEYS):
            return False
        if known is not NOBODY and known.touches(text):
            return False
        if "\\" not in text:
            return True
        if "\\u" in text:
            return False
        for written, meant in _SIMPLE:
            text = text.replace(written, meant)
        return not self._plain(text, known)

    def _in_value(self, text: str, value: Value, known: Known) -> list[Hit]:
        whole = self._whole(text, value, known)
        if whole is not None:
            return whole
        piece = text[value.begin : value.end]
        hits = self._within(piece, known) if "\\" in piece else self._in_piece(piece, known)
        return [
            replace(
                hit,
                begin=hit.begin + value.begin,
                end=hit.end + value.begin,
                in_key=hit.in_key or value.is_key,
            )
            for hit in hits
        ]

    def _in_piece(self, text: str, known: Known) -> list[Hit]:
        """Return the values in a text without escapes, looked for once if it comes often."""
        if len(text) > _SHORT or (known is not NOBODY and known.touches(text)):
            return self.found(text, known)
        if text not in self.memory:
            if len(self.memory) >= _MANY:
                self.memory.clear()
            self.memory[text] = self.found(text)
        return self.memory[text]

    def _whole(self, text: str, value: Value, known: Known) -> list[Hit] | None:
        """Return a value that is hidden whole, as an id or a name; None where it is none."""
        piece = text[value.begin : value.end]
        kind = kind_of(value.key) if self.ids and value.key else None
        if kind is not None and not value.is_key:
            meant = unescaped(piece).text if "\\" in piece else piece
            if value.bare and not piece.lstrip("-").isdigit():
                return []
            return _id_hit(value, meant, kind)
        if value.bare:
            return []
        if not value.is_key and known.phrases:
            meant = (unescaped(piece).text if "\\" in piece else piece).strip().lower()
            if meant in known.phrases:
                return [Hit(value.begin, value.end, 1, "name", "NAME", meant)]
        return None

    def _within(self, text: str, known: Known, *, nested: bool = True) -> list[Hit]:
        """Return the values in what a text means, at their places in what is written."""
        reading = unescaped(text)
        hits = self.found(reading.text, known) if nested else self._plain(reading.text, known)
        return [
            replace(
                hit,
                begin=reading.origin(hit.begin),
                end=reading.origin(hit.end),
                quote=hit.quote.replace("\\", "\\\\").replace('"', '\\"'),
            )
            for hit in hits
        ]

    def _plain(self, text: str, known: Known) -> list[Hit]:
        hits = list(self._named(text, known))
        for rank, rule in enumerate(self.rules, start=2):
            for begin, end in rule.spans(text):
                value = rule.normal(text[begin:end])
                hits.append(Hit(begin, end, rank, rule.name, rule.label, value))
        return apart(outside_tokens(text, hits)) if hits else hits

    def _named(self, text: str, known: Known) -> Iterator[Hit]:
        """Yield what is no pattern: ids and names of this session, own names, recognised ones."""
        if known.ids:
            for begin, end, kind in known.id_spans(text):
                yield Hit(begin, end, 0, f"{kind}_id", kind.upper(), text[begin:end], kind)
        last = len(self.rules) + 2
        if known.names:
            for begin, end in known.name_spans(text):
                yield Hit(begin, end, last, "name", "NAME", text[begin:end].lower())
        if self.own is not None:
            for match in self.own.finditer(text):
                yield Hit(*match.span(), last, "name", "NAME", match.group().lower())
        if self.recogniser is not None:
            for begin, end, rule in self.recogniser(text):
                first, stop = max(0, int(begin)), min(len(text), int(end))
                if first < stop:
                    label = _LABEL.sub("_", str(rule).upper()).strip("_")[:30] or "FOUND"
                    yield Hit(first, stop, last + 1, str(rule), label, text[first:stop])


def search_of(policy: Redaction) -> Search:
    """Return a policy made ready."""
    rules = chosen(policy.patterns, policy.nations)
    suspects: dict[str, list[str]] = {_ESCAPED_NAME: [_ESCAPED]}
    for rule in rules:
        suspects.setdefault(rule.group, []).append(rule.suspect)
    if policy.ids:
        suspects[_IDS_NAME] = ["(?:user|session)[._]?[iI][dD]"]
    if policy.names:
        suspects[_OWN_NAME] = [f"(?i:{'|'.join(map(re.escape, policy.names))})"]
    if policy.recogniser is not None:
        suspects[_HOOK_NAME] = [""]  # it may find something in any text
    return Search(
        rules=rules,
        ids=policy.ids,
        own=whole_words(policy.names) if policy.names else None,
        recogniser=policy.recogniser,
        suspects=tuple((name, "|".join(dict.fromkeys(some))) for name, some in suspects.items()),
    )


def _id_hit(value: Value, meant: str, kind: Kind) -> list[Hit]:
    if not meant or stored_id(meant, kind, b"") == meant or TOKEN.fullmatch(meant):
        return []
    quote = '"' if value.bare else ""
    return [Hit(value.begin, value.end, 0, f"{kind}_id", kind.upper(), meant, kind, quote)]
