from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.widgets.explore.explorer import Explorer
from agentlens.widgets.explore.selection import Selection
from agentlens.widgets.live.live import Live
from tests.harness.widgetpage import WidgetPage

pytestmark = pytest.mark.browser

LOG = al.demo(days=14, traces_per_day=60, seed=7)
PERIOD = ("2026-11-10", "2026-11-12")
ALL = "chart table heatmap waterfall clusters before"

Open = Callable[..., WidgetPage]


def made(**more: Any) -> Explorer:
    return live(Explorer(LOG, by=["task_type", "device"], **more), Selection(current=PERIOD))


def live(explorer: Explorer, selection: Selection) -> Explorer:
    """As in a notebook, where nobody asks for what a page without a kernel would need."""
    explorer.selection = selection
    explorer.bundle = partial(Live.bundle, explorer)  # type: ignore[method-assign]
    return explorer


def settled(view: WidgetPage, *panels: str) -> WidgetPage:
    """Wait until these panels, by default all of them, show the selection at hand."""
    wanted = [*panels] or ALL.split()
    view.wait(
        "argument.every((one) => (root.dataset.drawn ?? '').split(' ').includes(one))"
        " && root.querySelector('.al-explore-bar').textContent.includes('for the kernel') === false",
        wanted,
    )
    return view


def shown(view: WidgetPage) -> list[str]:
    ids: list[str] = view.page.evaluate(
        "[...document.querySelectorAll('[data-panel=table] tbody tr')].map((row) => row.dataset.id)"
    )
    return ids


def chips(view: WidgetPage) -> list[str]:
    words: list[str] = view.page.evaluate(
        "[...document.querySelectorAll('.al-explore-chips li > span')].map((one) => one.textContent)"
    )
    return words


def focused(view: WidgetPage) -> str:
    words: str = view.page.evaluate("document.activeElement.textContent")
    return words


def asked(view: WidgetPage) -> list[str]:
    return [one["panel"] for one in view.sent if one.get("what") == "panel"]


def test_a_brush_over_the_chart_selects_exactly_what_the_table_shows(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer))
    before = len(asked(view))
    chart = view.drawn(3)[0]
    low, high = chart.js("gd._fullLayout.yaxis.range")
    at, to = low + 0.2 * (high - low), low + 0.8 * (high - low)
    chart.box_select("2026-11-05 06:00", at, "2026-11-05 14:00", to)
    view.wait("!root.querySelector('.al-explore-chips').textContent.includes('10 Nov')")
    settled(view)
    current = explorer.selection.current
    assert current is not None
    assert abs(current[0] - pd.Timestamp("2026-11-05 06:00Z")) < pd.Timedelta("3h")
    part = explorer.selection.of(LOG).traces["trace_id"].tolist()
    assert 0 < len(part) <= 50
    assert sorted(shown(view)) == sorted(part)
    # The chart stays; the table is asked for first.
    assert asked(view)[before:] == ["table", "heatmap", "waterfall", "clusters", "before"]
    view.assert_no_errors()


def test_a_cell_of_the_heatmap_narrows_and_its_chip_widens_again(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer), "heatmap")
    heat = next(one for one in view.drawn(3) if one.js("gd.data[0].type") == "heatmap")
    heat.click_point(0, (0, 0))
    view.wait("root.querySelectorAll('.al-explore-chips li').length === 3")
    settled(view, "table", "chart")
    assert [one.split(":")[0] for one in chips(view)[1:]] == ["task_type", "device"]
    part = explorer.log.traces
    assert part["task_type"].nunique() == part["device"].nunique() == 1
    assert sorted(shown(view)) == sorted(part["trace_id"])
    lines = view.drawn(3)[0].js("gd.data.map((one) => one.name)")
    assert lines[0] == "all traffic"
    view.page.get_by_role("button", name="remove task_type").click()
    view.wait("root.querySelectorAll('.al-explore-chips li').length === 2")
    settled(view, "table")
    assert set(explorer.selection.where) == {"device"}
    assert set(shown(view)) <= set(explorer.log.traces["trace_id"])
    view.assert_no_errors()


def test_undo_and_redo_go_back_and_forth_by_button_and_by_key(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer), "table")
    first = explorer.selection
    view.page.locator("h3").first.focus()
    for key in ("]", "=", "-", "-"):
        view.page.keyboard.press(key)
    settled(view, "table")
    second = explorer.selection
    assert second.current == tuple(
        pd.Timestamp(time, tz="UTC") for time in ("2026-11-11", "2026-11-15")
    )
    for _ in range(4):
        view.page.keyboard.press("z")
    settled(view, "table")
    assert explorer.selection == first
    for _ in range(4):
        view.page.keyboard.press("y")
    settled(view, "table")
    assert explorer.selection == second
    view.page.get_by_role("button", name="Undo").click()
    settled(view, "table")
    assert explorer.selection != second
    view.assert_no_errors()


def test_from_alarm_to_label_by_keyboard_alone(open_view: Open) -> None:
    log = al.demo(days=14, traces_per_day=150, seed=7)
    asks: dict[str, Any] = {"rubric": "goal_completion", "rater": "ana", "store": None}
    explorer = live(Explorer(log, by=["task_type", "device"], **asks), Selection())
    view = settled(open_view(explorer), "chart")
    press = view.page.keyboard.press

    def tab_to(condition: str) -> None:
        for _ in range(80):
            press("Tab")
            if view.page.evaluate(
                f"(() => {{ const at = document.activeElement; return {condition}; }})()"
            ):
                return
        raise AssertionError(condition)

    tab_to("at.closest('[data-panel=chart]') && at.matches('[data-door]')")
    press("Enter")
    view.wait("root.querySelectorAll('.al-explore-chips button').length === 1")
    settled(view, "table")
    assert explorer.selection.current is not None
    tab_to("at.closest('[data-panel=table]') && at.matches('[data-door]')")
    press("ArrowDown")
    second = shown(view)[1]
    press("Enter")
    view.wait("root.querySelector('.al-trace')?.textContent.includes(argument)", second)
    view.wait("document.activeElement.closest('.al-explore-reader')")
    press("f")
    view.wait("root.querySelector('.al-explore-kept').textContent.startsWith('Saved: fail')")
    kept = view.page.locator(".al-explore-kept").inner_text()
    assert "will not enter any rate" in kept
    labels = explorer.labels
    assert labels[["trace_id", "label", "stage"]].to_numpy().tolist() == [
        [second, "fail", "targeted"]
    ]
    press("j")
    third = shown(view)[2]
    view.wait(
        "root.querySelector(`tr[data-id='${argument}']`).getAttribute('aria-current') === 'true'",
        third,
    )
    view.wait("root.querySelector('.al-explore-reader [aria-busy=true]') === null")
    press("Escape")
    view.wait("root.querySelector('.al-explore-reader').hidden")
    assert view.page.evaluate("document.activeElement.closest('tr').dataset.id") == third
    assert "fail" in view.page.locator(f"tr[data-id='{second}'] .al-explore-said").inner_text()
    view.assert_no_errors()


def test_a_new_brush_drops_what_was_still_to_be_asked_of_the_old(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer))
    before = len(view.sent)
    view.silent = True
    for hours in ("04:00", "05:00"):
        view.page.locator("input[type=datetime-local]").first.fill(f"2026-11-06T{hours}:00")
        view.page.locator("input[type=datetime-local]").first.press("Enter")
    view.pump()
    assert [one["what"] for one in view.sent[before:] if one["kind"] == "ask"] == ["do"]
    assert "2 changes wait" in view.page.locator(".al-explore-bar").inner_text()
    assert view.page.locator("[data-panel=table] [aria-busy=true]").count() == 1
    assert shown(view)  # what was there stays, greyed
    view.silent = False
    for one in [one for one in view.sent[before:] if one["kind"] == "ask"]:
        explorer._hear(None, one, [])  # the kernel is back and finds what had waited
    settled(view)
    told = [one for one in view.sent[before:] if one["kind"] == "ask"]
    assert [one["what"] for one in told[:3]] == ["do", "do", "panel"]
    assert len([one for one in told if one["what"] == "panel"]) == 5
    assert explorer.selection.current is not None
    assert explorer.selection.current[0] == pd.Timestamp("2026-11-06 05:00Z")
    part = explorer.log.traces["trace_id"]
    assert set(shown(view)) <= set(part)
    view.assert_no_errors()


def test_answers_of_an_old_selection_are_not_drawn(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer), "table")
    before = shown(view)
    held: list[dict[str, Any]] = []
    take = explorer.send
    explorer.send = lambda content, *_: held.append(content)  # answers are long on their way
    explorer.selection = Selection(current=("2026-11-04", "2026-11-05"))
    view.pump()
    explorer.selection = Selection(current=("2026-11-05", "2026-11-05 04:00"))
    view.pump()
    assert held
    explorer.send = take
    for one in held:
        view.receive(one)
    assert shown(view) == before
    settled(view, "table")
    part = explorer.log.traces["trace_id"].tolist()
    assert sorted(shown(view)) == sorted(part)
    view.assert_no_errors()


def test_a_selection_from_python_moves_every_view(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer), "table")
    view.again()
    both = (
        "[...document.querySelectorAll('.al-live')]"
        ".filter((one) => (one.dataset.drawn ?? '').includes('table')).length === 2"
    )
    view.wait(both)
    explorer.selection = Selection(where={"device": ["mobile"]})
    view.wait(
        "[...document.querySelectorAll('.al-explore-chips')].every((one) => one.innerText.includes('mobile'))"
    )
    view.wait(both)
    rows = [set(shown(view)[:50]), set(shown(view)[50:])]
    assert rows[0] == rows[1] <= set(explorer.log.traces["trace_id"])
    assert view.leave() == []
    view.assert_no_errors()


def test_a_page_without_a_kernel_shows_the_panels_and_takes_nothing(open_view: Open) -> None:
    explorer = made()
    del explorer.bundle
    view = open_view(explorer, still=True)
    view.drawn(3)
    text = view.page.locator(".al-live").inner_text()
    assert "This part needs a running kernel" in text
    assert shown(view)
    free = view.page.evaluate(
        "[...document.querySelectorAll('.al-live :is(button, input, select):enabled')]"
        ".filter((one) => one.offsetParent && !one.matches('.modebar-btn, details *'))"
        ".map((one) => one.outerHTML)"
    )
    assert free == []
    assert view.sent == []
    view.assert_no_errors()


def test_an_error_of_one_panel_is_a_sentence_and_leaves_the_others(open_view: Open) -> None:
    explorer = made()
    view = settled(open_view(explorer), "table")
    explorer.selection = Selection(current=(LOG.start, LOG.start + pd.Timedelta("8h")))
    view.wait(
        "root.querySelector('[data-panel=waterfall] .al-problem').textContent.includes('Nothing lies before')"
    )
    view.wait("root.querySelectorAll('[data-panel=table] tbody tr').length > 0")
    view.wait("root.querySelector('[data-panel=clusters] tbody tr')")
    assert view.page.locator("[data-panel=waterfall] [aria-busy=true]").count() == 1
    explorer.selection = Selection(current=PERIOD)
    settled(view, "waterfall")
    assert view.page.locator("[data-panel=waterfall] .al-problem").is_hidden()
    assert view.probe.js_errors() == []


def test_hostile_names_and_values_are_only_text(open_view: Open) -> None:
    evil = "<img src=x onerror=alert(1)><b>x</b></script>\u202e"
    halves = [evil if at % 2 else "plain" for at in range(len(LOG))]
    traces = LOG.traces.assign(device=pd.Series(halves, dtype=object)).rename(
        columns={"segment": "<i>segment</i>"}
    )
    log = al.from_frames(traces, LOG.spans, LOG.scores)
    explorer = Explorer(log, by=["<i>segment</i>", "device"])
    explorer.selection = Selection(current=PERIOD, where={"device": log.traces["device"].iloc[1]})
    view = settled(open_view(explorer))
    assert "<img src=x onerror=alert(1)>" in chips(view)[1]
    assert view.page.locator(".al-live :is(img, b:not(.al-live *), script, i)").count() == 0
    assert "\\u202e" in view.page.locator(".al-explore-chips").inner_text() or "\u202e" not in (
        view.page.locator(".al-explore-chips").inner_text()
    )
    view.assert_no_errors()


def test_the_table_turns_its_pages_and_is_sorted(open_view: Open) -> None:
    explorer = made()
    explorer.selection = Selection()
    view = settled(open_view(explorer), "table")
    first = shown(view)
    view.page.get_by_role("button", name="Next page").click()
    view.wait("root.querySelector('[data-panel=table]').textContent.includes('page 2 of')")
    assert not set(first) & set(shown(view))
    view.page.get_by_role("button", name="latency").click()
    view.wait("root.querySelector('[aria-sort=descending]')")
    slow = LOG.traces.sort_values(["latency_s", "trace_id"], ascending=[False, True])["trace_id"]
    assert shown(view) == slow.head(50).tolist()
    view.assert_no_errors()
