"""Can everyone read a saved report: by keyboard, by ear, on a phone, in the dark?"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

import agentlens as al
from agentlens.report.parts.points import Point, Points
from agentlens.report.report import Report
from agentlens.text import Fact
from tests.harness.axe import faults
from tests.harness.browser import Browser
from tests.harness.filepage import FilePage
from tests.logs import demo_log
from tests.report.answers import WHEN, answer, week
from tests.report.living import Knob, live_chart

pytestmark = pytest.mark.browser

OpenFile = Callable[..., FilePage]
LAPTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true })"


def full() -> Report:
    """Return a report with something in every place."""
    line, grid = answer("Line", band="act"), answer("Grid", kind="heatmap", band="watch")
    return Report(
        "Full",
        [
            ("One", ["Some text.", line, grid, Points([Point("So it is.", (line,))], "Points")]),
            ("Two", [answer("Bars", kind="bar", band="unknown"), live_chart(), Knob()]),
        ],
        period="this week",
        lead="One thing needs a decision.",
        notes=("12,431 traces read.",),
        highlights={"met, was 81%": Fact(value=0.8, unit="share", low=0.7, high=0.9, n=240)},
        actions=[Point("Decide.", (line, grid)), "Wait."],
        stamps={"snapshot": "12"},
    )


@pytest.fixture(scope="module")
def demo_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The week of the embedded data, as a file."""
    slos = [al.SLO("met", "strong_completion", 0.95), al.SLO("fast", "latency_p95", 30.0)]
    folder = tmp_path_factory.mktemp("week")
    return al.weekly(demo_log(), slos=slos).save(folder / "week.html", generated=WHEN)


@pytest.fixture
def opened(open_file: OpenFile, tmp_path: Path) -> OpenFile:
    """Saves a report and opens the file."""

    def save_and_open(report: Report, *, dark: bool = False) -> FilePage:
        return open_file(report.save(tmp_path / "report.html", generated=WHEN), dark=dark)

    return save_and_open


@pytest.fixture
def told(opened: OpenFile) -> Iterator[FilePage]:
    """The full report on a wide screen, with all of its charts drawn."""
    page = opened(full())
    page.scroll_through()
    page.plots(wait=4)
    yield page
    page.assert_no_errors()


def focused(page: FilePage) -> str:
    """Return what has the focus, in its own words."""
    words: str = page.page.evaluate("document.activeElement.textContent.trim()")
    return words


# --- axe-core


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_axe_finds_no_fault_in_a_full_report(
    size: ViewportSize, theme: str, opened: OpenFile
) -> None:
    page = opened(full(), dark=theme == "dark")
    page.page.set_viewport_size(size)
    page.scroll_through()
    page.plots(wait=4)
    assert faults(page.probe) == []
    page.page.evaluate(UNFOLD)
    assert faults(page.probe) == []


@pytest.mark.parametrize(
    "size, theme", [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"]
)
def test_the_demo_week_is_drawn_fits_and_has_no_fault(
    size: ViewportSize, theme: str, demo_week: Path, open_file: OpenFile
) -> None:
    assert demo_week.stat().st_size < 3_000_000
    page = open_file(demo_week, dark=theme == "dark")
    page.page.set_viewport_size(size)
    page.scroll_through()
    charts = page.page.locator(".al-figure").count()
    assert charts >= 12
    kinds = [plot.js("gd._fullData.map((one) => one.type)") for plot in page.plots(wait=charts)]
    assert any("heatmap" in each for each in kinds)
    assert faults(page.probe) == []
    page.page.evaluate(UNFOLD)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.assert_no_errors()


def test_axe_sees_what_is_wrong(told: FilePage) -> None:
    told.page.evaluate("document.querySelector('.al-theme').textContent = ''")
    told.page.evaluate("document.querySelector('.al-lead').style.opacity = 0.4")
    found = " ".join(faults(told.probe))
    assert "button-name" in found
    assert "color-contrast" in found


# --- keyboard


def test_tab_goes_through_the_page_in_the_order_in_which_it_is_read(told: FilePage) -> None:
    stops = []
    for _ in range(9):
        told.page.keyboard.press("Tab")
        stops.append(focused(told))
    head = ["Skip to the results", "Dark theme", "Line", "Grid"]
    assert stops == [*head, "Line", "Grid", "Bars", "Contents", "One"]


def test_the_first_stop_skips_to_the_results(told: FilePage) -> None:
    # Of two glides at once a browser may drop the second.
    told.page.emulate_media(reduced_motion="reduce")
    told.page.keyboard.press("Tab")
    told.page.keyboard.press("Enter")
    told.page.wait_for_function("() => location.hash === '#results'")
    told.page.keyboard.press("Tab")
    assert focused(told) == "↑ Top"
    told.page.keyboard.press("Enter")
    told.page.wait_for_function("() => scrollY === 0")


def test_enter_opens_a_folded_table_and_tab_goes_into_it(told: FilePage) -> None:
    table = told.page.get_by_role("columnheader", name="value").first
    assert table.is_hidden()
    told.page.locator("summary", has_text="Data").first.focus()
    told.page.keyboard.press("Enter")
    assert table.is_visible()
    told.page.keyboard.press("Tab")
    assert told.page.evaluate("document.activeElement.matches('.al-scroll')")
    assert faults(told.probe) == []


def test_what_has_the_focus_can_be_seen(told: FilePage) -> None:
    for _ in range(8):
        told.page.keyboard.press("Tab")
        ring = told.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid", focused(told)


# --- contents


def test_the_contents_lead_to_the_results(opened: OpenFile) -> None:
    page = opened(Report("Many", [answer(f"Question {number}") for number in range(12)]))
    page.page.get_by_role("navigation").get_by_role("link", name="Question 11").click()
    heading = page.page.get_by_role("article").nth(11).get_by_role("heading")
    page.page.wait_for_function(
        "(box) => box.getBoundingClientRect().top < innerHeight", arg=heading.element_handle()
    )
    page.page.locator(".al-figure[data-drawn]").nth(3).wait_for()


def test_beside_the_page_the_contents_mark_what_is_read(told: FilePage) -> None:
    contents = told.page.get_by_role("navigation")
    marked = contents.locator("[aria-current=location]")
    assert marked.count() == 0
    told.page.get_by_role("heading", name="Two").scroll_into_view_if_needed()
    told.page.evaluate("document.getElementById('section-2').scrollIntoView()")
    told.page.wait_for_function(
        "() => document.querySelector('[aria-current]')?.textContent === 'Bars'"
    )
    assert marked.count() == 1
    # They stay in sight.
    assert contents.evaluate("(one) => one.getBoundingClientRect().top") == 0


def test_on_a_narrow_screen_the_contents_are_folded_above_the_results(told: FilePage) -> None:
    link = told.page.get_by_role("navigation").get_by_role("link", name="Two")
    assert link.is_visible()
    told.page.set_viewport_size(PHONE)
    link.wait_for(state="hidden")
    told.page.get_by_text("Contents", exact=True).click()
    assert link.is_visible()
    below = "document.querySelector('nav').getBoundingClientRect().bottom"
    assert told.page.evaluate(f"{below} <= document.querySelector('main').offsetTop")


def test_without_javascript_the_contents_open_by_hand(browser: Browser, tmp_path: Path) -> None:
    path = week().save(tmp_path / "report.html", generated=WHEN)
    context = browser._browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    try:
        link = page.get_by_role("navigation").get_by_role("link", name="What happened")
        assert link.is_hidden()
        page.get_by_text("Contents", exact=True).click()
        assert link.is_visible()
    finally:
        context.close()


def test_nothing_glides_for_a_reader_who_wants_no_motion(told: FilePage) -> None:
    glides = "getComputedStyle(document.documentElement).scrollBehavior"
    assert told.page.evaluate(glides) == "smooth"
    told.page.emulate_media(reduced_motion="reduce")
    assert told.page.evaluate(glides) == "auto"
