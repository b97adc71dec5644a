"""What does an item of a report become where nothing runs and no style is kept?"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from agentlens import html
from agentlens.page.living import Living
from agentlens.report.notebook.frozen.bare import bare
from agentlens.report.notebook.frozen.laid import anonymous
from agentlens.report.notebook.outputs import Head, Lived
from agentlens.report.notebook.texts import written
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Point, Points
from agentlens.report.parts.section import Leaf, paragraphs
from agentlens.report.parts.told import Told

__all__ = ["drawn", "outputs"]

_PICTURE = re.compile(r'<img alt="[^"]*" src="data:image/png;base64,([A-Za-z0-9+/=]+)">')
_ALIVE = "Its knobs turn in the notebook and on the page."
_LONGEST = 2000
_MOST = 20_000


def drawn(items: Iterable[Leaf | Head]) -> dict[int, Told | Block]:
    """Return what a browser must draw, by the identity of the item that it belongs to."""
    found = {id(one): one.still if isinstance(one, Lived) else one for one in items}
    return {
        name: one for name, one in found.items() if isinstance(one, (Told, Block)) and one.figure
    }


def outputs(item: Leaf | Head, picture: bytes | None, top: str) -> list[dict[str, Any]]:
    """Return the outputs of a cell that stand for an item.

    Args:
        item: what it shows.
        picture: its figure as PNG; None for none.
        top: the head of the report, as Markdown.
    """
    if isinstance(item, Head):
        return [_output({"text/html": bare(written(top)), "text/plain": item.block.words})]
    if isinstance(item, Told):
        whole = {"text/html": bare(item.card), "text/plain": repr(item)}
        return [_output(whole), *_pictured(picture, item.headline)]
    if isinstance(item, Block):
        return _block(item, picture)
    if isinstance(item, Points):
        return [_output({"text/html": _list(item), "text/plain": repr(item)})]
    if isinstance(item, Living):
        card = f"{bare(str(item.bundle()['card']))}<p><em>{_ALIVE}</em></p>"
        whole = {"text/html": card, "text/plain": item.alt()}
        return [_output(whole), *_pictured(picture, item.alt())]
    words = str(item)
    return [_output({"text/html": bare(paragraphs(words, "")), "text/plain": words})]


def _block(block: Block, picture: bytes | None) -> list[dict[str, Any]]:
    image = _PICTURE.fullmatch(block.html)
    if block.figure or image:
        coded = image[1] if image else b64encode(picture or b"").decode()
        return [_output({"image/png": coded, "text/plain": block.words}, block.words)]
    words = {"text/plain": anonymous(block.words)}
    if block.html.startswith("<pre"):
        return [_output(words)]
    return [_output({"text/html": anonymous(bare(block.html)), **words})]


def _pictured(picture: bytes | None, alt: str) -> list[dict[str, Any]]:
    if picture is None:
        return []
    coded = b64encode(picture).decode()
    return [_output({"image/png": coded, "text/plain": f"[figure: {alt}]"}, alt)]


def _output(data: Mapping[str, str], alt: str = "") -> dict[str, Any]:
    about = {"image/png": {"alt": alt}} if "image/png" in data else {}
    words = data["text/plain"][:_MOST]
    return {
        "output_type": "display_data",
        "data": {**data, "text/plain": words},
        "metadata": about,
    }


def _list(points: Points) -> str:
    name = f"<p><strong>{html.safe(points.heading)}</strong></p>" if points.heading else ""
    return f"{name}<ul>{''.join(map(_line, points))}</ul>"


def _line(point: Point) -> str:
    titles = ", ".join(html.safe(one.title) for one in point.about)
    about = f" <em>({titles})</em>" if titles else ""
    return f"<li>{html.followed(html.safe(point.says, most=_LONGEST), point.link)}{about}</li>"
