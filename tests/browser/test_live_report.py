"""Does a live view in a saved report live, from disk, with nobody to ask?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from agentlens.report.report import Report
from tests.harness.browser import Browser
from tests.harness.filepage import FilePage
from tests.report.answers import HOSTILE, WHEN, answer
from tests.report.living import Knob, live_chart

pytestmark = pytest.mark.browser

OpenFile = Callable[..., FilePage]
WHITE, DARK = "rgb(255, 255, 255)", "rgb(23, 27, 33)"


@pytest.fixture
def opened(open_file: OpenFile, tmp_path: Path) -> OpenFile:
    def save_and_open(report: Report, *, dark: bool = False) -> FilePage:
        return open_file(report.save(tmp_path / "report.html", generated=WHEN), dark=dark)

    return save_and_open


def mixed() -> Report:
    views = [live_chart(name="One"), live_chart("bar", name="Two")]
    return Report("Mixed", [answer(), ("Live", [*views, Knob()])])


def on_paper(page: FilePage, colour: str) -> None:
    page.page.wait_for_function(
        """(wanted) => [...document.querySelectorAll(".js-plotly-plot")]
            .every((one) => one._fullLayout?.paper_bgcolor === wanted)""",
        arg=colour,
    )


def test_live_charts_are_drawn_beside_the_others_and_nothing_is_asked_for(
    opened: OpenFile,
) -> None:
    page = opened(mixed())
    plots = page.plots(wait=3)
    assert [plot.js("gd._fullData[0].type") for plot in plots] == ["scatter", "scatter", "bar"]
    assert plots[1].click_point(0, 3)[0]["y"] == 3
    for plot in plots:
        titles = " ".join(plot.modebar_titles()).lower()
        assert not [word for word in ("share", "cloud", "send") if word in titles]
    page.assert_no_errors()


def test_a_knob_changes_what_is_said(opened: OpenFile) -> None:
    page = opened(mixed())
    page.page.get_by_label("limit").scroll_into_view_if_needed()
    said = page.page.locator(".said")
    assert said.inner_text() == "9 signals, 3 numbers, still true"
    page.page.get_by_label("limit").focus()
    page.page.keyboard.press("ArrowRight")
    assert said.inner_text() == "8 signals, 3 numbers, still true"
    page.assert_no_errors()


def test_live_charts_follow_the_system_and_the_button(opened: OpenFile) -> None:
    page = opened(mixed(), dark=True)
    page.plots(wait=3)
    on_paper(page, DARK)
    page.page.emulate_media(color_scheme="light")
    on_paper(page, WHITE)
    page.page.get_by_role("button", name="Dark theme").click()
    on_paper(page, DARK)
    page.assert_no_errors()


def test_print_draws_live_charts_too_on_white_paper_as_wide_as_the_sheet(
    opened: OpenFile, tmp_path: Path
) -> None:
    far = Report("Far", [*(answer(f"Question {n}") for n in range(9)), live_chart()])
    page = opened(far, dark=True)
    page.page.wait_for_function("document.querySelector('.al-figure[data-drawn]')")
    page.page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    assert page.page.locator(".al-host .js-plotly-plot").count() == 0
    page.page.evaluate(
        """() => matchMedia("print").addEventListener("change", (event) => {
            if (!event.matches) return;
            const box = document.querySelector(".al-host .al-figure");
            window.printed = {
                paper: box._fullLayout?.paper_bgcolor, width: box._fullLayout?.width,
                lined: box.querySelectorAll(".scatterlayer .js-line").length > 0,
            };
        })"""
    )
    assert page.print_pdf(tmp_path / "report.files.pdf").read_bytes().startswith(b"%PDF")
    assert page.page.evaluate("window.printed") == {"paper": WHITE, "width": 670, "lined": True}
    on_paper(page, DARK)
    page.assert_no_errors()


def test_a_script_that_fails_leaves_its_card(opened: OpenFile) -> None:
    page = opened(Report("r", [Knob(esm="export default { render() { throw new Error('no') } }")]))
    page.page.get_by_role("paragraph").filter(has_text="Nine marks.").wait_for()
    assert [error for error in page.js_errors() if "no" in error]


def test_without_javascript_a_live_view_is_its_card(browser: Browser, tmp_path: Path) -> None:
    path = mixed().save(tmp_path / "report.html", generated=WHEN)
    context = browser._browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    try:
        assert page.get_by_role("paragraph").filter(has_text="Nine marks.").is_visible()
        assert page.locator(".al-host").last.is_hidden()
        assert page.get_by_role("heading", name="Knob").count() == 1
    finally:
        context.close()


def test_hostile_words_in_a_live_chart_do_nothing(opened: OpenFile) -> None:
    charts = [live_chart(name=words[:500]) for words in HOSTILE.values()]
    page = opened(Report("r", charts))
    dialogs = page.probe.refuse_dialogs()
    page.scroll_through()
    page.plots(wait=len(charts))
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.page.locator(".al-host table").last.wait_for()
    made = page.page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) =>
            one.matches("img, iframe, object, embed, form, [onerror], [onload], [onmouseover]")
            || (one.getAttribute("href") || one.getAttribute("xlink:href") || "")
                .toLowerCase().startsWith("javascript")).length"""
    )
    assert (made, dialogs) == (0, [])
    page.assert_no_errors()


def test_a_phone_never_scrolls_sideways(opened: OpenFile) -> None:
    page = opened(mixed())
    page.page.set_viewport_size({"width": 375, "height": 800})
    page.plots(wait=3)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.plots(wait=3)[1].js("gd._fullLayout.width") <= 375
