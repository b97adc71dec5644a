import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.tables.log import Log
from tests.harness.widgetpage import WidgetPage
from tests.widgets.show.made import BEGIN, HOSTILE, log_of, long_log, span, talk_log

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]


def press(view: WidgetPage, *names: str) -> None:
    for name in names:
        view.page.keyboard.press(name)
        view.pump()


def tree(view: WidgetPage) -> WidgetPage:
    view.page.locator("[role=tree]").focus()
    return view


def chosen(view: WidgetPage) -> str:
    text: str = view.page.inner_text("[role=treeitem][aria-selected=true]")
    return text


def pane(view: WidgetPage) -> str:
    text: str = view.page.inner_text("[aria-label='Chosen step']")
    return text


def status(view: WidgetPage) -> str:
    text: str = view.page.inner_text("[role=status]")
    return text


def small(**more: Any) -> Log:
    return log_of(
        span("root", 0, took=9.0, kind="agent"),
        span("plan", 1, parent="root", kind="llm", output="a plan"),
        span("tools", 2, took=4.0, parent="root", kind="chain"),
        span("look", 2.5, parent="tools", status="error", error_message="empty shelf"),
        span("answer", 7, parent="root", kind="llm", output="sorry", status="error"),
        input="Where?",
        output="Sorry.",
        **more,
    )


def test_it_opens_with_the_answer_and_the_failing_steps(open_view: Open) -> None:
    view = open_view(al.show(small()))
    opened = view.page.eval_on_selector_all(
        "details.al-trace-part[open] > summary", "all => all.map((one) => one.innerText)"
    )
    assert opened == ["Output"]
    assert "Failing steps (2)" in pane(view)
    assert "empty shelf" in pane(view)
    view.page.click("role=button[name=look]")
    assert "Error" in pane(view)
    view.assert_no_errors()


def test_the_tree_is_walked_by_keyboard_alone(open_view: Open) -> None:
    view = open_view(al.show(small()))
    for _ in range(12):
        press(view, "Tab")
        if view.page.evaluate("document.activeElement.getAttribute('role')") == "tree":
            break
    press(view, "ArrowDown", "ArrowDown")
    assert chosen(view).startswith("L\nplan")
    press(view, "ArrowDown", "ArrowRight")
    assert chosen(view).startswith("▾\nT\nlook") or "look" in chosen(view)
    press(view, "ArrowLeft")
    assert "tools" in chosen(view)
    press(view, "ArrowLeft")
    item = view.page.locator("[role=treeitem][aria-selected=true]")
    assert item.get_attribute("aria-expanded") == "false"
    assert item.get_attribute("aria-level") == "2"
    assert view.page.locator("[role=treeitem]").count() == 5
    press(view, "e")
    assert "look" in chosen(view)
    assert status(view) == "Error 1 of 2: look"
    press(view, "E", "E")
    assert status(view) == "Error 1 of 2: look"
    press(view, "Enter")
    assert view.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Chosen step"
    press(view, "Escape", "Home")
    assert chosen(view) == "The whole trace"
    press(view, "c")
    assert view.page.locator(".al-trace-talk").is_visible()
    assert not view.page.locator("[role=tree]").is_visible()
    press(view, "c")
    assert view.page.locator("[role=tree]").is_visible()
    view.assert_no_errors()


def test_keys_with_ctrl_are_left_to_the_notebook_and_ours_do_not_reach_it(open_view: Open) -> None:
    view = tree(open_view(al.show(small())))
    view.page.evaluate(
        "window.got = []; window.addEventListener('keydown', (e) => got.push(e.key))"
    )
    press(view, "ArrowDown", "e", "c", "c", "Control+e", "x")
    assert view.page.evaluate("got") == ["Control", "e"]


def test_j_and_k_walk_and_the_second_view_and_a_later_one_follow(open_view: Open) -> None:
    log = al.demo(days=2, traces_per_day=20, seed=4)
    ids = log.traces["trace_id"].astype(str).tolist()[:3]
    live = al.show(log, ids)
    view = tree(open_view(live))
    press(view, "k")
    assert status(view) == "This is the first trace of the selection."
    press(view, "j")
    view.wait("root.innerText.includes(argument)", f"Trace {ids[1]}")
    assert live.trace_id == ids[1]
    assert view.page.evaluate("document.activeElement.getAttribute('role')") == "tree"
    press(view, "J", "K", "J", "j")
    assert live.trace_id == ids[2]
    assert status(view) == "This is the last trace of the selection."
    view.again()
    assert view.page.locator(".al-trace-id").all_inner_texts() == [ids[2], ids[2]]
    view.assert_no_errors()
    assert view.leave() == []


def test_two_thousand_steps_are_walked_with_few_rows_on_the_page(open_view: Open) -> None:
    view = tree(open_view(al.show(long_log(2_000, failed=[300, 1_500]))))
    assert len(view.live.state) < 300_000
    press(view, "e", "e")
    assert "broken 1500" in chosen(view)
    assert "step 1500 broke" in pane(view)
    press(view, "End", "ArrowLeft", "ArrowLeft", "ArrowRight", "End", "ArrowUp", *["PageUp"] * 5)
    assert view.page.locator("[role=treeitem]").count() < 200
    active = view.page.get_attribute("[role=tree]", "aria-activedescendant")
    assert view.page.locator(f"#{active}").count() == 1
    assert view.page.locator("*").count() < 2_000
    press(view, *["ArrowDown"] * 8)
    view.wait("!root.querySelector('[aria-busy]')")
    assert "answer" in pane(view)  # asked for: it did not fit into the first message
    assert any(one.get("what") == "step" for one in view.sent)
    view.assert_no_errors()
    assert view.leave() == []


def test_all_rows_of_a_large_tree_unfolded_stay_few_on_the_page(open_view: Open) -> None:
    steps = [span("root", 0, took=900.0)]
    steps += [span(f"s{at}", float(at), took=0.5, parent="root") for at in range(900)]
    view = tree(open_view(al.show(log_of(*steps))))
    assert view.page.locator("[role=treeitem]").count() < 80
    press(view, "End")
    assert "s899" in chosen(view)
    assert view.page.locator("[role=treeitem]").count() < 80
    assert (
        view.page.evaluate("(([tree]) => tree.scrollTop)([document.querySelector('[role=tree]')])")
        > 20_000
    )


def test_a_search_looks_into_whole_texts_and_says_where(open_view: Open) -> None:
    log = log_of(
        span("a", 0, output="x" * 20_000 + " the needle " + "x" * 20_000),
        span("b", 1, output="nothing"),
        span("c", 2, input="Needle again"),
    )
    view = tree(open_view(al.show(log)))
    press(view, "/")
    view.page.keyboard.type("needle")
    press(view, "Enter")
    view.wait("root.innerText.includes('row 1 of 2, 2 fields')")
    assert "whole texts searched in the kernel" in status(view)
    assert "a" in chosen(view)
    press(view, "Enter")
    assert status(view).startswith("“needle”: row 2 of 2")
    press(view, "Escape")
    assert view.page.evaluate("document.activeElement.getAttribute('role')") == "tree"
    assert view.page.input_value("input[type=search]") == ""


def test_a_long_text_grows_by_pieces_and_what_was_cut_is_whole_then(open_view: Open) -> None:
    text = "".join(f"line {at}\n" for at in range(40_000))
    view = tree(open_view(al.show(log_of(span("a", 0, output=text)))))
    press(view, "ArrowDown")
    assert "… 429 kB in all; 424,890 characters not shown" in pane(view)
    for _ in range(3):
        view.page.click("text=show 200 kB more")
        view.wait("!root.querySelector('.al-trace-gap[aria-busy]')")
    whole = view.page.evaluate("document.querySelector('.al-trace-long').textContent")
    assert whole == text
    view.assert_no_errors()


def test_a_kernel_that_is_silent_leaves_what_is_shown(open_view: Open) -> None:
    view = tree(open_view(al.show(long_log(2_000))))
    view.silent = True
    press(view, "End", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown")
    view.wait("root.innerText.includes('No answer from the kernel for 3 s')")
    assert "turn" in pane(view) or "The whole trace" in pane(view)
    assert view.page.get_attribute("[aria-label='Chosen step']", "aria-busy") == "true"
    assert view.leave() == []


def test_a_still_page_has_the_same_content_and_says_what_needs_a_kernel(open_view: Open) -> None:
    log = log_of(span("a", 0, output="y" * 9_000), *[span(f"s{at}", 1.0) for at in range(3)])
    view = tree(open_view(al.show(log), still=True))
    press(view, "ArrowDown")
    assert "This part needs a running kernel" in pane(view)
    press(view, "/")
    view.page.keyboard.type("s2")
    press(view, "Enter")
    assert "searched what this page holds" in status(view)
    assert view.sent == []
    view.assert_no_errors()


def test_hostile_texts_become_text_and_nothing_else(open_view: Open) -> None:
    values = [*HOSTILE.values(), "x" * 1_000_000, "[" * 100 + "1" + "]" * 100]
    steps = [
        span(f"s{at}", at, input=one, output=json.dumps({one[:400]: [one[:400]]}), kind=one[:60])
        | {"name": one[:500], "status": "error", "error_message": one}
        for at, one in enumerate(values)
    ]
    score = {"trace_id": "t", "score_id": "1", "value": 1.0, "time": BEGIN}
    score |= dict.fromkeys(
        ("name", "label", "rater", "comment", "rubric_version"), HOSTILE["onerror"]
    )
    talk = [{"role": one, "content": one} for one in HOSTILE.values()]
    log = log_of(*steps, scores=[score], input=json.dumps(talk), output=HOSTILE["ending"])
    halves = pd.Series(["half \ud800 of a sign"] * len(log.spans), dtype=object)
    halves[1:] = log.spans["error_message"][1:]
    log = replace(log, spans=log.spans.assign(error_message=halves))
    view = tree(open_view(al.show(log)))
    before = set(
        view.page.evaluate(
            "[...new Set([...document.querySelectorAll('*')].map((one) => one.tagName))]"
        )
    )
    seen = pane(view)
    press(view, *["ArrowDown"] * (len(values) + 1), "c")
    tags = set(
        view.page.evaluate(
            "[...new Set([...document.querySelectorAll('*')].map((one) => one.tagName))]"
        )
    )
    assert not (tags | before) & {"IMG", "SVG", "IFRAME", "A", "OBJECT", "FORM"}
    assert view.page.locator("script").count() == 0
    assert view.page.evaluate("window.hit") is None
    text = view.page.inner_text(".al-live")
    assert "\\u202e" in text
    assert "\\ud800" in seen
    assert "\\u0000" in text
    assert not {"\u202e", "\u200b", "\x00", "\x1b"} & set(view.page.content())
    view.assert_no_errors()


def test_calls_are_paired_and_the_unpaired_marked_and_redacted_places_seen(open_view: Open) -> None:
    view = tree(open_view(al.show(talk_log())))
    press(view, "c")
    lines = view.page.locator(".al-trace-who").all_inner_texts()
    assert [line.replace("\n", " ").removesuffix(" step") for line in lines] == [
        "system",
        "user",
        "assistant calls look_up #1",
        "assistant calls refund ⚠ no result in this trace",
        "result of look_up #1",
        "result of a tool ⚠ no call in this trace",
        "assistant",
    ]
    assert view.page.inner_text("mark") == "<NAME_AB2C>"
    view.page.click(".al-trace-turn >> nth=2 >> text=step")
    assert "think" in chosen(view)


def test_deep_json_is_folded_and_long_arrays_come_by_twenty(open_view: Open) -> None:
    held = {"a": [{"b": {"c": at}} for at in range(45)]}
    view = open_view(al.show(log_of(output=json.dumps(held))))
    assert view.page.locator(".al-trace-json details[open]").count() == 2
    assert view.page.locator(".al-trace-nth").count() == 20
    view.page.click("text=show 20 more of 25")
    view.page.click("text=show 5 more of 5")
    assert view.page.locator(".al-trace-nth").count() == 45


def test_skew_is_hatched_a_running_step_open_and_orphans_under_a_marked_root(
    open_view: Open,
) -> None:
    log = log_of(
        span("root", 0, took=5.0),
        span("late", 4, took=4.0, parent="root"),
        span("runs", 1, took=None, parent="root"),
        span("lost", 2, parent="nobody"),
        status="open",
    )
    view = open_view(al.show(log))
    labels = view.page.eval_on_selector_all(
        "[role=treeitem]", "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    assert any("late" in one and "outside its parent's time" in one for one in labels if one)
    assert view.page.locator(".al-trace-is-skewed").count() == 1
    assert view.page.locator(".al-trace-is-running").count() == 1
    assert "Steps without their parent" in view.page.inner_text("[role=tree]")
    assert "This trace was still running" in view.page.inner_text("[aria-label=Notes]")


def test_a_trace_without_steps_shows_its_input_and_output(open_view: Open) -> None:
    view = open_view(al.show(log_of(input="Where?", output="There.")))
    assert "This trace has no steps" in view.page.inner_text(".al-live")
    assert not view.page.locator("[role=tree]").is_visible()
    assert "There." in pane(view)
    view.assert_no_errors()
    assert view.leave() == []
