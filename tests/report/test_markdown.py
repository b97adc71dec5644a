"""Does the report read in Markdown, and does foreign text stay text there?"""

import re
from html.parser import HTMLParser
from typing import Any

import mistune
import pytest

from agentlens.report.files.markdown import markdown, short
from agentlens.report.files.plain import fenced, inline, visible, whole_lines
from agentlens.report.parts.block import Block
from agentlens.report.parts.points import Point, Points
from agentlens.report.report import Report
from agentlens.tables.redact.saved.audit import audit_text
from agentlens.text import Fact
from tests.report.answers import HOSTILE, answer, hostile, week
from tests.report.living import Knob

OURS = {
    *("h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "em", "hr", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "pre", "code"),
}
HOSTILE_MARKDOWN = {
    "link": "[here](https://evil.example/x)",
    "reference": "[here][1]\n[1]: https://evil.example",
    "definition": "[a]: javascript:alert(1)",
    "image": "![pixel](https://evil.example/p.png)",
    "script": "[x](javascript:alert(1))",
    "autolink": "<https://evil.example>",
    "bare": "see https://evil.example and www.evil.example now",
    "mail": "write to mallory@evil.example",
    "mention": "@channel @here @octocat",
    "issue": "fixes #12",
    "heading": "# Title",
    "underline": "===",
    "rule": "---",
    "rule of stars": "* * *",
    "list": "- one",
    "ordered": "1. one",
    "plus": "+ one",
    "quotation": "> one",
    "task": "[x] done",
    "code": "`x` and ``y`` and ```",
    "fence": "```\nfenced\n```",
    "tildes": "~~~\nfenced\n~~~",
    "indent": "    code",
    "pipe": "a | b |\n|---|---|",
    "html": "<b>bold</b> <details open> <!-- gone -->",
    "closing": "</details></summary>",
    "entity": "&lt;b&gt; &#64;channel &copy;",
    "emphasis": "**a** __b__ *c* _d_ ~~e~~",
    "math": "$x^2$ $$y$$",
    "footnote": "[^1] and [^1]: note",
    "backslash": "\\[a](https://evil.example)\\",
    "lines": "one\r\ntwo\u2028three",
}
ALL = HOSTILE | HOSTILE_MARKDOWN
PLUGINS = ["table", "url", "strikethrough", "footnotes", "task_lists", "math", "def_list", "abbr"]


class Rendered(HTMLParser):
    """The elements and the text that a Markdown reader makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        html = mistune.create_markdown(escape=False, plugins=PLUGINS)(text)
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(report: Report) -> str:
    return markdown(report._contents)


def every_place(words: str) -> Report:
    """Return a report that says it wherever words are taken."""
    one = answer(words, headline=words, caveats=(words,), known={words: Fact(value=words)})
    return Report(
        words,
        [one, words, (words, [Points([Point(words, (one,))], words), Block(words=words), one])],
        period=words,
        lead=words,
        notes=(words,),
        highlights={words: Fact(value=words)},
        actions=[Point(words, (one,))],
        stamps={words: words},
    )


# --- what it says


def test_the_head_the_glance_and_each_section_are_in_it() -> None:
    report = Report(
        "The week",
        [("Charts", [answer(band="act", headline="Completion fell."), "A word."])],
        period="10-16 Nov",
        lead="One thing.",
        notes=("12 traces read.",),
        highlights={"completion": Fact(value=0.8, unit="share", low=0.78, high=0.82, n=2000)},
        actions=[Point("Look at refunds.", (answer(),))],
        stamps={"snapshot": "12"},
    )
    assert (
        text_of(report)
        == """# The week

**▲ act** · 10-16 Nov · 1 result: 1 act

| | |
|---|---|
| completion | 80.0% \\[78.0%–82.0%\\], n = 2,000 |

One thing.

## What to do

1. Look at refunds. (*Is it in control?*)

## At a glance

- ▲ act · **Is it in control?** Completion fell.

No text of a trace stands here.

## Charts · ▲ act

### Is it in control?

**▲ act** Completion fell.

| | |
|---|---|
| now | 80.0%, n = 2,400 |

<details><summary>How this is known (1)</summary>

- Limits hold for one false alarm in four weeks.

</details>

A word.

---

12 traces read.

<details><summary>What this was made from</summary>

- snapshot: 12

</details>
"""
    )


def glance(report: Report) -> list[str]:
    return [line for line in text_of(report).splitlines() if " · **" in line]


def test_the_glance_has_a_line_a_result() -> None:
    assert [line.split()[2] for line in glance(week())] == ["act", "watch", "unknown"]


def test_of_many_sections_the_glance_has_the_loudest_result_each() -> None:
    inner = [answer("Quiet"), answer("Loud", band="act", headline="It fell."), answer("Quiet too")]
    report = Report("r", [answer("Alone"), *((f"Part {n}", inner) for n in range(4))])
    assert [line.partition(" · ")[2] for line in glance(report)] == [
        "**Alone** Completion is 80%, as before.",
        *(f"**Part {n}** It fell." for n in range(4)),
    ]


def test_what_a_number_was_stands_behind_what_it_is() -> None:
    now = {"traces, was 80": Fact(value=90.0), "done": Fact(value=1.0)}
    text = text_of(Report("r", [answer()], highlights=now))
    assert "| traces | 90, was 80 |\n| done | 1 |" in text


def test_many_facts_are_counted_and_left_to_the_page() -> None:
    many = answer(known={f"fact {n}": Fact(value=float(n)) for n in range(30)})
    text = text_of(Report("r", [many]))
    assert text.count("| fact ") == 12
    assert "18 numbers more: on the page." in text


def test_a_live_view_is_told_in_one_sentence() -> None:
    assert "*Live on the page:* Nine marks." in text_of(Report("r", [answer(), Knob()]))


def test_the_text_says_whether_it_quotes_anyone() -> None:
    quoting = answer(frame=answer().frame.assign(input="x"))
    assert "in words that users or tools wrote" in text_of(Report("r", [quoting]))
    assert "No text of a trace stands here." in text_of(week())
    printed = Report("r", [answer(), Block(words="x"), Block(words="y", checked=True)])
    assert "what cells of a notebook printed, which nobody searched" in text_of(printed)


def test_the_same_report_is_the_same_text() -> None:
    assert text_of(week()) == text_of(week())


# --- the top alone


def test_the_short_form_is_the_top_cut_at_whole_lines() -> None:
    whole = short(week()._contents)
    assert markdown(week()._contents).startswith(whole.rstrip())
    cut = short(week()._contents, most=200)
    assert len(cut) <= 201
    assert cut.splitlines()[-1].endswith("more")
    assert set(cut.splitlines()[:-1]) <= set(whole.splitlines())


@pytest.mark.parametrize("most", range(0, 60, 7))
def test_no_line_is_cut_within(most: int) -> None:
    lines = ["one &amp; two", "\\[three\\]", "four"]
    text = whole_lines(lines, most)
    assert len(text) <= most
    assert all(line in lines or line.startswith("…") for line in text.splitlines())


# --- what it must not do


@pytest.mark.parametrize("words", ALL.values(), ids=ALL.keys())
def test_foreign_words_make_no_markup(words: str) -> None:
    report = every_place(words.replace("\ud800", "-")[:3000])
    rendered = Rendered(text_of(report))
    plain = Rendered(text_of(every_place("plain")))
    assert {tag for tag, _ in rendered.tags} <= OURS
    assert [tag for tag, _ in rendered.tags] == [tag for tag, _ in plain.tags]
    assert not [attributes for tag, attributes in rendered.tags if attributes and tag != "code"]


@pytest.mark.parametrize("words", HOSTILE_MARKDOWN.values(), ids=HOSTILE_MARKDOWN.keys())
def test_foreign_words_are_still_read_as_they_were(words: str) -> None:
    seen = Rendered(f"x {inline(words)}").text.replace("\u200b", "")
    assert seen.split() == f"x {words}".replace("\u2028", "\\u2028").split()


def test_nobody_is_called_and_nothing_is_linked() -> None:
    text = text_of(every_place(" ".join(HOSTILE_MARKDOWN.values())))
    text = re.sub(r"(?ms)^(`{3,})$.*?^\1$", "", text)  # what is fenced is code to everyone
    assert not re.search(r"(?<!\w)@\w", text)
    assert not re.search(r"https?://|www\.|\w@\w+\.|#\d", text)


def test_a_report_of_hostile_words_stays_ours() -> None:
    rendered = Rendered(text_of(hostile()))
    assert {tag for tag, _ in rendered.tags} <= OURS


def test_hidden_characters_become_visible() -> None:
    assert visible("a\u202eb\x00c\ud800d") == "a\\u202eb\\u0000c\\ud800d"
    assert text_of(hostile()).encode()


def test_names_and_numbers_are_left_as_they_are() -> None:
    for words in ("strong_completion", "goal_completion@3", "-1.5 points", "81.5%", "tool=a, b"):
        assert inline(words) == words


@pytest.mark.parametrize("ticks", ["", "`", "```", "`" * 9])
def test_a_fence_is_longer_than_what_it_holds(ticks: str) -> None:
    lines = fenced(f"one\n{ticks}\n<b>two</b>")
    rendered = Rendered("\n".join(["- item", *lines, "after"]))
    assert [tag for tag, _ in rendered.tags].count("code") == 1
    assert "b" not in {tag for tag, _ in rendered.tags}


@pytest.mark.parametrize(
    "words, rule",
    [
        ("ann@example.com", "email"),
        ("_ann_b@example.com", "email"),
        ("https://ann:pa55word@example.com/x", "secret"),
        ("+49 170 1234567", "phone"),
    ],
)
def test_what_must_not_be_shared_is_found_though_no_link_is_made_of_it(
    words: str, rule: str
) -> None:
    text = text_of(Report("r", [answer(headline=f"Asked by {words} today.")]))
    assert set(audit_text(text, ".md")["rule"]) == {rule}
