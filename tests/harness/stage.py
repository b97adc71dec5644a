"""How do many views follow each other on one page, as if each had a page of its own?

A page spends most of its time on reading plotly.js. So a page is used again, with plotly.js on it,
once all else that the last view and its test left there is gone.
"""

from pathlib import Path
from typing import Self

from playwright.sync_api import Error

from agentlens.page.plotlyjs import CARTESIAN, library
from tests.harness.browser import PATIENCE_MS, VIEWPORT, Browser, Probe

_SCRIPT = Path(__file__).with_name("stage.js").read_text(encoding="utf-8").rstrip()


class Stages:
    """The pages that wait for a next view."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._waiting: list[Probe] = []

    def take(self, content: str, *, dark: bool) -> Probe:
        """A page with this content and plotly.js, and with nothing else.

        Args:
            content: the whole HTML.
            dark: whether the reader prefers dark colours.
        """
        probe = self._waiting.pop() if self._waiting else self._made()
        page = probe.page
        page.set_default_timeout(PATIENCE_MS)
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size(VIEWPORT)
        page.mouse.move(VIEWPORT["width"] - 1, VIEWPORT["height"] - 1)  # over nothing
        page.set_content(content)
        page.evaluate(f"() => ({_SCRIPT}).clean()")
        return probe

    def back(self, probe: Probe) -> None:
        """Keep the page for a next view, if its last one went without a trace."""
        try:
            left = probe.page.evaluate("harness.leave()")
        except Error:
            left = ["a page that does not answer"]
        if left or probe.js_errors() or probe.external:
            probe.close()
            return
        probe.forget()
        self._waiting.append(probe)

    def close(self) -> None:
        """Leave all pages."""
        for probe in self._waiting:
            probe.close()
        self._waiting.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _made(self) -> Probe:
        probe = self.browser.probe()
        probe.page.add_script_tag(content=library(CARTESIAN)[0])
        probe.page.evaluate(f"() => ({_SCRIPT}).ready()")
        return probe
