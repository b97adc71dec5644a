"""In which cells does a report stand, with a notebook behind it or without?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal

from agentlens.page.living import Living
from agentlens.report.files.markdown import short
from agentlens.report.files.plain import inline, visible
from agentlens.report.notebook.outputs import Head, shown
from agentlens.report.notebook.parameters import GIVEN, tagged
from agentlens.report.page.page import Contents
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Points
from agentlens.report.parts.section import Leaf, paragraphs
from agentlens.report.parts.told import Told

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Cell", "anonymous", "laid"]

_PLACE = re.compile(r"""(['"])((?:[A-Za-z]:[\\/]|~?/)[^'"\n]*)\1""")


@dataclass(frozen=True)
class Cell:
    """A cell: what it says, and what it shows."""

    kind: Literal["markdown", "code"]
    source: str
    items: tuple[Leaf | Head, ...] = ()
    name: str = ""


def laid(contents: Contents, executed: "NotebookNode | None") -> list[Cell]:
    """Return the cells of a report: those of its notebook, or one for each heading and item.

    Args:
        contents: what the report says.
        executed: the notebook that it was read from, once run; None for none.
    """
    if executed is None:
        cells = list(_made(contents))
    else:
        cells = [_kept(cell, contents.title) for cell in executed.cells]
    return [cell for cell in cells if cell.source or cell.items]


def anonymous(text: str) -> str:
    """Return text without the folders of the person who made it.

    Args:
        text: what a cell printed.

    Example:
        >>> anonymous(f"written to {Path.home() / 'week.html'}").endswith("~/week.html")
        True
    """
    here, home = (re.escape(str(one).rstrip("/")) for one in (Path.cwd(), Path.home()))
    return re.sub(rf"{home}(?=/)", "~", re.sub(rf"{here}/", "", text))


def _kept(cell: "NotebookNode", title: str) -> Cell:
    if cell.cell_type != "code":
        source = cell.source if cell.cell_type == "markdown" else ""
        return Cell("markdown", source, name=cell.get("id", ""))
    source = _PLACE.sub(_named, cell.source) if tagged(cell, GIVEN) else cell.source
    items = tuple(_own(one, title) for one in map(shown, cell.outputs) if one is not None)
    return Cell("code", source, items, cell.get("id", ""))


def _own(item: Leaf | Head, title: str) -> Leaf | Head:
    """Return the head of this report as it is, and any other report as its card."""
    return item.block if isinstance(item, Head) and item.known["title"] != title else item


def _named(place: "re.Match[str]") -> str:
    """Return a path, as it was given, by its last name alone."""
    name = PurePath(place[2].replace("\\", "/")).name
    return f"{place[1]}{name}{place[1]}"


def _made(contents: Contents) -> Iterator[Cell]:
    yield Cell("markdown", short(contents))
    for section in contents.sections:
        if section.heading:
            yield Cell("markdown", f"## {inline(section.heading)}")
        yield from map(_cell, section.items)


def _cell(item: Leaf) -> Cell:
    if isinstance(item, str):
        return Cell("markdown", paragraphs(item, "al-text"))
    if isinstance(item, (Points, Block)):
        return Cell("code", "", (item,))
    title = item.title if isinstance(item, Told) else _title(item)
    return Cell("code", f"# {visible(title)}", (item,))


def _title(item: Leaf) -> str:
    return str(item.bundle()["title"]) if isinstance(item, Living) else ""
