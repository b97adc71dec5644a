"""Does notebook 06 run in a real JupyterLab, charted and explored straight from the disk?"""

from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_CHART, _SLICES, _SLICE_CHART, _EXPLORER, _DRAWN, _ANSWER = 6, 8, 9, 11, 20, 25


def test_half_a_year_is_asked_without_being_loaded(
    run_notebook: Callable[[str], NotebookPage],
) -> None:
    page = run_notebook("06_beyond.ipynb")
    for cell in (_CHART, _SLICES, _SLICE_CHART):
        (plot,) = page.plots(wait=1, cell=cell)
        assert plot.trace_names()
    assert page.plots(wait=1, cell=_EXPLORER)
    assert "Told from" in (page.cell(_DRAWN).text_content() or "")
    assert page.execute("'traces' in vars(log), 'spans' in vars(log)") == [False, False]
    assert "no cluster is needed" in (page.cell(_ANSWER).locator("strong").text_content() or "")
    assert page.probe.external == []
