"""Does notebook 08 run in a real JupyterLab, every picture drawn and nothing asked of the world?"""

from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_CHART, _FAMILY, _SCORECARD, _ALERTS, _BACKTEST = 3, 7, 9, 11, 14


def test_every_result_shows_its_picture(run_notebook: Callable[[str], NotebookPage]) -> None:
    page = run_notebook("08_alerts.ipynb")
    for cell in (_CHART, _FAMILY, _SCORECARD, _ALERTS, _BACKTEST):
        (plot,) = page.plots(wait=1, cell=cell)
        assert plot.trace_names()
    assert page.probe.external == []
