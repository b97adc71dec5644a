"""Does a saved report work in a real browser, from disk, with nobody to ask?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog

from agentlens.page.plotlyjs import CARTESIAN
from agentlens.report.report import Report
from tests.harness.browser import Browser
from tests.harness.filepage import FilePage
from tests.report.answers import HOSTILE, WHEN, answer, hostile, week

pytestmark = pytest.mark.browser

OpenFile = Callable[..., FilePage]
MANY = 12
DRAWN = ".al-figure[data-drawn]"
PAPERS = "[...document.querySelectorAll('.al-figure')].map((box) => box._fullLayout?.paper_bgcolor)"
WHITE, DARK = "rgb(255, 255, 255)", "rgb(23, 27, 33)"


def many() -> Report:
    return Report("Many", [answer(f"Question {number}") for number in range(MANY)])


@pytest.fixture
def opened(open_file: OpenFile, tmp_path: Path) -> Callable[..., FilePage]:
    """Saves a report and opens the file."""

    def save_and_open(report: Report, *, dark: bool = False) -> FilePage:
        path = report.save(tmp_path / "report.html", generated=WHEN)
        return open_file(path, dark=dark)

    return save_and_open


def repainted(page: FilePage, colour: str) -> None:
    """Wait until every drawn chart stands on this paper."""
    page.page.wait_for_function(
        f"(wanted) => {PAPERS}.every((one) => one === undefined || one === wanted)", arg=colour
    )


def test_every_chart_is_drawn_and_nothing_is_asked_for(opened: OpenFile) -> None:
    page = opened(week())
    page.scroll_through()
    line, grid, bars = page.plots(wait=3)
    page.assert_no_errors()
    kinds = [plot.js("gd._fullData[0].type") for plot in (line, grid, bars)]
    assert kinds == ["scatter", "heatmap", "bar"]
    assert grid.js("gd.querySelectorAll('.heatmaplayer image, .heatmaplayer path').length") >= 1
    assert line.y(0)[7] in (None, "NaN") or line.y(0)[7] != line.y(0)[7]


def test_no_button_offers_to_send_a_chart_away(opened: OpenFile) -> None:
    page = opened(week())
    page.scroll_through()
    for plot in page.plots(wait=3):
        titles = " ".join(plot.modebar_titles()).lower()
        assert "zoom" in titles
        assert not [word for word in ("share", "cloud", "plotly", "send") if word in titles]


def test_the_small_bundle_has_the_types_that_we_say_it_has(opened: OpenFile) -> None:
    page = opened(week())
    assert set(page.page.evaluate("Object.keys(Plotly.PlotSchema.get().traces)")) == CARTESIAN


def test_a_chart_that_needs_it_is_drawn_with_the_full_bundle(opened: OpenFile) -> None:
    page = opened(Report("Polar", [answer(kind="scatterpolar")]))
    (plot,) = page.plots(wait=1)
    assert plot.js("gd._fullData[0].type") == "scatterpolar"
    page.assert_no_errors()


def test_charts_far_below_wait_until_one_comes_near(opened: OpenFile) -> None:
    page = opened(many())
    page.page.wait_for_selector(DRAWN, state="attached")
    assert 1 <= page.page.locator(DRAWN).count() < MANY
    page.scroll_through()
    page.plots(wait=MANY)
    page.assert_no_errors()


def test_print_draws_all_on_white_paper_and_gives_the_screen_back(
    opened: OpenFile, tmp_path: Path
) -> None:
    page = opened(many(), dark=True)
    page.page.wait_for_selector(DRAWN, state="attached")
    # Listeners run in the order in which they came: this one sees what the page's own has done.
    page.page.evaluate(
        """() => addEventListener("beforeprint", () => {
            window.printed = [...document.querySelectorAll(".al-figure")].map((box) => ({
                paper: box._fullLayout?.paper_bgcolor,
                width: box._fullLayout?.width,
                lined: box.querySelectorAll(".scatterlayer .js-line").length > 0,
            }));
        })"""
    )
    pdf = page.print_pdf(tmp_path / "report.files.pdf")
    printed = page.page.evaluate("window.printed")
    assert printed == [{"paper": WHITE, "width": 670, "lined": True}] * MANY
    assert pdf.read_bytes().startswith(b"%PDF")
    repainted(page, DARK)
    first = page.plots(wait=MANY)[0]
    assert first.js("gd._fullLayout.width") > 670
    page.assert_no_errors()


def test_charts_follow_the_system_and_the_button(opened: OpenFile) -> None:
    page = opened(week(), dark=True)
    page.scroll_through()
    line = page.plots(wait=3)[0]
    repainted(page, DARK)
    line.js("Plotly.relayout(gd, {'xaxis.range': ['2026-11-10', '2026-11-11']})")
    page.page.emulate_media(color_scheme="light")
    repainted(page, WHITE)
    button = page.page.get_by_role("button", name="Dark theme")
    button.focus()
    page.page.keyboard.press("Enter")
    repainted(page, DARK)
    body = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert body == "rgb(15, 18, 22)"
    assert page.page.get_by_role("button", name="Light theme").is_visible()
    assert line.js("gd._fullLayout.font.color") == "rgb(230, 234, 240)"
    assert line.js("gd._fullLayout.xaxis.range[1]").startswith("2026-11-11")
    page.assert_no_errors()


def test_what_is_drawn_in_ink_follows_the_theme(opened: OpenFile) -> None:
    ink = "#1F2937"
    line = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1}
    whiskers = {"array": [0.1] * 48, "color": ink}
    drawn = answer(more={"error_y": whiskers}, layout={"shapes": [line | {"line": {"color": ink}}]})
    page = opened(Report("Ink", [drawn]), dark=True)
    page.scroll_through()
    (plot,) = page.plots(wait=1)
    worn = "[gd._fullData[0].error_y.color, gd._fullLayout.shapes[0].line.color]"
    button = page.page.get_by_role("button", name="theme")
    for paper in (DARK, WHITE, DARK):
        repainted(page, paper)
        assert plot.js(worn) == [plot.js("gd._fullLayout.font.color")] * 2
        button.click()
    page.assert_no_errors()


def test_hostile_words_do_nothing(opened: OpenFile) -> None:
    dialogs: list[str] = []
    page = opened(Report("Before", [answer()]))

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.page.on("dialog", refuse)
    hostile().save(Path(page.page.url.removeprefix("file://")), generated=WHEN)
    page.page.reload()
    page.scroll_through()
    page.plots(wait=len(HOSTILE) + 1)
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    made = page.page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) =>
            one.matches("img, iframe, object, embed, form, [onerror], [onload], [onmouseover]")
            || (one.getAttribute("href") || one.getAttribute("xlink:href") || "")
                .toLowerCase().startsWith("javascript"))
            .map((one) => one.outerHTML.slice(0, 200))"""
    )
    assert made == []
    assert dialogs == []
    page.assert_no_errors()


def test_the_file_itself_forbids_requests(opened: OpenFile) -> None:
    page = opened(week())
    rule = page.probe.ask(
        """() => new Promise((told) => {
            addEventListener("securitypolicyviolation", (event) => told(event.effectiveDirective));
            new Image().src = "https://example.org/x.png";
        })"""
    )
    assert rule == "img-src"


def test_without_javascript_all_but_the_charts_can_be_read(
    browser: Browser, tmp_path: Path
) -> None:
    path = week().save(tmp_path / "report.html", generated=WHEN)
    context = browser._browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    try:
        assert page.get_by_text("The charts need JavaScript").is_visible()
        assert page.get_by_role("heading", name="Is it in control?").is_visible()
        assert page.locator(".al-figure").first.is_hidden()
        assert page.get_by_role("button").count() == 0
        page.locator("summary", has_text="Data").first.click()
        assert page.get_by_role("columnheader", name="value").first.is_visible()
    finally:
        context.close()


@pytest.mark.parametrize("report", [week, hostile])
def test_a_phone_never_scrolls_sideways(report: Callable[[], Report], opened: OpenFile) -> None:
    page = opened(report())
    page.page.set_viewport_size({"width": 375, "height": 800})
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.scroll_through()
    wide: list[Any] = page.page.evaluate(
        "[document.documentElement.scrollWidth, document.body.scrollWidth]"
    )
    assert max(wide) <= 375
    page.plots(wait=1)
    frames = "[...document.querySelectorAll('.al-frame')].map((frame) => frame.clientWidth)"
    assert max(page.page.evaluate(frames)) <= 375


def test_on_a_phone_a_chart_that_would_be_squeezed_gets_room_and_moves_in_its_frame(
    opened: OpenFile,
) -> None:
    words = [f"what users objected to, in words that take room, {n}" for n in range(4)]
    wordy = answer("Wordy", kind="bar", more={"x": [1, 2, 3, 4], "y": words, "orientation": "h"})
    page = opened(Report("Phone", [wordy, answer("Plain")]))
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.scroll_through()
    page.page.wait_for_function("() => document.querySelector('.al-frame').tabIndex === 0")
    squeezed, plain = page.plots(wait=2)
    assert squeezed.js("gd._fullLayout.width") == 660
    assert plain.js("gd._fullLayout.width") <= 390
    frame = page.page.locator(".al-frame").first
    frame.focus()
    page.page.keyboard.press("ArrowRight")
    page.page.wait_for_function("() => document.querySelector('.al-frame').scrollLeft > 0")
    assert page.page.locator(".al-frame").nth(1).get_attribute("tabindex") is None
    page.assert_no_errors()


def test_print_keeps_a_tall_chart_on_one_sheet(opened: OpenFile, tmp_path: Path) -> None:
    page = opened(Report("Tall", [answer(layout={"height": 1500})]))
    page.scroll_through()
    (plot,) = page.plots(wait=1)
    page.page.evaluate(
        """() => addEventListener("beforeprint", () => {
            const box = document.querySelector(".al-figure");
            window.printed = [box._fullLayout.height, box.clientHeight];
        })"""
    )
    page.print_pdf(tmp_path / "report.files.pdf")
    assert page.page.evaluate("window.printed") == [760, 760]
    page.page.wait_for_function(
        "() => document.querySelector('.al-figure')._fullLayout.height === 1500"
    )
    assert plot.js("gd.clientHeight") == 1500


def test_print_opens_how_one_knows_and_leaves_tables_folded(opened: OpenFile) -> None:
    page = opened(week())
    caveat = page.page.get_by_text("Limits hold for one false alarm in four weeks.").first
    rows = page.page.get_by_role("columnheader", name="value").first
    assert (caveat.is_visible(), rows.is_visible()) == (False, False)
    page.page.emulate_media(media="print")
    assert (caveat.is_visible(), rows.is_visible()) == (True, False)
    assert page.page.get_by_role("navigation").is_hidden()
    assert page.page.get_by_role("button").count() == 0


def test_where_nothing_can_be_drawn_there_is_no_empty_picture(opened: OpenFile) -> None:
    page = opened(Report("None", [answer("Empty", more={"x": [], "y": []}), answer("Full")]))
    page.scroll_through()
    page.plots(wait=1)
    assert page.page.locator(".al-figure").count() == 1
    assert page.page.get_by_role("heading", name="Empty").is_visible()


def test_a_browser_without_webgl_draws_every_chart(opened: OpenFile) -> None:
    page = opened(week())
    page.page.add_init_script(
        """const plain = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            return /webgl/.test(kind) ? null : plain.call(this, kind, ...more);
        };"""
    )
    page.page.reload()
    assert page.page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    page.scroll_through()
    page.plots(wait=3)
    page.assert_no_errors()


def test_the_colours_of_the_bands_can_be_read_on_dark_paper(opened: OpenFile) -> None:
    act, watch = "#A83A00", "#7A5200"
    noted = {"text": "worse", "x": 0.5, "xref": "paper", "y": 0.8, "font": {"color": watch}}
    drawn = answer(more={"line": {"color": act}}, layout={"annotations": [noted]})
    page = opened(Report("Bands", [drawn]), dark=True)
    page.scroll_through()
    (plot,) = page.plots(wait=1)
    worn = "[gd._fullData[0].line.color, gd._fullLayout.annotations[0].font.color]"
    button = page.page.get_by_role("button", name="theme")
    for paper, colours in ((DARK, ["#FF9D6B", "#D9A93F"]), (WHITE, [act, watch])):
        repainted(page, paper)
        assert plot.js(worn) == colours
        button.click()
    page.assert_no_errors()
