"""Does a view on a page that others used before find what it would find on a page of its own?"""

import plotly.graph_objects as go
import pytest

from agentlens.widgets.chart.chart import Chart
from tests.harness.browser import Browser
from tests.harness.stage import Stages
from tests.harness.widgetpage import WidgetPage

pytestmark = pytest.mark.browser

LITTER = """() => {
  window.mine = () => {};
  window[Symbol.for("agentlens.mine")] = 1;
  window.addEventListener("keydown", () => mine());
  document.addEventListener("keydown", () => mine());
  setInterval(() => mine(), 1);
  document.body.dataset.mine = "1";
  document.head.append(Object.assign(document.createElement("style"), { textContent: "* { color: red }" }));
}"""
FOUND = """() => [
  typeof mine, String(window[Symbol.for("agentlens.mine")]), String(document.body.dataset.mine),
  getComputedStyle(document.body).color, document.title, innerWidth,
  matchMedia("(prefers-color-scheme: dark)").matches, document.querySelectorAll(".al-live").length,
]"""
STYLE = """() => [...document.styleSheets].filter((one) => one.ownerNode.id.startsWith("plotly"))
  .flatMap((one) => [...one.cssRules].map((rule) => rule.cssText)).sort()"""


def chart() -> Chart:
    return Chart(go.Figure(layout={"height": 300}).add_scatter(x=[1, 2], y=[2, 1]))


def test_nothing_of_the_last_view_and_its_test_is_there(browser: Browser) -> None:
    with WidgetPage(chart(), browser) as own:
        own.drawn()
        found, style = own.page.evaluate(FOUND), own.page.evaluate(STYLE)
    assert len(style) > 10
    with Stages(browser) as stages:
        first = WidgetPage(chart(), browser, stages=stages, dark=True)
        first.drawn()
        first.page.set_viewport_size({"width": 400, "height": 400})
        first.page.evaluate(LITTER)
        first.close()
        with WidgetPage(chart(), browser, stages=stages) as second:
            assert second.page is first.page
            (drawn,) = second.drawn()
            second.page.keyboard.press("a")
            assert second.page.evaluate(FOUND) == found
            assert second.page.evaluate(STYLE) == style
            assert drawn.js("gd._fullLayout.width") == 984
            assert second.sent == [{"kind": "ready", **second.sent[0]}]
            second.assert_no_errors()


@pytest.mark.parametrize(
    "done", ["console.error('oh')", "place.append(document.querySelector('.al-live').cloneNode())"]
)
def test_a_page_on_which_something_went_wrong_is_not_used_again(
    browser: Browser, done: str
) -> None:
    with Stages(browser) as stages:
        with WidgetPage(chart(), browser, stages=stages) as first:
            first.page.evaluate(done)
        with WidgetPage(chart(), browser, stages=stages) as second:
            assert second.page is not first.page
