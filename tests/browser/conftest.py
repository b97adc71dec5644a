"""How do browser tests share one server and one browser, and what if there is none?"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.browser import Browser, BrowserMissingError, browser_is_required
from tests.harness.filepage import FilePage
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this session; without one, tests are skipped, in CI they fail."""
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
def lab(lab_root: Path, browser: Browser) -> Iterator[JupyterLab]:  # noqa: ARG001 - see below
    """The server of this session; it asks for the browser first, to be skipped with it."""
    with JupyterLab(lab_root) as started:
        yield started


@pytest.fixture
def open_notebook(lab: JupyterLab, browser: Browser) -> Iterator[Callable[..., NotebookPage]]:
    """Opens a notebook, `open_notebook(path, dark=False)`; all are closed after the test."""
    pages: list[NotebookPage] = []

    def open_one(path: str, *, dark: bool = False) -> NotebookPage:
        pages.append(NotebookPage(lab, browser, dark=dark))
        return pages[-1].open(path)

    yield open_one
    for page in reversed(pages):
        page.close()


@pytest.fixture
def open_file(browser: Browser) -> Iterator[Callable[..., FilePage]]:
    """Opens an HTML file, `open_file(path, dark=False)`; all are closed after the test."""
    pages: list[FilePage] = []

    def open_one(path: Path, *, dark: bool = False) -> FilePage:
        pages.append(FilePage(path, browser, dark=dark))
        return pages[-1]

    yield open_one
    for page in reversed(pages):
        page.close()
