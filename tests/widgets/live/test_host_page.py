"""Does a notebook around a view neither hear what is typed in it nor bend its words?"""

from collections.abc import Callable

import pytest

from tests.harness.widgetpage import WidgetPage
from tests.live_views import LIVE_VIEWS, calm

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]

LISTEN = """() => {
    window.heard = [];
    document.addEventListener("keydown", (event) => window.heard.push(event.key));
}"""
# What JupyterLab says of everything that stands in the output of a cell.
NOTEBOOK_RULES = """
.lab pre { word-break: break-all; white-space: pre-wrap; }
.lab dl { width: 100%; overflow: hidden; }
.lab dt { font-weight: bold; float: left; width: 20%; }
.lab dd { float: left; width: 80%; }
"""
STYLES = """([selector, names]) => {
    const style = getComputedStyle(document.querySelector(selector));
    return names.map((name) => style[name]);
}"""


def test_no_letter_typed_at_a_control_is_a_command_of_the_notebook(open_view: Open) -> None:
    view = open_view(LIVE_VIEWS["tune control_chart"](calm))
    view.drawn(1)
    view.page.evaluate(LISTEN)
    for control in ("input[type=range]", "select", "button"):
        view.page.locator(control).first.focus()
        for key in ("a", "b", "d", "x", "m", "Delete", "ArrowUp", "0", "Space"):
            view.page.keyboard.press(key)
    assert view.page.evaluate("window.heard") == []
    view.page.locator("input[type=range]").first.focus()
    for key in ("Escape", "Shift+Enter", "Control+s", "F9"):
        view.page.keyboard.press(key)
    assert {"Escape", "Enter", "s", "F9"} <= set(view.page.evaluate("window.heard"))


@pytest.mark.parametrize("name, list_", [("drift", ".al-drift-facts"), ("label", "dl")])
def test_a_notebook_s_rules_for_lists_do_not_reach_a_view(
    open_view: Open, name: str, list_: str
) -> None:
    view = open_view(LIVE_VIEWS[name](calm))
    wanted = ("float", "fontWeight", "overflowX")
    view.page.wait_for_selector(f"{list_} dt", state="attached")
    plain = view.page.evaluate(STYLES, [f"{list_} dt", wanted])
    _in_a_notebook(view)
    assert view.page.evaluate(STYLES, [f"{list_} dt", wanted]) == plain
    assert view.page.evaluate(STYLES, [f"{list_} dd", ["float"]]) == ["none"]


def test_a_notebook_s_rule_for_words_does_not_reach_a_trace(open_view: Open) -> None:
    view = open_view(LIVE_VIEWS["show"](calm))
    view.page.wait_for_selector("pre", state="attached")
    _in_a_notebook(view)
    assert view.page.evaluate(STYLES, ["pre", ["wordBreak"]]) == ["normal"]


def _in_a_notebook(view: WidgetPage) -> None:
    view.page.add_style_tag(content=NOTEBOOK_RULES)
    view.page.evaluate("() => document.body.classList.add('lab')")
