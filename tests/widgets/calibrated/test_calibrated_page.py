"""Does the calibration view show Python's numbers while a hand moves it, and nothing that is covered?"""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import agentlens as al
from agentlens import text
from agentlens.widgets.calibrated.calibrated import calibration_view
from agentlens.widgets.calibrated.counts import RATES, counts_of, measured
from agentlens.widgets.calibrated.material import material_of
from tests.analysis.judges.worlds import scored
from tests.harness.widgetpage import WidgetPage

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]
HOSTILE = '<img src=x onerror="document.title=1">\u202e</script>'
CELLS = "[...root.querySelectorAll('.al-cal-main .al-cal-four b')].map((one) => one.textContent)"
RATE_CELLS = "[...root.querySelectorAll('.al-cal-rates td')].map((one) => one.textContent)"


@cache
def calibration() -> al.Calibration:
    return al.calibrate(scored(900, labels=300), "met", "one", passes=0.5)


def shown(view: WidgetPage, expression: str) -> Any:
    return view.page.evaluate(
        f"() => {{ const root = document.querySelector('.al-live'); return ({expression}); }}"
    )


def turned(view: WidgetPage) -> None:
    """Wait for the frame in which the view follows its knobs."""
    view.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def same_as_python(view: WidgetPage) -> None:
    live: Any = view.live
    counts, prices = counts_of(material_of(live.cal).choosing), live._prices
    place = int(live._now.knobs["place"])
    assert shown(view, CELLS) == [text.count(float(one[place])) for one in counts.labels]
    rates = [counts.spreads()[name].words(place, bare=False) for name in RATES]
    cost = text.significant(counts.cost(place, *prices))
    assert shown(view, RATE_CELLS) == [*rates, cost, "no ceiling known"]


def test_twenty_thresholds_by_key_and_by_mouse_are_pythons_own_numbers(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()))
    view.drawn(2)
    slider = view.page.get_by_role("slider", name="Threshold: pass from")
    seen = set()
    for key in (
        ["ArrowRight"] * 6 + ["PageUp"] * 4 + ["ArrowLeft"] * 3 + ["Home", "End", "PageDown"]
    ):
        slider.press(key)
        turned(view)
        view.pump()
        same_as_python(view)
        seen.add(view.live._now.knobs["place"])
    box = slider.bounding_box()
    assert box is not None
    for part in (0.2, 0.4, 0.5, 0.6, 0.8):
        view.page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        turned(view)
        view.pump()
        same_as_python(view)
        seen.add(view.live._now.knobs["place"])
    assert len(seen) >= 20
    view.assert_no_errors()


def test_dearer_wrong_passes_move_the_cheapest_threshold_and_the_curve(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()))
    before = view.drawn(2)[0].y(0)
    field = view.page.get_by_label("Cost of a wrong pass, a number")
    field.fill("7.9")
    field.press("Enter")
    view.page.get_by_role("button", name="Go to the cheapest").click()
    turned(view)
    view.pump()
    assert view.live.threshold == calibration().threshold(cost_fp=7.9).value
    same_as_python(view)
    after = view.drawn(2)[0].y(0)
    assert max(after) > max(before)
    view.page.get_by_role("button", name="Reset (R)").click()
    turned(view)
    view.pump()
    assert view.live.knobs["cost_fp"] == 1.0
    view.assert_no_errors()


def test_no_test_number_reaches_the_browser_before_it_is_asked_for(open_view: Open) -> None:
    cal = calibration()
    view = open_view(calibration_view(cal))
    view.drawn(2)
    slider = view.page.get_by_role("slider", name="Threshold: pass from")
    for _ in range(3):
        slider.press("ArrowRight")
        turned(view)
        view.pump()
    covered = covered_numbers(view)
    assert not [one for one in covered if json.dumps(one)[1:-1] in view.traffic()]
    assert not [one for one in covered if one in view.page.content()]
    view.page.get_by_role("button", name="Report on test").click()
    view.wait("root.innerText.includes('look 1')")
    words = view.page.locator(".al-live").inner_text()
    assert sum(one in words for one in covered) >= 3
    assert sum(json.dumps(one)[1:-1] in view.traffic() for one in covered) >= 3
    assert view.live.reports["look"].tolist() == [1]
    slider.press("ArrowRight")
    turned(view)
    assert shown(view, "root.querySelector('.al-cal-old') !== null")
    view.page.get_by_role("button", name="Report on test: look 2").click()
    view.wait("root.innerText.includes('Look 2 at the same test labels')")
    assert not shown(view, "root.querySelector('.al-cal-old') !== null")
    view.assert_no_errors()


def covered_numbers(view: WidgetPage) -> list[str]:
    """Return what only test labels say, in the words in which it is said anywhere."""
    live: Any = view.live
    cal = live.cal
    test = measured(material_of(cal).measuring, live.threshold)
    told = [test.spreads()[name].words(1, bare=False) for name in RATES]
    said = [*told, cal.headline, cal.threshold().headline, str(cal.facts()["agreement"])]
    found = {one for words in said for one in re.findall(r"\d+% \[\d+%–\d+%\]", words)}
    dev = {one for words in live._now.counts.spreads().values() for one in _every(words)}
    assert len(found - dev) >= 3
    return [*(found - dev), cal.bands().headline]


def _every(spread: Any) -> set[str]:
    words = [spread.words(place, bare=False) for place in range(spread.value.size)]
    return {one.split(",")[0] for one in words}


def test_edges_snap_push_each_other_and_show_the_load(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()))
    view.drawn(2)
    above = view.page.get_by_role("slider", name="Pass unseen from")
    below = view.page.get_by_role("slider", name="Page up to")
    above.press("Home")
    for _ in range(5):
        above.press("ArrowRight")
    for _ in range(8):
        below.press("ArrowRight")
    turned(view)
    view.pump()
    live: Any = view.live
    assert (live._now.knobs["below"], live._now.knobs["above"]) == (7, 8)
    loads = live._now.edges.loads(8, 7)
    table = shown(
        view,
        "[...root.querySelectorAll('.al-cal-loads tbody tr')].map((row) => [...row.cells].map((c) => c.textContent))",
    )
    assert [row[2] for row in table] == [text.share(one) for one in loads.share]
    assert [row[3] for row in table] == [text.significant(one, 2) for one in loads.a_day]
    view.assert_no_errors()


def test_a_still_page_moves_its_threshold_and_reports_nothing(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()), still=True)
    view.drawn(2)
    before = shown(view, CELLS)
    view.page.get_by_role("slider", name="Threshold: pass from").press("PageUp")
    turned(view)
    assert shown(view, CELLS) != before
    assert view.page.get_by_role("button", name="Report on test").is_disabled()
    assert "This part needs a running kernel" in view.page.locator(".al-live").inner_text()
    assert [one for one in view.sent if one["kind"] == "ask"] == []


def test_a_silent_kernel_is_said_while_the_threshold_goes_on_working(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()))
    view.drawn(2)
    view.silent = True
    view.page.get_by_role("slider", name="Threshold: pass from").press("PageUp")
    turned(view)
    first = shown(view, CELLS)
    view.wait("root.innerText.includes('No answer from the kernel')")
    view.page.get_by_role("slider", name="Threshold: pass from").press("PageUp")
    turned(view)
    assert shown(view, CELLS) != first


def test_a_second_view_and_a_reload_stand_where_python_stands(open_view: Open) -> None:
    view = open_view(calibration_view(calibration()))
    view.drawn(2)
    view.page.get_by_role("slider", name="Threshold: pass from").press("End")
    turned(view)
    view.pump()
    view.again()
    view.wait("document.querySelectorAll('.al-live').length === 2")
    view.wait(
        "[...document.querySelectorAll('input[aria-label=\"Threshold: pass from, a number\"]')]"
        ".every((one) => one.value === 'nothing passes')"
    )
    view.page.get_by_role("slider", name="Threshold: pass from").first.press("Home")
    view.wait(
        "new Set([...document.querySelectorAll('[id^=al-knob]')].filter((one, i) => i % 5 === 0)"
        ".map((one) => one.value)).size === 1"
    )
    view.assert_no_errors()


def test_a_view_without_scores_has_no_slider_and_a_refused_one_no_number(open_view: Open) -> None:
    view = open_view(calibration_view(al.calibrate(al.demo(), "goal_completion")))
    assert view.page.get_by_role("slider").count() == 0
    assert "nothing to set a threshold on" in view.page.locator(".al-live").inner_text()
    view.page.get_by_role("button", name="Report on test").click()
    view.wait("root.innerText.includes('84% [78%–89%]')")
    view.assert_no_errors()
    ended = open_view(calibration_view(calibration().expire("The judge changed on Monday.")))
    words = ended.page.locator(".al-live").inner_text()
    assert "The judge changed on Monday." in words
    assert ended.page.get_by_role("slider").count() == 0
    assert "%" not in words


def test_hostile_names_stay_text_and_nothing_is_left_behind(open_view: Open) -> None:
    log = scored(900, labels=300)
    log.scores["judge_model"] = log.scores["judge_model"].where(
        log.scores["source"] != "judge", HOSTILE
    )
    view = open_view(calibration_view(al.calibrate(log, "met", passes=0.5)))
    view.drawn(2)
    assert "\\u202e" in view.page.locator("h3").inner_text()
    assert view.page.locator("img").count() == 0
    assert view.page.title() == "view"
    view.assert_no_errors()
    assert view.leave() == []
