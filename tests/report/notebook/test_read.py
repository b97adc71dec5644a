"""Which report is an executed notebook, output by output?"""

import json
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from agentlens.page.living import Living
from agentlens.report.notebook.head import HEAD, read_head, write_head
from agentlens.report.notebook.outputs import LIVE, Head, shown
from agentlens.report.notebook.read import HIDDEN, read
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import POINTS, Points, written
from agentlens.report.parts.section import TEXT
from agentlens.report.parts.told import RESULT, Told, told, write_told
from agentlens.report.report import Report
from agentlens.text import Fact
from tests.report.answers import HOSTILE, answer
from tests.report.living import Knob
from tests.report.notebook.test_safe import EVIL, Read, harmless


def data(**by_kind: Any) -> NotebookNode:
    kinds = {name.replace("_", "/"): value for name, value in by_kind.items()}
    output: NotebookNode = new_output("display_data", data=kinds)
    return output


def ours(kind: str, value: Any) -> NotebookNode:
    return data(**{kind: value, "text_plain": "x", "text_html": "<p>x</p>"})


def cell(*outputs: NotebookNode, source: str = "x", tag: str = "") -> NotebookNode:
    about = {"tags": [tag]} if tag else {}
    made: NotebookNode = new_code_cell(source, outputs=list(outputs), metadata=about)
    return made


def result(**changed: Any) -> NotebookNode:
    return ours(RESULT, write_told(told(answer(**changed))))


def head(report: Report) -> NotebookNode:
    return ours(HEAD, write_head(report._contents))


# --- one output


def test_what_is_ours_comes_back_as_it_was() -> None:
    assert shown(result()) == told(answer())
    points = Points(["a"], "b")
    assert shown(ours(POINTS, written(points))) == points
    assert shown(ours(TEXT, json.dumps("a\n\nb"))) == "a\n\nb"
    live = shown(ours(LIVE, json.dumps(Knob().bundle())))
    assert isinstance(live, Living)
    assert live.bundle() == Knob().bundle()
    assert live.alt() == "Nine marks."


@pytest.mark.parametrize("words", [*HOSTILE.values(), *EVIL.values()])
def test_whatever_else_is_shown_is_harmless(words: str) -> None:
    text = words[:3000]
    every = [
        data(text_plain=text),
        data(text_html=text, text_plain=text),
        data(text_markdown=text),
        data(image_png="aGFs", text_plain=text),
        data(image_png=text, text_plain=text),
        new_output("stream", name="stdout", text=text),
        new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    for one in filter(None, map(shown, every)):
        assert isinstance(one, Block)
        assert not one.checked
        tags = [(tag, set(attributes)) for tag, attributes in Read(one.html).tags]
        assert tags == [("img", {"alt", "src"})] or harmless(one.html)


def test_a_figure_of_plotly_is_drawn_and_a_picture_shown() -> None:
    figure = {"data": [{"type": "bar", "y": [1]}], "layout": {"title": {"text": "Costs"}}}
    drawn = shown(new_output("display_data", data={"application/vnd.plotly.v1+json": figure}))
    assert isinstance(drawn, Block)
    assert (drawn.types, drawn.height, drawn.words) == (("bar",), 450, "Costs")
    picture = shown(data(image_png="aGFs\n", text_plain="A map"))
    assert isinstance(picture, Block)
    assert picture.html == '<img alt="A map" src="data:image/png;base64,aGFs">'


def test_warnings_and_lines_of_progress_are_left_out() -> None:
    assert shown(new_output("stream", name="stderr", text="Warning")) is None
    assert shown(data(text_plain="")) is None
    coloured = shown(new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\n"))
    assert isinstance(coloured, Block)
    assert coloured.words == "red"


def test_a_widget_that_cannot_live_on_a_page_says_so() -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=0)"}
    block = shown(new_output("display_data", data=widget))
    assert isinstance(block, Block)
    assert "only its notebook can show" in block.words


# --- the whole notebook


def test_headings_make_sections_and_empty_ones_go() -> None:
    node = new_notebook(
        cells=[
            new_markdown_cell("# The week\n\nIt *began*.\n\nThen more."),
            cell(result()),
            new_markdown_cell("## One\n\nWords."),
            cell(result(title="Two")),
            new_markdown_cell("## Checked"),
            cell(data(text_plain="True"), tag=HIDDEN),
        ]
    )
    reading = read(node)
    assert dict(reading.head) == {"title": "The week", "lead": "It began."}
    assert [one.heading for one in reading.sections] == ["", "One"]
    first, second = (one.items for one in reading.sections)
    assert [type(item) for item in first] == [Block, Told]
    assert getattr(first[0], "words", "") == "Then more."
    assert [getattr(item, "title", "") for item in second] == ["", "Two"]


def test_a_report_that_is_shown_first_gives_the_head() -> None:
    head_of = Report("Week 46", [answer()], highlights={"n": Fact(value=float("nan"))}, lead="So.")
    node = new_notebook(
        cells=[
            new_markdown_cell("# How to run this\n\nWords."),
            cell(head(head_of)),
            new_markdown_cell("## One"),
            cell(result()),
        ]
    )
    reading = read(node)
    assert (reading.head["title"], reading.head["lead"]) == ("Week 46", "So.")
    assert str(reading.head["highlights"]["n"]) == "unknown"
    assert [one.heading for one in reading.sections] == ["One"]


def test_a_report_that_is_shown_later_is_a_card_among_others() -> None:
    node = new_notebook(cells=[cell(result()), cell(head(Report("Week 46", [answer()])))])
    reading = read(node)
    assert "title" not in reading.head
    assert [type(item) for item in reading.sections[0].items] == [Told, Block]
    assert isinstance(shown(head(Report("r", [answer()]))), Head)


def test_code_is_shown_where_it_is_asked_for() -> None:
    node = new_notebook(cells=[cell(result(), source="a < 1\nb")])
    assert len(read(node).sections[0].items) == 1
    code = read(node, code=True).sections[0].items[0]
    assert isinstance(code, Block)
    assert code.checked
    assert "<summary>Code</summary><pre><code>a &lt; 1\nb</code></pre>" in code.html


def test_the_head_travels_whole() -> None:
    one = answer()
    report = Report(
        "t",
        [one],
        period="p",
        lead="l",
        notes=("n",),
        highlights={
            "h": Fact(value=0.5, unit="share", low=0.4, high=0.6, n=9),
            "w": Fact(value="x"),
        },
        actions=["a"],
        stamps={"Snapshot": "1"},
    )
    back = Report(results=[one], **read_head(write_head(report._contents)))
    assert back._contents.highlights == report._contents.highlights
    for name in ("title", "period", "lead", "notes", "actions", "stamps"):
        assert getattr(back, name) == getattr(report, name)
