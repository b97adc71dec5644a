"""Is an earlier report read without harm, whatever the file turns out to be?"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.report.parts.facts import FORMAT, facts
from agentlens.report.report import Report
from agentlens.report.since.known import known_from
from agentlens.report.since.read import read_known
from agentlens.report.since.since import since
from tests.report.answers import WHEN, answer, hostile, week
from tests.report.test_facts import signal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


def page(report: Report, folder: Path) -> Path:
    return report.save(folder / "week-46.html", generated=WHEN)


def block(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(facts({"a": answer(found=(signal(),))}, "Week 46", "w"))
    return whole | changed


def entry(**changed: Any) -> dict[str, Any]:
    whole = block()
    whole["results"]["a"] |= changed
    return whole


def test_a_page_gives_back_what_it_remembers(tmp_path: Path) -> None:
    known = read_known(page(week(), tmp_path))
    assert (known.title, known.period) == ("The week", "10-16 Nov 2026")
    assert [one.band for one in known.results.values()] == ["act", "watch", "unknown"]
    assert known.readable
    assert known.caveat == ""
    assert [point.says for point in since(known, week().results)] == ["Nothing changed."]


def test_a_page_with_hostile_words_gives_back_its_own_block(tmp_path: Path) -> None:
    known = read_known(page(hostile(), tmp_path))
    assert known.readable
    lines = [point.says for point in since(known, hostile().results)]
    assert lines == ["Nothing changed."]


def test_a_frozen_notebook_remembers_in_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "week-46.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {"agentlens": {"facts": block()}}}))
    known = read_known(path)
    assert known.readable
    assert known.title == "Week 46"
    path.write_text(json.dumps({"cells": [], "metadata": {}}))
    assert "no page or notebook" in read_known(path).caveat


def test_the_first_format_is_read_and_said_to_know_less() -> None:
    old = block(format=1)
    for one in old["results"].values():
        for name in ("signals", "definitions", "section"):
            del one[name]
    known = known_from(json.dumps(old), "week-41.html")
    points = since(known, [answer(band="act", found=(signal(),))])
    turned, caveat = (point.says for point in points)
    assert turned == "Is it in control?: Act, was pass."
    assert caveat == (
        "week-41.html is of an older format (1): it remembers no signals and no definitions, so that"
        " only bands and numbers are compared."
    )


def test_a_newer_format_is_not_guessed_at() -> None:
    known = known_from(json.dumps(block(format=FORMAT + 1, results=None)), "week-60.html")
    assert not known.readable
    assert "newer format (3) than this version reads (2)" in known.caveat
    assert [point.says for point in since(known, [answer()])] == [known.caveat]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": 2}',
        '{"format": NaN}',
        json.dumps(block(format="2")),
        json.dumps(block(format=True)),
        json.dumps(block(format=0)),
        json.dumps(block(title=3)),
        json.dumps(block(results=[])),
        json.dumps(block(results={"a": 1})),
        json.dumps(block(results={str(n): {} for n in range(3000)})),
        json.dumps(entry(band="fine")),
        json.dumps(entry(band=["act"])),
        json.dumps(entry(facts={"now": {"value": 1}})),
        json.dumps(entry(facts={"now": dict.fromkeys(["value", "low", "high", "n"], "x")})),
        json.dumps(entry(signals=[{"what": "x"}])),
        json.dumps(entry(signals=[vars(signal()) | {"start": "soon"}]), default=str),
        json.dumps(entry(signals=[vars(signal()) | {"start": "2026-11-10"}]), default=str),
        json.dumps(entry(signals=5)),
        json.dumps(entry(definitions=[1])),
        json.dumps(entry(definitions={"a": 1})),
        json.dumps(block()).replace("0.8", "1e999").replace("2400", "9" * 5000),
        "[" * 200_000,
    ],
)
def test_what_is_not_ours_is_a_caveat(text: str) -> None:
    known = known_from(text, "week-46.html")
    assert not known.readable
    assert known.caveat == (
        "What week-46.html remembers cannot be read, so nothing is compared with it."
    )


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(["format", "title", "results", "a", "facts", "signals", "now", "n"]))
def test_nothing_that_json_can_say_breaks_the_reader(value: Any, where: str) -> None:
    whole = block()
    one = whole["results"]["a"]
    for place in (whole, whole["results"], one, one["facts"], one["facts"]["now"]):
        if where in place:
            place[where] = value
    since(known_from(json.dumps(whole), "f"), [answer()])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_words_in_the_place_of_the_block_break_the_reader(data: bytes) -> None:
    since(known_from(data.decode(errors="replace"), "f"), [answer()])


def test_a_file_that_cannot_be_read_is_a_caveat(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "other.html").write_text("<p>Not ours.</p>")
    (tmp_path / "binary.html").write_bytes(bytes(range(256)))
    (tmp_path / "text.ipynb").write_text("no JSON")
    (tmp_path / "list.ipynb").write_text("[]")
    (tmp_path / "deep.ipynb").write_text("[" * 200_000)
    says = {
        "nothing.html": "No such file or directory",
        "folder.html": "Is a directory",
        "other.html": "no page or notebook that a report was saved as",
        "binary.html": "no page or notebook",
        "text.ipynb": "no page or notebook",
        "list.ipynb": "no page or notebook",
        "deep.ipynb": "no page or notebook",
        "a\0b.html": "none of a file",
    }
    for name, words in says.items():
        known = read_known(tmp_path / name)
        assert not known.readable
        assert words in known.caveat
        assert str(tmp_path) not in known.caveat


def test_a_file_that_claims_to_be_two_reports_is_none(tmp_path: Path) -> None:
    path = page(week(), tmp_path)
    block = '<script type="application/json" id="al-facts">{}</script>'
    path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
    assert not read_known(path).readable


def test_a_file_of_any_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(65_000_000)
    assert read_known(path).caveat == (
        "large.html is larger than 64 MB, so nothing is compared with it."
    )
