"""What does a reader find on the page: the answers at a glance, the contents, each Result?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentlens import html
from agentlens.page.living import Living
from agentlens.page.plotlyjs import drawing
from agentlens.page.script import quiet
from agentlens.report.alive import Alive, alive, named
from agentlens.result import Result
from agentlens.tables.schema import TABLES

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Part", "Placed", "Section", "glance", "navigation", "paragraphs", "place", "shown"]

_PAYLOAD = "payload"
_TRACE_TEXT = {
    column.name for table in TABLES.values() for column in table.columns if column.dtype == _PAYLOAD
}
_HEIGHT = 380
_LONGEST = 20_000


@dataclass(frozen=True)
class Section:
    """A heading, empty for none, and what stands under it: Results, live views and texts."""

    heading: str
    items: tuple[Result | Living | str, ...]


@dataclass(frozen=True)
class Part:
    """A Result in its place: the name by which links find it, and its picture."""

    anchor: str
    result: Result
    figure: "go.Figure"


@dataclass(frozen=True)
class Placed:
    """A section in its place."""

    anchor: str
    heading: str
    items: tuple[Part | Alive | str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The Results among the items."""
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def alive(self) -> tuple[Alive, ...]:
        """The live views among the items."""
        return tuple(item for item in self.items if isinstance(item, Alive))


def place(sections: Iterable[Section]) -> list[Placed]:
    """Return the sections with anchors: the ids of the Results, numbered from the second use on."""
    taken: set[str] = set()

    def anchored(name: str) -> str:
        anchor = _free(re.sub(r"[^A-Za-z0-9_-]+", "-", name), taken)
        taken.add(anchor)
        return anchor

    def placed(item: Result | Living | str) -> Part | Alive | str:
        if isinstance(item, str):
            return item
        if isinstance(item, Result):
            return Part(anchored(item.id), item, item.figure())
        bundle = item.bundle()
        return alive(anchored(named(bundle)), bundle)

    return [
        Placed(f"section-{number}", one.heading, tuple(placed(item) for item in one.items))
        for number, one in enumerate(sections, start=1)
    ]


def paragraphs(text: str, kind: str) -> str:
    """Return text as escaped paragraphs of this class; an empty line begins a new one."""
    blocks = (block for block in re.split(r"\n\s*\n", text) if block.strip())
    return "".join(f'<p class="{kind}">{html.safe(block, most=_LONGEST)}</p>' for block in blocks)


def glance(parts: Sequence[Part], live: Sequence[Alive] = ()) -> str:
    """Return whether the file holds trace text, and one line per Result with its band."""
    columns = {str(name) for part in parts for name in part.result.frame.columns}
    privacy = "This file contains no trace text."
    if any(part.result.quotes for part in parts):
        privacy = (
            "This file contains no text of a single trace, but names of failures and drifted words"
            " that several users wrote."
        )
    if columns & _TRACE_TEXT or any(one.private for one in live):
        privacy = (
            "This file contains text from traces: share it as carefully as the traces themselves."
        )
    lines = "".join(
        f'<li>{html.chip(part.result.band)}<div>{_link(part)}<span class="al-said">'
        f"{html.safe(part.result.headline, most=500)}</span></div></li>"
        for part in parts
    )
    return (
        f'<p class="al-privacy">{privacy}</p>'
        '<p class="al-privacy al-still">The charts need JavaScript, which does not run here. All else '
        "does without: each card says in words and numbers what its chart shows.</p>"
        + (f'<ul class="al-glance">{lines}</ul>' if lines else "")
    )


def navigation(sections: Iterable[Placed]) -> str:
    """Return the contents: every heading and, under it, the title of every Result."""
    entries = []
    for section in sections:
        titles = "".join(
            f"<li>{_link(one)}</li>" for one in section.items if not isinstance(one, str)
        )
        if section.heading:
            heading = f'<a href="#{section.anchor}">{html.safe(section.heading)}</a>'
            titles = f"<li>{heading}<ol>{titles}</ol></li>" if titles else f"<li>{heading}</li>"
        entries.append(titles)
    return (
        '<nav class="al-contents" aria-labelledby="contents"><h2 id="contents">Contents</h2>'
        f"<ol>{''.join(entries)}</ol></nav>"
    )


def shown(section: Placed) -> str:
    """Return a section: its heading, then each text, and each Result as card and chart."""
    # Cards bring headings of the third level, so that a section without a heading needs one too.
    hidden = "" if section.heading else ' class="al-unseen"'
    heading = f"<h2{hidden}>{html.safe(section.heading or 'Results')}</h2>"
    items = (
        paragraphs(item, "al-text")
        if isinstance(item, str)
        else _drawn(item)
        if isinstance(item, Part)
        else item.shown()
        for item in section.items
    )
    return f'<section id="{section.anchor}">{heading}{"".join(items)}</section>'


def _drawn(part: Part) -> str:
    # Every card carries its style, for notebooks; a page has it once, in its head.
    card = part.result.card().replace(html.STYLE, "")
    height = int(part.figure.layout.height or _HEIGHT)
    alt = html.safe(part.result.headline, most=1000)
    data = f"{part.anchor}-figure"
    return (
        f'<article class="al-result" id="{part.anchor}">{card}'
        f'<div class="al-figure" style="height:{height}px" data-figure="{data}" '
        f'role="img" aria-label="{alt}"></div>'
        f'<script type="application/json" id="{data}">{quiet(drawing(part.figure))}</script>'
        "</article>"
    )


def _link(part: Part | Alive) -> str:
    title = part.result.title if isinstance(part, Part) else part.title
    return f'<a href="#{part.anchor}">{html.safe(title)}</a>'


def _free(stem: str, taken: set[str]) -> str:
    name, again = stem, 1
    while name in taken:
        again += 1
        name = f"{stem}-{again}"
    return name
