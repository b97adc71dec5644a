"""How does a figure become a picture for a place that runs no script? The installed browser draws it."""

import re
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from agentlens.errors import AgentLensError
from agentlens.page.plotlyjs import library
from agentlens.page.script import asset, element, quiet
from agentlens.report.files.browser import browse, browser
from agentlens.report.parts.block import Block
from agentlens.report.parts.told import Told

__all__ = ["pictures"]

_PATIENCE_S = 180.0
_WRITTEN = (
    # The time, in the page's own clock, in which it draws.
    "--virtual-time-budget=60000",
    "--dump-dom",
)
_DRAWN = re.compile(r'<i data-n="(\d+)">data:image/png;base64,([A-Za-z0-9+/=]+)</i>')


def pictures(figures: Sequence[Told | Block]) -> list[bytes]:
    """Return each figure as PNG on white paper.

    Args:
        figures: whatever has a figure.

    Example:
        >>> pictures([])
        []
    """
    if not figures:
        return []
    found = browser("Pictures are drawn")
    source, _ = library({type_ for one in figures for type_ in one.types})
    blocks = "".join(
        f'<script type="application/json" data-height="{one.height}">{quiet(one.figure)}</script>'
        for one in figures
    )
    script = element(asset("report/assets/pictures.js"), late=True)
    page = f'<!doctype html><meta charset="utf-8"><body>{blocks}{element(source)}{script}'
    with TemporaryDirectory(prefix="agentlens-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "figures.html"
        path.write_text(page, encoding="utf-8")
        said = browse(found, path, _WRITTEN, patience_s=_PATIENCE_S)
    name = Path(found).name
    if said is None:
        message = f"{name} had not drawn the figures after {_PATIENCE_S:g} s."
        raise AgentLensError(message)
    text = said.decode("utf-8", errors="replace")
    drawn = {int(place): b64decode(coded) for place, coded in _DRAWN.findall(text)}
    if len(drawn) != len(figures):
        message = f"{name} drew {len(drawn)} of {len(figures)} figures."
        raise AgentLensError(message)
    return [drawn[place] for place in range(len(figures))]
