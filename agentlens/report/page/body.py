"""Where does each Result stand on the page, and what does a reader find there?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agentlens import html
from agentlens.page.living import Living
from agentlens.report.page.alive import Alive, alive, named
from agentlens.report.page.article import article
from agentlens.report.parts.block import Block, Standing
from agentlens.report.parts.points import Point, Points
from agentlens.report.parts.section import Leaf, Section, paragraphs, worst
from agentlens.report.parts.told import Told, told
from agentlens.result import Result
from agentlens.theme import Band

__all__ = ["Part", "Placed", "anchors", "link", "place", "said", "shown"]

_LONGEST = 2000
_NAME = 60


@dataclass(frozen=True)
class Part:
    """A Result in its place: the name by which links find it."""

    anchor: str
    told: Told


@dataclass(frozen=True)
class Placed:
    """A section in its place."""

    anchor: str
    heading: str
    items: tuple[Part | Alive | Standing | Points | str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The Results among the items."""
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def alive(self) -> tuple[Alive, ...]:
        """The live views among the items."""
        return tuple(item for item in self.items if isinstance(item, Alive))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The parts of a notebook among the items."""
        return tuple(item.block for item in self.items if isinstance(item, Standing))

    @property
    def band(self) -> Band | None:
        """The worst band of its items; None where none has one."""
        return worst([*(part.told.band for part in self.parts), *(one.band for one in self.alive)])


def place(sections: Iterable[Section]) -> list[Placed]:
    """Return the sections with anchors: the ids of the Results, numbered from the second use on."""
    taken: set[str] = set()

    def anchored(name: str) -> str:
        anchor = _free(re.sub(r"[^A-Za-z0-9_-]+", "-", name), taken)
        taken.add(anchor)
        return anchor

    def placed(item: Leaf) -> Part | Alive | Standing | Points | str:
        if isinstance(item, (str, Points)):
            return item
        if isinstance(item, Block):
            return Standing(anchored("block"), item)
        if isinstance(item, Living):
            bundle = item.bundle()
            return alive(anchored(named(bundle)), bundle)
        known = told(item) if isinstance(item, Result) else item
        return Part(anchored(known.id), known)

    return [
        Placed(f"section-{number}", one.heading, tuple(placed(item) for item in one.items))
        for number, one in enumerate(sections, start=1)
    ]


def anchors(sections: Iterable[Placed]) -> dict[str, str]:
    """Return, by the id of each Result, the anchor where it stands first."""
    parts = [part for section in sections for part in section.parts]
    return {part.told.id: part.anchor for part in reversed(parts)}


def shown(section: Placed, places: Mapping[str, str]) -> str:
    """Return a section: its heading, then each text, and each Result as card and chart.

    Args:
        section: in its place.
        places: anchors by id, for the links from sentences to their evidence.
    """
    # Cards bring headings of the third level, so that a section without a heading needs one too.
    name = f"{section.anchor}-name"
    head = f'<h2 id="{name}" class="al-unseen">Results</h2>'
    if section.heading:
        band = html.chip(section.band) if section.band else ""
        head = (
            f'<div class="al-section"><h2 id="{name}">{html.safe(section.heading)}</h2>{band}'
            '<a class="al-up" href="#">↑ Top</a></div>'
        )
    items = "".join(_item(item, places) for item in section.items)
    return f'<section id="{section.anchor}" aria-labelledby="{name}">{head}{items}</section>'


def said(point: Point, places: Mapping[str, str]) -> str:
    """Return a sentence with links to its evidence, where that stands on the page.

    Args:
        point: the sentence.
        places: anchors by id.
    """
    links = ", ".join(
        f'<a href="#{places[one.id]}">{html.safe(one.title, most=_NAME)}</a>'
        for one in point.about
        if one.id in places
    )
    about = f' <span class="al-about">{links}</span>' if links else ""
    return f"{html.followed(html.safe(point.says, most=_LONGEST), point.link)}{about}"


def link(part: Part | Alive) -> str:
    """Return the title of an item as a link to it."""
    title = part.told.title if isinstance(part, Part) else part.title
    return f'<a href="#{part.anchor}">{html.safe(title)}</a>'


def _item(item: Part | Alive | Standing | Points | str, places: Mapping[str, str]) -> str:
    if isinstance(item, str):
        return paragraphs(item, "al-text")
    if isinstance(item, Points):
        lines = "".join(f"<li>{said(point, places)}</li>" for point in item)
        name = f'<p class="al-named">{html.safe(item.heading)}</p>' if item.heading else ""
        return f'{name}<ul class="al-points">{lines}</ul>'
    return article(item.anchor, item.told) if isinstance(item, Part) else item.shown()


def _free(stem: str, taken: set[str]) -> str:
    name, again = stem, 1
    while name in taken:
        again += 1
        name = f"{stem}-{again}"
    return name
