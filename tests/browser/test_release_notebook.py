"""Does notebook 05 run in a real JupyterLab, from the first morning of a canary to its verdict?"""

from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_MORNING, _WATCHED, _WEEK, _SLICES, _AFTER, _ANSWER = 4, 7, 12, 16, 18, 22


def test_a_release_is_watched_and_sent_back(run_notebook: Callable[[str], NotebookPage]) -> None:
    page = run_notebook("05_release.ipynb")
    for cell in (_MORNING, _WATCHED, _WEEK, _SLICES, _AFTER):
        (plot,) = page.plots(wait=1, cell=cell)
        assert plot.trace_names()
    assert "Not decided" in (page.cell(_MORNING).text_content() or "")
    assert page.cell(_ANSWER).locator("strong").text_content() == "No: roll back."
    assert page.probe.external == []
