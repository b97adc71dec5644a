"""What else does a notebook show, beside Results: a table, a picture, a paragraph of its author?"""

from dataclasses import dataclass

from agentlens import html
from agentlens.page.script import quiet

__all__ = ["Block", "Standing"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Block:
    """A part of a notebook, made safe for a page.

    Attributes:
        html: HTML that is safe.
        words: the same in plain text.
        checked: whether it is known to hold no text of single traces, as what its author wrote;
            an output of a cell may hold anything.
        figure: of a picture that plotly.js draws, its JSON text; "" for none.
        types: of the traces in that picture.
        height: of that picture, in pixels.
    """

    html: str = ""
    words: str = ""
    checked: bool = False
    figure: str = ""
    types: tuple[str, ...] = ()
    height: int = 0

    def __repr__(self) -> str:
        """Return the plain text."""
        return self.words

    def _repr_html_(self) -> str:
        """Return the safe HTML."""
        return self.html


@dataclass(frozen=True)
class Standing:
    """A block in its place: the name by which its picture is found."""

    anchor: str
    block: Block

    def shown(self) -> str:
        """Return it as a part of a page."""
        block = self.block
        if not block.figure:
            return f'<div class="al-block">{block.html}</div>'
        data = f"{self.anchor}-figure"
        return (
            f'<div class="al-block"><div class="al-frame"><div class="al-figure" '
            f'style="height:{block.height}px" data-figure="{data}" role="figure" '
            f'aria-label="{html.safe(block.words, most=1000)}"></div></div>'
            f'<script type="application/json" id="{data}">{quiet(block.figure)}</script></div>'
        )
