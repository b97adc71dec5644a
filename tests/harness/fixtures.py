"""How do browser tests share one server and one browser, and what if there is none?

All tests take them from one place, because a second copy of these fixtures would start a second
browser. What they need is imported when one of them is used: most tests open no page.
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.harness.browser import Browser
    from tests.harness.filepage import FilePage
    from tests.harness.lab import JupyterLab
    from tests.harness.notebook import NotebookPage
    from tests.harness.stage import Stages
    from tests.harness.widgetpage import WidgetPage

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The browser of this session; without one, tests are skipped, in CI they fail."""
    from tests.harness.browser import Browser, BrowserMissingError, browser_is_required

    try:
        started = Browser()
    except BrowserMissingError as missing:
        if browser_is_required():
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    with started:
        yield started


@pytest.fixture(scope="session")
def lab_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server offers: tests write their notebooks here."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab(lab_root: Path, browser: "Browser") -> "Iterator[JupyterLab]":  # noqa: ARG001 - see below
    """The server of this session; it asks for the browser first, to be skipped with it."""
    from tests.harness.lab import JupyterLab

    with JupyterLab(lab_root) as started:
        yield started


@pytest.fixture
def open_notebook(lab: "JupyterLab", browser: "Browser") -> "Iterator[Callable[..., NotebookPage]]":
    """Opens a notebook, `open_notebook(path, dark=False)`; all are closed after the test."""
    from tests.harness.notebook import NotebookPage

    pages: list[NotebookPage] = []

    def open_one(path: str, *, dark: bool = False) -> "NotebookPage":
        pages.append(NotebookPage(lab, browser, dark=dark))
        return pages[-1].open(path)

    yield open_one
    for page in reversed(pages):
        page.close()


@pytest.fixture
def run_notebook(
    lab_root: Path, open_notebook: "Callable[..., NotebookPage]"
) -> "Callable[[str], NotebookPage]":
    """Opens one of our notebooks and runs all of its cells, none of which may fail."""

    def run_one(name: str) -> "NotebookPage":
        shutil.copy(NOTEBOOKS / name, lab_root / name)
        page = open_notebook(name)
        page.run_all()
        page.assert_no_errors()
        return page

    return run_one


@pytest.fixture
def open_file(browser: "Browser") -> "Iterator[Callable[..., FilePage]]":
    """Opens an HTML file, `open_file(path, dark=False)`; all are closed after the test."""
    from tests.harness.filepage import FilePage

    pages: list[FilePage] = []

    def open_one(path: Path, *, dark: bool = False) -> "FilePage":
        pages.append(FilePage(path, browser, dark=dark))
        return pages[-1]

    yield open_one
    for page in reversed(pages):
        page.close()


@pytest.fixture(scope="session")
def stages(browser: "Browser") -> "Iterator[Stages]":
    """The pages on which one live view follows the other."""
    from tests.harness.stage import Stages

    with Stages(browser) as made:
        yield made


@pytest.fixture
def open_view(browser: "Browser", stages: "Stages") -> "Iterator[Callable[..., WidgetPage]]":
    """Shows a live view, `open_view(live, dark=False, …)`; all are closed after the test.

    With `alone=True` the page is the view's own: so that it has to ask for plotly.js, or because the
    test changes what belongs to the browser.
    """
    from tests.harness.widgetpage import WidgetPage

    pages: list[WidgetPage] = []

    def open_one(live: Any, *, alone: bool = False, **more: Any) -> "WidgetPage":
        pages.append(WidgetPage(live, browser, stages=None if alone else stages, **more))
        return pages[-1]

    yield open_one
    for page in reversed(pages):
        page.close()
