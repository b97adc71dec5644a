"""Does a page draw with what an earlier page of its browser kept, and with nothing that is not whole?"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import plotly.graph_objects as go
import pytest

from agentlens.widgets.chart.chart import Chart
from tests.harness.browser import Browser
from tests.harness.widgetpage import WidgetPage
from tests.widgets.live.origin import Origin, key, source, version

pytestmark = pytest.mark.browser

Show = Callable[..., WidgetPage]

PLANT = """([key, entry, source]) => new Promise((done, fail) => {
    const opening = indexedDB.open("agentlens");
    opening.onupgradeneeded = () => opening.result.createObjectStore("agentlens");
    opening.onsuccess = () => {
        const deal = opening.result.transaction("agentlens", "readwrite");
        opening.result.close();
        const bytes = new DataView(new TextEncoder().encode(source).buffer);
        deal.objectStore("agentlens").put({ length: bytes.byteLength, ...entry, bytes }, key);
        deal.oncomplete = done;
        deal.onabort = () => fail(deal.error);
    };
})"""
REFUSALS = {
    "a window that is private": (
        "() => { IDBFactory.prototype.open = () => { throw new DOMException('no'); }; }"
    ),
    "a full disk": (
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('no'); }; }"
    ),
    "a store that never answers": "() => { IDBFactory.prototype.open = () => ({}); }",
    "a store of somebody else": "() => new Promise((done) => {"
    " indexedDB.open('agentlens').onsuccess = ({ target }) => { target.result.close(); done(); }; })",
}
SLOW = """() => {
    const { open } = IDBFactory.prototype;
    window.held = [];
    IDBFactory.prototype.open = function (...given) {
        const real = open.apply(this, given);
        const seen = { get result() { return real.result; } };
        real.onsuccess = () => window.held.push(() => seen.onsuccess());
        return seen;
    };
}"""
MISSING = "The chart library did not arrive: is the kernel running?"
OLDER = "window.Plotly = { version: '0.1.0' }; //"


def chart(kind: str = "scatter") -> Chart:
    made = go.Figure(layout={"height": 300})
    if kind == "scatter":
        return Chart(made.add_scatter(x=[1, 2, 3], y=[2, 1, 2]), alt="Down and up.")
    return Chart(made.add_scatterpolar(r=[1, 2, 3], theta=[0, 90, 180]), alt="Around.")


def asked(view: WidgetPage) -> int:
    view.pump()
    return [one["kind"] for one in view.sent].count("plotly.js?")


def comes_to_ask(view: WidgetPage) -> None:
    """Wait until the view has asked Python for plotly.js, and see that it did so once."""
    for _ in range(500):
        if asked(view):
            break
        view.page.wait_for_timeout(20)  # lets the page work
    assert asked(view) == 1


def digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def wanting(digests: str) -> Chart:
    made = chart()
    state = json.loads(made.state)
    state["plotly"]["digest"] = digests
    made.state = json.dumps(state)
    return made


@pytest.fixture
def origin(browser: Browser) -> Iterator[Origin]:
    with Origin(browser) as made:
        yield made


@pytest.fixture
def show(origin: Origin) -> Show:
    """Shows a chart on a new page of the origin."""
    return lambda given=None, **more: WidgetPage(
        chart() if given is None else given, origin.browser, stages=origin, **more
    )


def plant(origin: Origin, name: str, entry: dict[str, Any], text: str) -> None:
    """Put this into the browser from the next page, before its view."""
    origin.before = f"() => ({PLANT})({json.dumps([name, entry, text])})"


def test_the_next_page_draws_and_nobody_is_asked(show: Show, origin: Origin) -> None:
    with show() as view:
        view.drawn()
        origin.wait_kept(view, "cartesian")
    with show(silent=True) as view:
        view.again()
        view.drawn(2)
        assert asked(view) == 0
        assert view.page.locator(".al-problem:visible").count() == 0
        assert view.leave() == []
        view.assert_no_errors()


def test_all_charts_of_a_first_page_ask_once_and_no_other_version_is_kept(
    show: Show, origin: Origin
) -> None:
    for other in ("0.1.0 full", f"{version()}0 cartesian", "99.1.0 cartesian"):
        plant(origin, other, {"version": other.split()[0]}, OLDER)
        with show(silent=True):
            pass
    origin.before = ""
    with show(silent=True) as view:
        for _ in range(11):
            view.again()
        comes_to_ask(view)
        view.silent = False
        view.live._hear(None, {"kind": "plotly.js?", "bundle": "cartesian"}, [])
        view.drawn(12)
        assert asked(view) == 1
        origin.wait_kept(view, "cartesian")
        view.assert_no_errors()


def test_the_full_bundle_serves_for_all_charts(show: Show, origin: Origin) -> None:
    with show(chart("scatterpolar")) as view:
        view.drawn()
        origin.wait_kept(view, "full")
    with show(silent=True) as view:
        view.drawn()
        assert asked(view) == 0
        assert view.page.evaluate("window[Symbol.for('agentlens.plotly')].bundle") == "full"
        view.assert_no_errors()


def test_the_small_bundle_does_not_serve_for_a_chart_that_it_cannot_draw(
    show: Show, origin: Origin
) -> None:
    plant(origin, key("cartesian"), {"version": version()}, source("cartesian"))
    with show(chart("scatterpolar")) as view:
        (drawn,) = view.drawn()
        assert asked(view) == 1
        assert drawn.js("gd._fullData[0].type") == "scatterpolar"
        origin.wait_kept(view, "cartesian", "full")


DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "cut": ({"version": version(), "length": 2_000_000}, "source"),
    "of another version": ({"version": "0.1.0"}, "source"),
    "no script": ({"version": version()}, "window.Plotly = {"),
    "a library of another version": ({"version": version()}, OLDER),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_whole_is_thrown_away_and_python_is_asked(
    show: Show, origin: Origin, damage: str
) -> None:
    entry, text = DAMAGES[damage]
    plant(origin, key("cartesian"), entry, source("cartesian") if text == "source" else text)
    with show(silent=True) as view:
        comes_to_ask(view)
        origin.wait_kept(view)
        assert view.page.evaluate("window.Plotly") is None
        view.silent = False
        view.live._hear(None, {"kind": "plotly.js?", "bundle": "cartesian"}, [])
        view.drawn()
        origin.wait_kept(view, "cartesian")


def test_a_notebook_may_say_what_the_source_must_be(show: Show, origin: Origin) -> None:
    both = " ".join(digest(text) for text in ("another", source("cartesian")))
    plant(origin, key("cartesian"), {"version": version()}, source("cartesian"))
    with show(wanting(both), silent=True) as view:
        view.drawn()
        assert asked(view) == 0
    plant(
        origin,
        key("cartesian"),
        {"version": version()},
        "window.planted = 1;\n" + source("cartesian"),
    )
    with show(wanting(both)) as view:
        view.drawn()
        assert asked(view) == 1
        assert view.page.evaluate("window.planted") is None
        origin.wait_kept(view, "cartesian")


@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_nothing_can_be_kept_a_chart_is_drawn_as_ever(
    show: Show, origin: Origin, refusal: str
) -> None:
    origin.before = REFUSALS[refusal]
    with show() as view:
        view.drawn()
        assert asked(view) == 1
        assert view.leave() == []
        view.assert_no_errors()


def test_what_is_found_late_serves_if_the_kernel_is_later_still(show: Show, origin: Origin) -> None:
    plant(origin, key("cartesian"), {"version": version()}, source("cartesian"))
    origin.before = f"() => ({origin.before})().then({SLOW})"
    with show(silent=True) as view:
        comes_to_ask(view)  # something is kept, but that is not known yet
        assert view.page.locator(".js-plotly-plot").count() == 0
        view.page.evaluate("window.held.forEach((go) => go())")
        view.drawn()
        assert asked(view) == 1
        view.assert_no_errors()
    with show() as view:
        view.drawn()
        assert asked(view) == 1
        view.page.evaluate("window.held.forEach((go) => go())")
        assert len(view.drawn()[0].y(0)) == 3
        assert view.leave() == []
        view.assert_no_errors()


def test_after_the_silence_the_newest_view_asks_and_all_are_drawn(
    show: Show, origin: Origin
) -> None:
    origin.clock, origin.before = True, SLOW
    with show(silent=True) as view:
        comes_to_ask(view)
        view.again()
        view.page.evaluate("window.held.forEach((go) => go())")
        view.page.clock.run_for(1_000)
        assert asked(view) == 1
        view.page.clock.fast_forward(31_000)
        view.wait("root.querySelector('.al-problem').textContent === argument", MISSING)
        assert asked(view) == 2
        view.silent = False
        view.live._hear(None, {"kind": "plotly.js?", "bundle": "cartesian"}, [])
        view.page.clock.run_for(1000)
        view.drawn(2)
        view.wait("root.querySelector('.al-problem').hidden")


def test_a_source_that_somebody_else_planted_does_not_run(show: Show, origin: Origin) -> None:
    planted = "window.planted = 1;\n" + source("cartesian")
    plant(origin, key("cartesian"), {"version": version()}, planted)
    with show() as view:
        view.drawn()
        assert asked(view) == 1
        assert view.page.evaluate("window.planted") is None
        origin.wait_kept(view, "cartesian")
