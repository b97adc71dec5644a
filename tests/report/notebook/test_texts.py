"""Are the words of an author shown as written, and only as words?"""

import pytest

from agentlens.report.notebook.texts import Heading, plain, texts, written
from agentlens.report.parts.block import Block
from tests.report.answers import HOSTILE
from tests.report.notebook.test_safe import EVIL, harmless


def test_headings_of_two_levels_divide_the_words() -> None:
    found = list(texts("# The *week*\n\nOne.\n\n## Costs ##\nTwo.\n\n### Inside\n\n## Empty"))
    heads = [(one.words, one.level) for one in found if isinstance(one, Heading)]
    assert heads == [("The week", 1), ("Costs", 2), ("Empty", 2)]
    words = [one for one in found if isinstance(one, Block)]
    assert [one.words for one in words] == ["One.", "Two.\n\nInside"]
    assert "<h3>Inside</h3>" in words[1].html
    assert all(one.checked for one in words)


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_a_comment_in_code_is_no_heading(fence: str) -> None:
    (only,) = texts(
        f"{fence}python\n## not this\n```\n\n{fence}" if fence != "```" else "```\n## not this\n```"
    )
    assert isinstance(only, Block)
    assert "## not this" in only.html


def test_tables_lists_and_links_are_kept() -> None:
    shown = written("| a | b |\n|---|---|\n| 1 | **2** |\n\n1. x\n\n[y](https://example.org/?a&b)")
    assert "<td>1</td>" in shown
    assert "<strong>2</strong>" in shown
    assert "<ol> <li>x</li>" in shown
    assert '<a href="https://example.org/?a&amp;b" rel="noreferrer">y</a>' in shown


def test_raw_html_is_shown_as_its_signs_and_an_entity_as_what_it_stands_for() -> None:
    assert written("a <b>b</b> &lt;= 1 & 2") == "<p>a &lt;b&gt;b&lt;/b&gt; &lt;= 1 &amp; 2</p> "


@pytest.mark.parametrize("words", [*HOSTILE.values(), *EVIL.values()])
def test_hostile_words_stay_words(words: str) -> None:
    cut = words[:2000]
    sources = (
        cut,
        f"[{cut}]({cut})",
        f"![{cut}]({cut})",
        f"| {cut} |\n|---|",
        f"<{cut}>",
        f"`{cut}`",
    )
    for source in sources:
        assert harmless(written(source))
        assert not {one.words for one in texts(source) if isinstance(one, Heading)}


def test_plain_words_carry_no_marks() -> None:
    assert (
        plain("**What** now, `a`?\n\nSo: [b](https://x.y) &amp; c") == "What now, a?\n\nSo: b & c"
    )
