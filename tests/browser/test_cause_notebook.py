"""Does notebook 07 run in a real JupyterLab, every picture drawn and no price taken for a formula?"""

import re
from collections.abc import Callable

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_PICTURES = 10


def test_every_answer_shows_its_picture(run_notebook: Callable[[str], NotebookPage]) -> None:
    page = run_notebook("07_cause.ipynb")
    drawn = page.plots(wait=_PICTURES)
    assert len(drawn) == _PICTURES
    assert all(plot.trace_names() for plot in drawn)
    assert page.page.locator("mjx-container").count() == 0
    prices = re.compile(r"rose to \$[\d.]+ from \$[\d.]+")  # two dollars, and still no formula
    assert prices.search(page.page.locator(".al-card").last.text_content() or "")
    assert page.probe.external == []
