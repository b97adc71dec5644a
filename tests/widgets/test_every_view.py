"""Does every live view keep what all of them promise: safe, reachable, legible, with nobody to ask?"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agentlens import widgets
from agentlens.page.script import asset
from agentlens.report.report import Report
from agentlens.widgets.live.live import Live
from tests.harness.browser import Browser
from tests.harness.filepage import FilePage
from tests.harness.widgetpage import WidgetPage
from tests.live_views import LIVE_VIEWS, PRIVATE, calm, hostile
from tests.report.answers import WHEN

pytestmark = pytest.mark.browser

READING = (Path(__file__).parents[1] / "harness" / "reading.js").read_text(encoding="utf-8")
READY = (
    "!root.querySelector('[aria-busy=true]') && !harness.out.length"
    " && [...root.querySelectorAll('.al-figure')].every((one) => !one.checkVisibility()"
    " || one.querySelector('.main-svg'))"
)
FRAMES = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go, 60))))"
WIDTHS = (480, 760, 1200, 1400)
OpenFile = Callable[..., FilePage]


def opened(live: Live, browser: Browser, **more: Any) -> WidgetPage:
    view = WidgetPage(live, browser, **more)
    view.dialogs = view.probe.refuse_dialogs()  # type: ignore[attr-defined]
    view.page.evaluate(f"() => {{ window.reading = ({READING.rstrip()}); }}")
    if not more.get("silent"):
        settled(view)
    return view


def settled(view: WidgetPage) -> WidgetPage:
    for _ in range(2):
        view.page.evaluate(FRAMES)
        view.wait(READY)
    return view


def found(view: WidgetPage, call: str) -> Any:
    return view.page.evaluate(f"() => reading.{call}")


def sized(view: WidgetPage, width: int) -> None:
    view.page.set_viewport_size({"width": width, "height": 900})
    view.size(width)
    settled(view)


def walked(view: WidgetPage) -> list[str]:
    view.page.evaluate("reading.watch()")
    for _ in range(10):
        for _ in range(20):
            view.page.keyboard.press("Tab")
        if found(view, "arrived()"):
            break
    told: list[str] = found(view, "walked()")
    return told


def crowded(view: WidgetPage) -> list[str]:
    told = []
    for width in WIDTHS:
        sized(view, width)
        told += [f"{width}: {one}" for one in found(view, "crowded()")]
    sized(view, 1000)
    return told


def kinds_of(kind: type[Live]) -> Iterator[type[Live]]:
    for own in kind.__subclasses__():
        yield own
        yield from kinds_of(own)


@pytest.fixture(scope="module", params=LIVE_VIEWS)
def seen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[WidgetPage]:
    """One page a view: the tests leave it as they found it, the last one closes it."""
    with opened(LIVE_VIEWS[request.param](calm), browser) as view:
        yield view


@pytest.fixture(scope="module", params=LIVE_VIEWS)
def provoked(request: pytest.FixtureRequest, browser: Browser) -> Iterator[WidgetPage]:
    """The same with words that want to be more than words."""
    with opened(LIVE_VIEWS[request.param](hostile), browser) as view:
        yield view


def test_every_kind_of_live_view_stands_in_this_contract() -> None:
    for module in pkgutil.walk_packages(widgets.__path__, "agentlens.widgets."):
        importlib.import_module(module.name)
    kinds = {
        one.__name__
        for one in kinds_of(Live)
        if one.__module__.startswith("agentlens.") and "view" in vars(one)
    }
    assert kinds == {type(make(calm)).__name__ for make in LIVE_VIEWS.values()}


@pytest.mark.parametrize("name", LIVE_VIEWS)
def test_its_style_sheet_dresses_nothing_of_another_view(name: str) -> None:
    # A notebook holds the sheets of all its views at once.
    rules = LIVE_VIEWS[name](calm).bundle()["css"].removeprefix(asset("widgets/js/base/base.css"))
    heads = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", re.sub(r"/\*.*?\*/|@[^{]*\{", "", rules))
    parts = [one for head in heads for one in re.split(r",\s*(?=\.al-)", head)]
    named = re.compile(r"\.al-(?!live\b)|class\*=\"al-")
    assert [one.strip() for one in parts if not named.search(one)] == []


def test_its_script_is_small_and_waits_for_nothing(seen: WidgetPage) -> None:
    script = seen.live.bundle()["esm"]
    assert len(script.encode()) <= 60_000
    assert not re.search(r"\binitialize\b|\bsave_changes\b|\.innerHTML\b", script)


def test_it_writes_nothing_and_complains_of_nothing(seen: WidgetPage) -> None:
    seen.assert_no_errors()  # the model of the page refuses every `set`


def test_every_control_has_a_name(seen: WidgetPage) -> None:
    assert found(seen, "nameless()") == []


def test_headings_tables_and_pictures_say_what_they_are(seen: WidgetPage) -> None:
    assert found(seen, "untold()") == []


def test_tab_reaches_every_control_in_reading_order_and_is_seen_there(seen: WidgetPage) -> None:
    assert walked(seen) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_can_be_read_in_both_themes_of_every_host(
    seen: WidgetPage,
    dark: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    faint = []
    for host in ("plain", "lab", "vscode"):
        seen.page.emulate_media(color_scheme="dark" if dark == (host == "plain") else "light")
        seen.page.evaluate("([name, dark]) => reading.host(name, dark)", [host, dark])
        settled(seen)
        faint += [f"{host}: {one}" for one in found(seen, "faint()")]
    seen.page.evaluate("() => reading.host('plain', false)")
    seen.page.emulate_media(color_scheme="light")
    assert faint == []


def test_nothing_is_cut_or_lies_over_another_at_any_width(seen: WidgetPage) -> None:
    assert crowded(seen) == []


def test_nothing_moves_for_those_who_asked_for_stillness(seen: WidgetPage) -> None:
    seen.page.emulate_media(reduced_motion="reduce")
    assert found(seen, "moving()") == []
    seen.page.emulate_media(reduced_motion="no-preference")


def test_its_sentence_holds_no_text_of_a_user(seen: WidgetPage) -> None:
    assert seen.live.alt()
    assert PRIVATE not in seen.live.alt() + repr(seen.live)


def test_a_second_view_shows_the_same_and_both_leave_nothing(seen: WidgetPage) -> None:
    text = (
        "[...document.querySelectorAll('.al-live')].map((one) => one.querySelectorAll('*').length)"
    )
    seen.again()
    settled(seen)
    one, other = seen.page.evaluate(text)
    assert other > one / 3
    assert seen.leave() == []
    seen.assert_no_errors()


def test_hostile_words_are_words(provoked: WidgetPage) -> None:
    assert found(provoked, "become()") == []
    assert provoked.dialogs == []  # type: ignore[attr-defined]
    provoked.assert_no_errors()


def test_hostile_words_break_no_line(provoked: WidgetPage) -> None:
    assert [one for one in crowded(provoked) if "page" in one or "view" in one] == []


def test_hostile_words_do_not_speak_for_a_user(provoked: WidgetPage) -> None:
    assert PRIVATE not in provoked.live.alt()
    assert provoked.leave() == []


@pytest.mark.parametrize("name", LIVE_VIEWS)
def test_without_a_kernel_it_says_what_it_cannot_do(browser: Browser, name: str) -> None:
    with opened(LIVE_VIEWS[name](calm), browser, still=True) as view:
        said = view.page.locator(".al-live").inner_text()
        kinds = view.sent
        assert [one for one in kinds if one["kind"] != "plotly.js?"] == []
        assert "needs a running kernel" in said or name in WHOLE
        assert found(view, "nameless()") == []
        assert view.leave() == []
        view.assert_no_errors()


ALIVE = ("chart",)
"""What asks Python nothing."""

WHOLE = (*ALIVE, "show", "tune check_slos")
"""What is whole without Python until somebody asks for more."""

ASKING = {"show": "Next (J)"}
"""The button that asks, where it is not the first."""


@pytest.mark.parametrize("name", LIVE_VIEWS)
def test_a_kernel_that_is_silent_is_named(browser: Browser, name: str) -> None:
    with WidgetPage(LIVE_VIEWS[name](calm), browser, silent=True, clock=True) as view:
        buttons = view.page.locator(".al-live button:visible:enabled")
        if name not in ALIVE and not any(one["kind"] == "ask" for one in view.pump()):
            buttons.filter(has_text=ASKING.get(name, "")).first.click()
            view.page.keyboard.press("]")  # moves a window of drift
        view.page.clock.fast_forward(3500)
        said = view.page.locator(".al-live [role=status]").all_inner_texts()
        assert any("No answer from the kernel" in one for one in said) or name in ALIVE, said


@pytest.mark.parametrize("words", [calm, hostile], ids=["calm", "hostile"])
def test_a_report_of_all_of_them_opens_with_nobody_to_ask(
    open_file: OpenFile, tmp_path: Path, words: Any
) -> None:
    report = Report("All", [make(words) for make in LIVE_VIEWS.values()])
    page = open_file(report.save(tmp_path / "all.html", generated=WHEN))
    dialogs = page.probe.refuse_dialogs()
    page.scroll_through()
    page.page.wait_for_function(
        "(n) => document.querySelectorAll('.al-live').length === n", arg=len(LIVE_VIEWS)
    )
    page.page.evaluate(f"() => {{ window.reading = ({READING.rstrip()}); }}")
    assert page.page.evaluate("reading.become('.al-live')") == []
    assert dialogs == []
    page.assert_no_errors()
