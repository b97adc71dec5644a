"""Which report is an executed notebook: its head, and what stands under each heading?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from agentlens import html
from agentlens.report.notebook.outputs import Head, shown
from agentlens.report.notebook.parameters import GIVEN, tagged
from agentlens.report.notebook.texts import Heading, texts
from agentlens.report.parts.block import Block
from agentlens.report.parts.section import Leaf, Section

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["HIDDEN", "Reading", "read"]

HIDDEN = "notebook-only"
"""The tag of a cell that a page leaves out, such as one that checks the notebook itself."""

_LONGEST = 20_000

_Piece = Leaf | Heading | Head


@dataclass(frozen=True)
class Reading:
    """What a notebook says.

    Attributes:
        head: what a Report takes beside its results, by name; its title may be missing.
        sections: what stands under each heading.
    """

    head: Mapping[str, Any]
    sections: tuple[Section, ...] = field(default=())


def read(node: "NotebookNode", *, code: bool = False) -> Reading:
    """Return the report that an executed notebook is.

    Headings of the second level begin its sections. A Report that a cell shows before any other
    answer gives the head, and what stands above it, an introduction for who runs the notebook, is
    left out; else the first heading is the title and the first paragraph below it the lead.

    Args:
        node: the notebook, executed.
        code: whether the code of each cell stands, folded, above what it shows.
    """
    pieces = list(chain.from_iterable(_pieces(cell, code=code) for cell in node.cells))
    first, known = next(((n, one) for n, one in enumerate(pieces) if _answers(one)), (0, None))
    if isinstance(known, Head):
        return Reading(known.known, _sections(pieces[first + 1 :]))
    match pieces:
        case [Heading(level=1) as title, Block(checked=True) as words, *rest]:
            lead, words = _led(words)
            return Reading({"title": title.words, "lead": lead}, _sections([words, *rest]))
        case [Heading(level=1) as title, *rest]:
            return Reading({"title": title.words}, _sections(rest))
    return Reading({}, _sections(pieces))


def _pieces(cell: "NotebookNode", *, code: bool) -> Iterator[_Piece]:
    if tagged(cell, HIDDEN):
        return
    if cell.cell_type == "markdown":
        yield from texts(cell.source)
    if cell.cell_type == "code":
        if code and cell.source.strip() and not tagged(cell, GIVEN):
            yield _code(cell.source)
        yield from filter(None, map(shown, cell.outputs))


def _led(block: Block) -> tuple[str, Block]:
    """Return the first paragraph in plain words, and what follows it."""
    first, end, rest = block.html.partition("</p>")
    if not first.startswith("<p>") or not end:
        return "", block
    lead, _, words = block.words.partition("\n\n")
    return lead, replace(block, html=rest.strip(), words=words)


def _answers(piece: _Piece) -> bool:
    """Return whether this is an answer, and not what an author or a cell says beside it."""
    return not isinstance(piece, (Heading, Block, str))


def _sections(pieces: Sequence[_Piece]) -> tuple[Section, ...]:
    """Return what stands under each heading; a heading with nothing under it goes."""
    groups: list[tuple[str, list[Leaf]]] = [("", [])]
    for one in pieces:
        if isinstance(one, Block) and not (one.html or one.figure):
            continue
        if isinstance(one, Heading):
            groups.append((one.words, []))
        else:
            groups[-1][1].append(one.block if isinstance(one, Head) else one)
    return tuple(Section(heading, tuple(items)) for heading, items in groups if items)


def _code(source: str) -> Block:
    lines = "\n".join(html.safe(line, most=_LONGEST) for line in source.split("\n"))
    fold = f"<summary>Code</summary><pre><code>{lines}</code></pre>"
    return Block(html=f'<details class="al-code">{fold}</details>', words=source, checked=True)
