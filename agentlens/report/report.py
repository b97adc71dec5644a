"""How do several answers travel together, as one file that anyone can open?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from agentlens import html
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.page.rendering import rendering
from agentlens.report.files.digest import digest
from agentlens.report.notebook.head import HEAD, write_head
from agentlens.report.page.page import Contents
from agentlens.report.parts.block import Block
from agentlens.report.parts.items import Item, checked, found, grouped, numbers, words
from agentlens.report.parts.points import Point, Points, pointed
from agentlens.report.parts.section import Leaf, Section, worst
from agentlens.report.parts.told import Told, told
from agentlens.report.saving import saved
from agentlens.result import Result
from agentlens.text import Fact, listed, plural
from agentlens.theme import Band, mark

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["Item", "Report"]


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """Results with a title, in reading order; `save` makes them one file.

    Attributes:
        title: what the report is about.
        results: Results, live views such as `tune` returns, Points, texts, and pairs
            (heading, [of these]).
        period: the time it speaks of, in words.
        lead: what a reader should know first.
        notes: what stands at the end, such as the number of traces read.
        highlights: the numbers of its head, by name.
        actions: what to do, the most urgent first, each with the Results that say so.
        stamps: what it was made from, by name, such as the snapshot.
        executed: the notebook that it was read from, once run; None for none.
    """

    title: str
    results: Sequence[Item]
    period: str = ""
    lead: str = ""
    notes: Sequence[str] = ()
    highlights: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    actions: Sequence[Point | str] = ()
    stamps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    executed: "NotebookNode | None" = None

    def __post_init__(self) -> None:
        """Refuse what could not be shown, before anybody waits for the page."""
        if not words(self.title):
            message = f"Report(title={found(self.title)}): a report needs a title, as a text."
            raise BadInputError(message)
        notes = (self.notes,) if isinstance(self.notes, str) else tuple(self.notes)
        kept = {
            "results": checked(self.results),
            "notes": notes,
            "highlights": MappingProxyType(numbers(self.highlights)),
            "actions": pointed(self.actions),
            "stamps": MappingProxyType({k: str(v) for k, v in dict(self.stamps).items()}),
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)
        if not self._answers and not self._alive:
            message = (
                f"Report({self.title!r}): there is no Result in it. "
                "Pass at least one, such as control_chart or drift returns."
            )
            raise BadInputError(message)

    @property
    def band(self) -> Band:
        """The worst band of all that has one: act, then watch, unknown, pass; unknown without any."""
        return worst(getattr(one, "band", None) for one in self._leaves) or "unknown"

    @property
    def sections(self) -> dict[str, Section]:
        """The sections by heading; what stands under no heading goes by ""."""
        first: dict[str, Section] = {}
        for one in grouped(self.results):
            first.setdefault(one.heading, one)
        return first

    def __getitem__(self, heading: str) -> Section:
        """Return a section by its heading; a notebook shows its items one after the other."""
        if heading not in self.sections:
            raise UnknownNameError("section", heading, self.sections)
        return self.sections[heading]

    def save(self, path: "str | Path", *, generated: "datetime | None" = None) -> "Path":
        """Write one file that needs no network, and return its path.

        A page (.html) opens in any browser, its charts alive; a notebook (.ipynb) shows the same on
        GitHub, frozen; Markdown (.md) is for a ticket or a wiki; .pdf is printed by an installed
        Chromium. The file is replaced only when the new one is complete; missing folders are made.

        Args:
            path: where to; the name ends in .html, .ipynb, .md or .pdf.
            generated: the time to print on it, with a time zone; now, if not given.
        """
        return saved(self._contents, path, generated, self.executed)

    def digest(self, *, link: str = "") -> dict[str, Any]:
        """Return the top of it as a message that `webhook` posts.

        Args:
            link: the address of the saved file, or where else it lies.
        """
        return digest(self, link)

    def __repr__(self) -> str:
        """Return the report in plain text: its title, and one line per Result."""
        lines = (f"  [{mark(result.band)}] {result.title}" for result in self._answers)
        return "\n".join([f"{self._name}: {self.tally}", *lines])

    def _repr_html_(self) -> str:
        """Return a card with one line per Result."""
        return html.card(
            self._name,
            band=self.band,
            headline=f"{self.tally}. Write the page with .save('report.html').",
            caveats=[f"{mark(one.band)} · {one.title}: {one.headline}" for one in self._answers],
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return the head, where a page is being made of the notebook that shows this report."""
        return {HEAD: write_head(self._contents)} if rendering() else {}

    @property
    def _name(self) -> str:
        return f"{self.title}, {self.period}" if self.period else self.title

    @property
    def _answers(self) -> list[Result | Told]:
        return [one for one in self._leaves if isinstance(one, (Result, Told))]

    @property
    def _alive(self) -> int:
        return sum(not isinstance(one, (Result, Told, Points, Block, str)) for one in self._leaves)

    @property
    def _leaves(self) -> list[Leaf]:
        return [item for section in grouped(self.results) for item in section.items]

    @property
    def tally(self) -> str:
        """How many results it holds, and how many of each band, in words."""
        bands = Counter(result.band for result in self._answers)
        total = bands.total()
        order: tuple[Band, ...] = ("act", "watch", "unknown", "pass")
        some = listed(f"{bands[band]} {band}" for band in order if bands[band])
        answers = f"{plural(total, 'result')}: {some}" if total else ""
        alive = plural(self._alive, "live view") if self._alive else ""
        return ", ".join(filter(None, (answers, alive)))

    @property
    def _contents(self) -> Contents:
        """What every kind of file says, each Result as told."""
        return Contents(
            title=self.title,
            period=self.period,
            lead=self.lead,
            band=self.band,
            tally=self.tally,
            sections=tuple(_told(one) for one in grouped(self.results)),
            notes=tuple(self.notes),
            highlights=self.highlights,
            actions=pointed(self.actions),
            stamps=self.stamps,
        )


def _told(section: Section) -> Section:
    items = (told(item) if isinstance(item, Result) else item for item in section.items)
    return replace(section, items=tuple(items))
