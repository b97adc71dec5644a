import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from agentlens.widgets.show.payload import payload
from agentlens.widgets.show.questions import questions
from agentlens.widgets.show.texts.fields import STEP
from tests.widgets.show.made import BEGIN, HOSTILE, chain_of, log_of, long_log, span, talk_log

LIMIT = 300_000


def judged(**more: Any) -> Log:
    """A trace that a judge and two people judged, in which a step evaluates, too."""
    shared = {
        "trace_id": "t",
        "name": "goal",
        "rubric": "goal",
        "rubric_version": "3",
        "time": BEGIN,
    }
    scores = [
        {**shared, "score_id": "1", "value": 0.0, "label": "refused", "source": "judge"},
        {
            **shared,
            "score_id": "2",
            "value": 1.0,
            "label": "granted",
            "source": "human",
            "rater": "ana",
        },
        {**shared, "score_id": "3", "value": 0.25, "source": "user", "comment": "hopeless"},
        {
            **shared,
            "score_id": "4",
            "span_id": "llm",
            "value": 1.0,
            "label": "sound",
            "source": "check",
        },
    ]
    scores[0] |= {
        "judge_model": "magistrate-1",
        "comment": "it never answered",
        "stratum": "low-end",
    }
    scores[1] |= {
        "note": "clearly fine",
        "code": "all-good",
        "split": "holdout",
        "stage": "stratum",
    }
    return log_of(
        span("root", 0, took=9.0, kind="agent"),
        span("llm", 1, parent="root", kind="llm", input="Where?", output="There."),
        span("referee", 3, parent="root", kind="evaluator", output="verdict: dreadful"),
        span("clerk", 3.1, took=0.2, parent="referee", kind="llm", output="dreadful indeed"),
        scores=scores,
        input="Where?",
        output="There.",
        **more,
    )


VERDICTS = ["refused", "granted", "hopeless", "sound", "magistrate", "never answered", "low-end"]
VERDICTS += ["clearly fine", "all-good", "holdout", "ana", "dreadful", "referee", "clerk", "0.25"]
VERDICTS += [
    "judge",
    "human",
    "fail",
    "pass",
    "stratum",
    "goal",
    "grumpy",
    "tagged-bad",
    "escalated",
]


def test_a_blind_payload_holds_nothing_of_what_anybody_thought() -> None:
    log = judged(tags="tagged-bad", user_rating=0.1, escalated=True, mood="grumpy")
    told = json.dumps(payload(log, "t", blind=True))
    assert [one for one in VERDICTS if one in told] == []
    assert "There." in told
    seeing = json.dumps(payload(log, "t"))
    assert [one for one in ("refused", "granted", "dreadful", "grumpy") if one not in seeing] == []


def test_blind_questions_answer_nothing_of_what_anybody_thought() -> None:
    asked = questions(lambda: judged(mood="grumpy"), blind=True)
    told = json.dumps(asked["trace"]({"trace_id": "t"}))
    assert [one for one in VERDICTS if one in told] == []
    assert asked["find"]({"trace_id": "t", "words": "dreadful"})["rows"] == []
    for one in ("referee", "clerk"):
        with pytest.raises(UnknownNameError):
            asked["step"]({"trace_id": "t", "span_id": one})
        with pytest.raises(UnknownNameError):
            asked["field"]({"trace_id": "t", "span_id": one, "field": "output", "start": 0})


def test_each_score_tells_its_verdict_source_and_version() -> None:
    found = payload(judged(), "t")["scores"]
    first = {name: found[0][name] for name in ("name", "verdict", "source", "version")}
    assert first == {"name": "goal", "verdict": "refused", "source": "judge", "version": "goal 3"}
    assert [one.get("span") for one in found] == [None, None, None, "llm"]


def hostile_names() -> Log:
    spans = [span("r" * 180, 0, took=9.0) | {"name": "根" * 500}]
    for at in range(2_500):
        name = f"{at} 名前" * 60
        one = span(f"{at}-" + "é" * 60, 1, parent="r" * 180, output="字" * 9_000)
        spans.append(one | {"name": name})
    more: dict[str, Any] = {f"extra {at}": "値" * 400 for at in range(80)}
    scores = [
        {
            "trace_id": "t",
            "score_id": str(at),
            "name": f"n{at}",
            "value": 1.0,
            "comment": "評" * 900,
        }
        for at in range(100)
    ]
    return log_of(*spans, scores=scores, input="入" * 9_000, output="出" * 9_000, **more)


@pytest.mark.parametrize(
    "made",
    [
        lambda: long_log(2_000, failed=range(5, 900, 3)),
        lambda: long_log(2_000, text=30_000),
        hostile_names,
        lambda: chain_of(2_000),
    ],
    ids=["2,000 steps", "long texts", "wide signs", "chain"],
)
def test_no_first_message_is_longer_than_it_may_be(made: Callable[[], Log]) -> None:
    told = payload(made(), "t")
    assert len(json.dumps(told)) <= LIMIT
    assert told["steps"]["n"] > 100
    assert (
        told["turns"]["all"] == len(told["turns"]["first"]) + len(told["turns"]["last"])
        or (told["turns"]["first"])
    )


def test_two_thousand_steps_are_all_there_and_failed_ones_come_with_their_texts() -> None:
    told = payload(long_log(2_000, failed=[300, 1_500]), "t")
    assert told["steps"]["n"] == 2_000
    assert [told["steps"]["id"][row] for row in told["errors"]] == ["s300", "s1500"]
    assert all(str(row) in told["held"] for row in told["errors"])
    parents = told["steps"]["parent"]
    assert all(parents[row] in told["open"] for row in told["errors"])
    assert len(told["open"]) < 10


def test_a_trace_without_steps_says_so_and_shows_what_it_has() -> None:
    told = payload(log_of(input="Where?", output="There."), "t")
    assert told["steps"]["n"] == 0
    assert told["notes"] == ["This trace has no steps: what follows is its own input and output."]
    assert told["turns"]["all"] == 2


def test_what_was_cut_upstream_is_said() -> None:
    cut = "Beginning ⟪… 12,345 characters cut …⟫ end"
    assert payload(log_of(input=cut), "t")["notes"][-1].startswith("Texts marked ⟪…⟫ were cut")


def test_neighbours_are_those_of_the_session_in_order_of_time() -> None:
    others = [
        {"trace_id": one, "start": BEGIN + pd.Timedelta(at, "min"), "session_id": session}
        for one, at, session in (("b", 5, "s"), ("a", -5, "s"), ("x", 1, "other"))
    ]
    told = payload(log_of(traces=others, session_id="s"), "t")["session"]
    assert told == {"id": "s", "nth": 2, "of": 3, "previous": "a", "next": "b"}


def test_a_field_is_given_piece_by_piece_and_a_line_of_the_talk_too() -> None:
    text = "0123456789" * 60_000
    log = log_of(span("m", 0, kind="llm", input="Go.", output=text))
    asked = questions(lambda: log)
    first = {"trace_id": "t", "span_id": "m", "field": "output", "start": 3_000}
    one = asked["field"](first)
    assert (one["start"], one["end"], one["size"]) == (3_000, 3_000 + STEP, 600_000)
    assert one["text"] == text[3_000 : 3_000 + STEP]
    line = asked["field"]({"trace_id": "t", "span_id": "", "field": "turn 1", "start": 599_995})
    assert line["text"] == "56789"


@pytest.mark.parametrize(
    "content",
    [
        {"span_id": "m", "field": "trace_id", "start": 0},
        {"span_id": "nobody", "field": "output", "start": 0},
        {"span_id": "", "field": "turn 99", "start": 0},
        {"span_id": "", "field": "turn x", "start": 0},
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(content: dict[str, Any]) -> None:
    asked = questions(lambda: log_of(span("m", 0, output="x")))
    with pytest.raises((UnknownNameError, BadInputError)):
        asked["field"]({"trace_id": "t", **content})


def test_hostile_texts_and_halves_of_signs_travel_as_they_are() -> None:
    whole = log_of(span("m", 0, input=HOSTILE["script"], output=HOSTILE["turned"]))
    spans = whole.spans.copy()
    spans["name"] = pd.Series(["half \ud800"], dtype=object)
    spans["error_message"] = pd.Series(["\udfff\x00"], dtype=object)
    log = Log(traces=whole.traces, spans=spans)
    told = payload(log, "t")
    assert told["held"]["0"]["fields"]["input"]["text"] == HOSTILE["script"]
    assert json.loads(json.dumps(told)) == told
    assert questions(lambda: log)["find"]({"trace_id": "t", "words": "half"})["rows"] == [0]


def test_the_demo_tells_a_whole_story() -> None:
    log = al.demo(days=2, traces_per_day=40, seed=3)
    for one in log.traces["trace_id"].head(20):
        told = payload(log, one)
        assert dict(told["facts"])["status"]
        assert told["turns"]["all"] >= 1
        json.dumps(told, allow_nan=False)


def test_the_talk_says_who_called_what_and_what_stays_unpaired() -> None:
    told = payload(talk_log(), "t")["turns"]
    lines = [*told["first"], *told["last"]]
    assert [one.get("pair") for one in lines] == [None, None, 4, -1, 2, -1, None]
