"""What does each live view show and say in a notebook that is opened again, and nobody answers?"""

from collections.abc import Callable, Iterator

import pytest

from tests.harness.browser import Browser
from tests.harness.widgetpage import WidgetPage
from tests.live_views import LIVE_VIEWS, calm
from tests.widgets.live.origin import Origin

pytestmark = pytest.mark.browser

LATE = "No answer from the kernel for 3 s: it is busy or stopped."
SAYS = "root.querySelector('[role=status]').textContent.includes(argument)"
SETTING = "root.dataset.setting"
DRAWN = """JSON.stringify(root.querySelector('.js-plotly-plot')._fullData
    .map(({ x, y }) => [[...x], [...y]]))"""
PICTURES = ("chart", "tune control_chart", "tune slices", "tune check_slos", "calibration", "drift")
"""What draws without a question."""


@pytest.fixture(scope="module")
def visited(browser: Browser) -> Iterator[Origin]:
    """Pages of a browser that has drawn a chart before; each has a clock of its own."""
    with Origin(browser) as origin:
        with WidgetPage(LIVE_VIEWS["chart"](calm), browser, stages=origin) as view:
            view.drawn()
            origin.wait_kept(view, "cartesian")
        origin.clock = True
        yield origin


def _clicked(view: WidgetPage) -> None:
    view.drawn()[0].click_point(0, 1)


def _turned(view: WidgetPage) -> None:
    """A knob with a formula changes picture and facts, which are those of its new setting."""
    facts = view.page.locator(".al-tune-facts").first
    told, picture, setting = facts.inner_text(), view.wait(DRAWN), view.wait(SETTING)
    view.page.locator("input[type=range]").first.focus()
    view.page.keyboard.press("End")
    view.wait(f"{SETTING} && {SETTING} !== argument", setting)
    view.wait(f"{DRAWN} !== argument", picture)
    assert facts.inner_text() != told
    for part in (".al-tune-facts", ".js-plotly-plot"):
        view.wait("!root.querySelector(argument).closest('[aria-busy=true]')", part)


def _passed(view: WidgetPage) -> None:
    """The label is not lost, and its trace stays until it is saved."""
    trace = view.page.locator(".al-label-left").inner_text()
    view.page.locator(".al-label-heading").focus()
    view.page.keyboard.press("p")
    view.page.clock.fast_forward(3_500)
    view.page.get_by_text("not saved yet: 1").wait_for()
    assert view.page.locator(".al-label-left").inner_text() == trace


def _moved(view: WidgetPage) -> None:
    view.page.get_by_role("button", name="current window").focus()
    view.page.keyboard.press("]")


DEEDS: dict[str, Callable[[WidgetPage], None]] = {
    "chart": _clicked,
    "tune control_chart": _turned,
    "tune check_slos": _turned,
    "label": _passed,
    "show": lambda view: view.page.get_by_role("button", name="Next").first.click(),
    "drift": _moved,
}
"""What a hand does where a view asks nothing by itself, or can do more than ask."""


@pytest.mark.parametrize("name", LIVE_VIEWS)
def test_it_shows_what_was_saved_and_says_that_nobody_answers(visited: Origin, name: str) -> None:
    live = LIVE_VIEWS[name](calm)
    with WidgetPage(live, visited.browser, stages=visited, silent=True) as view:
        if name in PICTURES:
            view.drawn()
            assert view.page.locator("[aria-busy=true]").count() == 0
        if name in DEEDS:
            DEEDS[name](view)
        view.pump()
        view.page.clock.fast_forward(3_500)
        view.wait(SAYS, LATE)
        assert "plotly.js?" not in [one["kind"] for one in view.sent]
        assert view.page.locator(".al-problem:visible").count() == 0
        view.assert_no_errors()
