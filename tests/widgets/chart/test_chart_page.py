"""Does a chart in a page draw what it is given, tell all that is done to it, and leave nothing?"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import pytest

from agentlens.widgets.chart.chart import Chart
from tests.harness.plot import Plot
from tests.harness.widgetpage import WidgetPage
from tests.report.answers import HOSTILE

if TYPE_CHECKING:
    from agentlens.widgets.live.events import Event

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]
WHITE, DARK = "rgb(255, 255, 255)", "rgb(17, 20, 24)"
PAPER = "root.querySelector('.al-figure')._fullLayout?.paper_bgcolor === argument"
LATE = "No answer from the kernel for 3 s"
FRAME = "new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))"
MISSING = "The chart library did not arrive: is the kernel running?"


def points(n: int = 12, **layout: Any) -> go.Figure:
    days = [f"2026-11-{day:02d}" for day in range(1, n + 1)]
    figure = go.Figure(layout={"title": {"text": "Rate"}, "height": 300, **layout})
    return figure.add_scatter(x=days, y=list(range(n)), ids=days, mode="markers")


def following(chart: Chart) -> "list[Event]":
    heard: list[Event] = []
    for kind in ("click", "select", "deselect", "relayout"):
        chart.on(kind, heard.append)
    return heard


def at(view: WidgetPage, plot: Plot, index: int) -> None:
    """Click a point as a hand does, without asking plotly what it heard."""
    place = plot._call("screen", plot._call("point", {"curve": 0, "index": index}))
    view.page.mouse.move(place["x"] - 9, place["y"] - 9)
    view.page.mouse.move(place["x"], place["y"], steps=3)
    view.page.mouse.click(place["x"], place["y"])


def test_a_click_reaches_python_with_the_id_of_its_point(open_view: Open) -> None:
    chart = Chart(points(), alt="rising")
    heard = following(chart)
    view = open_view(chart)
    (drawn,) = view.drawn()
    drawn.click_point(0, 3)
    view.pump()
    assert [event.points[0]["id"] for event in heard] == ["2026-11-04"]
    view.assert_no_errors()


def test_a_selection_reaches_python_with_its_times_and_ids(open_view: Open) -> None:
    chart = Chart(points())
    heard = following(chart)
    view = open_view(chart)
    (drawn,) = view.drawn()
    drawn.box_select("2026-11-03", 0, "2026-11-06 12:00", 10)
    view.pump()
    (event,) = heard
    assert event.ids == ("2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06")
    assert event.period is not None
    assert [f"{one:%d}" for one in event.period] in (["02", "06"], ["03", "06"])


def test_a_click_inside_a_selection_is_a_click_and_a_drag_there_selects_anew(
    open_view: Open,
) -> None:
    chart = Chart(points(clickmode="event", dragmode="select"))
    heard = following(chart)
    view = open_view(chart)
    (drawn,) = view.drawn()
    drawn.box_select("2026-11-03", 0, "2026-11-09", 11)
    at(view, drawn, 4)
    place = drawn._call("screen", drawn._call("point", {"curve": 0, "index": 6}))
    view.page.mouse.move(place["x"] - 12, place["y"] - 12)
    view.page.mouse.down()
    view.page.mouse.move(place["x"] + 12, place["y"] + 12, steps=6)
    view.page.mouse.up()
    view.page.wait_for_function("harness.out.some((one) => one.n === 1)")
    view.pump()
    kinds = [event.kind for event in heard if event.kind != "deselect"]
    assert kinds == ["select", "click", "select"]
    assert [event.points[0]["id"] for event in heard if event.kind == "click"] == ["2026-11-05"]
    assert heard[-1].ids == ("2026-11-07",)


def test_clicks_in_quick_succession_while_nothing_is_carried_all_arrive_in_order(
    open_view: Open,
) -> None:
    chart = Chart(points(clickmode="event"))
    heard = following(chart)
    view = open_view(chart)
    (drawn,) = view.drawn()
    view.pump()
    for index in (1, 2, 3, 4, 3, 2):
        at(view, drawn, index)  # the messages lie in the page until `pump`
    view.pump()
    clicks = [event for event in heard if event.kind == "click"]
    assert [event.points[0]["index"] for event in clicks] == [1, 2, 3, 4, 3, 2]


def test_hovers_travel_only_where_somebody_listens(open_view: Open) -> None:
    chart = Chart(points())
    view = open_view(chart)
    (drawn,) = view.drawn()
    drawn.click_point(0, 3)
    view.pump()
    assert "hover" not in {one["kind"] for one in view.sent}
    heard: list[Event] = []
    chart.on("hover", heard.append)
    view.wait("root.dataset.rev === '2'")
    drawn.click_point(0, 5)
    view.pump()
    assert "2026-11-06" in [event.points[0]["id"] for event in heard]


def test_a_zoom_is_told_when_it_has_settled_and_survives_a_new_figure(open_view: Open) -> None:
    chart = Chart(points())
    heard = following(chart)
    view = open_view(chart)
    (drawn,) = view.drawn()
    drawn.js("window.Plotly.relayout(gd, {'xaxis.range': ['2026-11-03', '2026-11-05']})")
    view.page.wait_for_function("harness.out.some((one) => one.kind === 'relayout')")
    view.pump()
    assert heard[-1].x == ("2026-11-03", "2026-11-05")
    chart.show(points(11))
    view.wait("root.dataset.rev === '2'")
    assert drawn.js("gd._fullLayout.xaxis.range[0]") == "2026-11-03"
    assert len(drawn.y(0)) == 11


def test_a_view_that_comes_later_shows_the_present_figure_and_the_mark(open_view: Open) -> None:
    chart = Chart(points(3))
    view = open_view(chart)
    view.drawn()
    chart.show(points(7))
    chart.select(("2026-11-02", "2026-11-04"))
    view.again()
    plots = view.drawn(2)
    assert [len(plot.y(0)) for plot in plots] == [7, 7]
    view.wait(
        "[...document.querySelectorAll('.al-figure')].every((one) => one.layout.selections?.length)"
    )
    chart.select(None)
    view.wait(
        "[...document.querySelectorAll('.al-figure')].every((one) => !one.layout.selections?.length)"
    )
    assert not [one for one in view.sent if one["kind"] in {"select", "deselect"}]
    view.assert_no_errors()


def test_each_of_two_views_gets_its_own_answers(open_view: Open) -> None:
    chart = Chart(points())
    view = open_view(chart)
    view.again()
    for plot in view.drawn(2):
        plot.click_point(0, 2)
    view.pump()
    asked = [one["seq"] for one in view.sent if one["kind"] == "ask"]
    assert len(asked) == len(set(asked)) >= 2


@pytest.mark.parametrize("host", ["plain", "lab", "vscode"])
def test_a_chart_wears_the_theme_of_its_host(open_view: Open, host: str) -> None:
    view = open_view(Chart(points()), host=host)
    view.drawn()
    view.wait(PAPER, WHITE)
    view.theme(dark=True)
    view.wait(PAPER, DARK)
    view.theme(dark=False)
    view.wait(PAPER, WHITE)
    view.assert_no_errors()


def test_what_is_drawn_in_ink_is_seen_on_dark_paper_too(open_view: Open) -> None:
    ink, mine = "#1F2937", "#D55E00"
    figure = points().update_traces(
        error_y={"array": [1] * 12, "color": ink}, marker={"color": mine, "line": {"color": ink}}
    )
    figure.add_vline(x="2026-11-03", line={"color": ink}).add_vline(
        x="2026-11-05", line={"color": mine}
    )
    for background in (None, "#FFFFFF"):
        figure.add_annotation(text="here", font={"color": ink}, bgcolor=background)
    figure.add_bar(x=["2026-11-02"], y=[3], text="in the bar", textfont={"color": ink})
    view = open_view(Chart(figure))
    (drawn,) = view.drawn()
    view.theme(dark=True)
    view.wait(PAPER, DARK)
    page = drawn.js("gd._fullLayout.font.color")
    assert page != "rgb(31, 41, 55)"
    read = "(({error_y, marker}) => [error_y.color, marker.line.color, marker.color])"
    assert drawn.js(f"{read}(gd._fullData[0])") == [page, page, mine]
    assert drawn.js("gd._fullLayout.shapes.map(({line}) => line.color)") == [page, mine]
    assert drawn.js("gd._fullLayout.annotations.map(({font}) => font.color)") == [page, ink]
    assert drawn.js("gd._fullData[1].textfont.color") == ink
    view.assert_no_errors()


def test_a_chart_is_as_wide_as_its_place_and_waits_until_it_is_seen(open_view: Open) -> None:
    chart = Chart(points())
    view = open_view(chart, width=480)
    (drawn,) = view.drawn()
    assert drawn.js("gd._fullLayout.width") == 464
    view.size(900)
    view.wait("root.querySelector('.al-figure')._fullLayout.width === 884")
    view.page.evaluate("place.style.display = 'none'")
    chart.show(points(5))
    view.theme(dark=True)
    view.pump()
    assert len(drawn.y(0)) == 12
    view.page.evaluate("place.style.display = ''")
    view.wait("root.dataset.rev === '2'")
    assert len(drawn.y(0)) == 5
    view.assert_no_errors()


def test_plotly_is_asked_for_once_by_all_views_of_a_page(open_view: Open) -> None:
    chart = Chart(points())
    view = open_view(chart, silent=True, alone=True)
    for _ in range(11):
        view.again()
    view.page.evaluate(FRAME)
    view.pump()
    assert [one["kind"] for one in view.sent] == ["plotly.js?"]
    view.silent = False
    chart._hear(None, {"kind": "plotly.js?", "bundle": "cartesian"}, [])
    assert len(view.drawn(12)) == 12
    assert [one["kind"] for one in view.sent].count("plotly.js?") == 1
    view.assert_no_errors()


def test_a_library_that_is_late_is_said_asked_for_again_and_welcome(open_view: Open) -> None:
    chart = Chart(points())
    view = open_view(chart, silent=True, clock=True)
    view.page.clock.fast_forward(31_000)
    view.wait("root.querySelector('.al-problem').textContent === argument", MISSING)
    view.page.get_by_text("Data", exact=True).click()
    order = (
        "root.querySelector('.al-problem').compareDocumentPosition(root.querySelector('details'))"
    )
    assert (
        view.page.evaluate(
            f"(() => {{ const root = document.querySelector('.al-live'); return {order}; }})()"
        )
        == 4
    )
    view.page.get_by_role("table").wait_for()
    view.again()
    view.page.evaluate(FRAME)
    view.pump()
    assert [one["kind"] for one in view.sent].count("plotly.js?") == 2
    view.silent = False
    chart._hear(None, {"kind": "plotly.js?", "bundle": "cartesian"}, [])
    view.page.clock.run_for(1000)
    view.drawn(2)
    view.wait("root.querySelector('.al-problem').hidden")


def test_a_click_that_nobody_answers_is_said_and_the_chart_stays(open_view: Open) -> None:
    chart = Chart(points())
    heard = following(chart)
    view = open_view(chart, clock=True)
    (drawn,) = view.drawn()
    view.pump()
    view.silent = True
    drawn.click_point(0, 2)
    view.page.clock.run_for(3_100)
    view.wait("root.querySelector('[role=status]').textContent.startsWith(argument)", LATE)
    assert len(drawn.y(0)) == 12
    view.silent = False
    for content in view.sent[-2:]:
        chart._hear(None, content, [])
    view.wait("root.querySelector('[role=status]').textContent === ''")
    assert [event.kind for event in heard] == ["click"]


def test_a_listener_that_fails_is_named_in_the_view(open_view: Open) -> None:
    chart = Chart(points())
    chart.on("click", lambda _: 1 / 0)
    view = open_view(chart)
    view.drawn()[0].click_point(0, 2)
    view.wait(
        "root.querySelector('[role=alert]').textContent.startsWith(argument)", "ZeroDivisionError: "
    )
    assert isinstance(chart.error, ZeroDivisionError)


def test_no_button_offers_to_send_a_chart_away(open_view: Open) -> None:
    (drawn,) = open_view(Chart(points())).drawn()
    titles = " ".join(drawn.modebar_titles()).lower()
    assert "zoom" in titles
    assert not [word for word in ("share", "cloud", "plotly", "send") if word in titles]


def test_a_figure_of_many_points_is_drawn_with_the_library_that_can(open_view: Open) -> None:
    figure = go.Figure(layout={"height": 300}).add_scatterpolar(r=[1, 2, 3], theta=[0, 90, 180])
    (drawn,) = open_view(Chart(figure), alone=True).drawn()
    assert drawn.js("gd._fullData[0].type") == "scatterpolar"


def test_a_page_without_a_kernel_shows_the_chart_and_tells_nothing(open_view: Open) -> None:
    view = open_view(Chart(points()), still=True)
    (drawn,) = view.drawn()
    drawn.click_point(0, 2)
    view.pump()
    assert view.sent == []
    view.assert_no_errors()


def test_hostile_words_are_words(open_view: Open) -> None:
    words = [one[:2000].replace("\ud800", "-") for one in HOSTILE.values()]
    figure = go.Figure(layout={"height": 300, "title": {"text": words[1]}})
    figure.add_scatter(x=words, y=[*range(len(words))], name=words[0], text=words, mode="markers")
    figure.add_scatter(x=words, y=[2] * len(words), name=words[5])
    view = open_view(Chart(figure, alt=" ".join(words)))
    dialogs = view.probe.refuse_dialogs()
    view.drawn()[0].click_point(0, 2)
    view.page.get_by_text("Data", exact=True).click()
    view.page.get_by_role("table").wait_for()
    made = view.page.evaluate(
        """() => [...document.querySelectorAll("#place *")].filter((one) =>
            one.matches("img, iframe, object, embed, form, script, [onerror], [onload], [onmouseover]")
            || (one.getAttribute("href") || one.getAttribute("xlink:href") || "")
                .toLowerCase().startsWith("javascript")).length"""
    )
    assert (made, dialogs) == (0, [])
    view.assert_no_errors()


def test_a_view_that_goes_leaves_nothing_behind(open_view: Open) -> None:
    view = open_view(Chart(points()), alone=True)
    view.again()
    view.drawn(2)
    view.theme(dark=True)
    assert view.leave() == []


@pytest.mark.parametrize("dark", [False, True])
def test_a_colour_for_each_point_or_none_is_not_taken_for_ink(open_view: Open, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    meant = ["#B35806", "#542788"]
    figure = go.Figure().add_bar(x=[1, 2], y=[3, 4], marker={"color": meant})
    figure.add_bar(x=[1, 2], y=[3, 4]).add_bar(x=[1, 2], y=[1, 1], marker={"color": "#1b2430"})
    plot = open_view(Chart(figure), dark=dark).drawn()[0]
    drawn = plot.js("gd._fullData.map((one) => one.marker.color)")
    assert [colour.upper() for colour in drawn[0]] == meant
    house = plot.js("gd._fullLayout.colorway[1]")
    assert drawn[1] == house
    assert drawn[2] == ("rgb(230, 234, 240)" if dark else "rgb(27, 36, 48)")


def test_traces_at_the_same_times_travel_with_them_once(open_view: Open) -> None:
    hours = np.datetime64("2026-11-01T00") + np.arange(60).astype("m8[h]")
    figure = go.Figure().add_scatter(x=hours, y=np.arange(60.0)).add_scatter(x=hours, y=[1] * 60)
    figure.add_scatter(x=hours + np.timedelta64(1, "D"), y=[2] * 60)
    chart = Chart(figure)
    sent = json.loads(chart.state)["figure"]["data"]
    assert [type(one["x"]) for one in sent] == [list, dict, list]
    (plot,) = open_view(chart).drawn()
    assert plot.x(0) == plot.x(1) == [str(one) for one in hours]
    assert plot.x(2)[0] == "2026-11-02T00"
    assert plot.js("gd._fullData.map((one) => one.y.length)") == [60, 60, 60]
