"""Does notebook 01 run in a real JupyterLab, and can a person see and touch its chart?"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.browser import VIEWPORT, Browser
from tests.harness.lab import JupyterLab
from tests.harness.notebook import NotebookPage

pytestmark = pytest.mark.lab

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "01_incident.ipynb"
_CHART_CELL = 3


@pytest.fixture(scope="module")
def opened(lab: JupyterLab, lab_root: Path, browser: Browser) -> Iterator[NotebookPage]:
    """The notebook, run once: to open it takes longer than all that is looked at."""
    shutil.copy(NOTEBOOK, lab_root / NOTEBOOK.name)
    page = NotebookPage(lab, browser)
    try:
        page.open(NOTEBOOK.name).run_all()
        yield page
    finally:
        page.close()


@pytest.fixture
def incident(opened: NotebookPage) -> Iterator[NotebookPage]:
    """The notebook as it was opened: each test begins and ends without a complaint."""
    opened.assert_no_errors()
    yield opened
    opened.set_theme(dark=False)
    opened.page.set_viewport_size(VIEWPORT)
    opened.assert_no_errors()


def test_the_chart_is_drawn_and_a_clicked_point_says_which_bin_it_is(
    incident: NotebookPage,
) -> None:
    (chart,) = incident.plots(wait=1, cell=_CHART_CELL)
    names = chart.trace_names()
    assert {"bins", "EWMA", "beyond limits"} <= set(names)
    (point,) = chart.click_point(names.index("beyond limits"), 0)
    called = incident.execute("chart.signals()[-1].start.isoformat()")
    assert point["id"] == called
    assert point["customdata"] == incident.execute(
        "int(chart.frame.loc[chart.frame['beyond'] != 0, 'n'].iloc[0])"
    )


def test_nothing_is_offered_for_upload_and_nothing_is_asked_of_the_world(
    incident: NotebookPage,
) -> None:
    (chart,) = incident.plots(wait=1, cell=_CHART_CELL)
    titles = " ".join(chart.modebar_titles()).lower()
    assert titles
    assert "share" not in titles
    assert "cloud" not in titles
    assert incident.probe.external == []


def test_the_chart_keeps_its_height_when_the_window_is_resized(incident: NotebookPage) -> None:
    (chart,) = incident.plots(wait=1, cell=_CHART_CELL)
    before = chart.js("gd.getBoundingClientRect().height")
    incident.page.set_viewport_size({"width": 1000, "height": 1400})
    (chart,) = incident.plots(wait=1, cell=_CHART_CELL)
    assert chart.js("gd.getBoundingClientRect().height") == before == 380


def test_the_card_reads_in_light_and_dark(incident: NotebookPage) -> None:
    """Text keeps a contrast of 4.5 against the page that is really behind it."""
    for dark in (False, True):
        incident.set_theme(dark=dark)
        ratios = incident.page.evaluate(_CONTRASTS)
        assert len(ratios) > 10
        assert min(ratios) >= 4.5, ratios


_CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => {
    const a = top[3] / 255;
    return c * a + below[i] * (1 - a);
  });
  const light = (c) => {
    const [r, g, b] = c.map((v) => v / 255).map(
      (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const opacity = (node) => {
    let all = 1;
    for (let one = node; one; one = one.parentElement) all *= getComputedStyle(one).opacity;
    return all;
  };
  const wanted = ".al-card h3, .al-card p, .al-card dt, .al-card dd, .al-card li, .al-chip";
  return [...document.querySelectorAll(wanted)].map((node) => {
    const back = behind(node).slice(0, 3);
    const ink = rgba(getComputedStyle(node).color);
    ink[3] = 255 * opacity(node);
    const [a, b] = [light(over(ink, back)), light(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}"""
