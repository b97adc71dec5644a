"""How do several pages follow each other in one browser profile, as when a notebook is opened again?"""

import json

from playwright.sync_api import Route

from agentlens.page.plotlyjs import CARTESIAN, library
from tests.harness.browser import LOOPBACK_ONLY, Browser, Probe
from tests.harness.stage import Stages
from tests.harness.widgetpage import WidgetPage

__all__ = ["Origin", "key", "source", "version"]

_HOME = "http://127.0.0.1:9/"
# To open a database that is not there would make it.
_KEPT = """async () => {
    if (!(await indexedDB.databases()).length) return {};
    return new Promise((done, fail) => {
        const opening = indexedDB.open("agentlens");
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
            const shelf = opening.result.transaction("agentlens").objectStore("agentlens");
            const [keys, all] = [shelf.getAllKeys(), shelf.getAll()];
            opening.result.close();
            all.onsuccess = () => done(Object.fromEntries(
                keys.result.map((key, at) => [key, all.result[at].bytes.byteLength])));
        };
    });
}"""


class Origin(Stages):
    """The pages of one address in one profile: each is new, and only what the browser keeps is not.

    Args:
        browser: where they open.

    Attributes:
        before: a function that each page runs before its view.
        clock: whether a page has a clock of its own.
    """

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser)
        self.before = ""
        self.clock = False
        self._context = browser.probe().page.context
        self._context.route(f"{_HOME}**", _answer)

    def take(self, content: str, *, dark: bool) -> Probe:
        """A new page with this content.

        Args:
            content: the whole HTML.
            dark: whether the reader prefers dark colours.
        """
        probe = Probe(self._context, LOOPBACK_ONLY)
        probe.page.emulate_media(color_scheme="dark" if dark else "light")
        if self.clock:
            probe.page.clock.install()
        probe.page.goto(_HOME)
        probe.page.set_content(content)
        if self.before:
            probe.page.evaluate(self.before)
        return probe

    def back(self, probe: Probe) -> None:
        """Leave the page."""
        probe.page.close()

    def close(self) -> None:
        """Forget the profile."""
        self._context.close()

    def wait_kept(self, view: WidgetPage, *bundles: str) -> None:
        """Wait until the browser keeps these bundles of our version, whole, and nothing else."""
        lengths = {key(bundle): len(source(bundle).encode()) for bundle in sorted(bundles)}
        view.wait(
            f"({_KEPT})().then((all) => JSON.stringify(all) === argument)",
            json.dumps(lengths, separators=(",", ":")),
        )


def source(bundle: str) -> str:
    """The plotly.js that Python sends under this name."""
    return library(CARTESIAN if bundle == "cartesian" else {"all"})[0]


def version() -> str:
    """Which plotly.js that is."""
    return library(CARTESIAN)[1].split()[1]


def key(bundle: str) -> str:
    """The name under which it is kept."""
    return f"{version()} {bundle}"


def _answer(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>home</title>", content_type="text/html")
