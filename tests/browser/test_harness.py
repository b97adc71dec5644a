"""Does the harness see what happens in a page, and does it notice when something is wrong?"""

import json
import sys
import urllib.error
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import pytest

from tests.harness import browser as browser_module
from tests.harness.browser import BrowserMissingError, find_browser
from tests.harness.filepage import FilePage
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage
from tests.harness.plot import Plot

OpenFile = Callable[..., FilePage]
OpenNotebook = Callable[..., NotebookPage]

STRICT = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:\">"
)
CELLS = (
    """
import plotly.graph_objects as go
rows = list("abc")
go.Figure(go.Scatter(x=["2026-11-01", "2026-11-02", "2026-11-03"], y=[2.0, 3.0, 1.0],
                     mode="markers", ids=rows, customdata=["u", "v", "w"], name="line"))
""",
    "go.Figure(go.Heatmap(z=[[1, 2, 3], [4, 5, 6]], x=rows, y=['low', 'high']))",
    "go.Figure([go.Bar(x=rows, y=[3, 2, 1], name='left'), go.Bar(x=rows, y=[1, 2, 3])])",
    "go.Figure(go.Scatter(y=[1, 2])).update_layout(height=1500)",
    "print('the end')",
)


def write_notebook(folder: Path, name: str, *cells: str) -> str:
    code: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    text = {"cell_type": "markdown", "metadata": {}, "source": "# A notebook", "id": "text"}
    written = [
        text,
        *({**code, "source": cell.strip(), "id": f"c{i}"} for i, cell in enumerate(cells)),
    ]
    notebook = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")
    return name


def write_page(folder: Path, *, head: str = STRICT, script: str = "") -> Path:
    line = go.Figure(go.Scatter(x=[1, 2, 3], y=[2, 3, 1], ids=list("abc"), mode="markers"))
    grid = go.Figure(go.Heatmap(z=[[1, 2], [3, 4]]))
    body = line.to_html(full_html=False, include_plotlyjs=True)
    body += (
        f'<div style="height: 3000px"></div>{grid.to_html(full_html=False, include_plotlyjs=False)}'
    )
    path = folder / "page.html"
    path.write_text(
        f'<!doctype html><html><head><meta charset="utf-8">{head}<style>'
        "body { background: white } @media (prefers-color-scheme: dark) "
        "{ body { background: black } }</style></head>"
        f"<body>{body}<script>{script}</script></body></html>",
        encoding="utf-8",
    )
    return path


@pytest.mark.browser
def test_a_file_is_drawn_and_its_points_can_be_clicked(open_file: OpenFile, tmp_path: Path) -> None:
    page = open_file(write_page(tmp_path))
    line, grid = page.plots(wait=2)
    assert line.click_point(0, 2)[0] == {
        "x": 3,
        "y": 1,
        "curveNumber": 0,
        "pointIndex": 2,
        "id": "c",
        **dict.fromkeys(("z", "text", "customdata")),
    }
    clicked = grid.click_point(0, (1, 0))[0]
    assert (clicked["x"], clicked["y"], clicked["z"]) == (0, 1, 3)
    page.assert_no_errors()


@pytest.mark.browser
def test_box_selections_repeat_and_give_their_points(open_file: OpenFile, tmp_path: Path) -> None:
    line = open_file(write_page(tmp_path)).plots(wait=2)[0]
    first = line.box_select(1.5, 1.5, 2.5, 3.1)
    assert [point["id"] for point in first["points"]] == ["b"]
    second = line.box_select(1.8, 0.95, 3.05, 3.1)
    assert [point["id"] for point in second["points"]] == ["b", "c"]
    assert second["range"]["x"] == pytest.approx([1.8, 3.05], abs=0.02)


@pytest.mark.browser
def test_a_page_that_looks_for_others_or_fails_is_reported(
    open_file: OpenFile, tmp_path: Path
) -> None:
    script = """
        fetch("https://example.org/data.json").catch(() => {});
        new Image().src = "beside.png";
        new WebSocket("wss://example.org/socket");
        console.error("a complaint");
        setTimeout(() => { throw new Error("a failure"); });
    """
    page = open_file(write_page(tmp_path, head="", script=script))
    page.plots(wait=2)
    assert "https://example.org/data.json" in page.external
    assert (tmp_path / "beside.png").as_uri() in page.external
    assert "wss://example.org/socket" in page.external
    assert any("a complaint" in error for error in page.js_errors())
    assert any("a failure" in error for error in page.js_errors())
    with pytest.raises(AssertionError, match=r"example\.org"):
        page.assert_no_errors()


@pytest.mark.browser
def test_a_missing_figure_and_a_missing_point_are_named(
    open_file: OpenFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_file(write_page(tmp_path))
    line = page.plots(wait=2)[0]
    with pytest.raises(Exception, match="no trace 7"):
        line.click_point(7, 0)
    with pytest.raises(Exception, match="not inside the axes"):
        line.box_select(100, 1, 101, 2)
    monkeypatch.setattr("tests.harness.plot.PATIENCE_MS", 500)
    with pytest.raises(AssertionError, match="Waited for 3 drawn figures, 2 are on the page"):
        page.plots(wait=3)


@pytest.mark.browser
def test_dark_paper_pictures_and_print(open_file: OpenFile, tmp_path: Path) -> None:
    path = write_page(tmp_path)
    colours = "getComputedStyle(document.body).backgroundColor"
    assert open_file(path).page.evaluate(colours) == "rgb(255, 255, 255)"
    dark = open_file(path, dark=True)
    assert dark.page.evaluate(colours) == "rgb(0, 0, 0)"
    dark.scroll_through()
    picture = dark.screenshot(tmp_path / "full.png").read_bytes()
    assert int.from_bytes(picture[20:24]) > 3000  # the height in the PNG header
    assert dark.print_pdf(tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.lab
def test_a_notebook_runs_is_drawn_and_answers(
    lab: JupyterLab, lab_root: Path, open_notebook: OpenNotebook, tmp_path: Path
) -> None:
    page = open_notebook(write_notebook(lab_root, "whole.ipynb", *CELLS))
    page.run_all()
    line, grid, bars, tall = page.plots(wait=4)
    _check_figures(line, grid, bars)
    assert tall.click_point(0, 1)[0]["y"] == 2
    assert "application/vnd.plotly.v1+json" in page.outputs(1)[0]["data"]
    assert page.outputs(5)[0]["text"] == "the end\n"
    assert page.execute("import sys; more = [*rows, 1.5]; (sys.executable, more)") == [
        sys.executable,
        ["a", "b", "c", 1.5],
    ]
    page.cell(5).get_by_text("the end", exact=True).wait_for()
    picture = page.screenshot(tmp_path / "whole.png").read_bytes()
    assert int.from_bytes(picture[20:24]) > 2500
    page.assert_no_errors()
    assert lab.errors == []


def _check_figures(line: Plot, grid: Plot, bars: Plot) -> None:
    clicked = line.click_point(0, 1)[0]
    assert (clicked["x"], clicked["y"]) == ("2026-11-02", 3)
    assert (clicked["id"], clicked["customdata"]) == ("b", "v")
    assert line.y(0) == [2, 3, 1]
    assert line.x(0)[0] == "2026-11-01"
    assert line.trace_names() == ["line"]
    assert "Box Select" in line.modebar_titles()
    cell = grid.click_point(0, (1, 2))[0]
    assert (cell["x"], cell["y"], cell["z"]) == ("c", "high", 6)
    bar = bars.click_point(1, 2)[0]
    assert (bar["curveNumber"], bar["x"], bar["y"]) == (1, "c", 3)


@pytest.mark.lab
def test_errors_of_cells_and_of_code_are_reported(
    lab_root: Path, open_notebook: OpenNotebook
) -> None:
    page = open_notebook(write_notebook(lab_root, "errors.ipynb", "1 / 0", "print('after')"))
    page.run_all()
    assert page.errors() == ["cell 1: ZeroDivisionError: division by zero"]
    assert page.outputs(2) == []
    page.run_cell(2)
    assert page.outputs(2)[0]["text"] == "after\n"
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        page.assert_no_errors()
    with pytest.raises(RuntimeError, match="NameError: name 'missing' is not defined"):
        page.execute("missing")
    with pytest.raises(RuntimeError, match="KeyError"):
        page.execute("{}['a']; 1")


@pytest.mark.lab
def test_a_saved_notebook_is_there_after_a_reload_and_keeps_its_kernel(
    lab_root: Path, open_notebook: OpenNotebook
) -> None:
    page = open_notebook(write_notebook(lab_root, "saved.ipynb", "x = 1", *CELLS[:1]))
    page.run_all()
    page.plots(wait=1)
    page.execute("x = 41")
    page.save()
    page.reload()
    assert page.execute("x + 1") == 42
    assert page.plots(wait=1)[0].click_point(0, 0)[0]["id"] == "a"
    page.assert_no_errors()


@pytest.mark.lab
def test_the_theme_changes_and_does_not_outlive_the_page(
    lab_root: Path, open_notebook: OpenNotebook
) -> None:
    name = write_notebook(lab_root, "theme.ipynb", "1")
    page = open_notebook(name)
    page.set_theme(dark=True)
    assert page.page.locator("body").get_attribute("data-jp-theme-name") == "JupyterLab Dark"
    page.close()
    again = open_notebook(name)
    assert again.page.locator("body").get_attribute("data-jp-theme-name") == "JupyterLab Light"


@pytest.mark.lab
def test_the_server_refuses_strangers_and_ends_kernels(
    lab: JupyterLab, lab_root: Path, open_notebook: OpenNotebook
) -> None:
    name = write_notebook(lab_root, "kernel.ipynb", "1")
    page = open_notebook(name)
    assert len(lab.sessions(name)) == 1
    lab.trust(name)
    page.close()
    assert lab.sessions(name) == []
    with pytest.raises(urllib.error.HTTPError, match="404"):
        lab.api("contents/not-there.ipynb")


def test_a_missing_browser_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(BrowserMissingError, match="install Chromium"):
        find_browser()


@pytest.mark.parametrize(
    "variable, value, required",
    [
        ("CI", "true", True),
        ("AGENTLENS_REQUIRE_BROWSER", "1", True),
        ("CI", "false", False),
        ("CI", "", False),
    ],
)
def test_a_browser_is_required_in_ci(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, *, required: bool
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("AGENTLENS_REQUIRE_BROWSER", raising=False)
    monkeypatch.setenv(variable, value)
    assert browser_module.browser_is_required() is required
