"""What stands under one heading of a report?"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agentlens import html
from agentlens.page.living import Living
from agentlens.page.rendering import rendering, sendable
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Points
from agentlens.report.parts.told import Told
from agentlens.result import Result
from agentlens.theme import Band

__all__ = ["TEXT", "WORST_FIRST", "Leaf", "Section", "glanced", "paragraphs", "worst"]

TEXT = "application/vnd.agentlens.text.v1+json"
"""The type under which a text of a report travels from a notebook to its page."""

Leaf = Result | Told | Living | Points | Block | str
"""What a report can show: a Result, itself or as told; a live view; sentences; a text; a part of a
notebook."""

WORST_FIRST: tuple[Band, ...] = ("act", "watch", "unknown", "pass")
_LONGEST = 20_000
_MANY = 4
One = TypeVar("One")


@dataclass(frozen=True, repr=False)
class Section:
    """A heading, empty for none, and the items under it; a notebook shows one after the other."""

    heading: str
    items: tuple[Leaf, ...]

    @property
    def band(self) -> Band | None:
        """The worst band of its items; None where none has one."""
        return worst(getattr(item, "band", None) for item in self.items)

    def __repr__(self) -> str:
        """Return the section in plain text."""
        return "\n".join([self.heading or "Results", *(f"  {item!r}" for item in self.items)])

    def _ipython_display_(self) -> None:
        """Show every item in its own way."""
        from IPython.display import display  # noqa: PLC0415 - only a notebook has it

        show: Callable[..., object] = display
        for item in self.items:
            if isinstance(item, str):
                show(_shown(item), raw=True)
            else:
                show(item)


def worst(bands: Iterable[Band | None]) -> Band | None:
    """Return the worst band: act, then watch, unknown, pass; None if there is none.

    Args:
        bands: of items; None for one without.

    Example:
        >>> worst(["pass", None, "watch", "unknown"])
        'watch'
    """
    return min(filter(None, bands), key=WORST_FIRST.index, default=None)


def glanced(
    sections: Iterable[tuple[str, Sequence[One]]], band: Callable[[One], Band]
) -> Iterator[tuple[One, int | None]]:
    """Yield what a reader sees at a glance: every answer, and None.

    Where there are many headed sections, of each the answer with the worst band, and the place of
    the section for which it speaks.

    Args:
        sections: each heading, empty for none, and the answers under it.
        band: of an answer.

    Example:
        >>> list(glanced([("Promises", ["pass", "act"])], str))
        [('pass', None), ('act', None)]
    """
    known = list(sections)
    brief = sum(bool(heading and answers) for heading, answers in known) >= _MANY
    for place, (heading, answers) in enumerate(known):
        if brief and heading and answers:
            yield min(answers, key=lambda one: WORST_FIRST.index(band(one))), place
        else:
            yield from ((one, None) for one in answers)


def paragraphs(text: str, kind: str) -> str:
    """Return text as escaped paragraphs of this class; an empty line begins a new one.

    Args:
        text: of any origin.
        kind: the class.

    Example:
        >>> paragraphs("a < b", "al-text")
        '<p class="al-text">a &lt; b</p>'
    """
    blocks = (block for block in re.split(r"\n\s*\n", text) if block.strip())
    return "".join(f'<p class="{kind}">{html.safe(block, most=_LONGEST)}</p>' for block in blocks)


def _shown(text: str) -> dict[str, str]:
    data = {TEXT: json.dumps(text)} if rendering() else {}
    return {**data, "text/html": paragraphs(text, "mathjax_ignore"), "text/plain": sendable(text)}
