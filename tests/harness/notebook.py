"""How does a test use a notebook as a person does, and read what the notebook holds?"""

import ast
import json
import urllib.parse
import uuid
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Locator, ViewportSize

from tests.harness.browser import VIEWPORT, Browser
from tests.harness.lab import JupyterLab
from tests.harness.plot import Plot, drawn_plots

_QUIET_MS = 150
# Beyond this Chromium's screenshots lose their lower end.
_TALLEST_PX = 15_000
_WHOLE_MS = 300_000
"""A whole notebook may take as long as it promises its reader."""

_PANEL = "window.jupyterapp.shell.currentWidget"
_OPENED = f"() => Boolean(window.jupyterapp && {_PANEL}?.sessionContext)"
_READY = f"""async () => {{
    await {_PANEL}.context.ready;
    await {_PANEL}.revealed;
    await {_PANEL}.sessionContext.ready;
}}"""
# Widget callbacks run outside cells: idle means that nothing was said for a while, either.
_IDLE = f"""(quiet) => new Promise((done, fail) => {{
    const kernel = {_PANEL}.sessionContext.session?.kernel;
    if (!kernel) return fail(new Error("the notebook has no kernel"));
    let timer;
    const look = () => {{
        clearTimeout(timer);
        if (kernel.status === "idle") timer = setTimeout(finish, quiet);
    }};
    const finish = () => {{
        kernel.statusChanged.disconnect(look);
        kernel.anyMessage.disconnect(look);
        done();
    }};
    kernel.statusChanged.connect(look);
    kernel.anyMessage.connect(look);
    look();
}})"""
_EXECUTE = f"""async ([code, expression]) => {{
    const kernel = {_PANEL}.sessionContext.session.kernel;
    const asked = kernel.requestExecute({{
        code, silent: true, store_history: false, allow_stdin: false,
        user_expressions: {{ value: expression }},
    }});
    return (await asked.done).content;
}}"""
_RUN_CELL = f"""async (index) => {{
    const notebook = {_PANEL}.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await window.jupyterapp.commands.execute("notebook:run-cell");
}}"""
_RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
_OUTPUTS = f"() => [...{_PANEL}.content.model.cells].map((cell) => cell.outputs?.toJSON() ?? [])"
_THEME = """async (theme) => {
    await window.jupyterapp.commands.execute("apputils:change-theme", { theme });
}"""
_TO_TOP = """() => {
  for (const box of document.querySelectorAll(".jp-WindowedPanel-outer")) box.scrollTop = 0;
}"""
_HEIGHT = """() => {
    const inner = document.querySelector(".jp-Notebook .jp-WindowedPanel-viewport");
    const outer = document.querySelector(".jp-Notebook .jp-WindowedPanel-outer");
    return Math.ceil(inner.getBoundingClientRect().height - outer.clientHeight);
}"""
_AS_JSON = (
    "__import__('json').dumps({}, default="
    "lambda value: value.item() if hasattr(value, 'item') else str(value))"
)


class NotebookPage:
    """One notebook in one page of its own; `open` it first, `close` it last."""

    def __init__(self, lab: JupyterLab, browser: Browser, *, dark: bool = False) -> None:
        self._lab = lab
        self._path = ""
        self._themed = False
        self.probe = browser.probe(dark=dark)
        self.page = self.probe.page

    def open(self, path: str) -> Self:
        """Show the notebook at this path under the server's root, its kernel started."""
        self._path = path
        # A workspace of its own: JupyterLab would restore what other pages had open.
        workspace = f"harness-{uuid.uuid4().hex}"
        self.page.goto(
            f"{self._lab.url}/doc/workspaces/{workspace}/tree/{urllib.parse.quote(path)}"
            f"?token={self._lab.token}"
        )
        self._wait_ready()
        return self

    def reload(self) -> None:
        """Load the page again; the kernel lives on, outputs that were not saved are gone."""
        self.page.reload()
        self._wait_ready()

    def save(self) -> None:
        """Write the notebook with its outputs."""
        self.probe.ask(f"async () => {{ await {_PANEL}.context.save(); }}")

    def close(self) -> None:
        """End the notebook's kernel and leave the page."""
        if self._themed and not self.page.is_closed():
            # The server remembers the theme; the next notebook must not inherit it.
            self.set_theme(dark=False)
        self.probe.close()
        if self._path:
            self._lab.end_kernels(self._path)

    def run_all(self) -> None:
        """Run all cells; as in JupyterLab, the first error stops it."""
        self.probe.ask(_RUN_ALL, patience_ms=_WHOLE_MS)
        self.wait_idle()

    def run_cell(self, index: int) -> None:
        """Run one cell, counted from 0 with the text cells."""
        self.probe.ask(_RUN_CELL, index)
        self.wait_idle()

    def execute(self, code: str) -> Any:
        """The value of the last expression of `code`, run by the kernel outside all cells."""
        tree = ast.parse(code)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value = ast.unparse(last) if last else "None"
        answer = self.probe.ask(_EXECUTE, [ast.unparse(tree), _AS_JSON.format(f"({value})")])
        result = answer.get("user_expressions", {}).get("value", answer)
        if result["status"] != "ok":
            raise RuntimeError(f"{code!r} raised {result.get('ename')}: {result.get('evalue')}")
        return json.loads(ast.literal_eval(result["data"]["text/plain"]))

    def wait_idle(self) -> None:
        """Wait until the kernel is idle and has been quiet for a moment."""
        self.probe.ask(_IDLE, _QUIET_MS)

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """The outputs of a cell as the notebook's model holds them."""
        return list(self.probe.ask(_OUTPUTS)[index])

    def errors(self) -> list[str]:
        """The exceptions that cells ended with."""
        return [
            f"cell {index}: {output['ename']}: {output['evalue']}"
            for index, outputs in enumerate(self.probe.ask(_OUTPUTS))
            for output in outputs
            if output["output_type"] == "error"
        ]

    def cell(self, index: int) -> Locator:
        """The cell on the page, scrolled into view."""
        found = self.page.locator(_cell_selector(index))
        found.scroll_into_view_if_needed()
        return found

    def plots(self, wait: int = 1, *, cell: int | None = None) -> list[Plot]:
        """The figures of the notebook or of one cell, once `wait` of them are drawn."""
        within = ".jp-Notebook" if cell is None else _cell_selector(cell)
        return list(drawn_plots(self.probe, wait, within))

    def set_theme(self, dark: bool) -> None:  # noqa: FBT001 - "set_theme(dark=True)" reads well
        """Change JupyterLab's theme as the settings menu does."""
        self._themed = dark
        self.probe.ask(_THEME, "JupyterLab Dark" if dark else "JupyterLab Light")
        body = self.page.locator(f'body[data-jp-theme-light="{str(not dark).lower()}"]')
        body.wait_for(state="attached")  # a body of height 0 counts as hidden

    def problems(self) -> list[str]:
        """What cells raised, what the page complained about, and who was asked elsewhere."""
        blocked = (f"blocked: {url}" for url in self.probe.external)
        return [*self.errors(), *self.probe.js_errors(), *blocked]

    def assert_no_errors(self) -> None:
        """Fail if there are problems."""
        assert not self.problems(), "\n".join(self.problems())

    def screenshot(self, path: Path, *, whole: bool = True) -> Path:
        """Write a PNG; `whole` makes the window as tall as the notebook first."""
        height = VIEWPORT["height"]
        while whole and (missing := self.page.evaluate(_HEIGHT)) > 0 and height < _TALLEST_PX:
            # Cells take their true height when they are seen, so the window grows step by step.
            height = min(height + missing, _TALLEST_PX)
            self.page.set_viewport_size(ViewportSize(width=VIEWPORT["width"], height=height))
            self.plots(wait=0)
        if whole:
            self.page.evaluate(_TO_TOP)
        written = self.probe.screenshot(path)
        self.page.set_viewport_size(VIEWPORT)
        return written

    def _wait_ready(self) -> None:
        self.page.wait_for_function(_OPENED)
        self.probe.ask(_READY)
        self.wait_idle()


def _cell_selector(index: int) -> str:
    return f'.jp-Notebook-cell[data-windowed-list-index="{index}"]'
