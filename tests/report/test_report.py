"""Is the file one file, safe, whole, and the same for the same Results?"""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.page.script import asset, element
from agentlens.report.report import Report
from tests.report.answers import HOSTILE, WHEN, answer, hostile, week

ENGINE = "root.moduleName = factory()"
"""A line that stands once in each bundle of plotly.js."""


def saved(report: Report, folder: Path) -> str:
    return report.save(folder / "report.html", generated=WHEN).read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Every element with its attributes, and the text of every script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self._text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._text = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.scripts.append((self.found[-1][1], self._text))


def data_blocks(page: str) -> dict[str, Any]:
    return {
        str(attributes["id"]): json.loads(text)
        for attributes, text in Elements(page).scripts
        if attributes.get("type") == "application/json"
    }


# --- the value


def test_the_band_is_the_worst_of_its_results() -> None:
    bands = ["pass", "unknown", "watch", "act"]
    for worst in range(1, 5):
        results = [answer(band, band=band) for band in bands[:worst]]
        assert Report("r", [("Part", results), "text"]).band == bands[worst - 1]


def test_results_given_once_are_kept() -> None:
    report = Report("r", (one for one in [answer()]))  # type: ignore[arg-type]
    assert len(report.results) == 1
    assert report.results[0] is report.results[0]


@pytest.mark.parametrize(
    "results, says",
    [
        ([], "no Result in it"),
        (["only text"], "no Result in it"),
        ([("Heading", [])], "no Result in it"),
        ([answer(), 3], "int 3 cannot be shown"),
        ([pd.DataFrame({"a": [1]})], "DataFrame"),
        ([("Heading", [answer(), None])], "NoneType None cannot be shown"),
        ([("Heading", answer())], "A Result, a text, or a pair"),
        ([("", [answer()])], "cannot be shown"),
        ("text", "put it in a list"),
        (answer(), "put it in a list"),
        (None, "put it in a list"),
    ],
)
def test_what_cannot_be_shown_is_named(results: Any, says: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(says)):
        Report("r", results)


@pytest.mark.parametrize("title", ["", "  ", None, 3])
def test_a_report_needs_a_title(title: Any) -> None:
    with pytest.raises(BadInputError, match="needs a title"):
        Report(title, [answer()])


def test_a_notebook_shows_a_card_with_a_line_for_each_result() -> None:
    card = week()._repr_html_()
    assert card.count("<li>") == 3
    assert "3 results: 1 act, 1 watch and 1 unknown" in card
    assert "<script" not in hostile()._repr_html_()
    assert repr(week()).splitlines()[1] == "  [▲ act] Is it in control?"


# --- the file


def test_save_makes_folders_and_returns_the_path(tmp_path: Path) -> None:
    path = week().save(str(tmp_path / "a" / "b" / "week.html"))
    assert path == tmp_path / "a" / "b" / "week.html"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [one.name for one in path.parent.iterdir()] == ["week.html"]


@pytest.mark.parametrize("name", ["week", "week.htm", "week.txt", ".html", "week.html.gz"])
def test_a_path_that_is_no_page_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"must end in \.html"):
        week().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "week.html").mkdir()
    with pytest.raises(BadInputError, match="this is a folder"):
        week().save(tmp_path / "week.html")


def test_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="needs a time zone"):
        week().save(tmp_path / "w.html", generated=WHEN.replace(tzinfo=None))


def test_an_error_while_drawing_leaves_the_old_file_whole(tmp_path: Path) -> None:
    old = saved(week(), tmp_path)
    with pytest.raises(ValueError, match="no_such_property"):
        saved(Report("r", [answer(), answer(more={"no_such_property": 1})]), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == old
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_an_error_while_writing_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = saved(week(), tmp_path)

    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        saved(Report("r", [answer()]), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == old
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_the_same_results_make_the_same_bytes_but_for_the_time(tmp_path: Path) -> None:
    first, again = saved(week(), tmp_path), saved(week(), tmp_path)
    assert first == again
    later = week().save(tmp_path / "l.html", generated=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    changed = later.read_text(encoding="utf-8").replace(
        "2027-01-02T03:04:05Z", "2026-11-17T07:00:00Z"
    )
    assert changed.replace("2027-01-02 03:04:05", "2026-11-17 07:00:00") == first


# --- plotly.js


def test_a_page_holds_plotly_once_and_last(tmp_path: Path) -> None:
    page = saved(week(), tmp_path)
    assert page.count(ENGINE) == 1
    assert page.rindex("<script") < page.index(ENGINE)
    assert "plotly.js 4" in page.split("<footer>")[1].split("</footer>")[0]
    polar = saved(Report("r", [answer(kind="scatterpolar")]), tmp_path)
    assert polar.count(ENGINE) == 1
    assert "(full)" in polar.split("<footer>")[1][:400]


def test_the_host_scripts_are_small() -> None:
    assert len(asset("report/assets/host.js").encode()) <= 4000
    assert len(asset("report/assets/contents.js").encode()) <= 2000


@pytest.mark.parametrize("end", ["</script>", "</SCRIPT\n>", "<!-- <script>"])
def test_no_source_ends_its_own_script(end: str) -> None:
    page = element(f'const a = "{end}"; const b = 1;') + "<p>after</p>"
    assert [tag for tag, _ in Elements(page).found] == ["script", "p"]
    assert "b = 1" in Elements(page).scripts[0][1]


# --- what the page says


def test_every_result_has_a_line_a_contents_entry_a_card_and_a_chart(tmp_path: Path) -> None:
    page = saved(week(), tmp_path)
    assert page.count('class="al-figure"') == 3
    links = re.findall(r'href="#(answer-[^"]+)"', page)
    assert sorted(links) == sorted(2 * re.findall(r'<article class="al-result" id="([^"]+)"', page))
    assert (
        page.index("<header>") < page.index("<nav") < page.index("<main") < page.index("<footer>")
    )
    assert '<a href="#section-2">What happened</a>' in page
    assert "First a word." in page
    assert "12,431 traces read." in page


def test_the_charts_carry_the_headline_as_their_name(tmp_path: Path) -> None:
    figures = [
        a for _, a in Elements(saved(week(), tmp_path)).found if a.get("class") == "al-figure"
    ]
    assert figures[0]["aria-label"] == "Completion fell to 76%."
    # A picture with buttons in it is a figure: a reader of an image would not be told of them.
    assert {figure["role"] for figure in figures} == {"figure"}


def test_results_with_one_id_get_anchors_of_their_own(tmp_path: Path) -> None:
    page = saved(Report("r", [answer(), ("More", [answer(), answer()])]), tmp_path)
    stem = answer().id
    ids = [str(a["id"]) for _, a in Elements(page).found if "id" in a]
    assert {stem, f"{stem}-2", f"{stem}-3"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert set(data_blocks(page)["al-facts"]["results"]) == {stem, f"{stem}-2", f"{stem}-3"}


def test_the_facts_can_be_read_back(tmp_path: Path) -> None:
    facts = data_blocks(saved(week(), tmp_path))["al-facts"]
    assert (facts["format"], facts["title"], facts["period"]) == (2, "The week", "10-16 Nov 2026")
    first = facts["results"][answer().id]
    assert (first["band"], first["verb"]) == ("act", "answer")
    wanted = {"value": 0.8, "low": 0.77, "high": None, "n": 2400, "unit": "share"}
    assert first["facts"] == {"now": wanted}


def test_missing_numbers_are_json_for_every_parser(tmp_path: Path) -> None:
    page = saved(Report("r", [answer(more={"y": [1.0, float("nan"), float("inf")]})]), tmp_path)
    (figure,) = (block for name, block in data_blocks(page).items() if name.endswith("-figure"))
    assert figure["data"][0]["y"] == [1.0, None, None]


@pytest.mark.parametrize(
    "column, says",
    [("value2", "contains no trace text"), ("input", "contains text from traces")],
)
def test_the_top_says_whether_trace_text_is_inside(column: str, says: str, tmp_path: Path) -> None:
    frame = answer().frame.assign(**{column: "x"})
    header = saved(Report("r", [answer(frame=frame)]), tmp_path).split("</header>")[0]
    assert says in header


def test_the_top_says_that_failures_are_named_in_words_of_users(tmp_path: Path) -> None:
    class Quoting(type(answer())):  # type: ignore[misc]
        quotes = True

    told = Quoting(**{one.name: getattr(answer(), one.name) for one in fields(answer())})
    header = saved(Report("r", [told]), tmp_path).split("</header>")[0]
    assert "names of failures and drifted words" in header


def test_texts_are_paragraphs_and_are_escaped(tmp_path: Path) -> None:
    page = saved(Report("r", ["one <b>\n\ntwo", answer()]), tmp_path)
    assert '<p class="al-text">one &lt;b&gt;</p><p class="al-text">two</p>' in page


# --- what the page must not do


def test_nothing_in_the_page_is_fetched(tmp_path: Path) -> None:
    for report in (week(), hostile()):
        for tag, attributes in Elements(saved(report, tmp_path)).found:
            assert tag not in {"iframe", "img", "object", "embed", "base", "form", "svg"}
            assert "src" not in attributes
            target = attributes.get("href") or "#"
            assert target.startswith("#") or target == "data:,"
            assert not [name for name in attributes if name.startswith("on")]
    style = asset("report/assets/page.css")
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_forbids_every_request(tmp_path: Path) -> None:
    elements = Elements(saved(week(), tmp_path)).found
    policies = [
        a["content"] for t, a in elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    sources = {rule.split()[0]: rule.split()[1:] for rule in str(policies[0]).split(";")}
    assert len(policies) == 1
    assert sources == {
        "default-src": ["'none'"],
        "script-src": ["'unsafe-inline'", "blob:"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:", "blob:"],
        "font-src": ["data:"],
        "connect-src": ["'none'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
    }


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    page = saved(hostile(), tmp_path)
    elements = Elements(page)
    charts = len(HOSTILE) + 1
    # The mark in the head, each chart's data, the facts, the host's two, plotly.js: none from the
    # words.
    assert len(elements.scripts) == charts + 5
    assert [tag for tag, _ in elements.found].count("style") == 2
    for sign in ("\x00", "\u202e", "\u2066", "\u2028", "\u2029"):
        assert sign not in page[: page.index(ENGINE)]
    for attributes, text in elements.scripts[1:-3]:
        assert not re.search("[<>&]", text), attributes


def test_a_line_of_a_megabyte_is_cut_wherever_it_is_shown(tmp_path: Path) -> None:
    words = HOSTILE["long"]
    frame = answer().frame.assign(note=words)
    one = answer(words, headline=words, caveats=(words,), frame=frame, known={})
    page = saved(Report(words, [words, one], period=words, lead=words, notes=(words,)), tmp_path)
    shown = page[: page.index(ENGINE)]
    assert len(shown) < 250_000
