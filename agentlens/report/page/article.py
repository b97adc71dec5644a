"""What does a reader see of one Result: the answer, its picture, its numbers, how one knows?"""

import json
import re
from typing import Any

from agentlens import html
from agentlens.page.script import quiet
from agentlens.report.parts.told import Told

__all__ = ["article"]

_LONGEST = 2000
_FEW, _FIRST = 6, 4
"""A card with more than a few numbers shows the first of them."""
_LONG = 48
_ABOVE = 26
"""The pixels of a picture's title, which the heading makes needless."""


def article(anchor: str, told: Told) -> str:
    """Return a Result on a page: what matters first, the rest folded.

    Args:
        anchor: the name by which links find it.
        told: what the page knows of it.

    Example:
        >>> import agentlens as al
        >>> from agentlens.report.parts.told import told
        >>> article("worst", told(al.worst(al.demo().last("24h"))))[:36]
        '<article class="al-result" id="worst'
    """
    name = f"{anchor}-name"
    return (
        f'<article class="al-result" id="{anchor}" aria-labelledby="{name}">'
        f'<div class="al-card"><h3 id="{name}">{html.safe(told.title)}</h3>'
        f'<p class="al-answer">{html.chip(told.band)}{_together(html.safe(told.headline, most=_LONGEST))}</p>'
        f"{_picture(f'{anchor}-figure', told)}{_numbers(told.card)}</div></article>"
    )


def _picture(name: str, told: Told) -> str:
    """Return the place of the picture and its data; nothing where there is nothing to draw."""
    figure, height = json.loads(told.figure), told.height
    if not any(map(_draws, figure["data"])):
        return ""
    layout = figure["layout"]
    title, margin = layout.get("title") or {}, layout.get("margin") or {}
    stem = str(title.get("text") or "").removesuffix("…")
    under = (title.get("subtitle") or {}).get("text")
    if stem and not under and told.title.startswith(stem) and margin.get("t", 0) > _ABOVE:
        layout["title"] = {}
        layout["margin"] = {**margin, "t": margin["t"] - _ABOVE}
        layout["height"] = height = height - _ABOVE
    return (
        f'<div class="al-frame"><div class="al-figure" style="height:{height}px" '
        f'data-figure="{name}" role="figure" '
        f'aria-label="{html.safe(told.headline, most=1000)}"></div></div>'
        f'<script type="application/json" id="{name}">{quiet(json.dumps(figure))}</script>'
    )


def _draws(trace: dict[str, Any]) -> bool:
    """Return whether a trace has anything to draw; plotly packs numbers into `bdata`."""
    lists = (one for one in trace.values() if isinstance(one, list))
    packed = (one.get("bdata") for one in trace.values() if isinstance(one, dict))
    return any(lists) or any(packed)


def _numbers(card: str) -> str:
    """Return what a card says below its headline; its words are escaped, so that marks are marks."""
    facts = re.findall("<dt>.*?</dt><dd>.*?</dd>", card, re.DOTALL)
    notes = "".join(re.findall("<ul>.*?</ul>", card, re.DOTALL))
    tables = "".join(re.findall("<details>.*?</details>", card, re.DOTALL))
    first = facts if len(facts) <= _FEW else facts[:_FIRST]
    rest = "".join(facts[len(first) :])
    known = (f"<dl>{rest}</dl>" if rest else "") + notes
    # A table that is wider than the page can be moved by keyboard only if it can be reached.
    reached = '<div class="al-scroll" tabindex="0" role="group" aria-label="Table">'
    fold = f'<details class="al-know"><summary>How we know</summary>{known}</details>'
    folds = (fold if known else "") + tables.replace('<div class="al-scroll">', reached)
    return f'{_tiles(first)}<div class="al-folds">{folds}</div>'


def _tiles(facts: list[str]) -> str:
    """Return numbers side by side; sentences among them get more room."""
    if not facts:
        return ""
    long = max(len(one.partition("<dd>")[2]) for one in facts) > _LONG
    tiles = "".join(f"<div>{_together(one)}</div>" for one in facts)
    return f'<dl class="al-facts{" al-long" if long else ""}">{tiles}</dl>'


def _together(words: str) -> str:
    """Return escaped words in which no line ends between n and its number."""
    return words.replace("n = ", "n&nbsp;=&nbsp;")
