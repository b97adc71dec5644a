"""What is left of HTML from anywhere once all but words and their order is taken away?

It is taken apart and written anew: a tag that is not known goes, with all inside it where that is no
text; an attribute that is not known goes; every word is escaped.
"""

import re
from html.parser import HTMLParser

from agentlens import html

__all__ = ["Writer", "attributes", "rebuilt"]

_WORDS = frozenset(
    {"a", "b", "br", "code", "em", "i", "s", "small", "span", "strong", "sub", "sup"}
)
_BLOCKS = frozenset({"blockquote", "details", "div", "hr", "p", "pre", "summary"})
_HEADINGS = frozenset({"h3", "h4", "h5", "h6"})
_LISTS = frozenset({"dd", "dl", "dt", "li", "ol", "ul"})
_TABLES = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_KEPT = _WORDS | _BLOCKS | _HEADINGS | _LISTS | _TABLES
_CODE = frozenset({"script", "style", "template", "svg", "math", "canvas"})
_FRAMES = frozenset({"audio", "embed", "iframe", "noembed", "noframes", "object", "video"})
_RAW = frozenset({"head", "noscript", "plaintext", "select", "textarea", "title", "xmp"})
_DROPPED = _CODE | _FRAMES | _RAW
_LOWER = {"h1": "h3", "h2": "h3"}
"""The first two levels belong to the page."""
_ALONE = frozenset({"br", "hr"})
_CHIP = re.compile(r"background:#[0-9A-Fa-f]{6}")
_NUMBER = re.compile(r"[1-9][0-9]?")
_WEB = re.compile(r"https?://[^\s\"'<>\\]+")
_CLASSES = frozenset({"al-card", "al-chip", "al-scroll"})
_LONGEST = 20_000


def rebuilt(source: str) -> str:
    """Return HTML from anywhere as HTML that is safe; cards and tables look as they did.

    Args:
        source: HTML.

    Example:
        >>> rebuilt('<p onclick="x()">a <b>b</b><script>alert(1)</script></p>')
        '<p>a <b>b</b></p>'
    """
    writer = Writer()
    writer.feed(source)
    return writer.whole()


class Writer(HTMLParser):
    """Writes what it keeps; every tag that it opens, it closes."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[str] = []
        self.inside = ""
        self.deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write what is kept of a tag, or wait for the end of one that is dropped."""
        tag = _LOWER.get(tag, tag)
        if self.inside:
            self.deep += tag == self.inside
        elif tag in _DROPPED:
            self.inside, self.deep = tag, 1
        elif tag in _ALONE:
            self.put(f"<{tag}>")
        elif tag in _KEPT:
            self.opens(tag, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that holds nothing."""
        del attrs
        if not self.inside and tag in _ALONE:
            self.put(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Close an element and all that was left open in it."""
        tag = _LOWER.get(tag, tag)
        if self.inside:
            self.deep -= tag == self.inside
            self.inside = self.inside if self.deep else ""
        elif tag in self.open:
            while self.open:
                last = self.open.pop()
                self.closes(last)
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Write text."""
        if not self.inside:
            self.put(_shown(data, lines="pre" in self.open))

    def opens(self, tag: str, given: dict[str, str]) -> None:
        """Write the beginning of an element."""
        self.open.append(tag)
        self.put(f"<{tag}{attributes(tag, given)}>")

    def closes(self, tag: str) -> None:
        """Write the end of an element."""
        self.put(f"</{tag}>")

    def put(self, text: str) -> None:
        """Write text that is safe already."""
        self.parts.append(text)

    def whole(self) -> str:
        """Return what was written, all closed."""
        self.close()
        while self.open:
            self.closes(self.open.pop())
        return "".join(self.parts)


def attributes(tag: str, given: dict[str, str]) -> str:
    """Return the attributes that are kept, written anew."""
    kept = ""
    if tag == "a" and _WEB.fullmatch(given.get("href", "").strip()):
        kept += f' href="{html.safe(given["href"].strip(), most=2000)}" rel="noreferrer"'
    if tag == "th" and given.get("scope") in {"col", "row"}:
        kept += f' scope="{given["scope"]}"'
    if tag in {"td", "th"}:
        spans = ((name, given.get(name, "")) for name in ("colspan", "rowspan"))
        kept += "".join(f' {name}="{n}"' for name, n in spans if _NUMBER.fullmatch(n))
    classes = _CLASSES.intersection(given.get("class", "").split())
    if classes:
        kept += f' class="{" ".join(sorted(classes))}"'
    if "al-chip" in classes and _CHIP.fullmatch(given.get("style", "")):
        kept += f' style="{given["style"]}"'
    return kept


def _shown(data: str, *, lines: bool) -> str:
    """Return text escaped; where lines count, they stay."""
    if not lines:
        return html.safe(data, most=_LONGEST)
    return "\n".join(html.safe(line, most=_LONGEST) for line in data.split("\n"))
