"""How do Results become one HTML file that needs nothing but a browser?

Everything is in the file, and its Content-Security-Policy forbids it to ask for more. The text
comes first and plotly.js last, so that the page can be read before it can draw, or without drawing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from importlib.metadata import version

from agentlens import html
from agentlens.page.plotlyjs import library
from agentlens.page.script import asset, element, joined, quiet
from agentlens.report.page.alive import Alive, needs_all, scripts, styles
from agentlens.report.page.body import Placed, anchors, place, shown
from agentlens.report.page.head import actions, glance, highlights, navigation, privacy, stamps
from agentlens.report.parts.facts import facts
from agentlens.report.parts.points import Point
from agentlens.report.parts.section import Section, paragraphs
from agentlens.text import Fact
from agentlens.theme import Band

__all__ = ["Contents", "page", "remembered"]

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that a page says, apart from when it was made."""

    title: str
    period: str
    lead: str
    band: Band
    tally: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    highlights: Mapping[str, Fact] = field(default_factory=dict)
    actions: tuple[Point, ...] = ()
    stamps: Mapping[str, str] = field(default_factory=dict)


def page(contents: Contents, generated: datetime) -> str:
    """Return the whole page.

    Args:
        contents: what it says.
        generated: when it was made, in UTC; nothing else in the page depends on the time.
    """
    sections = place(contents.sections)
    parts = [part for section in sections for part in section.parts]
    live = [one for section in sections for one in section.alive]
    blocks = [block for section in sections for block in section.blocks]
    types = {type_ for part in parts for type_ in part.told.types}
    types |= {type_ for block in blocks for type_ in block.types}
    source, drawn_by = library({"all"} if needs_all(live) else types)
    places = anchors(sections)
    pieces = (
        _opening(contents, live),
        f"<header>{_top(contents)}{actions(contents.actions, places)}",
        f"{glance(sections)}{privacy(parts, live, blocks)}</header>",
        navigation(sections),
        '<main id="results">',
        *(shown(section, places) for section in sections),
        "</main>",
        _footer(contents, drawn_by, generated),
        f'</div><script type="application/json" id="al-facts">{quiet(remembered(contents, sections))}</script>',
        *(element(joined(f"report/assets/{name}.js"), late=True) for name in ("host", "contents")),
        scripts(live),
        element(source),
        "</body></html>",
    )
    return "\n".join(pieces) + "\n"


def remembered(contents: Contents, sections: Sequence[Placed]) -> str:
    """Return what the report remembers for the next one, as JSON.

    Args:
        contents: what it says.
        sections: the same in its place.
    """
    return facts(
        {part.anchor: part.told for one in sections for part in one.parts},
        contents.title,
        contents.period,
        band=contents.band,
        sections={part.anchor: one.heading for one in sections for part in one.parts},
        stamps=contents.stamps,
    )


def _opening(contents: Contents, live: Sequence[Alive]) -> str:
    """Return everything up to the first visible word."""
    name = f"{contents.title}, {contents.period}" if contents.period else contents.title
    style = asset("report/assets/page.css") + _running(name)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f'<meta name="generator" content="AgentLens {version("agentlens")}">{_metas(contents.stamps)}'
        f'<title>{html.safe(name)}</title><link rel="icon" href="data:,">'
        f"{html.STYLE}{styles(live)}<style>{style}</style>"
        '<script>document.documentElement.className = "al-scripted"</script></head>\n<body>'
        '<a class="al-skip" href="#results">Skip to the results</a><div class="al-page">'
    )


def _metas(stamps: Mapping[str, str]) -> str:
    """Return what the report was made from, for programs that look into the file."""
    return "".join(
        f'<meta name="agentlens:{re.sub("[^a-z0-9]+", "-", name.lower())}" '
        f'content="{html.safe(value, most=2000)}">'
        for name, value in stamps.items()
    )


def _running(name: str) -> str:
    r"""Return the rule that prints a name and the page number on every sheet.

    A style sheet is no place for foreign text: every sign but letters and digits goes as its code.

    >>> _running("a}<b")[:39]
    '@page{@top-left{content:"a\\7d \\3c b"}@b'
    """
    visible = unescape(html.safe(name, most=100))
    coded = re.sub(r"[^A-Za-z0-9 ]", lambda sign: f"\\{ord(sign[0]):x} ", visible)
    page_number = 'counter(page)" / "counter(pages)'
    return f'@page{{@top-left{{content:"{coded}"}}@bottom-right{{content:{page_number}}}}}'


def _top(contents: Contents) -> str:
    period = f"{html.safe(contents.period)} · " if contents.period else ""
    return (
        f'<div class="al-top"><h1>{html.safe(contents.title)}</h1>'
        '<button type="button" class="al-theme" hidden>Dark theme</button></div>'
        f'<p class="al-state">{html.chip(contents.band)}{period}{html.safe(contents.tally)}</p>'
        f"{highlights(contents.highlights)}{paragraphs(contents.lead, 'al-lead')}"
    )


def _footer(contents: Contents, drawn_by: str, generated: datetime) -> str:
    lines = "".join(f"<p>{html.safe(note, most=2000)}</p>" for note in contents.notes)
    names = () if "packages" in contents.stamps else ("AgentLens", "pandas", "plotly")
    packages = (f"{name} {version(name.lower())}" for name in names)
    machine, human = f"{generated:%Y-%m-%dT%H:%M:%SZ}", f"{generated:%Y-%m-%d %H:%M:%S} UTC"
    when = f'generated <time datetime="{machine}">{human}</time>'
    made = f"<p>{' · '.join([*packages, drawn_by, when])}</p>"
    return f"<footer>{lines}{stamps(contents.stamps)}{made}</footer>"
