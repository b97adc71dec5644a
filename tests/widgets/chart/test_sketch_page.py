"""Do lines that follow a hand stand where plotly draws them a moment later?"""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from agentlens.widgets.chart.chart import Chart
from tests.harness.widgetpage import WidgetPage
from tests.widgets.chart.test_chart_page import Open

pytestmark = pytest.mark.browser

N = 60
# By trace: the box around its lines, and the place of each of its marks; of what can be seen.
SEEN = """(gd) => [...gd.querySelectorAll(".scatterlayer > .trace")].map((node) => {
    const boxes = [...node.querySelectorAll("path.js-line")].map((path) => path.getBBox())
        .filter(({ width, height }) => width || height);
    const marks = [...node.querySelectorAll("path")].filter((path) =>
        path.getAttribute("transform") && path.getClientRects().length && path.checkVisibility());
    return {
        name: node.__data__[0].trace.name,
        length: [...node.querySelectorAll("path.js-line")]
            .reduce((sum, path) => sum + path.getTotalLength(), 0),
        box: boxes.length ? [
            Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y)),
            Math.max(...boxes.map(({ x, width }) => x + width)),
            Math.max(...boxes.map(({ y, height }) => y + height)),
        ] : [],
        marks: marks.flatMap((path) => {
            const { e, f } = path.transform.baseVal.consolidate().matrix;
            const { width, height } = path.getBBox();
            return [e, f, width, height];
        }),
    };
})"""
WATCH = f"""(gd) => {{
    window.sketches = [];
    new MutationObserver(() => gd.dataset.sketched && window.sketches.push(({SEEN})(gd)))
        .observe(gd, {{ attributeFilter: ["data-sketched"] }});
}}"""


def figure(shift: float = 0.0, *, out: tuple[int, ...] = (3, 40), **axis: Any) -> go.Figure:
    """A chart of lines with a gap, a step, points that stay and points that come and go."""
    x = np.arange(N) * 1.5
    wave = np.sin(x / 9) + shift
    gap = np.where((x > 30) & (x < 36), np.nan, wave)
    layout = {"yaxis": {"range": [-2, 2], **axis}, "xaxis": {"range": [-5, 95]}}
    found = go.Figure(layout=layout)
    found.add_scatter(x=x.tolist(), y=np.cos(x).tolist(), mode="markers", name="bins")
    found.add_scatter(x=x.tolist(), y=wave.tolist(), mode="lines", name="line")
    found.add_scatter(
        x=x.tolist(), y=[None if np.isnan(one) else one for one in gap],
        mode="lines", name="steps", line={"shape": "hv"},
    )  # fmt: skip
    found.add_scatter(
        x=[x[one] for one in out], y=[wave[one] for one in out], mode="markers",
        name="beyond", marker={"symbol": ["triangle-up", "triangle-down", "triangle-up"][: len(out)],
                               "size": 8, "color": "#D55E00", "line": {"width": 1}},
    )  # fmt: skip
    return found


def opened(open_view: Open, chart: Chart) -> WidgetPage:
    view = open_view(chart)
    view.drawn()[0].js(f"({WATCH})(gd)")
    return view


def whole(view: WidgetPage, chart: Chart) -> list[dict[str, Any]]:
    """What is to be seen once plotly has drawn the present figure."""
    view.wait("root.dataset.rev === argument", str(chart.rev))
    (plot,) = view.drawn()
    found: list[dict[str, Any]] = plot.js(f"({SEEN})(gd)")
    return found


@pytest.mark.parametrize("out", [(3, 40), (10, 11, 59)])
def test_what_is_seen_at_once_is_what_plotly_draws(open_view: Open, out: tuple[int, ...]) -> None:
    chart = Chart(figure())
    view = opened(open_view, chart)
    before = view.drawn()[0].js(f"({SEEN})(gd)")
    for shift in (0.3, 0.6):
        chart.show(figure(shift, out=out))
        view.wait("window.sketches.length")
        seen = view.page.evaluate("window.sketches.splice(0).at(-1)")
        after = whole(view, chart)
        assert [one["name"] for one in seen] == ["bins", "line", "steps", "beyond"]
        for sketched, drawn, was in zip(seen, after, before, strict=True):
            assert np.allclose(sketched["box"], drawn["box"], atol=0.6)
            assert sketched["length"] == pytest.approx(drawn["length"], rel=0.01)
            assert np.allclose(sketched["marks"], drawn["marks"], atol=0.6)
            if sketched["name"] == "line":
                assert sketched["box"][1] < was["box"][1] - 10
        before = after


def test_a_figure_that_comes_back_is_the_one_that_was(open_view: Open) -> None:
    chart = Chart(figure())
    view = opened(open_view, chart)
    before = whole(view, chart)
    chart.show(figure(0.5))
    view.wait("window.sketches.length")
    chart.show(figure())
    assert whole(view, chart) == before
    assert view.drawn()[0].js("gd.querySelectorAll('.points').length") == 4


@pytest.mark.parametrize(
    "changed",
    [
        figure(0.5, autorange=True, range=None),
        figure(0.5, title={"text": "Height"}),
        figure(0.5).add_scatter(x=[1], y=[1]),
        figure(0.5).update_traces(line={"width": 4}, selector={"name": "line"}),
        figure(0.5).update_traces(marker={"symbol": "star"}, selector={"name": "beyond"}),
        figure(0.5).update_traces(y=[1.0] * N, selector={"name": "bins"}),
    ],
    ids=["axis", "layout", "more traces", "width", "symbol", "other points"],
)
def test_what_is_more_than_bent_lines_is_drawn_whole(open_view: Open, changed: go.Figure) -> None:
    chart = Chart(
        figure(autorange=True, range=None) if changed.layout.yaxis.autorange else figure()
    )
    view = opened(open_view, chart)
    chart.show(changed)
    whole(view, chart)
    assert view.page.evaluate("window.sketches.length") == 0


@pytest.mark.parametrize("before, after", [((), (3,)), ((3,), ())])
def test_the_first_mark_and_the_last_one_are_drawn_whole(
    open_view: Open, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    chart = Chart(figure(out=before))
    view = opened(open_view, chart)
    chart.show(figure(0.5, out=after))
    found = whole(view, chart)
    assert len(next((one["marks"] for one in found if one["name"] == "beyond"), [])) == 4 * len(
        after
    )
    assert view.page.evaluate("window.sketches.length") == 0


def test_a_pointer_that_comes_near_finds_the_whole_figure(open_view: Open) -> None:
    chart = Chart(figure())
    view = opened(open_view, chart)
    view.page.mouse.move(1, 1)
    chart.show(figure(0.5))
    view.wait("window.sketches.length")
    box = view.page.locator(".js-plotly-plot").bounding_box()
    assert box is not None
    view.page.mouse.move(box["x"] + 60, box["y"] + 60)
    points = view.drawn()[0].click_point(3, 1)
    assert points[0]["y"] == pytest.approx(float(np.sin(60 / 9)) + 0.5)
