"""What does an HTML file show and do when it is opened from disk, with nothing to ask?"""

import re
from pathlib import Path

from tests.harness.browser import Browser
from tests.harness.plot import Plot, drawn_plots

# Each step waits until the page has painted; a page that grows while it is read is read on.
_SCROLL = """async () => {
    const painted = () => new Promise(
        (next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
        scrollTo({ top, behavior: "instant" });
        await painted();
    }
    scrollTo({ top: 0, behavior: "instant" });
    await painted();
}"""


class FilePage:
    """A file opened by its `file:` address; every other request is blocked and listed.

    Args:
        path: the HTML file.
        browser: where to open it.
        dark: whether the reader prefers dark colours.
    """

    def __init__(self, path: Path, browser: Browser, *, dark: bool = False) -> None:
        address = path.resolve().as_uri()
        others = re.compile(rf"^(?!{re.escape(address)}(?:[?#]|$)|(?:data|blob|about):)")
        self.probe = browser.probe(dark=dark, blocked=others)
        self.page = self.probe.page
        self.page.goto(address, wait_until="load")

    @property
    def external(self) -> list[str]:
        """Every address that the file asked for, itself left out."""
        return self.probe.external

    def js_errors(self) -> list[str]:
        """The console errors and uncaught exceptions so far."""
        return self.probe.js_errors()

    def plots(self, wait: int = 1) -> list[Plot]:
        """The figures of the page, once `wait` of them are drawn; scrolls to those that wait."""
        return list(drawn_plots(self.probe, wait))

    def scroll_through(self) -> None:
        """Read the page from top to end in half screens, and come back to the top."""
        self.probe.ask(_SCROLL)

    def screenshot(self, path: Path, *, full: bool = True) -> Path:
        """Write a PNG of the whole page, or of what a reader sees first."""
        return self.probe.screenshot(path, full=full)

    def print_pdf(self, path: Path) -> Path:
        """Write the PDF that printing gives, on A4, with the file's own print styles."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.pdf(path=path, format="A4", prefer_css_page_size=True)
        return path

    def problems(self) -> list[str]:
        """What the page complained about and what it asked for."""
        return [*self.js_errors(), *(f"blocked: {url}" for url in self.external)]

    def assert_no_errors(self) -> None:
        """Fail if there are problems."""
        assert not self.problems(), "\n".join(self.problems())

    def close(self) -> None:
        """Leave the page."""
        self.probe.close()
