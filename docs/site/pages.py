"""Which pages are there, and what stands in them: code, headings, links?"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = [
    "DOCS",
    "README",
    "ROOT",
    "Block",
    "anchors",
    "blocks",
    "links",
    "names",
    "pages",
    "verbs",
]

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
NOT_RUN = "# Not run here:"

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6}[ ]+(.+?)[ ]*$", re.MULTILINE)
_TARGET = re.compile(r"\]\(([^()\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
_PUBLIC = re.compile(r"\bal\.(\w+)")
_VERB = re.compile(r"^## `(\w+)`", re.MULTILINE)
_NAME = re.compile(r"`(\w+)(?:`|\()")


@dataclass(frozen=True)
class Block:
    """A piece of code in a page.

    Attributes:
        language: what stands behind the fence.
        code: its lines.
        line: on which line of the page the code begins.
    """

    language: str
    code: str
    line: int

    @property
    def runs(self) -> bool:
        """Whether it is Python that can run here; what cannot says so to its reader."""
        return self.language == "python" and not self.code.startswith(NOT_RUN)


def pages() -> list[Path]:
    """Return the README and every page of the site."""
    return [README, *sorted(one for one in DOCS.rglob("*.md") if "_build" not in one.parts)]


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """Return the fenced blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    return tuple(
        Block(found[2].strip(), found[3], text.count("\n", 0, found.start(3)) + 1)
        for found in _FENCE.finditer(text)
    )


def anchors(page: Path) -> set[str]:
    """Return the names by which the headings of a page can be linked, as GitHub forms them.

    >>> "turn-tune" in anchors(DOCS / "live.md")
    True
    """
    taken: set[str] = set()
    for heading in _HEADING.findall(_prose(page)):
        kept = re.sub(r"[^\w\- ]", "", heading.lower())
        stem = name = kept.replace(" ", "-")
        again = 0
        while name in taken:
            again += 1
            name = f"{stem}-{again}"
        taken.add(name)
    return taken


def links(page: Path) -> list[str]:
    """Return every target that a page links or shows, outside its code."""
    return [one or other for one, other in _TARGET.findall(_SPAN.sub("", _prose(page)))]


def names(page: Path) -> set[str]:
    """Return the public names that a page tells of: `al.name` anywhere, or `name` first in a span.

    >>> {"tune", "explore"} <= names(DOCS / "live.md")
    True
    """
    spans = _SPAN.findall(_prose(page))
    code = " ".join([*spans, *(one.code for one in blocks(page))])
    return {*_PUBLIC.findall(code), *filter(None, (_first(span) for span in spans))}


def verbs(page: Path) -> list[str]:
    """Return the verbs that headings of the second level begin with.

    >>> verbs(DOCS / "gallery" / "watch.md")[:2]
    ['control_chart', 'charts']
    """
    return _VERB.findall(_prose(page))


def _first(span: str) -> str:
    """Return the word that a span begins with, where it is a name or a call."""
    found = _NAME.match(span)
    return found[1] if found else ""


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
