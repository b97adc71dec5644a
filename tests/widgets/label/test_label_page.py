"""Can traces be labelled by keyboard alone, blind, without losing a key, whatever happens?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import agentlens as al
from agentlens.scoring.labels.kept import kept_marks
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import opened_store
from agentlens.tables.frames import from_frames
from agentlens.widgets.label.labels import Labels
from tests.harness.widgetpage import WidgetPage
from tests.scoring.labels.worlds import judged_log
from tests.widgets.label.benches import RUBRIC, item_of, labels_of, plan_of, state_of, store_of

pytestmark = pytest.mark.browser

Open = Callable[..., WidgetPage]
_HEADING = "root.querySelector('.al-label-heading')"
_AT = f"{_HEADING}.innerText === argument && {_HEADING} === document.activeElement"


def _press(view: WidgetPage, key: str) -> None:
    view.page.keyboard.press(key)
    view.pump()


def _say(view: WidgetPage, key: str, then: str) -> None:
    """Press a key, and wait until the heading of another item has the focus."""
    view.page.keyboard.press(key)
    view.wait(_AT, then)


def _begin(view: WidgetPage) -> None:
    view.page.evaluate("document.querySelector('.al-label-heading').focus()")


def _line(view: WidgetPage) -> str:
    text: str = view.page.evaluate("document.querySelector('.al-line').innerText")
    return text


def _rows(store: Path) -> list[tuple[Any, ...]]:
    with opened_store(store) as held:
        found = held.rows("select trace_id, value, note, code, blind from label order by seq")
    return [tuple(row) for row in found]


def test_twenty_traces_by_keyboard_alone(open_view: Open, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    plan = plan_of()
    view = open_view(labels_of(plan, store))
    view.page.keyboard.press("Tab")  # into the view: the first stop is in it
    wanted: list[tuple[Any, ...]] = []
    ids = plan.frame["trace_id"].tolist()
    for place, key in enumerate("pfuppfpfupppfupfpfup"):
        note, code = "", ""
        if place % 4 == 1:
            note, code = f"note p f u {place}", "wrong refund"
            view.page.keyboard.press("n")
            view.page.keyboard.type(note)
            view.page.keyboard.press("Enter")
            view.page.keyboard.press("c")
            view.page.keyboard.type(code)
            view.page.keyboard.press("Escape")
        _say(view, key, f"Trace {place + 2} of 21")
        assert _line(view) == f"Saved. {place + 1} of 21."
        assert view.page.locator('[aria-pressed="true"]').count() == 0, "nothing is preselected"
        wanted.append((ids[place], {"p": 1.0, "f": 0.0, "u": None}[key], note, code, 1))
    assert _rows(store) == wanted
    view.assert_no_errors()
    assert view.leave() == []


def test_the_browser_holds_nothing_that_tells_the_verdict(open_view: Open, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    plan = plan_of()
    al.label(plan, rater="ben", answers=lambda _: {"label": "f", "code": "bens word"}, store=store)
    labels = labels_of(plan, store)
    view = open_view(labels)
    _begin(view)
    for place in range(20):
        _say(view, "pf"[place % 2], f"Trace {place + 2} of 21")
    page = view.page.evaluate("document.querySelector('.al-live').outerHTML")
    whole = view.traffic() + page + json.dumps(view.sent) + labels.state + labels.bundle()["state"]
    for word in ("careful-1", "step 2 decides", "abstained", "bens word", '"ben"', "stratum",
                 "uniform", "inclusion", "repeat", '"split"', '"dev"', "j0000"):  # fmt: skip
        assert word not in whole, word
    assert labels.labels["blind"].all()


def test_the_verdict_comes_on_request_and_a_change_then_stands_beside(
    open_view: Open, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    view = open_view(labels_of(plan_of(), store))
    _begin(view)
    _press(view, "v")
    view.wait("root.querySelector('.al-line').innerText.startsWith('Say first')")
    _say(view, "p", "Trace 2 of 21")
    assert "careful-1" not in view.traffic()
    _say(view, "ArrowLeft", "Trace 1 of 21")
    _press(view, "v")
    view.wait("root.querySelector('.al-label-judged')?.innerText.includes('careful-1')")
    _say(view, "f", "Trace 2 of 21")
    assert [(value, blind) for _, value, _, _, blind in _rows(store)] == [(1.0, 1), (0.0, 0)]


def test_undo_skip_and_back_by_keyboard(open_view: Open, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    view = open_view(labels := labels_of(plan_of(), store))
    _begin(view)
    _press(view, "z")
    view.wait("root.querySelector('.al-line').innerText === 'There is nothing to take back.'")
    _press(view, "ArrowLeft")
    view.wait("root.querySelector('.al-line').innerText === 'This is the first one.'")
    _say(view, "ArrowRight", "Trace 2 of 21")
    view.page.keyboard.press("n")
    view.page.keyboard.type("was late")
    view.page.keyboard.press("Enter")
    _say(view, "f", "Trace 3 of 21")
    _say(view, "z", "Trace 2 of 21")
    assert view.page.locator("textarea").input_value() == "was late"
    assert labels.labels.empty
    _say(view, "p", "Trace 3 of 21")
    view.page.keyboard.press("?")
    view.wait("root.querySelector('.al-label-keys').open")
    assert len(_rows(store)) == 3


def test_nobody_answers_the_item_stays_and_the_label_is_sent_again(
    open_view: Open, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    view = open_view(labels_of(plan_of(), store))
    _begin(view)
    _say(view, "p", "Trace 2 of 21")
    view.silent = True
    _press(view, "f")
    view.wait("root.innerText.includes('not saved yet: 1')")
    assert "busy or stopped" in _line(view)
    for key in ("p", "u", "z", "ArrowRight"):
        _press(view, key)
    assert (
        view.page.evaluate(f"{_HEADING.replace('root', 'document')}.innerText") == "Trace 2 of 21"
    )
    assert len(_rows(store)) == 1
    view.silent = False
    view.wait(_AT, "Trace 3 of 21", seconds=30)
    assert "not saved" not in view.page.inner_text(".al-label")
    sent = [one for one in view.sent if one["kind"] == "label"]
    assert len(sent) >= 3
    assert len({one["id"] for one in sent}) == 2
    assert [value for _, value, _, _, _ in _rows(store)] == [1.0, 0.0]


def test_a_label_that_nobody_saved_is_saved_by_the_next_view_in_the_page(
    open_view: Open, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    view = open_view(labels)
    _begin(view)
    _say(view, "p", "Trace 2 of 21")
    view.silent = True
    _press(view, "u")
    assert view.leave() == []
    labels.close()
    # The kernel is another one, the cell was run again; the page is the same.
    later = labels_of(plan_of(), store)
    view.live = later
    later.send, later.send_state = view._take, view._resend
    later.observe(lambda _: view._resend(), names=["state", "data"])
    view.silent = False
    view._resend()
    view.pump()
    view.again()
    view.wait("root.innerText.includes('2 of 21 labelled')")
    assert [value for _, value, _, _, _ in _rows(store)] == [1.0, None]
    assert item_of(later) == state_of(later)["item"]["token"]
    assert state_of(later)["item"]["nth"] == 3


def test_a_key_typed_into_a_note_outlives_the_page(open_view: Open) -> None:
    labels = labels_of(plan_of(), None)
    view = open_view(labels)
    _begin(view)
    view.page.keyboard.press("n")
    view.page.keyboard.type("half a no")
    view.pump()
    assert view.leave() == []
    view.again()
    view.wait("root.querySelector('textarea').value === 'half a no'")


def test_a_second_tab_is_told_and_asked(open_view: Open, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    one, other = (labels_of(plan_of(), store) for _ in range(2))
    view, second = open_view(one), open_view(other)
    _begin(view)
    _say(view, "p", "Trace 2 of 21")
    _begin(second)
    _press(second, "f")
    second.wait("document.activeElement.innerText === 'Keep pass'")
    assert [value for _, value, *_ in _rows(store)] == [1.0]
    second.page.keyboard.press("Tab")
    assert second.page.evaluate("document.activeElement.innerText") == "Replace it with fail"
    second.page.keyboard.press("Enter")
    second.wait(_AT, "Trace 2 of 21")
    assert [value for _, value, *_ in _rows(store)] == [1.0, 0.0]
    _say(view, "u", "Trace 3 of 21")
    _press(second, "p")
    second.wait("document.activeElement.innerText === 'Keep unsure'")
    second.page.keyboard.press("Enter")
    second.wait(_AT, "Trace 3 of 21")
    assert [value for _, value, *_ in _rows(store)] == [1.0, 0.0, None]


def test_only_time_in_which_the_page_is_seen_counts(open_view: Open, tmp_path: Path) -> None:
    view = open_view(labels := labels_of(plan_of(), tmp_path / "s.sqlite"), alone=True)
    _begin(view)
    view.page.evaluate(
        """() => {
          const real = performance.now.bind(performance);
          window.ahead = 0;
          performance.now = () => real() + window.ahead;
          window.turn = (state) => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
          };
          window.ahead += 20000; turn("hidden"); window.ahead += 3600000; turn("visible");
        }"""
    )
    _say(view, "p", "Trace 2 of 21")
    view.page.evaluate("window.ahead += 3600000")
    _say(view, "p", "Trace 3 of 21")
    first, second = labels.labels["seconds"].tolist()
    assert 20 <= first < 60
    assert second == 600
    assert any("10 minutes or more" in note for note in labels.notes)


def test_the_end_says_what_to_call_next_and_undo_leads_back(open_view: Open) -> None:
    view = open_view(labels_of(judged_log(3), None, rubric=RUBRIC))
    _begin(view)
    assert "enter no rate" in view.page.inner_text(".al-label-header")
    _say(view, "p", "Trace 2 of 3")
    _say(view, "f", "Trace 3 of 3")
    _press(view, "u")
    view.wait("root.querySelector('.al-label-next')?.innerText.startsWith('al.promote(')")
    assert view.page.evaluate("document.activeElement.className") == "al-label-heading"
    _say(view, "z", "Trace 3 of 3")
    assert view.page.locator(".al-label-work").is_visible()
    assert not view.page.locator(".al-label-next").is_visible()


def test_an_empty_queue_says_so(open_view: Open) -> None:
    view = open_view(labels_of(judged_log(3).where(trace_id=[]), None, rubric=RUBRIC))
    assert "holds no traces" in view.page.inner_text(".al-label")
    assert not view.page.locator(".al-verdict").first.is_visible()


def test_a_page_without_a_kernel_shows_the_labels_and_no_controls(open_view: Open) -> None:
    labels = labels_of(plan_of(), None)
    first = open_view(labels)
    _begin(first)
    _say(first, "f", "Trace 2 of 21")
    view = open_view(labels, still=True)
    assert [one.inner_text() for one in view.page.locator("tbody td").all()[:2]] == ["1", "fail"]
    for name in ("button", "textarea", "input"):
        assert not [one for one in view.page.locator(name).all() if one.is_visible()], name
    assert "running kernel" in view.page.inner_text(".al-label")


def test_a_rubric_about_tools_asks_about_one_step(open_view: Open) -> None:
    rubric = Rubric("tool_use", 1, "Was this call right?", unit="tool")
    log = al.demo(days=2, traces_per_day=20, seed=1)
    tools = log.spans[log.spans["kind"] == "tool"]
    view = open_view(labels := labels_of(log.where(trace_id=tools["trace_id"].head(2).tolist()), None, rubric=rubric))  # fmt: skip
    assert "The step in question: tool" in view.page.inner_text(".al-label-step")
    _begin(view)
    view.page.keyboard.press("f")
    view.wait("root.innerText.includes('Saved. 1 of')")
    assert labels.labels["span_id"].notna().all()


_HOSTILE = (
    '<img src=x onerror="window.bad=1"><script>window.bad=1</script></script>\u202e\ud800\x00'
)


def test_hostile_texts_stay_texts(open_view: Open) -> None:
    traces = judged_log(2).traces.assign(
        input=_HOSTILE.replace("\ud800", ""), output="javascript:alert(1)"
    )
    log = from_frames(traces, scores=judged_log(2).scores)
    rubric = Rubric(
        "goal_completion", 3, _HOSTILE.replace("\ud800", ""), criteria={"one": "<b>bold</b>"}
    )
    labels = Labels(log, rubric, rater=_HOSTILE.replace("\ud800", ""), store=None)
    view = open_view(labels)
    _begin(view)
    for name, key in (("textarea", "n"), (".al-verdict-bar input", "c")):
        view.page.keyboard.press(key)
        view.page.locator(name).fill(_HOSTILE)
        view.page.keyboard.press("Enter")
    _say(view, "f", "Trace 2 of 2")
    view.page.keyboard.press("c")
    view.pump()
    assert view.page.evaluate("window.bad") is None
    assert view.page.locator(".al-live img, .al-live script, .al-live b:text('bold')").count() == 0
    assert labels.labels["note"].iloc[0].startswith("<img")
    with opened_store(store_of(labels)) as held:
        assert len(kept_marks(held, labels.labels["plan"].iloc[0])) == 1
    view.assert_no_errors()
