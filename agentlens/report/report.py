"""How do several answers travel together, as one file that anyone can open?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from agentlens import html
from agentlens.errors import BadInputError
from agentlens.page.living import Living
from agentlens.report.body import Section
from agentlens.report.page import Contents, page
from agentlens.result import Result
from agentlens.text import listed, plural
from agentlens.theme import Band, mark

__all__ = ["Item", "Report"]

Leaf = Result | Living | str
"""A Result, a live view or a text."""
Item = Leaf | tuple[str, Sequence[Leaf]]
"""One of them, or a heading with those under it."""

_WORST_FIRST: tuple[Band, ...] = ("act", "watch", "unknown", "pass")
_CUT = 80


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """Results with a title, in reading order; `save` makes them one HTML file.

    Attributes:
        title: what the report is about.
        results: Results, live views such as `tune` returns, texts, and pairs (heading, [of these]).
        period: the time it speaks of, in words.
        lead: what a reader should know first.
        notes: what stands at the end, such as the number of traces read.
    """

    title: str
    results: Sequence[Item]
    period: str = ""
    lead: str = ""
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be shown, before anybody waits for the page."""
        if not _says_something(self.title):
            message = f"Report(title={_found(self.title)}): a report needs a title, as a text."
            raise BadInputError(message)
        if isinstance(self.results, (str, Result, Living)) or not isinstance(
            self.results, Iterable
        ):
            message = f"Report(results={_found(self.results)}): put it in a list, [...]."
            raise BadInputError(message)
        object.__setattr__(self, "results", tuple(_checked(item) for item in self.results))
        notes = (self.notes,) if isinstance(self.notes, str) else tuple(self.notes)
        object.__setattr__(self, "notes", notes)
        if not self._answers and not self._alive:
            message = (
                f"Report({self.title!r}): there is no Result in it. "
                "Pass at least one, such as control_chart or drift returns."
            )
            raise BadInputError(message)

    @property
    def band(self) -> Band:
        """The worst band of all that has one: act, then watch, unknown, pass; unknown without any."""
        bands = [getattr(one, "band", None) for one in self._leaves]
        return min(filter(None, bands), key=_WORST_FIRST.index, default="unknown")

    def save(self, path: str | Path, *, generated: datetime | None = None) -> Path:
        """Write one HTML file that opens without a network, and return its path.

        The file is replaced only when the new one is complete; missing folders are made.

        Args:
            path: where to; the name ends in .html.
            generated: the time to print on it, with a time zone; now, if not given.
        """
        target = Path(path).expanduser()
        if target.suffix.lower() != ".html":
            message = f"save({str(path)!r}): the name must end in .html, as in 'week-47.html'."
            raise BadInputError(message)
        if target.is_dir():
            message = f"save({str(path)!r}): this is a folder; name a file in it."
            raise BadInputError(message)
        when = datetime.now(UTC) if generated is None else generated
        if when.tzinfo is None:
            message = f"save(generated={when!r}): the time needs a time zone, such as UTC."
            raise BadInputError(message)
        whole = page(self._contents, when.astimezone(UTC)).encode()
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{token_hex(4)}.part")
        try:
            part.write_bytes(whole)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def __repr__(self) -> str:
        """Return the report in plain text: its title, and one line per Result."""
        lines = (f"  [{mark(result.band)}] {result.title}" for result in self._answers)
        return "\n".join([f"{self._name}: {self._tally}", *lines])

    def _repr_html_(self) -> str:
        """Return a card with one line per Result."""
        return html.card(
            self._name,
            band=self.band,
            headline=f"{self._tally}. Write the page with .save('report.html').",
            caveats=[f"{mark(one.band)} · {one.title}: {one.headline}" for one in self._answers],
        )

    @property
    def _name(self) -> str:
        return f"{self.title}, {self.period}" if self.period else self.title

    @property
    def _answers(self) -> list[Result]:
        return [one for one in self._leaves if isinstance(one, Result)]

    @property
    def _alive(self) -> int:
        return sum(not isinstance(one, (Result, str)) for one in self._leaves)

    @property
    def _leaves(self) -> list[Leaf]:
        return [item for section in self._sections for item in section.items]

    @property
    def _sections(self) -> list[Section]:
        """The items as sections; those that stand alone join their neighbours under no heading."""
        sections: list[Section] = []
        for item in self.results:
            if isinstance(item, tuple):
                heading, inner = item
                sections.append(Section(heading, tuple(inner)))
            elif sections and not sections[-1].heading:
                sections[-1] = replace(sections[-1], items=(*sections[-1].items, item))
            else:
                sections.append(Section("", (item,)))
        return sections

    @property
    def _tally(self) -> str:
        bands = Counter(result.band for result in self._answers)
        total = bands.total()
        some = listed(f"{bands[band]} {band}" for band in _WORST_FIRST if bands[band])
        answers = f"{plural(total, 'result')}: {some}" if total else ""
        alive = plural(self._alive, "live view") if self._alive else ""
        return ", ".join(filter(None, (answers, alive)))

    @property
    def _contents(self) -> Contents:
        return Contents(
            title=self.title,
            period=self.period,
            lead=self.lead,
            band=self.band,
            tally=self._tally,
            sections=tuple(self._sections),
            notes=tuple(self.notes),
        )


def _checked(item: object) -> Item:
    """Return an item as it is kept, or say what is wrong with it."""
    match item:
        case Result() | str():
            return item
        case (str() as heading, [*inner]) if heading.strip():
            return heading, tuple(map(_leaf, inner))
    return _leaf(item)


def _leaf(item: object) -> Leaf:
    if isinstance(item, (Result, str)) or (isinstance(item, Living) and not isinstance(item, type)):
        return item
    message = (
        f"Report: {_found(item)} cannot be shown. A Result, a text, or a pair "
        "(heading, [Results and texts]) can, and a live view, such as tune returns."
    )
    raise BadInputError(message)


def _says_something(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _found(item: object) -> str:
    shown = repr(item)
    return f"{type(item).__name__} {shown if len(shown) <= _CUT else shown[: _CUT - 1] + '…'}"
