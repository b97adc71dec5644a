"""How does the site show results? Beneath the code that made them, drawn in the browser, offline."""

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from agentlens import html
from agentlens.page.plotlyjs import drawing, library
from agentlens.page.script import asset, quiet
from agentlens.result import Result
from docs.site.pages import DOCS, ROOT, verbs
from docs.site.running import shown

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]

log = logging.getLogger(__name__)

GALLERY = "gallery/"
_FENCE = "`" * 12
_HEIGHT = 380
_DRAWING = ("plotly.js", "figures.js")
_STYLE = "cards.css"


def setup(app: "Sphinx") -> dict[str, bool]:
    """Take part in the building of the site."""
    app.connect("autodoc-process-signature", _signature)
    app.connect("source-read", _with_results)
    app.connect("html-page-context", _with_scripts)
    app.connect("build-finished", _with_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _signature(
    _app: "Sphinx", _what: str, _name: str, value: object, *_: object
) -> "tuple[str, None] | None":
    """Leave out how a Result is made: nobody makes one but its verb."""
    made = isinstance(value, type) and issubclass(value, Result)
    return ("", None) if made else None


def _with_results(app: "Sphinx", name: str, source: list[str]) -> None:
    """Run the code of a page of the gallery and put each result beneath its block."""
    if not name.startswith(GALLERY):
        return
    page = DOCS / f"{name}.md"
    answers = [(block, value) for block, value in shown(page) if isinstance(value, Result)]
    missing = set(verbs(page)) - {value.verb for _, value in answers}
    if missing:
        log.warning("%s shows no result of %s", name, ", ".join(sorted(missing)))
    lines = source[0].split("\n")
    for place, (block, value) in reversed([*enumerate(answers)]):
        end = block.line + block.code.count("\n")
        lines[end:end] = ["", f"{_FENCE}{{raw}} html", _article(value, place), _FENCE, ""]
    source[0] = "\n".join(lines)
    for file in (ROOT / "agentlens").rglob("*.py"):
        app.env.note_dependency(file)  # other code may answer otherwise


def _article(result: Result, place: int) -> str:
    """Return card and figure as HTML that draws itself."""
    figure = result.figure()
    card = result.card().replace(html.STYLE, "")
    height = int(figure.layout.height or _HEIGHT)
    return (
        f'<article class="al-result" data-verb="{result.verb}">{card}'
        f'<div class="al-figure" style="height:{height}px" data-figure="figure-{place}" role="img" '
        f'aria-label="{html.safe(result.headline, most=1000)}"></div>'
        f'<script type="application/json" id="figure-{place}">{quiet(drawing(figure))}</script>'
        "</article>"
    )


def _with_scripts(
    app: "Sphinx", name: str, _template: str, _context: dict[str, Any], _tree: object
) -> None:
    """Load plotly.js where there is something to draw."""
    if name.startswith(GALLERY):
        app.add_css_file(_STYLE)
        for script in _DRAWING:
            app.add_js_file(script, loading_method="defer")


def _with_files(app: "Sphinx", problem: Exception | None) -> None:
    """Put plotly.js, our drawing and the pictures where the pages look for them."""
    if problem is not None or app.builder.format != "html":
        return
    target = Path(app.outdir)
    paint = re.sub(r"^export ", "", asset("page/js/paint.js"), flags=re.MULTILINE)
    draw = (DOCS / "site" / "figures.js").read_text(encoding="utf-8")
    static = target / "_static"
    (static / "figures.js").write_text(f"(() => {{\n{paint}\n{draw}}})();\n", encoding="utf-8")
    (static / _STYLE).write_text(re.sub(r"</?style>", "", html.STYLE), encoding="utf-8")
    (static / "plotly.js").write_text(library(frozenset())[0], encoding="utf-8")
    shutil.copytree(DOCS / "pictures", target / "pictures", dirs_exist_ok=True)
