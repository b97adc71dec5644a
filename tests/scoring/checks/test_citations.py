"""Is everything that an answer cites in the documents of its own trace?"""

import json
from typing import Any

import numpy as np
import pytest

from agentlens.errors import BadInputError
from agentlens.scoring.checks.reading.documents import documents_of, even
from agentlens.scoring.checks.reading.links import link_spans
from agentlens.scoring.checks.rules.citations import citations
from agentlens.tables.log import Log
from tests.scoring.checks.worlds import answer, evidence, log_of, verdicts, why

DOCUMENTS = json.dumps(
    [
        {"id": "A7", "text": "The shop opens at nine and closes at six, but not on Mondays."},
        {"url": "https://Shop.example/help/", "content": "Returns are free within 30 days."},
    ]
)


def _log(*outputs: str, found: object = DOCUMENTS, kind: str = "retrieval", **more: Any) -> Log:
    spans = [{"trace_id": f"t{at}", "kind": kind, "output": found} for at in range(len(outputs))]
    return log_of(list(outputs), spans, **more)


@pytest.mark.parametrize(
    "output, verdict, value",
    [
        ("It opens at nine [1].", "pass", 1.0),
        ("It opens at nine [1, 2].", "pass", 1.0),
        ("It opens at nine [3].", "fail", 0.0),
        ("Nine [1], free [2], blue [9].", "fail", 2 / 3),
        ("Nine [^1].", "pass", 1.0),
        ("Nine\u30104:0\u2020source\u3011.", "fail", 0.0),
        ("Nine\u30101\u2020source\u3011.", "pass", 1.0),
        ("See https://shop.example/help#top.", "pass", 1.0),
        ("See (https://shop.example/help).", "pass", 1.0),
        ("See https://shop.example/other.", "fail", 0.0),
        ("See [here](https://shop.example/help) and [2].", "pass", 1.0),
        ("It says \u201copens at nine and closes at SIX\u201d there.", "pass", 1.0),
        ('It says "opens  at nine \u2026 but not on Mondays" there.', "pass", 1.0),
        ('It says "opens at ten and closes at six" there.', "fail", 0.0),
        ('It says "free of charge" there.', "-", np.nan),
        ("In code `a[9]` and ```\nb[9]\n``` nothing is cited.", "-", np.nan),
        ("- [x] done, in [2024] and [note].", "-", np.nan),
        ("Nothing is cited.", "-", np.nan),
    ],
)
def test_each_sort_of_citation_is_looked_up(output: str, verdict: str, value: float) -> None:
    found = citations().run(_log(output))
    assert verdicts(citations(), _log(output)) == [verdict]
    np.testing.assert_allclose(found.value, [value])


def test_documents_of_another_trace_do_not_count() -> None:
    log = log_of(
        ["Nine [1].", "Nine [1].", "Nine [2]."],
        [
            {"trace_id": "t0", "kind": "retrieval", "output": DOCUMENTS},
            {"trace_id": "t2", "kind": "retrieval", "output": json.dumps(["only one"])},
        ],
    )
    assert verdicts(citations(), log) == ["pass", "-", "fail"]
    assert why(citations(), log)[1] == "no retrieval span"


def test_a_quotation_of_the_user_or_their_link_is_no_citation() -> None:
    output = 'You asked "where is the parcel that I sent" at https://else.example/a.'
    log = _log(output, input=["Where is the parcel that I sent? See https://else.example/a"])
    assert why(citations(), log) == ["nothing is cited"]
    assert verdicts(citations(), _log(output, input=["hello"])) == ["fail"]


def test_what_is_not_recorded_is_no_reason_to_fail() -> None:
    assert why(citations(), _log("Nine [1].", found="3 articles")) == [
        "the documents are not recorded one by one"
    ]
    cut = '["The shop opens⟪… 90 characters cut …⟫"]'
    quoting = 'It says "opens at ten and closes at six".'
    assert why(citations(), _log(quoting, found=cut)) == [
        "the documents are not recorded one by one"
    ]
    assert verdicts(citations(), _log("Nine [1].", found=cut)) == ["pass"]
    assert verdicts(citations(), _log("Nine [1].", found=None)) == ["-"]
    both = 'Nine [1], "opens at nine and closes at six".'
    told = "It opens at nine and closes at six."
    assert why(citations(), _log(both, found=told)) == ["the documents are not recorded whole"]
    ended = "Nine [1].⟪… 90 characters cut …⟫"
    assert why(citations(), _log(ended)) == ["the documents are not recorded whole"]
    assert verdicts(citations(), _log("Nine [9].⟪… 90 characters cut …⟫")) == ["fail"]


def test_the_evidence_is_sorts_and_places() -> None:
    output = 'Nine [7], "opens at ten and closes at six", https://no.example/x.'
    assert evidence(citations(), _log(output)) == [
        "0 of 3 found; not found: number at 5-8, quotation at 10-42, link at 44-64"
    ]


def test_ids_are_looked_up_with_an_expression_of_ones_own() -> None:
    ids = citations(r"\[doc:(\w+)\]", quotations=False)
    assert verdicts(ids, _log("See [doc:a7].", "See [doc:b9].")) == ["pass", "fail"]
    with pytest.raises(BadInputError, match="style is one of"):
        citations("number")
    with pytest.raises(BadInputError, match="is neither"):
        citations("[")


def test_sorts_and_kinds_of_spans_can_be_chosen() -> None:
    log = _log("Nine [9], see https://no.example/x.", kind="tool")
    assert verdicts(citations(), log) == ["-"]
    assert evidence(citations("links", kinds=["tool"]), log)[0].startswith("0 of 1 found")
    assert evidence(citations("numbers", kinds=["tool"]), log)[0].startswith("0 of 1 found")


def test_a_log_without_retrieval_says_so_in_its_headline() -> None:
    result = answer(log_of(["Nine [1].", "Ten."]), citations())
    assert result.headline == "citations: this log has no retrieval spans; 0 of 2 checked."
    assert (result.band, result.signals()) == ("unknown", ())


def test_the_headline_says_that_it_is_no_faithfulness() -> None:
    result = answer(_log("Nine [9]."), citations())
    assert "this is no judgement of faithfulness" in result.headline


def test_the_share_is_the_value_and_the_verdict_is_all_or_nothing() -> None:
    scores = answer(_log("Nine [1], blue [9].", "Nine [1]."), citations()).log.scores
    assert scores["value"].tolist() == [0.5, 1.0]
    assert scores["label"].tolist() == ["fail", "pass"]
    assert set(scores["kind"]) == {"numeric"}


@pytest.mark.parametrize(
    "output, n",
    [
        ('["a", "b"]', 2),
        ('{"documents": [{"text": "a"}, {"text": "b"}]}', 2),
        ('{"documents": [["a", "b", "c"]], "ids": [["1", "2", "3"]]}', 3),
        ('{"results": {"hits": [{"_id": "1"}]}}', 1),
        (('{"retrieval.documents.0.document.content": "a",'
         ' "retrieval.documents.1.document.content": "b"}'), 2),
        ("[]", 0),
    ],
)  # fmt: skip
def test_documents_are_read_in_the_shapes_in_which_sources_keep_them(output: str, n: int) -> None:
    read = documents_of([output])
    assert (len(read.texts), read.listed) == (n, True)


def test_what_is_no_list_is_one_text_that_cannot_be_counted() -> None:
    for output in ("3 articles", '{"text": "a"}', "{broken", '"a"'):
        read = documents_of([output])
        assert (len(read.texts), read.listed, read.whole) == (1, False, True)


def test_texts_are_compared_in_one_spelling_and_links_in_another() -> None:
    assert even("\u201eO\u2019Neill\u201c \u00a0 SAYS") == '"o\'neill" says'
    links = [link for *_, link in link_spans("http://A.example/x_(y), https://b.example/?q=1#z.")]
    assert links == ["http://a.example/x_(y)", "https://b.example?q=1"]
    assert link_spans("http://[broken") == []
