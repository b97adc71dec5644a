"""Does a notebook draw its live views again when it is opened later and nothing is run?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.test_harness import write_notebook
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

Open = Callable[..., NotebookPage]

SETUP = """
import agentlens as al

log = al.demo(days=14, traces_per_day=40, seed=7)
"""
TUNER = """
al.tune(al.control_chart, log, "strong_completion", lam=[0.1, 0.3], width=(2, 3, 0.5))
"""
CHART = 'al.Chart(al.control_chart(log, "strong_completion"))'
TURNED = 2
WIDGET_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
TOGGLE = "async (name) => { await window.jupyterapp.commands.execute(name); }"
DRAWN = "JSON.stringify(gd._fullData.map(({ y }) => [...y]))"
LATE = "No answer from the kernel for 3 s: it is busy or stopped."


def save_with_state(page: NotebookPage) -> None:
    page.probe.ask(TOGGLE, WIDGET_STATE)
    try:
        page.save()
    finally:
        page.probe.ask(TOGGLE, WIDGET_STATE)


def test_a_reopened_notebook_draws_and_its_knobs_turn_with_nothing_run(
    lab: JupyterLab, lab_root: Path, open_notebook: Open
) -> None:
    name = write_notebook(lab_root, "reopened.ipynb", SETUP, TUNER, CHART)
    page = open_notebook(name)
    page.run_all()
    before = [plot.y(0) for plot in page.plots(wait=2)]
    save_with_state(page)
    lab.trust(name)
    lab.end_kernels(name)

    page.reload()  # JupyterLab starts a kernel, which knows of nothing
    assert [plot.y(0) for plot in page.plots(wait=2)] == before
    assert page.execute("'al' in globals()") is False
    lab.end_kernels(name)

    view = page.cell(TURNED).locator(".al-live")
    (turned,) = page.plots(wait=1, cell=TURNED)
    facts = view.locator(".al-tune-facts").first
    told, drawn = facts.inner_text(), turned.js(DRAWN)
    view.locator("input[type=range]").first.press("End")
    page.page.wait_for_function(f"([gd, then]) => {DRAWN} !== then", arg=[turned._element, drawn])
    assert facts.inner_text() != told
    view.locator(".al-line", has_text=LATE).wait_for()
    page.assert_no_errors()
