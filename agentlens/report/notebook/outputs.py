"""What does an output of a cell become on a page?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentlens import html
from agentlens.page.living import LIVE
from agentlens.page.plotlyjs import drawing
from agentlens.report.notebook.head import HEAD, read_head
from agentlens.report.notebook.safe import rebuilt
from agentlens.report.notebook.texts import plain, written
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import POINTS, read_points
from agentlens.report.parts.section import TEXT, Leaf
from agentlens.report.parts.told import RESULT, read_told
from agentlens.theme import Band

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["LIVE", "Head", "Lived", "shown"]

_PLOTLY = "application/vnd.plotly.v1+json"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_HEIGHT = 450
_LONGEST = 20_000
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PICTURE = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True)
class Head:
    """A report that a cell shows.

    Attributes:
        known: its head, by the names of what a Report takes.
        block: its card.
    """

    known: Mapping[str, Any]
    block: Block


@dataclass(frozen=True, repr=False)
class Lived:
    """A live view as its notebook left it."""

    kept: Mapping[str, Any]

    def bundle(self) -> Mapping[str, Any]:
        """Return what a page needs to show it."""
        return self.kept

    def alt(self) -> str:
        """Return what is shown in one sentence."""
        return str(self.kept["alt"])

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.kept["title"])

    @property
    def band(self) -> Band | None:
        """The band of what it shows."""
        found: Band | None = self.kept.get("band")
        return found

    @property
    def still(self) -> Block | None:
        """The picture that stands in its place where nothing is alive; None for none."""
        figure = self.kept.get("figure")
        return _figure(json.loads(figure)) if figure else None

    def __repr__(self) -> str:
        """Return the sentence that stands for the picture."""
        return self.alt()


def shown(output: "NotebookNode") -> Leaf | Head | None:
    """Return what a page shows for an output; None for what it leaves out, such as warnings.

    Args:
        output: of an executed cell.
    """
    if output.output_type == "stream":
        return _text(output.text) if output.name == "stdout" else None
    if output.output_type == "error":
        return _text(f"{output.ename}: {output.evalue}")
    data = output.get("data", {})
    if HEAD in data:
        card = Block(html=rebuilt(str(data["text/html"])), words=data["text/plain"], checked=True)
        return Head(read_head(data[HEAD]), card)
    for kind, read in _OURS.items():
        if kind in data:
            ours: Leaf = read(data[kind])
            return ours
    return _other(data)


def _other(data: Mapping[str, Any]) -> Block | None:
    """Return what comes from elsewhere, the richest form that is safe."""
    words = str(data.get("text/plain", ""))
    if _PLOTLY in data:
        return _figure(data[_PLOTLY])
    if _WIDGET in data and "text/html" not in data:
        return _text("Here stood a widget that only its notebook can show.")
    if "image/png" in data:
        return _picture(str(data["image/png"]), words)
    if "text/html" in data and (safe := rebuilt(str(data["text/html"]))):
        return Block(html=f'<div class="al-scroll">{safe}</div>', words=words)
    if "text/markdown" in data:
        source = str(data["text/markdown"])
        return Block(html=written(source), words=plain(source))
    return _text(words)


def _text(text: str) -> Block | None:
    words = _ESCAPES.sub("", text)[:_LONGEST].strip("\n")
    if not words.strip():
        return None
    lines = "\n".join(html.safe(line, most=_LONGEST) for line in words.split("\n"))
    return Block(html=f"<pre>{lines}</pre>", words=words)


def _picture(coded: str, words: str) -> Block | None:
    plain = "".join(coded.split())
    if not _PICTURE.fullmatch(plain):
        return _text(words)
    alt = html.safe(words or "A picture.")
    return Block(html=f'<img alt="{alt}" src="data:image/png;base64,{plain}">', words=words)


def _figure(figure: Mapping[str, Any]) -> Block:
    kept = {name: figure[name] for name in ("data", "layout") if name in figure}
    layout = kept.get("layout", {})
    title = layout.get("title", {})
    words = title.get("text") if isinstance(title, Mapping) else title
    types = tuple(sorted({str(one.get("type", "scatter")) for one in kept.get("data", [])}))
    height = int(layout.get("height") or _HEIGHT)
    words = str(words or "A chart without a title.")
    return Block(words=words, figure=drawing(kept), types=types, height=height)


def _lived(bundle: Any) -> Lived:
    return Lived(json.loads(bundle) if isinstance(bundle, str) else bundle)


_OURS: Mapping[str, Any] = {
    RESULT: read_told,
    LIVE: _lived,
    POINTS: read_points,
    TEXT: json.loads,
}
