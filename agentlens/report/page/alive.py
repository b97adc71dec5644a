"""How does a live view stay alive on a page that has no kernel?

It brings its own script, its style and its state. Each script and each style stands on the page
once, however many views use it; `live.js` runs them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from agentlens import html
from agentlens.page.script import asset, element, quiet
from agentlens.theme import Band

__all__ = ["Alive", "alive", "named", "needs_all", "scripts", "styles"]

_MOST = 1_000_000
"""Bytes of a state that a page carries; a reader waits for each of them."""


@dataclass(frozen=True)
class Alive:
    """A live view in its place: the name by which links find it, and what it brings."""

    anchor: str
    title: str
    alt: str
    card: str
    private: bool
    esm: str
    css: str
    state: str
    data: str
    band: Band | None = None

    @property
    def size(self) -> int:
        """Bytes of its state, numbers included."""
        return len(self.state.encode()) + len(self.data)

    @property
    def fits(self) -> bool:
        """Whether a page can carry it."""
        return self.size <= _MOST

    def shown(self) -> str:
        """Return its place on the page; without scripts, or if it is too large, its card."""
        head = f'<article class="al-result" id="{self.anchor}">'
        card = self.card.replace(html.STYLE, "")
        if not self.fits:
            size, most = f"{self.size / 1e6:.1f} MB", f"{_MOST / 1e6:g} MB"
            why = f"Too large to stay alive here: {size}, and {most} is the most. This is its card."
            return f'{head}{card}<p class="al-large">{why}</p></article>'
        name = html.safe(self.title)
        content = {"esm": _mark(self.esm), "data": self.data}
        # The state is JSON already, and large: it goes in as it is.
        whole = json.dumps(content)[:-1] + f', "state": {self.state}}}'
        return (
            f'{head}<h3 class="al-drawn">{name}</h3>'
            f'<div class="al-host" data-live="{self.anchor}-live" role="group" '
            f'aria-label="{html.safe(self.alt, most=1000)}"></div>'
            f'<div class="al-still">{card}</div>'
            f'<script type="application/json" id="{self.anchor}-live">{quiet(whole)}</script>'
            "</article>"
        )


def alive(anchor: str, bundle: Mapping[str, Any]) -> Alive:
    """Return a view in its place.

    Args:
        anchor: the name by which links find it.
        bundle: what the view hands over.
    """
    names = ("title", "alt", "card", "private", "esm", "css", "state", "data")
    return Alive(anchor, **{name: bundle[name] for name in names}, band=bundle.get("band"))


def named(bundle: Mapping[str, Any]) -> str:
    """Return a name for this view, the same whenever it shows the same question."""
    return f"{bundle['view']}-{_mark(bundle['title'])[:8]}"


def styles(views: Sequence[Alive]) -> str:
    """Return every style that the views bring, once."""
    sheets = dict.fromkeys(one.css.replace("</", r"<\/") for one in views if one.fits)
    return "".join(f"<style>{sheet}</style>" for sheet in sheets)


def scripts(views: Sequence[Alive]) -> str:
    """Return every script that the views bring, once, as data, and the one that runs them."""
    sources = dict.fromkeys(one.esm for one in views if one.fits)
    if not sources:
        return ""
    blocks = (
        f'<script type="application/json" id="al-esm-{_mark(source)}" data-esm="{_mark(source)}">'
        f"{quiet(json.dumps(source))}</script>"
        for source in sources
    )
    return "".join(blocks) + element(asset("report/assets/live.js"), late=True)


def needs_all(views: Sequence[Alive]) -> bool:
    """Return whether a view draws what the small bundle of plotly.js does not know."""
    return any(
        json.loads(one.state).get("plotly", {}).get("bundle") == "full" for one in views if one.fits
    )


def _mark(text: str) -> str:
    return sha256(text.encode(errors="backslashreplace")).hexdigest()[:16]
