"""Do live views enter a page once, safely, and only as what the page may know of them?"""

import re
from pathlib import Path
from typing import Any

import pytest

from agentlens.errors import BadInputError
from agentlens.page.living import Living
from agentlens.page.script import asset
from agentlens.report.report import Report
from tests.report.answers import HOSTILE, WHEN, answer
from tests.report.living import Knob, live_chart
from tests.report.test_report import ENGINE, Elements, data_blocks


def saved(report: Report, folder: Path) -> str:
    return report.save(folder / "report.html", generated=WHEN).read_text(encoding="utf-8")


def test_a_report_takes_what_can_hand_itself_over_and_nothing_else() -> None:
    assert isinstance(Knob(), Living)
    assert isinstance(live_chart(), Living)
    items: list[Any] = [answer(), Knob]
    with pytest.raises(BadInputError, match="cannot be shown"):
        Report("r", items)


def test_a_report_of_live_views_alone_promises_no_band() -> None:
    report = Report("r", [Knob()])
    assert report.band == "unknown"
    assert "1 live view" in repr(report)
    both = Report("r", [Knob(), answer(), ("More", [Knob()])])
    assert both.band == "pass"
    assert "1 result: 1 pass, 2 live views" in repr(both)


def test_each_script_and_each_style_stands_on_the_page_once(tmp_path: Path) -> None:
    views: list[Any] = [
        live_chart(name="One"),
        live_chart(name="Two"),
        Knob(),
        Knob("Other words."),
    ]
    page = saved(Report("r", [answer(), *views]), tmp_path)
    elements = Elements(page)
    assert len([a for t, a in elements.found if "data-esm" in a]) == 2
    assert page.count(".al-live .al-problem") == 1
    assert page.count(".said { color") == 1
    assert page.count(ENGINE) == 1
    assert page.count(asset("report/assets/live.js")[:60]) == 1


def test_a_report_without_live_views_carries_nothing_for_them(tmp_path: Path) -> None:
    page = saved(Report("r", [answer()]), tmp_path)
    assert "data-esm" not in page
    assert '.al-host")' not in page


def test_the_script_of_live_views_is_small() -> None:
    assert len(asset("report/assets/live.js").encode()) <= 4000


def test_state_and_numbers_arrive_as_they_were(tmp_path: Path) -> None:
    chart = live_chart()
    blocks = data_blocks(saved(Report("r", [chart]), tmp_path))
    (block,) = (one for name, one in blocks.items() if name.endswith("-live"))
    assert block["state"]["figure"]["data"][0]["x"][2] == "2026-11-03"
    assert block["state"]["rev"] == 1


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_words(words: str, tmp_path: Path) -> None:
    style = f"/* {words[:99].encode(errors='replace').decode()} */"
    page = saved(Report("r", [Knob(words[:400_000], css=style)]), tmp_path)
    elements = Elements(page)
    assert len(elements.scripts) == 1 + 1 + 1 + 3 + 1 + 1  # as in a report, script, state, runner
    assert [tag for tag, _ in elements.found].count("style") == 3
    assert not {"img", "svg", "iframe"} & {tag for tag, _ in elements.found}
    shown = page[: page.index('<script type="application/json"')]
    assert "onmouseover" not in {name for _, a in elements.found for name in a}
    assert len(shown) < 60_000
    (block,) = (one for name, one in data_blocks(page).items() if name.endswith("-live"))
    assert block["state"]["words"] == words[:400_000]


def test_a_view_that_is_too_large_leaves_its_card_and_says_so(tmp_path: Path) -> None:
    page = saved(Report("r", [Knob(more={"much": "x" * 1_000_000})]), tmp_path)
    assert "Too large to stay alive here: 1.0 MB, and 1 MB is the most." in page
    assert "data-live" not in page
    assert "Nine marks." in page


@pytest.mark.parametrize("kind, bundle", [("scatter", "cartesian"), ("scattergl", "full")])
def test_plotly_knows_what_live_views_draw(kind: str, bundle: str, tmp_path: Path) -> None:
    page = saved(Report("r", [answer(), live_chart(kind)]), tmp_path)
    assert f"({bundle})" in page.split("<footer>")[1][:400]
    assert page.count(ENGINE) == 1


def test_a_view_that_may_quote_traces_is_named_at_the_top(tmp_path: Path) -> None:
    quiet = saved(Report("r", [answer(), Knob()]), tmp_path).split("</header>")[0]
    loud = saved(Report("r", [answer(), Knob(private=True)]), tmp_path).split("</header>")[0]
    assert "contains no trace text" in quiet
    assert "contains text from traces" in loud


def test_the_contents_lead_to_live_views(tmp_path: Path) -> None:
    page = saved(Report("r", [("Here", [Knob(), Knob()])]), tmp_path)
    links = re.findall(r'href="#(knob-[^"]+)"', page)
    assert len(links) == len(set(links)) == 2
    assert [f'<article class="al-result" id="{link}"' in page for link in links] == [True, True]


def test_the_same_views_make_the_same_bytes(tmp_path: Path) -> None:
    first = saved(Report("r", [live_chart(), Knob()]), tmp_path)
    assert saved(Report("r", [live_chart(), Knob()]), tmp_path) == first
