"""Does the head say what was found, and does every sentence lead to its evidence?"""

import re
from pathlib import Path
from typing import Any

import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.report.parts.points import Named, Point, Points, read_points, written
from agentlens.report.parts.section import Section, worst
from agentlens.report.parts.told import Told, read_told, told, write_told
from agentlens.report.report import Report
from agentlens.text import Fact
from tests.report.answers import HOSTILE, WHEN, answer
from tests.report.test_report import Elements

MET = Fact(value=0.8, unit="share", low=0.77, high=0.82, n=2400)


def saved(report: Report, folder: Path) -> str:
    return report.save(folder / "report.html", generated=WHEN).read_text(encoding="utf-8")


def full(words: str = "words") -> Report:
    first = answer(f"Question {words[:200].replace(chr(0xD800), '-')}", band="act")
    return Report(
        "r",
        [("One", [Points([Point(words, (first,)), words], words), first]), ("Two", [answer()])],
        highlights={words: MET},
        actions=[Point(words, (first,)), words],
        stamps={words: words, "Snapshot": "12"},
    )


# --- the page


def test_the_head_carries_the_numbers_and_what_to_do(tmp_path: Path) -> None:
    header = saved(full(), tmp_path).split("</header>")[0]
    tile = '<div><dt>Words</dt><dd>80.0%</dd><dd class="al-behind">[77.0%–82.0%]</dd>'
    assert f'<dl class="al-highlights">{tile}<dd class="al-behind">n = 2,400</dd>' in header
    first = answer("Question words").id
    assert f'<ol class="al-actions"><li>words <span class="al-about"><a href="#{first}">' in header
    assert header.count("<li>words") == 2


def test_a_sentence_leads_to_where_its_evidence_stands_first(tmp_path: Path) -> None:
    one = answer()
    report = Report("r", [("A", [Points([Point("So.", (one, Named("gone", "Gone")))])]), one, one])
    page = saved(report, tmp_path)
    (line,) = re.findall(r'<ul class="al-points">(.*?)</ul>', page)
    assert re.findall(r'href="#([^"]+)"', line) == [one.id]
    assert "Gone" not in page


def test_what_it_was_made_from_stands_in_the_footer_and_for_programs(tmp_path: Path) -> None:
    page = saved(full(), tmp_path)
    assert '<meta name="agentlens:snapshot" content="12">' in page.split("</head>")[0]
    footer = page.split("<footer>")[1].split("</footer>")[0]
    assert '<dl class="al-stamps"><dt>words</dt>' in footer
    assert "<dt>Snapshot</dt><dd>12</dd>" in footer


def test_the_contents_show_the_worst_band_of_each_section(tmp_path: Path) -> None:
    contents = saved(full(), tmp_path).split("<nav")[1].split("</nav>")[0]
    assert re.findall(r"(\w+): </span></span><a href=\"#(section-\d)", contents) == [
        ("act", "section-1"),
        ("pass", "section-2"),
    ]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_words(words: str, tmp_path: Path) -> None:
    elements = Elements(saved(full(words), tmp_path))
    # The mark in the head, each chart's data, the facts, the host's two, plotly.js.
    assert len(elements.scripts) == 2 + 5
    assert [tag for tag, _ in elements.found].count("style") == 2
    assert not {"img", "svg", "iframe"} & {tag for tag, _ in elements.found}
    assert "onmouseover" not in {name for _, a in elements.found for name in a}


# --- the values


def test_a_section_is_found_by_its_heading() -> None:
    report = full()
    assert list(report.sections) == ["One", "Two"]
    assert isinstance(report["One"], Section)
    assert report["One"].band == "act"
    with pytest.raises(UnknownNameError, match="Did you mean 'Two'"):
        report["Tow"]


def test_the_worst_band_is_found() -> None:
    assert worst(["pass", "unknown", None]) == "unknown"
    assert worst([None]) is None


def test_a_result_that_was_told_makes_the_same_page(tmp_path: Path) -> None:
    one = answer(more={"y": [1.0, float("nan"), 1 / 3]}, layout={"height": 321})
    known = read_told(write_told(told(one)))
    assert known == told(one)
    assert isinstance(known, Told)
    assert saved(Report("r", [one, ("B", [one])]), tmp_path) == saved(
        Report("r", [known, ("B", [known])]), tmp_path
    )


def test_what_another_version_told_is_refused_with_what_to_do() -> None:
    for text in ("{}", "[]", "no JSON", '{"id": 1, "types": []}'):
        with pytest.raises(BadInputError, match="run the notebook again"):
            read_told(text)


def test_sentences_travel_with_the_names_of_their_evidence() -> None:
    one = answer()
    points = read_points(written(Points([Point("So.", (one,)), "Also."], "Why")))
    assert points == Points([Point("So.", (Named(one.id, one.title),)), Point("Also.")], "Why")


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"highlights": {"met": 0.8}}, "each with its al.Fact"),
        ({"highlights": [MET]}, "each with its al.Fact"),
        ({"highlights": {"": MET}}, "each with its al.Fact"),
        ({"actions": [""]}, "needs a sentence"),
        ({"actions": [3]}, "needs a sentence"),
    ],
)
def test_what_the_head_cannot_say_is_refused(changed: Any, says: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(says)):
        Report("r", [answer()], **changed)


def test_a_sentence_rests_on_results_alone() -> None:
    about: Any = ["a title"]
    with pytest.raises(BadInputError, match="takes Results"):
        Point("So.", about)
    assert Point("So.", answer()).about[0].title == answer().title  # type: ignore[arg-type]
