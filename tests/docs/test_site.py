"""Is the site built without a warning, and does it open from disk without asking for anything?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.site.pages import DOCS, ROOT, verbs
from tasks import SITE
from tests.answers import ANSWERS
from tests.harness.browser import Browser, Probe

ELSEWHERE = re.compile(r"^(?!file:|data:|blob:|about:)")
SEEN = """async () => {
    const painted = () => new Promise(
        (next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
        scrollTo({ top, behavior: "instant" });
        await painted();
    }
    return [...document.querySelectorAll("article.al-result")].map((one) => one.dataset.verb);
}"""


@pytest.mark.browser
def test_the_site_is_built_without_a_warning_and_asks_for_nothing(browser: Browser) -> None:
    site = built()
    probe = browser.probe(blocked=ELSEWHERE)
    for page in sorted(site.rglob("*.html")):
        probe.page.goto(page.as_uri(), wait_until="load")
        assert not probe.js_errors(), page.name
    assert set(ANSWERS) <= drawn(site, probe), "the gallery draws a result of every verb"
    probe.page.goto((site / "index.html").as_uri(), wait_until="load")
    for theme in ("dark", "light"):
        probe.page.evaluate(f"document.body.dataset.theme = '{theme}'")
        probe.page.wait_for_function(
            f"document.querySelector('picture img').currentSrc.includes('-{theme}')"
        )
    probe.page.goto((site / "search.html").as_uri() + "?q=control_chart", wait_until="load")
    probe.page.wait_for_selector("#search-results li a")
    assert not probe.external
    assert not probe.js_errors()
    probe.close()


def built() -> Path:
    """Build the site as `python3 tasks.py docs` does, where it is not built already."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *SITE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return DOCS / "_build" / "html"


def drawn(site: Path, probe: Probe) -> set[str]:
    """Return the verbs whose results are drawn, each on the page that has a heading for it."""
    shown: set[str] = set()
    for page in sorted((DOCS / "gallery").glob("*.md")):
        probe.page.goto((site / "gallery" / f"{page.stem}.html").as_uri(), wait_until="load")
        found = set(probe.ask(SEEN))
        probe.page.wait_for_function("!document.querySelector('[data-figure]:not([data-drawn])')")
        assert set(verbs(page)) <= found, page.name
        shown |= found
    return shown
