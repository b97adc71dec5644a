"""What does a reader know after ten seconds: the band, the numbers, what to do, where to look?"""

from collections.abc import Iterable, Mapping, Sequence

from agentlens import html
from agentlens.report.page.alive import Alive
from agentlens.report.page.body import Part, Placed, link, said
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Point
from agentlens.report.parts.section import glanced
from agentlens.text import Fact, capital, number
from agentlens.theme import BANDS, Band

__all__ = ["actions", "glance", "highlights", "navigation", "privacy", "stamps"]


def highlights(facts: Mapping[str, Fact]) -> str:
    """Return the numbers of the head, by name; nothing for none.

    What follows a comma in a name, such as "was 85%", stands below the number.
    """
    tiles = ""
    for name, fact in facts.items():
        label, _, then = name.partition(", ")
        large, small = _sizes(fact)
        below = "".join(
            f'<dd class="al-behind">{html.safe(one)}</dd>' for one in (*small, then) if one
        )
        what = html.safe(capital(label))
        tiles += f"<div><dt>{what}</dt><dd>{html.safe(large)}</dd>{below}</div>"
    return f'<dl class="al-highlights">{tiles}</dl>' if tiles else ""


def actions(points: Sequence[Point], places: Mapping[str, str]) -> str:
    """Return what to do, numbered, each with links to its evidence; nothing for nothing to do."""
    lines = "".join(f"<li>{said(point, places)}</li>" for point in points)
    return f'<h2>What to do</h2><ol class="al-actions">{lines}</ol>' if lines else ""


def glance(sections: Sequence[Placed]) -> str:
    """Return a line for each Result; for each section, where there are many: its loudest Result."""
    seen = glanced([(one.heading, one.parts) for one in sections], lambda part: part.told.band)
    lines = [
        _line(part, link(part) if place is None else _heading(sections[place]))
        for part, place in seen
    ]
    if not lines:
        return ""
    head = '<div class="al-overview"><h2>At a glance</h2>'
    return f'{head}<ul class="al-glance">{"".join(lines)}</ul></div>'


def privacy(parts: Sequence[Part], live: Sequence[Alive] = (), blocks: Sequence[Block] = ()) -> str:
    """Return whether the file holds trace text, and what is missing where scripts do not run."""
    says = "This file contains no trace text."
    if any(part.told.quotes for part in parts):
        says = (
            "This file contains no text of a single trace, but names of failures and drifted words"
            " that several users wrote."
        )
    if not all(block.checked for block in blocks):
        says = (
            "This file contains what cells of a notebook printed, which nobody searched for text"
            " from traces: share it as carefully as the traces themselves."
        )
    if any(part.told.private for part in parts) or any(one.private for one in live):
        says = (
            "This file contains text from traces: share it as carefully as the traces themselves."
        )
    return (
        f'<p class="al-privacy">{says}</p>'
        '<p class="al-privacy al-still">The charts need JavaScript, which does not run here. All else '
        "does without: each card says in words and numbers what its chart shows.</p>"
    )


def navigation(sections: Iterable[Placed]) -> str:
    """Return the contents: every heading with its band and, under it, every title."""
    entries = []
    for section in sections:
        items = [link(one) for one in section.items if isinstance(one, (Part, Alive))]
        titles = "".join(f"<li>{item}</li>" for item in items)
        if section.heading:
            titles = titles if len(items) > 1 else ""  # one alone stands right below its heading
            dot = _dot(section.band) if section.band else ""
            heading = f"{dot}{_heading(section)}"
            titles = f"<li>{heading}<ol>{titles}</ol></li>" if titles else f"<li>{heading}</li>"
        entries.append(titles)
    return (
        '<nav class="al-contents" aria-labelledby="contents"><details>'
        f'<summary><h2 id="contents">Contents</h2></summary><ol>{"".join(entries)}</ol>'
        "</details></nav>"
    )


def stamps(known: Mapping[str, str]) -> str:
    """Return what the report was made from, for its footer; nothing for nothing."""
    lines = "".join(
        f"<dt>{html.safe(name)}</dt><dd>{html.safe(value, most=2000)}</dd>"
        for name, value in known.items()
    )
    return f'<dl class="al-stamps">{lines}</dl>' if lines else ""


def _line(part: Part, name: str) -> str:
    says = html.safe(part.told.headline, most=500)
    chip = html.chip(part.told.band)
    return f'<li>{chip}<div>{name}<span class="al-said">{says}</span></div></li>'


def _heading(section: Placed) -> str:
    return f'<a href="#{section.anchor}">{html.safe(section.heading)}</a>'


def _sizes(fact: Fact) -> tuple[str, list[str]]:
    """Return the number itself, and its interval and n, which stand smaller below it."""
    whole, value = str(fact), fact.value
    large = value if isinstance(value, str) else number(value, fact.unit, n=fact.n)
    return large, whole.removeprefix(large).lstrip(" ,").split(", ")


def _dot(band: Band) -> str:
    colour, symbol = BANDS[band]
    return (
        f'<span class="al-dot" style="background:{colour}"><span aria-hidden="true">{symbol}</span>'
        f'<span class="al-unseen">{band}: </span></span>'
    )
