"""Does notebook 04 run in a real JupyterLab, offline, from the first check to the watched judge?"""

from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_PICTURES = 15


def test_the_whole_lab_runs_offline_and_ends_with_who_moved(
    run_notebook: Callable[[str], NotebookPage],
) -> None:
    page = run_notebook("04_calibrate.ipynb")
    drawn = page.plots(wait=_PICTURES)
    assert len(drawn) == _PICTURES
    assert sum(not plot.trace_names() for plot in drawn) == 1  # what is free has no bars to draw
    assert "has changed" in (page.page.locator(".al-card").last.text_content() or "")
    assert page.probe.external == []
