"""Does a chart keep its promises in a real JupyterLab, with a real kernel behind it?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PatienceError

from tests.browser.test_harness import write_notebook
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage
from tests.harness.plot import Plot

pytestmark = pytest.mark.lab

Open = Callable[..., NotebookPage]

SETUP = """
import plotly.graph_objects as go
from ipywidgets import Widget
from agentlens.widgets.chart.chart import Chart
from agentlens.widgets.live.live import Live

said, methods = [], set()
handle, receive = Live._handle, Live._handle_msg

def handled(self, content):
    said.append(content["kind"])
    return handle(self, content)

def received(self, message):
    methods.add(message["content"]["data"]["method"])
    return receive(self, message)

Live._handle, Live._handle_msg = handled, received

def figure(n=40, title="Rate"):
    made = go.Figure(layout={"title": {"text": title}, "height": 320, "dragmode": "select"})
    days = [f"2026-11-{1 + i // 2:02d} {12 * (i % 2):02d}:00" for i in range(n)]
    return made.add_scatter(x=days, y=[i % 9 for i in range(n)], ids=[f"t{i}" for i in range(n)],
                            mode="markers", marker={"size": 12})
"""
LISTENING = """
heard = []
chart = Chart(figure(), alt="Up and down.")
chart.on("click", lambda event: heard.append(["click", event.points[0]["index"]]))
chart.on("select", lambda event: heard.append(["select", event.n]))
chart
"""
COUNTS = """(gd) => {
    window.seen = [];
    gd.on("plotly_click", ({ points }) => window.seen.push(["click", points[0].pointNumber]));
    gd.on("plotly_selected", (event) => {
        if (event?.range) window.seen.push(["select", event.points.length]);
    });
}"""
BUSY = """(seconds) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    kernel.requestExecute({ code: `import time; time.sleep(${seconds})`, store_history: false });
}"""
WIDGET_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
TOGGLE = "async (name) => { await window.jupyterapp.commands.execute(name); }"
EMPTY = """
import anywidget

class Empty(anywidget.AnyWidget):
    _esm = 'export default { render({ el }) { el.textContent = "nothing" } }'
"""
_FADING_MS = 2_000
"""What a chart that was taken away had still to do, such as to settle, is over by then."""
LATE = "No answer from the kernel for 3 s: it is busy or stopped."


def gestures(page: NotebookPage, plot: Plot, n: int) -> None:
    """Clicks and box selections in turn, as fast as plotly notices them."""
    inside = [
        plot._call("point", {"curve": 0, "index": index}) for index in (3, 11, 14, 22, 24, 33)
    ]
    plot._call("screen", inside[0])  # scrolls; from then on nothing moves
    left, top = plot.js("[gd.getBoundingClientRect().x, gd.getBoundingClientRect().y]")
    places = [(left + one["left"], top + one["top"]) for one in inside]
    for number in range(n):
        noticed = page.page.evaluate("window.seen.length")
        for _ in range(3):
            (_drag if number % 2 else _click)(page, *places[number % 6])
            try:
                # Plotly tells of a gesture a moment after it; a hand is slower than that.
                page.page.wait_for_function(
                    "(n) => window.seen.length > n", arg=noticed, timeout=2_000
                )
                break
            except PatienceError:
                continue  # a gesture that plotly did not notice is made again, as a hand would


def _click(page: NotebookPage, x: float, y: float) -> None:
    page.page.mouse.move(x - 9, y - 9)
    page.page.mouse.move(x, y, steps=3)
    page.page.mouse.click(x, y)


def _drag(page: NotebookPage, x: float, y: float) -> None:
    page.page.mouse.move(x - 15, y - 15)
    page.page.mouse.down()
    page.page.mouse.move(x + 15, y + 15, steps=4)
    page.page.mouse.up()


def ran(page: NotebookPage, cell: int, times: int) -> int:
    """How many listeners more the page holds after a cell was run so often."""
    before = counters(page)
    for _ in range(times):
        page.run_cell(cell)
    page.plots(wait=13)
    after = counters(page)
    assert after["views"] == before["views"] == 13
    return after["held"] - before["held"]


def drawn_ys(page: NotebookPage, n: int) -> None:
    """Wait until every chart of the page shows so many points."""
    page.page.wait_for_function(
        """(n) => [...document.querySelectorAll(".jp-Notebook .js-plotly-plot")].every(
            (one) => one._fullData?.[0]?.y?.length === n)""",
        arg=n,
    )


def counters(page: NotebookPage) -> dict[str, int]:
    """Views, and what the page holds after its garbage is collected."""
    page.page.wait_for_timeout(_FADING_MS)
    session = page.page.context.new_cdp_session(page.page)
    session.send("HeapProfiler.collectGarbage")
    found: dict[str, int] = session.send("Memory.getDOMCounters")
    session.detach()
    return {"views": page.page.locator(".al-live").count(), "held": found["jsEventListeners"]}


def test_no_click_and_no_selection_is_lost_and_a_dead_kernel_is_noticed(
    lab: JupyterLab, lab_root: Path, open_notebook: Open
) -> None:
    name = write_notebook(lab_root, "events.ipynb", SETUP, LISTENING)
    page = open_notebook(name)
    page.run_all()
    (plot,) = page.plots(wait=1)
    plot._element.evaluate(COUNTS)
    gestures(page, plot, 100)
    page.probe.ask(BUSY, 3)
    gestures(page, plot, 100)
    page.wait_idle()
    seen = page.page.evaluate("window.seen")
    assert len(seen) >= 200
    assert page.execute("heard") == seen
    assert page.execute("sorted(methods)") == ["custom"]  # the browser writes no trait
    page.assert_no_errors()

    lab.end_kernels(name)
    gestures(page, plot, 1)
    for words in (page.page.locator(".al-line"), page.page.get_by_role("status")):
        words.get_by_text(LATE).wait_for()  # for the eyes, and for a screen reader
    assert len(plot.y(0)) == 40
    assert page.probe.js_errors() == []


def test_every_view_shows_the_present_figure_also_after_a_reload(
    lab_root: Path, open_notebook: Open
) -> None:
    cells = ("chart = Chart(figure(), alt='Up.')\nchart", "chart", "chart.show(figure(30))")
    page = open_notebook(write_notebook(lab_root, "views.ipynb", SETUP, *cells))
    page.run_all()
    page.plots(wait=2)
    drawn_ys(page, 30)
    page.set_theme(dark=True)
    page.page.wait_for_function(
        """() => [...document.querySelectorAll(".js-plotly-plot")].every(
            (one) => one._fullLayout.paper_bgcolor === "rgb(17, 20, 24)")"""
    )
    page.save()
    page.execute("chart.show(figure(20))")
    drawn_ys(page, 20)
    page.reload()
    page.plots(wait=2)
    drawn_ys(page, 20)
    page.execute("chart.show(figure(10))")
    drawn_ys(page, 10)
    page.assert_no_errors()


def test_a_saved_chart_of_a_stranger_is_still_a_chart(lab_root: Path, open_notebook: Open) -> None:
    name = write_notebook(lab_root, "saved-chart.ipynb", SETUP, "Chart(figure(), alt='Up.')")
    page = open_notebook(name)
    page.run_all()
    page.plots(wait=1)
    page.save()
    page.close()
    saved = json.loads((lab_root / name).read_text(encoding="utf-8"))
    shown: dict[str, Any] = saved["cells"][2]["outputs"][0]["data"]
    assert "".join(shown["text/plain"]) == "Up."
    assert len(json.dumps(saved)) < 100_000

    # As it comes from somebody else: nothing of ours may run, and the plain figure stands there.
    saved["cells"][0]["source"] = "# Signed by nobody"
    strange = lab_root / "from-elsewhere.ipynb"
    strange.write_text(json.dumps(saved), encoding="utf-8")
    other = open_notebook(strange.name)
    assert len(other.plots(wait=1, cell=2)[0].y(0)) == 40
    assert other.page.locator(".al-live").count() == 0
    assert other.problems() == []


def test_a_trusted_chart_shows_its_table_where_no_kernel_brings_plotly(
    lab: JupyterLab, lab_root: Path, open_notebook: Open
) -> None:
    name = write_notebook(lab_root, "trusted.ipynb", SETUP, "Chart(figure(), alt='Up.')")
    page = open_notebook(name)
    page.run_all()
    page.plots(wait=1)
    page.probe.ask(TOGGLE, WIDGET_STATE)
    try:
        page.save()
    finally:
        page.probe.ask(TOGGLE, WIDGET_STATE)
    page.close()
    assert (lab_root / name).stat().st_size < 200_000
    lab.trust(name)
    trusted = open_notebook(name)
    trusted.cell(2).locator("summary", has_text="Data").click()
    trusted.cell(2).get_by_role("table").wait_for()
    assert trusted.problems() == []


def test_twelve_charts_are_light_and_running_again_leaves_nothing(
    lab_root: Path, open_notebook: Open
) -> None:
    cells = [f"Chart(figure(title='Chart {number}'), alt='Up.')" for number in range(12)]
    again = "Chart(figure(), alt='Again.')"
    name = write_notebook(lab_root, "twelve.ipynb", SETUP, *cells, again, EMPTY, "Empty()")
    page = open_notebook(name)
    page.run_all()
    page.plots(wait=13)
    assert page.execute("said.count('plotly.js?')") == 1
    page.save()
    assert (lab_root / name).stat().st_size < 1_000_000
    for cell in (14, 16):
        ran(page, cell, 3)
    comms = "len(__import__('comm').get_comm_manager().comms)"
    before = page.execute(comms)
    grown = ran(page, 14, 20)
    assert page.execute(comms) - before <= 40
    # What anywidget itself keeps for a model is not ours to free.
    assert grown <= ran(page, 16, 20) + 10
    page.assert_no_errors()
