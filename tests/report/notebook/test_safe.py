"""Is HTML from anywhere only words and their order, once it was taken apart and written anew?"""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens as al
from agentlens import html
from agentlens.report.notebook.frozen.bare import bare
from agentlens.report.notebook.safe import rebuilt
from tests.report.answers import HOSTILE, answer

EVIL = {
    "script": "<script>alert(1)</script>after",
    "unended": "<script>alert(1)",
    "nested": "<svg><script>alert(1)</script></svg>after",
    "handler": "<p onclick=alert(1)>words</p>",
    "image": "<img src=x onerror=alert(1)>words",
    "frame": "<iframe src='https://example.org'></iframe>words",
    "link": "<a href='javascript:alert(1)'>words</a>",
    "link with a tab": "<a href='java\tscript:alert(1)'>words</a>",
    "link that ends its quotes": "<a href='https://x.y/\" onclick=alert(1) x=\"'>words</a>",
    "style": "<p style='background:url(https://example.org)'>words</p>",
    "chip": "<span class=al-chip style='background:#123456;position:fixed'>words</span>",
    "class": "<div class='al-page al-host'>words</div>",
    "id": "<div id='al-facts' data-figure='x'>words</div>",
    "form": "<form action='https://example.org'><input name=a>words</form>",
    "base": "<base href='https://example.org'><meta http-equiv=refresh content=0>words",
    "comment": "<!--><script>alert(1)</script>-->words",
    "declaration": "<![CDATA[<script>alert(1)</script>]]>words",
    "textarea": "<textarea></textarea><script>alert(1)</script>words",
    "title": "<title><p></title><img src=x onerror=alert(1)>words",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;words",
    "end": "</div></section></main></body>words",
}
TAGS = {"a", "b", "br", "code", "dd", "details", "div", "dl", "dt", "em", "h3", "li", "ol", "p"}
TAGS |= {"pre", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"}
TAGS |= {"blockquote", "caption", "h4", "h5", "h6", "hr", "i", "s", "small", "sub", "sup", "tfoot"}
ALONE = {"br", "hr"}


class Read(HTMLParser):
    """Every tag with its attributes, and whether each that opens is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.balanced = True
        self.feed(text)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag


def harmless(text: str) -> bool:
    """Whether nothing in it can run, load, lead astray or leave its place."""
    read = Read(text)
    for tag, attributes in read.tags:
        allowed = {"a": {"href", "rel"}, "td": {"colspan", "rowspan"}, "span": {"style"}}
        allowed["th"] = allowed["td"] | {"scope"}
        known = {"class"} | allowed.get(tag, set())
        values = set((attributes.get("class") or "").split())
        if (
            tag not in TAGS
            or set(attributes) - known
            or values - {"al-card", "al-chip", "al-scroll"}
        ):
            return False
        if not re.match(r"https?://", attributes.get("href") or "https://"):
            return False
        if not re.fullmatch(
            "background:#[0-9A-Fa-f]{6}", attributes.get("style") or "background:#000000"
        ):
            return False
    return read.balanced and "<!" not in text


@pytest.mark.parametrize("source", [*EVIL.values(), *HOSTILE.values()])
@pytest.mark.parametrize("write", [rebuilt, bare])
def test_nothing_that_acts_is_left(source: str, write: "type[str]") -> None:
    assert harmless(write(source))
    assert len(write(source)) < 130_000


@pytest.mark.parametrize("name", [name for name in EVIL if name != "unended"])
def test_the_words_beside_it_stay(name: str) -> None:
    assert re.search("words|after", rebuilt(EVIL[name]))
    assert "alert(1)" not in rebuilt(EVIL[name]) or name in {"entity", "comment", "declaration"}


MARKUP = st.sampled_from(
    [
        *EVIL.values(),
        "<",
        ">",
        "<p",
        "</p>",
        "<table>",
        "<tr>" * 9,
        "<td><tr>" * 9,
        "</table>",
        "<td",
        " x=1",
        "'",
        '"',
        "/>",
        "<!--",
        "&",
        "&#x3c;",
    ]
)


@given(st.lists(st.one_of(MARKUP, st.text(max_size=8)), max_size=12).map("".join))
def test_whatever_is_thrown_at_it(source: str) -> None:
    assert harmless(rebuilt(source))
    assert harmless(bare(source))


def test_our_cards_stay_as_they_are() -> None:
    for result in (answer(), al.worst(al.demo().last("24h"))):
        card = result.card().replace(html.STYLE, "").replace(" mathjax_ignore", "")
        assert rebuilt(card) == card


def test_a_table_keeps_its_cells_and_its_escaped_words() -> None:
    table = al.demo().traces[["task_type", "device"]].head(3).assign(words="<b>a & b</b>")
    shown = rebuilt(table.to_html())
    assert shown.count("<td>") == 9
    assert "&lt;b&gt;a &amp; b&lt;/b&gt;" in shown


def test_without_a_style_a_card_is_a_heading_a_strong_word_and_tables() -> None:
    plain = bare(answer(band="act").card())
    assert plain.startswith("<h3>Is it in control?</h3><p><strong>▲ act</strong> · Completion")
    assert "<tr><td>now</td><td>80.0%" in plain
    assert "<details><summary>How we know</summary><ul><li>Limits hold" in plain
    assert not {"class", "style"} & {name for _, known in Read(plain).tags for name in known}


def test_without_a_page_a_long_table_is_cut_and_says_so() -> None:
    plain = bare(answer().card())
    assert plain.count("<tr>") == 1 + 20
    assert "29 more rows stand on the page." in plain
    assert harmless(plain)
