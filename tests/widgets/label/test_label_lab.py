"""Are traces labelled by keyboard in a real JupyterLab, and are they there after its kernel dies?"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.test_harness import write_notebook
from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

_SETUP = """
import agentlens as al
log = al.demo(days=7, traces_per_day=100, seed=1)
plan = al.plan_labels(log, "goal_completion", n=40, store=None)
"""
_LABEL = 'marks = al.label(plan, rater="ana", store="labels.sqlite")\nmarks'


def _press(page: NotebookPage, key: str, nth: int) -> None:
    page.page.keyboard.press(key)
    heading = page.page.locator(".al-label-heading:focus")
    heading.get_by_text(f"Trace {nth} of 44", exact=True).wait_for()


def test_labels_given_by_keyboard_outlive_the_kernel(
    lab_root: Path, open_notebook: Callable[..., NotebookPage]
) -> None:
    page = open_notebook(write_notebook(lab_root, "label.ipynb", _SETUP, _LABEL))
    page.run_all()
    page.assert_no_errors()
    page.page.locator(".al-label-heading").focus()
    for place, key in enumerate("pfufp"):
        _press(page, key, place + 2)
    said = page.execute("marks.labels['label'].tolist()")
    assert said == ["pass", "fail", "unsure", "fail", "pass"]
    assert page.execute("repr(marks)") == "Labels(5 of 44 labelled)"
    assert len(page.outputs(2)) == 1, "no key of ours ran, cut or made a cell"
    assert page.execute("len(marks.log.scores) > len(log.scores)")
    pid = page.execute("__import__('os').getpid()")
    os.kill(pid, signal.SIGKILL)
    # The server starts another one; to run the cells again is to go on.
    page.page.keyboard.press("u")
    page.page.locator(".al-label-unsaved").wait_for()
    page.run_all()
    page.page.locator(".al-label-progress").get_by_text("6 of 44 labelled").wait_for()
    assert page.execute("marks.labels['label'].tolist()") == [*said, "unsure"]
