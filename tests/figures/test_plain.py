"""Does a figure that was written as data travel as plotly itself would send it?"""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

import agentlens as al
from agentlens.figures.plain import plain
from agentlens.page.plotlyjs import drawing

CHARTS: list[dict[str, Any]] = [
    {"metric": "strong_completion"},
    {"metric": "latency_p50", "method": "cusum"},
    {"metric": "strong_completion", "method": "shewhart", "width": 2.0},
    {"metric": "strong_completion", "every": "7D"},
]


@pytest.mark.parametrize("asked", CHARTS, ids=str)
def test_a_chart_travels_as_plotly_would_send_it(asked: dict[str, Any]) -> None:
    chart = al.control_chart(al.demo(), **({"every": "6h"} | asked))
    assert json.loads(drawing(plain(chart.drawing()))) == json.loads(drawing(chart.figure()))


@pytest.mark.parametrize("most", [100, -129, 40_000, 2**31, 2**40])
def test_whole_numbers_travel_as_narrow_as_they_fit(most: int) -> None:
    figure = {"data": [{"type": "scatter", "y": np.array([0, most])}], "layout": {}}
    assert json.loads(drawing(plain(figure))) == json.loads(drawing(go.Figure(figure)))
