"""Does an explorer show what its notebook was saved with, grey until Python answers?"""

import json

import pytest

from tests.harness.browser import Browser
from tests.harness.widgetpage import WidgetPage
from tests.live_views import LIVE_VIEWS, calm
from tests.widgets.live.origin import Origin

pytestmark = pytest.mark.browser

LATE = (
    "No answer from the kernel for 3 s: it is busy or stopped. Shown as it was saved or last sent."
)
TEXTS = "[...document.querySelectorAll('.al-explore-panel')].map((one) => one.innerText)"
GREY = "[...document.querySelectorAll('.al-explore-panel [aria-busy=true]')].length"
AGAIN = "harness.values.kept = window.kept; harness.leave().then(() => harness.show())"


def test_the_last_panels_stay_grey_until_python_answers(browser: Browser) -> None:
    live = LIVE_VIEWS["explore"](calm)
    with Origin(browser) as origin:
        with WidgetPage(live, browser, stages=origin) as view:
            view.wait("root.dataset.drawn?.split(' ').length === 6")
            view.drawn()
            told, kept = view.page.evaluate(TEXTS), view.page.evaluate("harness.values.kept")
            assert not [one for one in view.sent if one["kind"] not in ("ask", "plotly.js?")]
            origin.wait_kept(view, "cartesian")
        origin.before = f"() => {{ window.kept = {json.dumps(kept)}; }}"
        with WidgetPage(live, browser, stages=origin, silent=True) as view:
            view.page.evaluate(AGAIN)
            view.drawn()
            view.wait("root.querySelector('.al-line').textContent.startsWith(argument)", LATE)
            assert view.page.evaluate(TEXTS) == told
            assert view.page.evaluate(GREY) == 5
            view.silent = False
            for one in [one for one in view.sent if one["kind"] == "ask"]:
                live._hear(None, one, [])
            view.wait("root.dataset.drawn?.split(' ').length === 6")
            assert view.page.evaluate(GREY) == 0
            view.assert_no_errors()


def test_panels_of_another_selection_are_not_shown(browser: Browser) -> None:
    live = LIVE_VIEWS["explore"](calm)
    with Origin(browser) as origin:
        before = {"table": {"key": "of another", "answer": {"panel": "table", "headline": "Old."}}}
        origin.before = f"() => {{ window.kept = JSON.stringify({json.dumps(before)}); }}"
        with WidgetPage(live, browser, stages=origin, silent=True) as view:
            view.page.evaluate(AGAIN)
            view.wait("root.querySelector('.al-line').textContent.startsWith(argument)", LATE)
            assert "Old." not in view.page.locator(".al-live").inner_text()
            view.assert_no_errors()
