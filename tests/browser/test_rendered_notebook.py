"""Does a notebook that was rendered live on its page, from disk, with nobody to ask?"""

from collections.abc import Callable
from pathlib import Path

import pytest

import agentlens as al
from tests.harness.filepage import FilePage
from tests.report.answers import WHEN

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
OpenFile = Callable[..., FilePage]
UNDRAWN = """[...document.querySelectorAll(".al-figure[data-figure]")]
    .filter((box) => !box.dataset.drawn).length"""
EMPTY = """[...document.querySelectorAll(".al-host")]
    .filter((host) => !host.dataset.shown || !host.querySelector(".al-live")).length"""


def opened(name: str, folder: Path, open_file: OpenFile) -> FilePage:
    """Return the page of a notebook that was run, read to its end."""
    report = al.render(NOTEBOOKS / name)
    page = open_file(report.save(folder / "page.html", generated=WHEN))
    page.scroll_through()
    page.page.wait_for_function(f"{UNDRAWN} + {EMPTY} === 0")
    return page


def test_the_incident_is_a_page_with_every_chart_drawn(tmp_path: Path, open_file: OpenFile) -> None:
    page = opened("01_incident.ipynb", tmp_path, open_file)
    assert page.page.locator(".al-figure[data-drawn]").count() >= 2
    assert page.page.locator(".al-host").count() == 2
    assert page.page.get_by_role("heading", name="The answer").is_visible()
    wide = page.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    page.assert_no_errors()


def test_knobs_that_a_formula_answers_turn_and_the_others_say_what_they_need(
    tmp_path: Path, open_file: OpenFile
) -> None:
    page = opened("03_tune.ipynb", tmp_path, open_file)
    chart = page.page.locator(".al-host").first
    shown = chart.get_by_role("status").first
    before = shown.inner_text()
    knob = chart.locator("input[type=range]").first
    knob.focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    page.page.wait_for_function(
        "([text, host]) => !host.textContent.includes(text)",
        arg=[before, chart.element_handle()],
    )
    assert "needs a running kernel" in chart.inner_text()
    page.assert_no_errors()
