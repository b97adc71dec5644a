"""Is the weekly notebook, made a page, alive and harmless, whatever stands in the traces?"""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import agentlens as al
from agentlens.cli.notebooks import notebook
from tests.harness.filepage import FilePage
from tests.report.answers import HOSTILE, WHEN

pytestmark = pytest.mark.browser

OpenFile = Callable[..., FilePage]
NOT_IN_TABLES = ("surrogate", "nul", "long")
EVIL = [words for name, words in HOSTILE.items() if name not in NOT_IN_TABLES]
SLICES = ("task_type", "segment", "device", "model", "release", "agent_version", "prompt_version")
TEXTS = (
    "name",
    "input",
    "output",
    "error_type",
    "error_message",
    "comment",
    "label",
    "rater",
    "tags",
)
ACTS = """() => [...document.querySelectorAll("*")].filter((one) =>
    one.matches("iframe, object, embed, form, [onerror], [onload], [onmouseover]")
    || (one.getAttribute("href") || one.getAttribute("xlink:href") || "")
        .toLowerCase().startsWith("javascript")).map((one) => one.outerHTML.slice(0, 200))"""


def spoiled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which every value of each text column ends in one of the hostile strings."""
    changed = {}
    for column in (*SLICES, *TEXTS):
        if column not in frame or (column == "name" and "kind" not in frame and "value" in frame):
            continue
        values = frame[column].dropna().unique()
        evil = {one: f"{one} {EVIL[n % len(EVIL)]}" for n, one in enumerate(values)}
        changed[column] = pd.Series(
            [evil.get(one) for one in frame[column]], frame.index, dtype="str"
        )
    return frame.assign(**changed)


@pytest.fixture(scope="module")
def page_of_evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a week in which nobody who wrote a text meant well."""
    folder = tmp_path_factory.mktemp("evil")
    log = al.demo(traces_per_day=100)
    log = replace(
        log,
        traces=spoiled(log.traces),
        spans=spoiled(log.spans),
        scores=spoiled(log.scores),
    )
    log.save(folder / "log.parquet")
    asked = {"files": [str(folder / "log.*.parquet")], "week": "2026-W46", "slos": []}
    report = al.render(notebook("weekly.ipynb"), asked)
    path = report.save(folder / "week.html", generated=WHEN)
    page = unescape(path.read_text(encoding="utf-8"))
    assert all(
        words in page for words in ("alert(2)", "javascript:alert(4)", "onmouseover=alert(6)")
    )
    return path


def test_nothing_that_stands_in_a_trace_acts_on_the_page(
    page_of_evil: Path, open_file: OpenFile
) -> None:
    page = open_file(page_of_evil)
    dialogs = page.probe.refuse_dialogs()
    page.page.reload()
    page.scroll_through()
    charts = page.page.locator(".al-figure").count()
    assert charts >= 10
    page.plots(wait=charts)
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.page.evaluate(ACTS) == []
    assert dialogs == []
    page.assert_no_errors()


def test_a_knob_of_the_week_changes_what_it_would_have_called(
    page_of_evil: Path, open_file: OpenFile
) -> None:
    page = open_file(page_of_evil)
    page.scroll_through()
    width = page.page.get_by_label("width").first
    width.scroll_into_view_if_needed()
    line = page.page.locator(".al-line").first
    before = line.inner_text()
    width.focus()
    for _ in range(30):
        page.page.keyboard.press("ArrowRight")
    page.page.wait_for_function(
        "(was) => document.querySelector('.al-line').innerText !== was", arg=before
    )
    assert "signal" in line.inner_text()
    page.assert_no_errors()
