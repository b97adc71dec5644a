"""What may stand in a report, and what is said about anything else?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agentlens.errors import BadInputError
from agentlens.page.living import Living
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Points
from agentlens.report.parts.section import Leaf, Section
from agentlens.report.parts.told import Told
from agentlens.result import Result
from agentlens.text import Fact

__all__ = ["Item", "checked", "found", "grouped", "numbers", "words"]

Item = Leaf | tuple[str, Sequence[Leaf]]
"""A Result, a live view, sentences or a text; or a heading with those under it."""

_CUT = 80


def checked(items: object) -> tuple[Item, ...]:
    """Return the items of a report as they are kept, or say what is wrong with one."""
    if isinstance(items, (str, Result, Told, Points, Block, Living)) or not isinstance(
        items, Iterable
    ):
        message = f"Report(results={found(items)}): put it in a list, [...]."
        raise BadInputError(message)
    return tuple(_checked(item) for item in items)


def grouped(items: Iterable[Item]) -> list[Section]:
    """Return the items as sections; those that stand alone join their neighbours, unheaded."""
    sections: list[Section] = []
    for item in items:
        if isinstance(item, tuple):
            heading, inner = item
            sections.append(Section(heading, tuple(inner)))
        elif sections and not sections[-1].heading:
            sections[-1] = replace(sections[-1], items=(*sections[-1].items, item))
        else:
            sections.append(Section("", (item,)))
    return sections


def numbers(highlights: object) -> dict[str, Fact]:
    """Return the numbers of the head, or say which is none."""
    known = highlights.items() if isinstance(highlights, Mapping) else [("", highlights)]
    kept = {name: one for name, one in known if words(name) and isinstance(one, Fact)}
    wrong = [one for name, one in known if name not in kept]
    if wrong:
        message = f"Report(highlights=...): {found(wrong[0])}: pass names, each with its al.Fact."
        raise BadInputError(message)
    return kept


def words(text: object) -> bool:
    """Return whether this is a text that says something."""
    return isinstance(text, str) and bool(text.strip())


def found(item: object) -> str:
    """Return what was found instead, by its type, cut."""
    shown = repr(item)
    return f"{type(item).__name__} {shown if len(shown) <= _CUT else shown[: _CUT - 1] + '…'}"


def _checked(item: object) -> Item:
    match item:
        case Result() | str() | Points() | Told() | Block():
            return item
        case (str() as heading, [*inner]) if heading.strip():
            return heading, tuple(map(_leaf, inner))
    return _leaf(item)


def _leaf(item: object) -> Leaf:
    if isinstance(item, (Result, str, Points, Told, Block)):
        return item
    if isinstance(item, Living) and not isinstance(item, type):
        return item
    message = (
        f"Report: {found(item)} cannot be shown. A Result, a text, or a pair "
        "(heading, [Results and texts]) can, and a live view, such as tune returns."
    )
    raise BadInputError(message)
