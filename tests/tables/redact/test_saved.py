"""Is a pattern found wherever it stands in a finished file, and nothing where there is none?"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.page.plotlyjs import library
from agentlens.page.script import element
from agentlens.tables.redact.saved.audit import audit_file, audit_text
from agentlens.tables.redact.saved.page import pieces

MAIL = "ann.fox@example.com"
PLANTED = {
    "email": MAIL,
    "phone": "+49 170 1234567",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "ip": "192.168.17.4",
    "secret": "sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
}
PLACES = {
    "text": "<main><p>Call {} now</p></main>",
    "heading": "<h1>{}</h1>",
    "table": "<table><tr><td>a</td><td>{}</td></tr></table>",
    "folded": "<details><summary>more</summary>{}</details>",
    "title": "<html><head><title>{}</title></head></html>",
    "meta": '<meta name="agentlens:rows" content="{}">',
    "label": '<div role="img" aria-label="{}"></div>',
    "picture": '<img src="data:image/png;base64,iVBOR" alt="{}">',
    "link": '<a href="https://example.com/?q={}">x</a>',
    "comment": "<p>a</p><!-- {} -->",
    "data": '<script type="application/json" id="al-facts">{{"a": ["{}"]}}</script>',
    "other data": '<script type="application/vnd.x+json">{{"a": {{"b": "{}"}}}}</script>',
    "script": '<script>const who = "{}"</script>',
    "module": '<script type="module">// {}\n</script>',
    "style": '<style>.a:after{{content:"{}"}}</style>',
}


def rules(text: str, suffix: str = ".html") -> list[str]:
    found = audit_text(text, suffix)
    return sorted(
        rule for rule, n in zip(found["rule"], found["hits"], strict=True) for _ in range(n)
    )


@pytest.mark.parametrize("rule", PLANTED)
@pytest.mark.parametrize("place", PLACES)
def test_every_pattern_is_found_in_every_place_of_a_page(place: str, rule: str) -> None:
    value = PLANTED[rule].replace(" ", "-") if place == "link" else PLANTED[rule]
    assert rules(PLACES[place].format(value)) == [rule]


def test_an_address_in_angle_brackets_is_found_though_html_takes_it_for_an_element() -> None:
    assert rules(f"<p>Ann <{MAIL}></p>") == ["email"]
    assert rules(f"<p>Ann &lt;{MAIL}&gt;</p>") == ["email"]


def test_an_escaped_value_is_read_as_a_reader_sees_it() -> None:
    assert rules("<p>ann&#46;fox&#64;example.com</p>") == ["email"]
    assert rules('<script type="application/json">"ann\\u0040example.com"</script>') == ["email"]


def test_numbers_of_a_picture_and_ids_are_no_finds() -> None:
    figure = {
        "x": ["2026-11-01T00:00:00", "2026-11-01T06:00:00"],
        "y": [4111111111111111, 0.1701234567, 1701234567.25, 378282246310005],
        "customdata": ["0af7651916cd43dd8448eb211c80319c", "trace-2026-11-01-000123"],
        "bdata": "QUtJQUlPU0ZPRE5ON0VYQU1QTEVBS0lBSU9TRk9ETk43RVhBTVBMRQ==",
    }
    page = (
        f'<script type="application/json" id="a-figure">{json.dumps(figure)}</script>'
        "<table><tr><td>0.1234</td><td>0.5678</td><td>1,234,567,890</td></tr></table>"
        "<p>12,345 of 678,901 traces, 2026-11-01 06:00 UTC, v3.11.2, plotly.js 4.1.1</p>"
    )
    assert rules(page) == []


@pytest.mark.parametrize("kind", ["scatter", "all"])
def test_the_library_that_draws_is_not_searched(kind: str) -> None:
    source, _ = library({kind})
    assert rules(element(source)) == []
    assert rules(element(f"'{MAIL}'") + element(source) + f"<p>{MAIL}</p>") == ["email", "email"]


def test_a_find_is_told_by_place_and_never_by_value() -> None:
    page = f'<section id="drift"><h2>a</h2></section><p id="{MAIL}">b</p><p>{MAIL} {MAIL}</p>'
    found = audit_text(page, ".html")
    assert MAIL not in found.to_json(date_format="iso")
    assert found[["table", "field", "hits"]].to_numpy().tolist() == [
        ["drift", "attribute", 1],
        ["drift", "text", 2],
    ]


def notebook(**cell: object) -> str:
    shown = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], **cell}
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "a"}, shown], "metadata": {}})


def test_every_part_of_a_notebook_is_searched() -> None:
    html = {"output_type": "display_data", "data": {"text/html": f"<b>{MAIL}</b>"}}
    lines = {"output_type": "stream", "text": ["a\n", f"{MAIL}\n"]}
    figure = {"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": [MAIL]}}
    for cell in (
        {"source": ["x = 1\n", f"# {MAIL}"]},
        {"source": f"# {MAIL}"},
        {"metadata": {"who": MAIL}},
        {"outputs": [html]},
        {"outputs": [lines]},
        {"outputs": [figure]},
        {"outputs": [{"output_type": "error", "traceback": [MAIL]}]},
    ):
        found = audit_text(notebook(**cell), ".ipynb")
        assert found[["table", "rule"]].to_numpy().tolist() == [["cell 2", "email"]]
    assert rules(json.dumps({"cells": [], "metadata": {"author": MAIL}}), ".ipynb") == ["email"]


def test_a_picture_in_a_notebook_is_no_text() -> None:
    image = {"output_type": "display_data", "data": {"image/png": f"{MAIL}"}}
    assert rules(notebook(outputs=[image]), ".ipynb") == []


def test_a_text_is_searched_by_lines() -> None:
    found = audit_text("a\n" * 70 + f"[me](mailto:{MAIL})\n", ".md")
    assert found[["table", "rule"]].to_numpy().tolist() == [["lines 51 to 71", "email"]]


def test_a_file_is_read_and_what_cannot_be_searched_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Week.HTML"
    file.write_bytes(f"<p>\udcff{MAIL}</p>".encode(errors="surrogatepass"))
    assert audit_file(file)["rule"].tolist() == ["email"]
    with pytest.raises(BadInputError, match="no such file"):
        audit_file(tmp_path / "none.html")
    with pytest.raises(BadInputError, match="is no JSON"):
        audit_text("{", ".ipynb")
    (tmp_path / "week.pdf").write_bytes(b"%PDF")
    with pytest.raises(BadInputError, match=r"'\.pdf' cannot be searched"):
        audit_file(tmp_path / "week.pdf")


@settings(max_examples=100, deadline=None)
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_nothing_around_an_address_makes_the_reader_fail(before: str, after: str) -> None:
    list(pieces(f"{before}<p>{MAIL}</p>{after}"))
    audit_text(f"<p>{before}</p><p> {MAIL} </p>{after}", ".html")
