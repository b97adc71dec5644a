"""What can a reader of an HTML page see, hear or copy, and what is only a program?

Searched are texts, attributes, comments, data blocks and scripts of unknown origin. plotly.js is
left out: its megabytes of code hold many numbers and no word of ours.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

__all__ = ["Piece", "pieces"]

Piece = tuple[str, str, str]
"""Where in the page, as what, and the text."""

_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]*")
_DRAWN = frozenset(["style", "d", "points", "transform", "viewbox", "integrity", "class"])
_PLACE = re.compile(r"[a-z][A-Za-z0-9_-]{0,60}")
_LIBRARY = re.compile(r"\s*/\*\*\s*\*\s*plotly\.js ")
_IMAGE = "data:image/"


def pieces(page: str) -> Iterator[Piece]:
    """Yield the texts of a page with their places: the id of the element at or before each.

    >>> list(pieces('<p id="lead">Mail <b title="x">Ann</b></p>'))
    [('lead', 'text', 'Mail '), ('lead', 'attribute', 'x'), ('lead', 'text', 'Ann')]
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from reader.found


class _Reader(HTMLParser):
    """Gathers what stands in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.place = "top"
        self.within = "text"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the place and what stands in attributes."""
        named = dict(attrs)
        where = named.pop("id", None) or ""
        if _PLACE.fullmatch(where):
            self.place = where
        elif where:
            self._note("attribute", where)
        if not _PLAIN_TAG.fullmatch(tag):
            self._note("tag", tag)
        for name, value in named.items():
            if value and name not in _DRAWN and not value.startswith(_IMAGE):
                self._note("attribute", value)
        if tag in {"script", "style"}:
            kind = named.get("type") or ""
            self.within = "data" if kind.endswith("json") else tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the same of an element without content."""
        self.handle_starttag(tag, attrs)
        self.within = "text"

    def handle_endtag(self, tag: str) -> None:
        """Leave scripts and styles."""
        self.within = "text"
        if not _PLAIN_TAG.fullmatch(tag):
            self._note("tag", tag)

    def handle_data(self, data: str) -> None:
        """Note a text, a script or a block of data."""
        if self.within == "script" and _LIBRARY.match(data, 0, 100):
            return
        self._note(self.within, data)

    def handle_comment(self, data: str) -> None:
        """Note what nobody sees and everybody can read."""
        self._note("comment", data)

    def handle_decl(self, decl: str) -> None:
        """Note a declaration."""
        self._note("comment", decl)

    def handle_pi(self, data: str) -> None:
        """Note an instruction."""
        self._note("comment", data)

    def unknown_decl(self, data: str) -> None:
        """Note a section that HTML does not know."""
        self._note("comment", data)

    def _note(self, what: str, text: str) -> None:
        if text.strip():
            self.found.append((self.place, what, text))
