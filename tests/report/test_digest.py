"""Does a channel hear the top of the report, whole and harmless?"""

import re
from html import unescape

import pytest

from agentlens.errors import BadInputError
from agentlens.feedback.webhook import webhook
from agentlens.report.parts.points import Point
from agentlens.report.report import Report
from agentlens.text import Fact
from tests.feedback.test_webhook import serving
from tests.report.answers import HOSTILE, answer
from tests.report.test_markdown import HOSTILE_MARKDOWN

ADDRESS = "https://reports.example.com/week-46.html?a=1&b=2"


def week() -> Report:
    return Report(
        "Week 46",
        [answer(band="act"), answer("How many?")],
        period="9-15 Nov",
        highlights={"completion": Fact(value=0.8, unit="share", low=0.78, high=0.82, n=2000)},
        actions=[Point("Look at refunds & returns.", (answer(),)), "Label 50 traces."],
    )


def said(words: str, *, link: str = "") -> str:
    report = Report(
        words,
        [answer(words)],
        period=words,
        highlights={f"{words}{n}": Fact(value=words) for n in range(9)},
        actions=[words] * 9,
    )
    return str(report.digest(link=link)["text"])


def test_the_digest_is_the_top_of_the_report() -> None:
    assert week().digest(link=ADDRESS) == {
        "text": """*Week 46, 9-15 Nov*
▲ act · 2 results: 1 act and 1 pass
• completion: 80.0% [78.0%–82.0%], n = 2,000
1. Look at refunds &amp; returns.
2. Label 50 traces.
<https://reports.example.com/week-46.html?a=1&amp;b=2|Open the report>"""
    }


def test_a_channel_gets_it_as_it_is() -> None:
    with serving((200, {})) as channel:
        found = webhook(channel.url)(week().digest(link=ADDRESS))
    assert found.delivered
    ((_, message),) = channel.got
    assert message == week().digest(link=ADDRESS)


def test_half_a_character_does_not_stop_it() -> None:
    with serving((200, {})) as channel:
        found = webhook(channel.url)(Report("a\ud800b", [answer()]).digest())
    assert found.delivered
    assert channel.got[0][1]["text"].startswith("*a\\ud800b*")


def test_without_an_address_nothing_is_linked() -> None:
    text = week().digest()["text"]
    assert text.endswith("2. Label 50 traces.")
    assert "<" not in text


def test_a_path_is_named_and_not_linked() -> None:
    text = week().digest(link="reports/week <46>.html")["text"]
    assert text.splitlines()[-1] == "The report: reports/week &lt;46&gt;.html"


@pytest.mark.parametrize("link", ["https://x.example/a|b>c<d e", 'https://x.example/"é\n'])
def test_an_address_cannot_leave_its_link(link: str) -> None:
    last = said("week", link=link).splitlines()[-1]
    assert re.fullmatch(r"<https://[!-~]+\|Open the report>", last)
    assert last.count("<") == last.count(">") == last.count("|") == 1


def test_an_address_without_end_is_refused() -> None:
    with pytest.raises(BadInputError, match="at most 1,000 characters; this one has 2,020"):
        week().digest(link="https://x.example/" + "a" * 2002)


@pytest.mark.parametrize(
    "words", (HOSTILE | HOSTILE_MARKDOWN).values(), ids=(HOSTILE | HOSTILE_MARKDOWN).keys()
)
def test_foreign_words_are_no_markup_and_whole(words: str) -> None:
    text = said(words, link=ADDRESS)
    assert len(text) <= 3000
    body = text.rpartition("\n")[0]
    assert "<" not in body
    assert ">" not in body
    assert not re.search(r"&(?!(?:amp|lt|gt);)", text)
    assert not re.search(r"https?://|(?<!\w)@\w", unescape(body))
    assert text.endswith("|Open the report>")


@pytest.mark.parametrize("length", range(380, 402, 3))
def test_a_long_digest_is_cut_between_lines_and_says_so(length: int) -> None:
    text = said("&" * length, link=ADDRESS)
    assert len(text) <= 3000
    *_, more, last = text.splitlines()
    assert re.fullmatch(r"… and \d+ lines? more", more)
    assert last.startswith("<https://")


def test_a_long_address_takes_its_room_from_the_lines() -> None:
    address = "https://reports.example.com/" + "a" * 900
    text = said("w" * 130, link=address)
    assert 2500 < len(text) <= 3000
    assert text.endswith(f"<{address}|Open the report>")
