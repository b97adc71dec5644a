"""What does the author of a notebook say between its cells, and where does each section begin?"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentlens.errors import NotebookMissingError
from agentlens.page.rendering import sendable
from agentlens.report.notebook.safe import rebuilt
from agentlens.report.parts.block import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Heading", "plain", "texts", "written"]

_HEADING = re.compile(r"(#{1,2})\s+(.*?)\s*#*\s*")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Heading:
    """A heading of the first or the second level."""

    words: str
    level: int


def texts(source: str) -> "Iterator[Heading | Block]":
    r"""Yield the headings of a cell of Markdown and what stands under each, made safe.

    Args:
        source: Markdown; raw HTML in it is shown as the signs that it consists of.

    Example:
        >>> [type(one).__name__ for one in texts("## Costs\n\nThey *rose*.")]
        ['Heading', 'Block']
    """
    kept: list[str] = []
    fence = ""
    for line in source.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(line)
        if heading is None:
            kept.append(line)
            continue
        yield from _block(kept)
        kept = []
        yield Heading(plain(heading[2]), len(heading[1]))
    yield from _block(kept)


def plain(markdown: str) -> str:
    """Return Markdown in plain words, a paragraph after the other.

    Args:
        markdown: any.

    Example:
        >>> plain("They *rose*, [as said](https://example.org).")
        'They rose, as said.'
    """
    from html import unescape  # noqa: PLC0415 - agentlens.html has its name here elsewhere

    blocks = re.split(r"</(?:p|li|h\d|tr|pre)>", written(markdown))
    return "\n\n".join(filter(None, (unescape(_TAG.sub("", one)).strip() for one in blocks)))


def written(source: str) -> str:
    """Return Markdown as HTML that is safe; what the parser lets through is taken apart once more.

    Args:
        source: Markdown; raw HTML in it is shown as the signs that it consists of.

    Example:
        >>> written("They *rose*.")
        '<p>They <em>rose</em>.</p> '
    """
    # Half a character is no address: the parser would stop at it.
    return rebuilt(_marked(sendable(source)))


def _marked(source: str) -> str:
    try:
        import mistune  # noqa: PLC0415 - only the extra brings it
        from mistune.util import safe_entity  # noqa: PLC0415
    except ImportError as missing:
        message = (
            "The texts of a notebook are read with mistune, which is missing: "
            "pip install 'agentlens[notebook]'."
        )
        raise NotebookMissingError(message) from missing

    class Words(mistune.HTMLRenderer):
        """Escapes raw HTML, and an entity no second time."""

        def text(self, text: str) -> str:
            return safe_entity(text)

    read = mistune.create_markdown(renderer=Words(), plugins=["table", "strikethrough"])
    return str(read(source))


def _block(lines: list[str]) -> "Iterator[Block]":
    source = "\n".join(lines).strip()
    if source:
        yield Block(html=written(source), words=plain(source), checked=True)
