"""How does a report read where there is only Markdown: in a ticket, in a wiki, in a chat?"""

from collections.abc import Iterable, Mapping, Sequence

from agentlens.page.living import Living
from agentlens.report.files.plain import fenced, inline, whole_lines
from agentlens.report.page.page import Contents
from agentlens.report.parts.block import Block
from agentlens.report.parts.facts import fact
from agentlens.report.parts.points import Point, Points
from agentlens.report.parts.section import Section, glanced, worst
from agentlens.report.parts.told import Told
from agentlens.text import Fact, plural
from agentlens.theme import mark

__all__ = ["markdown", "numbers", "short"]

_LONG = 2000
_LONGEST = 20_000
_FACTS = 12
_SHORT = 4000


def markdown(contents: Contents) -> str:
    """Return the whole report: its head, then each section, with what is long folded.

    Args:
        contents: what the report says.

    Example:
        >>> import agentlens as al
        >>> report = al.Report("The day", [al.worst(al.demo().last("24h"))])
        >>> markdown(report._contents).splitlines()[0]
        '# The day'
    """
    lines = [*_head(contents), *_glance(contents.sections), _privacy(contents), ""]
    for section in contents.sections:
        lines += _section(section)
    lines += ["---", "", *_paragraphs("\n\n".join(contents.notes))]
    made = [
        f"{inline(name)}: {inline(value, most=_LONG)}" for name, value in contents.stamps.items()
    ]
    lines += _folded("What this was made from", made)
    return "\n".join(lines).rstrip() + "\n"


def short(contents: Contents, *, most: int = _SHORT) -> str:
    """Return the top of the report alone, cut at whole lines.

    Args:
        contents: what the report says.
        most: characters.

    Example:
        >>> import agentlens as al
        >>> report = al.Report("The day", [al.worst(al.demo().last("24h"))])
        >>> "Worst of" in short(report._contents)
        True
    """
    return whole_lines([*_head(contents), *_glance(contents.sections)], most).rstrip() + "\n"


def numbers(highlights: Mapping[str, Fact]) -> dict[str, str]:
    """Return the numbers of the head in words; what follows a comma in a name comes behind.

    Args:
        highlights: by name.

    Example:
        >>> numbers({"traces, was 80": Fact(value=90.0)})
        {'traces': '90, was 80'}
    """
    parted = ((name.partition(", "), str(number)) for name, number in highlights.items())
    return {label: f"{words}{comma}{then}" for (label, comma, then), words in parted}


def _head(contents: Contents) -> list[str]:
    state = [f"**{mark(contents.band)}**", inline(contents.period), inline(contents.tally)]
    lines = [f"# {inline(contents.title)}", "", " · ".join(filter(None, state)), ""]
    lines += _table(numbers(contents.highlights))
    lines += _paragraphs(contents.lead)
    if contents.actions:
        lines += ["## What to do", ""]
        lines += [f"{n}. {_said(one)}" for n, one in enumerate(contents.actions, start=1)]
        lines.append("")
    return lines


def _glance(sections: Sequence[Section]) -> list[str]:
    seen = glanced([(one.heading, _told(one)) for one in sections], lambda one: one.band)
    lines = [
        _line(one, one.title if place is None else sections[place].heading) for one, place in seen
    ]
    return ["## At a glance", "", *lines, ""] if lines else []


def _line(one: Told, name: str) -> str:
    return f"- {mark(one.band)} · **{inline(name)}** {inline(one.headline, most=500)}"


def _privacy(contents: Contents) -> str:
    items = [item for section in contents.sections for item in section.items]
    if not all(item.checked for item in items if isinstance(item, Block)):
        return (
            "It holds what cells of a notebook printed, which nobody searched for text of traces."
        )
    if any(one.quotes or one.private for section in contents.sections for one in _told(section)):
        return "It names failures in words that users or tools wrote; no trace stands here whole."
    return "No text of a trace stands here."


def _section(section: Section) -> list[str]:
    band = worst(getattr(item, "band", None) for item in section.items)
    after = f" · {mark(band)}" if band else ""
    lines = [f"## {inline(section.heading or 'Results')}{after}", ""]
    for item in section.items:
        if isinstance(item, Told):
            lines += _result(item)
        elif isinstance(item, Points):
            lines += _points(item)
        elif isinstance(item, str):
            lines += _paragraphs(item)
        elif isinstance(item, Block):
            lines += [*fenced(item.words), ""]
        elif isinstance(item, Living):
            lines += [f"*Live on the page:* {inline(item.alt(), most=_LONG)}", ""]
    return lines


def _result(one: Told) -> list[str]:
    facts = {name: str(fact(said)) for name, said in one.known["facts"].items()}
    shown = dict([*facts.items()][:_FACTS])
    rest = len(facts) - len(shown)
    more = [f"{plural(rest, 'number')} more: on the page.", ""] if rest else []
    notes = [inline(note, most=_LONG) for note in one.known["caveats"]]
    return [
        *(f"### {inline(one.title)}", ""),
        *(f"**{mark(one.band)}** {inline(one.headline, most=_LONG)}", ""),
        *_table(shown),
        *more,
        *_folded(f"How this is known ({len(notes)})", notes),
    ]


def _points(points: Points) -> list[str]:
    heading = [f"**{inline(points.heading)}**", ""] if points.heading else []
    return [*heading, *(f"- {_said(one)}" for one in points), ""]


def _said(point: Point) -> str:
    titles = ", ".join(f"*{inline(one.title)}*" for one in point.about)
    sentence = inline(point.says, most=_LONG)
    return f"{sentence} ({titles})" if titles else sentence


def _table(rows: Mapping[str, str]) -> list[str]:
    if not rows:
        return []
    lines = [f"| {inline(name)} | {inline(value)} |" for name, value in rows.items()]
    return ["| | |", "|---|---|", *lines, ""]


def _folded(label: str, lines: Iterable[str]) -> list[str]:
    """Return lines as a list that is folded where HTML is understood; the label is our own."""
    inner = [f"- {line}" for line in lines]
    return (
        [f"<details><summary>{label}</summary>", "", *inner, "", "</details>", ""] if inner else []
    )


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text; an empty line begins a new one."""
    blocks = [inline(block, most=_LONGEST) for block in text.split("\n\n")]
    return [line for block in blocks if block for line in (block, "")]


def _told(section: Section) -> list[Told]:
    return [item for item in section.items if isinstance(item, Told)]
