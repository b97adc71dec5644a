"""What does a notebook with live charts cost: traffic, memory, time to a picture, bytes a move?"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.widget_cells import Kind
from tests.harness import browser, plot
from tests.harness.browser import Browser
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage

__all__ = ["Measured", "Observed"]

MOVES, WARM = 12, 3
browser.PATIENCE_MS = plot.PATIENCE_MS = 300_000  # what is compared here may take its time
SAVE_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
COMMS = "len(__import__('comm').get_comm_manager().comms)"
# Counted in the page: to hand 60 MB of frames to the test would take longer than to draw them.
COUNT = """
window.received_bytes = 0;
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
    constructor(...given) {
        super(...given);
        this.addEventListener("message", ({ data }) => {
            window.received_bytes += data.size ?? data.byteLength ?? data.length;
        });
    }
};
"""
# From the key to the second frame after the picture changed: then its pixels are on the screen.
WATCH = """(box) => {
    window.frames_ms = [];
    let begun = 0;
    document.addEventListener("keydown", () => { begun = performance.now(); }, true);
    const changed = () => {
        if (!begun) return;
        const from = begun;
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.frames_ms.push(performance.now() - from);
        }));
        begun = 0;
    };
    box.on("plotly_afterplot", changed);
    // Lines that follow a hand are bent before plotly draws the rest.
    new MutationObserver(changed).observe(box, { attributeFilter: ["data-sketched"] });
}"""


@dataclass
class Measured:
    """What one kind of live chart cost."""

    traffic: float = 0.0
    heap: float = 0.0
    drawn: float = 0.0
    saved: float = 0.0
    again: float = 0.0
    comms: float = 0.0
    frames: dict[int, list[float]] = field(default_factory=dict)
    bytes: dict[int, list[float]] = field(default_factory=dict)


class Observed:
    """Notebooks in one JupyterLab, each in a page of its own whose socket is counted."""

    def __init__(self, lab: JupyterLab, chromium: Browser, folder: Path) -> None:
        self._lab, self._browser, self._folder = lab, chromium, folder

    def all_of(self, kind: Kind, *, many: int, again: int, sizes: Sequence[int]) -> Measured:
        """Return everything about one kind; its sliders only where there are not many charts."""
        found = Measured()
        if many and kind.name != "tune, formula":
            self._many(kind, many, found)
            print(f"# {kind.name}, {many} charts: {found}", flush=True)
            self._again(kind, again, found)
            print(f"# {kind.name}, again: {found}", flush=True)
        for size in sizes:
            self._slider(kind, size, found)
            print(f"# {kind.name}, slider of {size}: {found.frames[size]}", flush=True)
        return found

    def _many(self, kind: Kind, many: int, found: Measured) -> None:
        cells = [kind.one.format(title=f"Chart {number}") for number in range(many)]
        with self._open(kind, cells) as page:
            before, received = _heap(page), _received(page)
            begun = perf_counter()
            page.run_all()
            page.plots(wait=many)
            found.drawn = perf_counter() - begun
            found.traffic = _received(page) - received
            found.heap = _heap(page) - before
            _save_with_state(page)
            found.saved = self._path(kind).stat().st_size

    def _again(self, kind: Kind, again: int, found: Measured) -> None:
        with self._open(kind, [kind.one.format(title="Again")]) as page:
            page.run_all()
            page.plots(wait=1)
            before, comms = _heap(page), page.execute(COMMS)
            for _ in range(again):
                page.run_cell(1)
                page.plots(wait=1)
            found.again = _heap(page) - before
            found.comms = (page.execute(COMMS) - comms) / again

    def _slider(self, kind: Kind, size: int, found: Measured) -> None:
        with self._open(kind, [kind.slider.format(n=size)]) as page:
            page.run_all()
            (drawn,) = page.plots(wait=1)
            page.wait_idle()
            drawn.js(f"({WATCH})(gd)")
            handle = page.page.locator(".noUi-handle, .al-live input[type=range]").first
            handle.focus()
            moved: list[float] = []
            for number in range(WARM + MOVES):
                received = _received(page)
                page.page.keyboard.press("ArrowRight")
                page.page.wait_for_function("(n) => window.frames_ms.length > n", arg=number)
                page.wait_idle()
                moved.append(_received(page) - received)
            found.frames[size] = page.page.evaluate("window.frames_ms")[WARM:]
            found.bytes[size] = moved[WARM:]

    @contextmanager
    def _open(self, kind: Kind, cells: Sequence[str]) -> Iterator[NotebookPage]:
        code: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": []}
        written = [
            {**code, "execution_count": None, "source": source.strip(), "id": f"c{number}"}
            for number, source in enumerate([kind.setup, *cells])
        ]
        notebook = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        self._path(kind).write_text(json.dumps(notebook), encoding="utf-8")
        page = NotebookPage(self._lab, self._browser)
        page.page.add_init_script(COUNT)
        try:
            yield page.open(self._path(kind).name)
        finally:
            page.close()

    def _path(self, kind: Kind) -> Path:
        return self._folder / f"{kind.name.split(',')[0].lower()}.ipynb"


def _received(page: NotebookPage) -> float:
    """Return the bytes that came over the sockets of a page since it was loaded."""
    received: float = page.page.evaluate("window.received_bytes")
    return received


def _heap(page: NotebookPage) -> float:
    """Return the bytes that scripts hold after their garbage is collected."""
    session = page.page.context.new_cdp_session(page.page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used


def _save_with_state(page: NotebookPage) -> None:
    toggle = "async (name) => { await window.jupyterapp.commands.execute(name); }"
    page.probe.ask(toggle, SAVE_STATE)
    try:
        page.save()
    finally:
        page.probe.ask(toggle, SAVE_STATE)
