"""Does notebook 02 read a Langfuse on this machine in a real JupyterLab, and ask nobody else?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[2]
_CHART, _WORST, _CASES, _ANSWER = 11, 15, 19, 24


def test_langfuse_becomes_a_lake_and_a_chart(
    lab_root: Path, run_notebook: Callable[[str], NotebookPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LANGFUSE_SECRET_KEY", raising=False)
    (lab_root / "tests").symlink_to(ROOT / "tests", target_is_directory=True)
    page = run_notebook("02_langfuse.ipynb")
    for cell in (_CHART, _WORST, _CASES):
        (plot,) = page.plots(wait=1, cell=cell)
        assert plot.trace_names() is not None
    assert "read once and kept" in (page.cell(_ANSWER).locator("strong").text_content() or "")
    assert page.probe.external == []
