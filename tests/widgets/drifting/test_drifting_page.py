"""Do two windows follow a hand, by mouse and by keyboard, and what drifted follow them?"""

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.widgets.drifting.view import DriftView, drift_view
from tests.harness.widgetpage import WidgetPage

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]
COLUMNS = ["task_type", "latency_s"]
WINDOWS = {"current": ("2026-11-02", "2026-11-04"), "baseline": ("2026-10-24", "2026-10-31")}
HOSTILE = '<img src=x onerror="document.title=1">\u202e</script>'


@cache
def log() -> al.Log:
    return al.demo(traces_per_day=80)


def made(**more: Any) -> DriftView:
    return drift_view(log(), **{"columns": COLUMNS, **WINDOWS, **more})


def x_of(view: WidgetPage, time: str) -> float:
    """Return where a time lies on the page, by the place of the current window."""
    live: Any = view.live
    ms = {
        name: pd.Timestamp(end).timestamp() * 1000
        for name, end in zip(("from", "to"), live.current, strict=True)
    }
    box = view.page.evaluate(
        "() => { const at = document.querySelector('.al-drift-current [data-part=whole]')"
        ".getBoundingClientRect(); return [at.left, at.right]; }"
    )
    asked = pd.Timestamp(time, tz="UTC").timestamp() * 1000
    part = (asked - ms["from"]) / (ms["to"] - ms["from"])
    return float(box[0] + part * (box[1] - box[0]))


def drag(view: WidgetPage, start: str, end: str) -> None:
    box = view.page.locator(".al-drift-line").bounding_box()
    assert box is not None
    y, (first, last) = box["y"] + 120, (x_of(view, start), x_of(view, end))
    view.page.mouse.move(first, y)
    view.page.mouse.down()
    view.page.mouse.move(last, y, steps=6)
    view.page.mouse.up()


def settled(view: WidgetPage, headline: str) -> None:
    view.wait("root.querySelector('.al-drift-said').textContent === argument", headline)
    view.wait("!root.querySelector('[aria-busy=true]')")
    assert view.live.result.headline == headline


def fresh(live: Any) -> str:
    found = al.drift(log(), columns=COLUMNS, current=live.current, baseline=live.baseline)
    return found.headline


def times(span: tuple[pd.Timestamp, pd.Timestamp]) -> list[str]:
    return [f"{end:%m-%d %H:%M}" for end in span]


def test_both_windows_follow_the_mouse_and_what_drifted_follows_them(open_view: Open) -> None:
    view = open_view(made())
    live: Any = view.live
    view.drawn()
    drag(view, "2026-11-03", "2026-11-10")
    view.pump()
    assert times(live.current) == ["11-09 00:00", "11-11 00:00"]
    settled(view, fresh(live))
    drag(view, "2026-11-11", "2026-11-13")
    view.pump()
    assert times(live.current) == ["11-09 00:00", "11-13 00:00"]
    drag(view, "2026-10-27", "2026-10-28")
    view.pump()
    assert times(live.baseline) == ["10-25 00:00", "11-01 00:00"]
    settled(view, fresh(live))
    drag(view, "2026-11-04", "2026-11-06")
    view.pump()
    assert times(live.baseline) == ["11-04 00:00", "11-06 00:00"]
    settled(view, fresh(live))
    view.assert_no_errors()


def test_both_windows_follow_the_keyboard(open_view: Open) -> None:
    view = open_view(made())
    live: Any = view.live
    view.drawn()
    view.page.get_by_role("button", name="current window").focus()
    for key, wanted in (
        ("]", ["11-04 00:00", "11-06 00:00"]),
        ("-", ["11-03 00:00", "11-07 00:00"]),
        ("=", ["11-04 00:00", "11-06 00:00"]),
        ("[", ["11-02 00:00", "11-04 00:00"]),
    ):
        view.page.keyboard.press(key)
        view.pump()
        assert times(live.current) == wanted
    view.page.get_by_role("button", name="baseline window").focus()
    view.page.keyboard.press("=")
    view.pump()
    assert times(live.baseline) == ["10-25 18:00", "10-29 06:00"]
    field = view.page.get_by_label("Current to")
    field.fill("2026-11-05T06:30:00")
    field.press("Enter")
    view.pump()
    assert times(live.current) == ["11-02 00:00", "11-05 06:30"]
    settled(view, fresh(live))
    view.assert_no_errors()


def test_the_code_is_marked_where_a_page_may_not_copy(open_view: Open) -> None:
    view = open_view(made(), alone=True)
    live: Any = view.live
    view.drawn()
    view.page.get_by_text("Code", exact=True).click()
    view.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    view.page.get_by_role("button", name="Copy code").click()
    view.wait("getSelection().toString().trim() === argument", live.code.strip())
    view.wait("root.querySelector('[role=status]').textContent.includes('keyboard')")
    view.assert_no_errors()


def test_windows_that_overlap_say_so_and_grey_what_belongs_to_others(open_view: Open) -> None:
    view = open_view(made())
    live: Any = view.live
    view.drawn()
    before = live.result.headline
    field = view.page.get_by_label("Current from")
    field.fill("2026-10-28T00:00:00")
    field.press("Enter")
    view.wait("/overlap/.test(root.querySelector('[role=alert]').textContent)")
    assert view.page.locator(".al-drift-said").inner_text() == before
    assert view.page.locator("[aria-busy=true]").count() == 1
    assert live.result.title in view.page.get_by_role("status").inner_text()
    view.page.get_by_role("button", name="current window").focus()
    field.fill("2026-11-01T00:00:00")
    field.press("Enter")
    settled(view, fresh(live) if view.pump() is not None else "")
    assert view.page.locator("[role=alert]").is_hidden()
    live.error = None
    view.assert_no_errors()


def test_of_many_moves_while_python_works_only_the_newest_is_asked(open_view: Open) -> None:
    view = open_view(made())
    view.drawn()
    view.silent = True
    view.page.get_by_role("button", name="current window").focus()
    for _ in range(4):
        view.page.keyboard.press("]")
    view.pump()
    view.wait("root.innerText.includes('No answer from the kernel')")
    asks = [one for one in view.sent if one.get("what") == "windows"]
    assert len(asks) == 1
    view.silent = False
    view.live._hear(None, asks[0], [])
    view.wait("!root.querySelector('[aria-busy=true]')")
    asks = [one for one in view.sent if one.get("what") == "windows"]
    assert len(asks) == 2
    live: Any = view.live
    assert times(live.current) == ["11-10 00:00", "11-12 00:00"]
    view.assert_no_errors()


def test_a_row_and_a_point_open_their_column_and_escape_closes_it(open_view: Open) -> None:
    view = open_view(made())
    live: Any = view.live
    (picture,) = view.drawn()
    row = view.page.locator("tbody button").first
    name = row.inner_text()
    row.press("Enter")
    detail = view.drawn(2)[1]
    assert detail.js("gd.layout.title.text").startswith(f"{name}:")
    view.page.keyboard.press("Escape")
    assert view.page.get_by_label("One column").is_hidden()
    assert view.page.evaluate("document.activeElement.textContent") == name
    view.page.keyboard.press("ArrowDown")
    other = view.page.evaluate("document.activeElement.textContent")
    assert other != name
    curve = picture.js("gd._fullData.findIndex((trace) => [...trace.y].includes(1))")
    picture.click_point(curve, picture.js(f"[...gd._fullData[{curve}].y].indexOf(1)"))
    wanted = live.result.frame["column"][1]
    view.wait("!root.querySelector('section').hidden")
    view.wait("root.querySelector('section .al-figure').dataset.rev.endsWith(argument)", wanted)
    view.assert_no_errors()


def test_a_still_page_shows_the_windows_and_says_what_it_needs(open_view: Open) -> None:
    view = open_view(made(), still=True)
    view.drawn()
    assert "This part needs a running kernel" in view.page.locator(".al-live").inner_text()
    assert view.page.get_by_label("Current from").is_disabled()
    drag(view, "2026-11-03", "2026-11-10")
    view.page.keyboard.press("]")
    assert [one for one in view.sent if one["kind"] == "ask"] == []
    assert view.page.locator(".al-drift-said").inner_text() == view.live.result.headline


def test_hostile_columns_stay_text_and_nothing_is_left_behind(open_view: Open) -> None:
    base = log()
    traces = base.traces.assign(**{HOSTILE: base.traces["device"].astype(str) + HOSTILE})
    named = al.from_frames(traces)
    view = open_view(drift_view(named, columns=[HOSTILE], **WINDOWS))
    view.drawn()
    view.page.locator("tbody button").first.click()
    view.drawn(2)
    assert "\\u202e" in view.page.locator("tbody button").first.inner_text()
    assert view.page.locator("img").count() == 0
    assert view.page.title() == "view"
    view.page.keyboard.press("Escape")
    assert "\\u202e" in view.page.evaluate("document.activeElement.textContent")
    view.assert_no_errors()
    assert view.leave() == []


def test_a_second_view_shows_the_windows_as_they_stand(open_view: Open) -> None:
    view = open_view(made())
    view.drawn()
    view.page.get_by_role("button", name="current window").focus()
    view.page.keyboard.press("]")
    view.pump()
    view.again()
    view.drawn(2)
    fields = view.page.get_by_label("Current from")
    assert fields.count() == 2
    assert [fields.nth(i).input_value()[:16] for i in range(2)] == ["2026-11-04T00:00"] * 2
    view.assert_no_errors()
