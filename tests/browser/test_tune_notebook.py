"""Does notebook 03 run in a real JupyterLab, and do its knobs turn under a hand?"""

from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

CHART, EXPLORER = 3, 17
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets
    .map(({ model }) => model.type + model.id)"""
SETTING = "([root, words]) => root.dataset.setting.startsWith(words)"


def facts(page: NotebookPage) -> dict[str, list[str]]:
    """The chart's table of facts: what stands for now, and for the start."""
    rows = page.cell(CHART).locator(".al-tune-facts").first.locator("tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {name: rest for name, *rest in cells}


def test_a_hand_turns_the_chart_and_the_notebook_keeps_its_cells(
    run_notebook: Callable[[str], NotebookPage],
) -> None:
    page = run_notebook("03_tune.ipynb")
    page.plots(wait=1, cell=CHART)
    cells = page.page.evaluate(CELLS)
    chart = page.cell(CHART).locator(".al-live")
    lam = chart.locator("input[type=range]").first
    page.wait_idle()  # what still grows above the slider would move it away from the hand
    size = lam.bounding_box()
    assert size is not None
    lam.hover(position={"x": size["width"] * 0.2, "y": size["height"] / 2})
    page.page.mouse.down()
    place = lam.bounding_box()
    assert place is not None
    height = place["y"] + place["height"] / 2
    page.page.mouse.move(place["x"] + place["width"] * 0.7, height, steps=8)
    page.page.mouse.up()
    page.page.wait_for_function(SETTING, arg=[chart.element_handle(), "lam 0.4"])
    page.wait_idle()
    assert page.execute("chart.knobs['lam']") == 0.4
    now, start = facts(page)["limits"]
    assert now != start

    # With a slider in the hand these would cut, insert and turn cells.
    for key in ("x", "a", "b", "m", "d", "d", "0", "0"):
        page.page.keyboard.press(key)
    assert page.page.evaluate(CELLS) == cells

    signals = page.cell(EXPLORER).get_by_role("table").filter(has_text="Enter selects the time")
    assert signals.locator("tbody tr").count() == page.execute(
        "len(view.results['chart'].signals())"
    )
    page.assert_no_errors()
