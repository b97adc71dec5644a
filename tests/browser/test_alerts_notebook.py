"""Does notebook 03 run in a real JupyterLab, every picture drawn and nothing asked of the world?"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "06_alerts.ipynb"
_CHART, _FAMILY, _SCORECARD, _ALERTS, _BACKTEST = 3, 7, 9, 11, 14


def test_every_result_shows_its_picture(
    lab_root: Path, open_notebook: Callable[..., NotebookPage]
) -> None:
    shutil.copy(NOTEBOOK, lab_root / NOTEBOOK.name)
    page = open_notebook(NOTEBOOK.name)
    page.run_all()
    page.assert_no_errors()
    for cell in (_CHART, _FAMILY, _SCORECARD, _ALERTS, _BACKTEST):
        (plot,) = page.plots(wait=1, cell=cell)
        assert plot.trace_names()
    assert page.probe.external == []
