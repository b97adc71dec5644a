"""Does notebook 04 run in a real JupyterLab, every picture drawn and no price taken for a formula?"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "05_cause.ipynb"
_PICTURES = 10


def test_every_answer_shows_its_picture(
    lab_root: Path, open_notebook: Callable[..., NotebookPage]
) -> None:
    shutil.copy(NOTEBOOK, lab_root / NOTEBOOK.name)
    page = open_notebook(NOTEBOOK.name)
    page.run_all()
    page.assert_no_errors()
    drawn = page.plots(wait=_PICTURES)
    assert len(drawn) == _PICTURES
    assert all(plot.trace_names() for plot in drawn)
    assert page.page.locator("mjx-container").count() == 0
    prices = re.compile(r"rose to \$[\d.]+ from \$[\d.]+")  # two dollars, and still no formula
    assert prices.search(page.page.locator(".al-card").last.inner_text())
    assert page.probe.external == []
