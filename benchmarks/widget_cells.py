"""Which cells does each kind of live chart take, for the same picture?"""

from dataclasses import dataclass

__all__ = ["CHART", "FIGURE_WIDGET", "TUNER", "Kind"]

_FIGURE = """
import numpy as np
import plotly.graph_objects as go

def figure(n=200, title="Rate"):
    made = go.Figure(layout={"title": {"text": title}, "height": 380})
    days = np.datetime64("2026-11-01T00") + np.arange(n).astype("m8[h]")
    rate = np.random.default_rng(7).random(n)
    made.add_scatter(x=days, y=rate, mode="markers", name="rate")
    for name in ("center", "low", "high"):
        made.add_scatter(x=days, y=np.full(n, 0.5), mode="lines", name=name)
    return made

def smoothed(values, weight):
    out = np.empty(values.size)
    last = values[0]
    for place, value in enumerate(values):
        out[place] = last = weight * value + (1 - weight) * last
    return out
"""


@dataclass(frozen=True)
class Kind:
    """One kind of live chart.

    Attributes:
        name: as the table calls it.
        setup: the first cell.
        one: an expression that makes one chart, `{title}` to be filled in.
        slider: a cell that shows a chart of `{n}` points under a slider; arrow keys move it, and
            every move changes all the points of its four lines.
    """

    name: str
    setup: str
    one: str
    slider: str


FIGURE_WIDGET = Kind(
    "FigureWidget",
    _FIGURE,
    "go.FigureWidget(figure(title={title!r}))",
    """
import ipywidgets
live = go.FigureWidget(figure({n}))
rate = np.asarray(live.data[0].y, float)
slider = ipywidgets.FloatSlider(min=0.05, max=0.5, step=0.01, value=0.1)
def move(change):
    line = smoothed(rate, change["new"])
    with live.batch_update():
        for number in range(4):
            live.data[number].y = line + number / 10
slider.observe(move, "value")
ipywidgets.VBox([slider, live])
""",
)

CHART = Kind(
    "Chart",
    _FIGURE + "from agentlens.widgets.chart.chart import Chart\n",
    "Chart(figure(title={title!r}))",
    """
import ipywidgets
base = figure({n})
rate = np.asarray(base.data[0].y, float)
live = Chart(base)
slider = ipywidgets.FloatSlider(min=0.05, max=0.5, step=0.01, value=0.1)
def move(change):
    line = smoothed(rate, change["new"])
    changed = figure({n})
    for number in range(4):
        changed.data[number].y = line + number / 10
    live.show(changed)
slider.observe(move, "value")
ipywidgets.VBox([slider, live])
""",
)

TUNER = Kind(
    "tune, formula",
    _FIGURE + "import agentlens as al\n",
    "al.tune(al.control_chart, log, 'strong_completion', every='1h', lam=(0.05, 0.5))",
    """
log = al.demo(days=round({n} / 24), traces_per_day=240)
al.tune(al.control_chart, log, "strong_completion", every="1h", lam=(0.05, 0.5, 0.01))
""",
)
