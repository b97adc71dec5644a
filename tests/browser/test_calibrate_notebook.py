"""Does notebook 04 run in a real JupyterLab, offline, from the first check to the watched judge?"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "04_calibrate.ipynb"
_PICTURES = 15


def test_the_whole_lab_runs_offline_and_ends_with_who_moved(
    lab_root: Path, open_notebook: Callable[..., NotebookPage]
) -> None:
    shutil.copy(NOTEBOOK, lab_root / NOTEBOOK.name)
    page = open_notebook(NOTEBOOK.name)
    page.run_all()
    page.assert_no_errors()
    drawn = page.plots(wait=_PICTURES)
    assert len(drawn) == _PICTURES
    assert sum(not plot.trace_names() for plot in drawn) == 1  # what is free has no bars to draw
    assert "has changed" in page.page.locator(".al-card").last.inner_text()
    assert page.probe.external == []
