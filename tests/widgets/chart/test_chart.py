"""Does Python hear each event once, on the figure that it belongs to?"""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens as al
from agentlens.errors import UnknownNameError
from agentlens.widgets.chart.chart import Chart
from agentlens.widgets.chart.points import drawn_rows
from tests.report.answers import HOSTILE, answer

if TYPE_CHECKING:
    from agentlens.widgets.live.events import Event

PLOTLY = "application/vnd.plotly.v1+json"


def points(n: int = 3, **layout: Any) -> go.Figure:
    figure = go.Figure(layout={"title": {"text": "Rate"}, **layout})
    return figure.add_scatter(x=[*range(n)], y=[*range(n)], ids=[f"t{i}" for i in range(n)])


def heard_by(chart: Chart, *contents: dict[str, Any]) -> list[dict[str, Any]]:
    """What Python sends while it hears these."""
    out: list[dict[str, Any]] = []
    chart.send = lambda content, _=None: out.append(content)
    chart.send_state = lambda key=None: out.append({"kind": "state", "key": key})
    for content in contents:
        chart._hear(None, content, [])
    return out


def click(rev: int, name: str = "t1") -> dict[str, Any]:
    return {"kind": "click", "rev": rev, "points": [{"id": name}], "shiftKey": True}


def test_every_listener_hears_every_event_whatever_another_one_raises() -> None:
    chart = Chart(points())
    heard: list[str] = []
    chart.on("click", lambda _: heard.append("first"))
    chart.on("click", lambda _: 1 / 0)
    chart.on("click", lambda event: heard.append(event.points[0]["id"]))
    out = heard_by(chart, click(1, "t1"), click(1, "t2"))
    assert heard == ["first", "t1", "first", "t2"]
    assert [one["problem"] for one in out] == ["ZeroDivisionError: division by zero"] * 2
    assert isinstance(chart.error, ZeroDivisionError)


def test_an_event_of_a_figure_that_is_gone_is_not_told() -> None:
    chart = Chart(points())
    heard: list[Event] = []
    chart.on("click", heard.append)
    chart.show(points(5))
    assert heard_by(chart, click(1)) == [{"kind": "state", "key": "state"}]
    assert heard == []
    heard_by(chart, click(2))
    assert heard[0].held == {"shift"}


def test_a_view_that_drew_an_older_figure_is_not_sent_the_new_one_twice() -> None:
    chart = Chart(points())
    chart.show(points(5))
    assert heard_by(chart, {"kind": "ready", "rev": 1, "view": "a"}) == []


def test_a_mark_is_told_to_every_view_that_comes_later() -> None:
    chart = Chart(points())
    ready = {"kind": "ready", "rev": 1, "view": "b"}
    assert heard_by(chart, ready) == []
    chart.select(("2026-11-01", pd.Timestamp("2026-11-02", tz="UTC")))
    marks = [{"kind": "select", "x": ["2026-11-01T00:00:00", "2026-11-02T00:00:00+00:00"]}]
    assert heard_by(chart, ready) == marks
    chart.select(None)
    assert heard_by(chart, ready) == []


def test_an_unknown_kind_of_event_is_named() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'click'"):
        Chart(points()).on("clik", print)  # type: ignore[arg-type]


def test_hovers_are_asked_for_once() -> None:
    chart = Chart(points())
    assert json.loads(chart.state)["hovers"] is False
    chart.on("hover", print)
    chart.on("hover", print)
    assert json.loads(chart.state)["hovers"] is True
    assert chart.rev == 2


def test_the_view_is_told_that_somebody_is_there() -> None:
    out = heard_by(Chart(points()), {"kind": "ask", "seq": 4, "what": "there?"})
    assert out == [{"kind": "answer", "seq": 4, "text": "{}"}]


@given(
    st.lists(st.sampled_from(["click", "select", "hover", "deselect", "show"]), max_size=30),
)
def test_each_event_on_the_present_figure_is_heard_once_and_in_order(deeds: list[str]) -> None:
    chart = Chart(points())
    heard: list[tuple[str, int]] = []
    for kind in ("click", "select", "hover", "deselect"):
        chart.on(kind, lambda event: heard.append((event.kind, event.n)))
    wanted = []
    for number, deed in enumerate(deeds):
        if deed == "show":
            chart.show(points())
            heard_by(chart, {"kind": "click", "rev": chart.rev - 1, "n": number})
        else:
            heard_by(chart, {"kind": deed, "rev": chart.rev, "n": number})
            wanted.append((deed, number))
    assert heard == wanted


# --- what it shows


def test_a_figure_of_many_types_asks_for_the_library_that_has_them() -> None:
    assert json.loads(Chart(points()).state)["plotly"]["bundle"] == "cartesian"
    polar = Chart(go.Figure([go.Scatter(y=[1]), go.Scatterpolar(r=[1])]))
    assert json.loads(polar.state)["plotly"]["bundle"] == "full"


def test_a_cell_gets_the_figure_for_front_ends_without_live_views() -> None:
    made, _ = Chart(points(), alt="It rises.")._repr_mimebundle_()
    assert made["text/plain"] == "It rises."
    assert made[PLOTLY]["config"]["showSendToCloud"] is False
    assert made[PLOTLY]["data"][0]["ids"] == ["t0", "t1", "t2"]
    assert "<table>" in made["text/html"]


def test_a_result_brings_its_own_words() -> None:
    chart = Chart(answer(headline="Completion is 80%."))
    assert (chart.title, chart.alt()) == ("Is it in control?", "Completion is 80%.")
    assert chart.card() == answer(headline="Completion is 80%.").card()
    assert chart.private is False
    assert Chart(answer(frame=answer().frame.assign(output="Yes."))).private is True
    assert Chart(points()).private is True


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_of_a_figure_are_data_in_its_card_and_state(words: str) -> None:
    figure = go.Figure(layout={"title": {"text": words.replace("\ud800", "-")}})
    figure.add_bar(x=[words.replace("\ud800", "-")], y=[1])
    chart = Chart(figure, alt=words)
    assert chart.state.isascii()
    card = chart.card().split("</style>")[1]
    assert not any(sign in card for sign in ("<script", "<img", "<svg", "<a "))
    assert len(card) < 5_000


def test_a_title_is_spoken_without_its_markup() -> None:
    chart = Chart(points(title={"text": "<b>Rate</b> of &lt;a>"}))
    assert chart.title == "Rate of <a>"
    assert Chart(go.Figure()).title == "Chart"


def test_twelve_charts_are_light() -> None:
    simple = Chart(points(200))
    made, _ = simple._repr_mimebundle_()
    kept = len(simple.state) + len(simple._esm) + len(simple._css)
    assert 12 * (len(json.dumps(made)) + kept) < 1_500_000
    log = al.demo(days=7, traces_per_day=60)
    hourly = Chart(al.control_chart(log, "strong_completion", every="1h"))
    made, _ = hourly._repr_mimebundle_()
    assert 12 * len(json.dumps(made)) < 1_500_000


# --- the rows of a figure


def test_every_point_is_a_row_under_the_name_of_its_trace() -> None:
    figure = points(2).add_bar(y=["a", "b"], x=[1.5, np.nan], name="bars", orientation="h")
    rows = drawn_rows(figure)
    assert rows["trace"].tolist() == ["scatter", "scatter", "bars", "bars"]
    assert rows["y"].tolist() == [0, 1, "a", "b"]


def test_moments_are_told_as_everywhere_else() -> None:
    hours = np.datetime64("2026-11-01T00") + np.arange(2).astype("m8[h]")
    table = json.loads(Chart(go.Figure(go.Scatter(x=hours, y=[1, 2]))).state)["table"]
    assert [row[1] for row in table["rows"]] == ["2026-11-01 00:00", "2026-11-01 01:00"]


def test_a_heatmap_has_a_row_a_cell() -> None:
    rows = drawn_rows(go.Figure(go.Heatmap(z=[[1, 2, 3], [4, 5, 6]], x=["a", "b", "c"])))
    assert rows[["x", "y", "z"]].to_numpy().tolist()[3:5] == [["a", 1, 4], ["b", 1, 5]]


def test_what_has_no_places_has_no_rows() -> None:
    assert drawn_rows(go.Figure()).empty
    assert len(drawn_rows(go.Figure(go.Pie(labels=["a", "b"], values=[1, 2])))) == 2
    assert drawn_rows(go.Figure(go.Scatter(y=[5, 6])))["x"].tolist() == [0, 1]
    assert drawn_rows(go.Figure(go.Indicator(value=3)))["trace"].tolist() == []
