"""How does a test use a figure as a person does, and read what plotly made of it?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import ElementHandle
from playwright.sync_api import TimeoutError as PatienceError

from tests.harness.browser import PATIENCE_MS, Probe

_SCRIPT = Path(__file__).with_name("plot.js").read_text(encoding="utf-8")
_SELECTOR = ".js-plotly-plot"
_GESTURES = 3
_GESTURE_MS = 3_000

# Scrolls to what is not drawn yet: charts far below are drawn when they come into view.
# A saved notebook shows the saved pictures until a pointer enters them.
_ALL_DRAWN = f"""([selector, count]) => {{
    const pictures = document.querySelectorAll("img.plot-img[src]:not([data-entered])");
    for (const picture of pictures) {{
        if (picture.parentElement.querySelector(".plot-container")) continue;
        picture.dataset.entered = "";
        picture.dispatchEvent(new MouseEvent("mouseenter"));
    }}
    const plots = [...document.querySelectorAll(selector)];
    const script = {_SCRIPT.rstrip()};
    const waiting = plots.filter((plot) => !script.drawn(plot));
    waiting[0]?.scrollIntoView({{block: "center", behavior: "instant"}});
    return plots.length >= count && waiting.length === 0;
}}"""


class Plot:
    """One drawn figure. After the page was loaded again, ask the page for its plots again."""

    def __init__(self, probe: Probe, element: ElementHandle) -> None:
        self._probe = probe
        self._page = probe.page
        self._element = element

    def click_point(self, curve: int, index: int | tuple[int, int]) -> list[dict[str, Any]]:
        """The points of the click event, after a click on one data point.

        Args:
            curve: the number of the trace.
            index: the number of the point; for a heatmap its row and column.
        """
        place = self._call("point", {"curve": curve, "index": index})
        for _ in range(_GESTURES):
            at = self._call("screen", place)
            self._call("listen", "plotly_click")
            # A movement that ends where the pointer already rests would cause no hover.
            self._page.mouse.move(at["x"] - 12, at["y"] - 12)
            self._page.mouse.move(at["x"], at["y"], steps=4)
            self._wait("hovers", {"curve": curve})
            self._page.mouse.click(at["x"], at["y"])
            if self._wait("heard"):
                points: list[dict[str, Any]] = self._heard()["points"]
                return points
        raise AssertionError(
            f"No click on point {index!r} of trace {curve} was noticed at {at}; "
            f"under the pointer is {self._call('under', at)}."
        )

    def box_select(
        self,
        x0: float | str,
        y0: float | str,
        x1: float | str,
        y1: float | str,
        *,
        xaxis: str = "xaxis",
        yaxis: str = "yaxis",
    ) -> dict[str, Any]:
        """The `points` and the `range` of the selection, after a drag between two places.

        Args:
            x0: one corner in data coordinates.
            y0: the same corner.
            x1: the opposite corner.
            y1: the same opposite corner.
            xaxis: the axis of x0 and x1, as the layout calls it.
            yaxis: the axis of y0 and y1.
        """
        start = {"x": x0, "y": y0, "xaxis": xaxis, "yaxis": yaxis}
        end = {"x": x1, "y": y1, "xaxis": xaxis, "yaxis": yaxis}
        for _ in range(_GESTURES):
            self._call("selecting")
            self._call("screen", self._call("data", start))
            self._call("listen", "plotly_selected")
            # The last scroll decides where both corners are.
            to = self._call("screen", self._call("data", end))
            first, last = self._call("data", start), self._call("data", end)
            self._page.mouse.move(
                to["x"] + first["left"] - last["left"], to["y"] + first["top"] - last["top"]
            )
            self._page.mouse.down()
            self._page.mouse.move(to["x"], to["y"], steps=8)
            self._page.mouse.up()
            if self._wait("heard"):
                return self._heard()
        raise AssertionError(f"No selection from ({x0}, {y0}) to ({x1}, {y1}) was noticed.")

    def x(self, curve: int) -> list[Any]:
        """The x values of a trace as plotly drew them."""
        return list(self.js(f"Array.from(gd._fullData[{curve}].x ?? [])"))

    def y(self, curve: int) -> list[Any]:
        """The y values of a trace as plotly drew them."""
        return list(self.js(f"Array.from(gd._fullData[{curve}].y ?? [])"))

    def trace_names(self) -> list[str]:
        """The names of all traces, in drawing order."""
        return list(self.js("gd._fullData.map((trace) => trace.name)"))

    def modebar_titles(self) -> list[str]:
        """What the buttons over the figure say."""
        return list(
            self.js(
                "[...gd.querySelectorAll('.modebar-btn')].map("
                "(b) => b.getAttribute('data-title') ?? b.getAttribute('aria-label') ?? '')"
            )
        )

    def js(self, expression: str) -> Any:
        """The value of a JavaScript expression in which `gd` is the plot's element."""
        return self._element.evaluate(f"(gd) => ({expression})")

    def _call(self, function: str, argument: object = None) -> Any:
        return self._element.evaluate(
            f"(gd, argument) => ({_SCRIPT.rstrip()}).{function}(gd, argument)", argument
        )

    def _wait(self, function: str, argument: object = None) -> bool:
        try:
            self._page.wait_for_function(
                f"([gd, argument]) => ({_SCRIPT.rstrip()}).{function}(gd, argument)",
                arg=[self._element, argument],
                timeout=_GESTURE_MS,
            )
        except PatienceError:
            return False
        return True

    def _heard(self) -> dict[str, Any]:
        event: dict[str, Any] = self.js("gd.harnessHeard")
        self._call("deaf")
        return event


def drawn_plots(probe: Probe, wait: int, within: str = "") -> Sequence[Plot]:
    """The figures of a page in reading order, once at least `wait` are there and all are drawn.

    Args:
        probe: the page.
        wait: how many figures to wait for.
        within: a CSS selector of the part of the page to look at, else all of it.
    """
    selector = f"{within} {_SELECTOR}".strip()
    try:
        probe.page.wait_for_function(_ALL_DRAWN, arg=[selector, wait], timeout=PATIENCE_MS)
    except PatienceError:
        there = probe.page.locator(selector).count()
        raise AssertionError(
            f"Waited for {wait} drawn figures, {there} are on the page. "
            f"Errors of the page: {probe.js_errors()}"
        ) from None
    return [Plot(probe, element) for element in probe.page.query_selector_all(selector)]
