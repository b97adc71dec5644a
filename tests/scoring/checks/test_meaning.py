"""How well do the checks that read a meaning into words read it?"""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.checks.reading.tongues import tongue_of
from agentlens.scoring.checks.rules.language import language
from agentlens.scoring.checks.rules.refusal import refusal
from agentlens.scoring.checks.rules.repeated import repeated_prompt
from tests.scoring.checks.ordinary import ORDINARY, REFUSED
from tests.scoring.checks.worlds import START, evidence, log_of, verdicts, why

LONG = [(code, one) for code, one in ORDINARY if code and tongue_of(one).language]
ENGLISH = next(one for code, one in LONG if code == "en")
GERMAN = next(one for code, one in LONG if code == "de")
GREEK = next(one for code, one in LONG if code == "Greek")


def test_no_ordinary_text_is_taken_for_another_language() -> None:
    told = [(code, tongue_of(one, 12).language) for code, one in ORDINARY if code]
    assert [pair for pair in told if pair[1] not in {pair[0], ""}] == []
    assert sum(code == found for code, found in told) >= 0.98 * len(told)


def test_a_short_text_has_no_language() -> None:
    words = ENGLISH.split()
    assert tongue_of(" ".join(words[:15])).why == "fewer than 20 words"
    assert all(tongue_of(one).language == "" for code, one in ORDINARY if not code)


def test_two_languages_in_one_text_are_not_told_apart() -> None:
    assert tongue_of(f"{ENGLISH} {GERMAN}").why == "language not clear"
    assert tongue_of(f"{GREEK} {ENGLISH}").why in {"several scripts", "language not clear"}


def test_code_and_addresses_say_nothing_of_a_language() -> None:
    code = "```\n" + "for the key in the list of the keys: the end\n" * 9 + "```"
    assert tongue_of(f"{GERMAN} {code}").language == "de"
    assert tongue_of("https://example.com/the-of-and-to " * 30).language == ""


def test_an_answer_is_held_against_the_users_last_turn() -> None:
    turns = '[{"role":"user","content":%s},{"role":"assistant","content":"x"},{"role":"user","content":%s}]'
    chat = turns % (f'"{GERMAN}"', f'"{ENGLISH}"')
    log = log_of(
        [ENGLISH, GERMAN, GERMAN, "Short.", GERMAN, None, '{"a": "' + GERMAN + '"}'],
        input=[ENGLISH, ENGLISH, chat, ENGLISH, "Short?", ENGLISH, ENGLISH],
    )
    assert verdicts(language(), log) == ["pass", "fail", "fail", "-", "-", "-", "-"]
    assert evidence(language(), log)[1] == "output is in de, en was asked"
    assert why(language(), log)[3:] == [
        "output: fewer than 20 words",
        "input: fewer than 20 words",
        "no output",
        "output: no prose",
    ]
    assert verdicts(language("de"), log)[:3] == ["fail", "pass", "pass"]


def test_a_detector_of_ones_own_takes_the_place_of_the_profiles() -> None:
    def one_word(text: str) -> tuple[str, float]:
        return ("de", 0.9) if "und" in text else ("en", 0.5)

    log = log_of(["und", "and"], input=["und so", "und so"])
    own = language(detector=one_word)
    assert verdicts(own, log) == ["pass", "-"]
    assert own.edition != language().edition
    assert language("anything", detector=one_word).run(log).failed.tolist() == [True, False]
    with pytest.raises(UnknownNameError, match="Did you mean 'de'"):
        language("ded")
    with pytest.raises(BadInputError, match="min_words is a whole number"):
        language(min_words=0)


def test_refusals_are_found_and_ordinary_answers_are_not() -> None:
    log = log_of([*REFUSED, *(one for _, one in ORDINARY)])
    told = verdicts(refusal(), log)
    assert told[: len(REFUSED)] == ["fail"] * len(REFUSED)
    assert told[len(REFUSED) :] == ["pass"] * len(ORDINARY)


def test_a_phrase_counts_only_at_the_beginning() -> None:
    late = ENGLISH + " " + ENGLISH + " " + ENGLISH + " I can't help with that."
    log = log_of([late, "   \n" * 90 + "I can\u2019t\n help with that.", None])
    assert verdicts(refusal(), log) == ["pass", "fail", "-"]
    assert evidence(refusal(), log)[1] == "phrase en-1"


@pytest.mark.parametrize(
    "kind, reason, verdict",
    [
        ("llm", "refusal", "fail"),
        ("llm", "content_filter", "fail"),
        ("llm", "SAFETY", "fail"),
        ("llm", "stop", "pass"),
        ("llm", None, "pass"),
        ("tool", "refusal", "pass"),
    ],
)
def test_a_model_call_that_stopped_for_a_refusal_is_one(
    kind: str, reason: str | None, verdict: str
) -> None:
    spans = [{"trace_id": "t0", "kind": kind, "finish_reason": reason}]
    assert verdicts(refusal(), log_of(["Fine.", "Fine."], spans)) == [verdict, "pass"]


def test_a_refusal_is_known_without_an_output_where_the_model_says_so() -> None:
    spans = [{"trace_id": "t0", "kind": "llm", "stop_reason": "refusal"}]
    assert verdicts(refusal(), log_of([None, None], spans)) == ["fail", "-"]


TURNS = [
    ("s", 0, "Where is my parcel, please?", "first turn"),
    ("s", 2, "where is my PARCEL please", "same words"),
    ("s", 4, "Where is my parcel, please", "same words"),
    ("s", 5, "Where is my parcel, please now?!", "almost the same words"),
    ("s", 6, "Then I would like to return the lamp.", ""),
    ("s", 40, "Then I would like to return the lamp.", ""),
    ("s", 41, "thanks", ""),
    ("s", 42, "thanks", ""),
    ("u", 43, "Then I would like to return the lamp.", "first turn"),
    (None, 44, "Then I would like to return the lamp.", "first turn"),
]


def test_a_turn_repeats_one_of_the_last_of_its_session() -> None:
    log = log_of(
        input=[text for *_, text, _ in TURNS],
        session_id=[one for one, *_ in TURNS],
        start=[START + at * pd.Timedelta("1min") for _, at, *_ in TURNS],
    )
    assert why(repeated_prompt(), log) == [kind for *_, kind in TURNS]
    assert why(repeated_prompt("60min"), log)[5] == "same words"
    assert why(repeated_prompt("1min"), log)[1] == ""


def test_only_so_many_turns_back_are_compared() -> None:
    log = log_of(
        input=["the first question", "another one", "something else", "the first question"],
        session_id=["s"] * 4,
    )
    assert verdicts(repeated_prompt(turns=2), log) == ["-", "pass", "pass", "pass"]
    assert verdicts(repeated_prompt(turns=3), log) == ["-", "pass", "pass", "fail"]
    near = ["something else", "Where is my parcel, please?", "Where is my parcel, please now?"]
    told = why(repeated_prompt(), log_of(input=near, session_id=["s"] * 3))
    assert told == ["first turn", "", "almost the same words"]


def test_turns_within_one_trace_are_turns_too() -> None:
    turn = '{"role": "user", "content": "Where is my parcel?"}'
    log = log_of(input=[f"[{turn}, {turn}]", "hello"])
    assert verdicts(repeated_prompt(), log) == ["fail", "-"]


def test_a_log_without_a_second_turn_says_so() -> None:
    assert repeated_prompt().run(log_of(input=["a", "b"])).absent == (
        "this log has no session of two turns"
    )
    with pytest.raises(BadInputError, match="turns is a whole number from 1 to 50"):
        repeated_prompt(turns=0)


def test_checks_of_meaning_say_that_they_are_judges() -> None:
    assert all(one.claims_meaning for one in (language(), refusal(), repeated_prompt()))
    assert (refusal().severity, language().severity) == ("fact", "failure")


@given(st.text(max_size=200))
def test_any_text_has_a_language_or_a_reason_for_none(text: str) -> None:
    told = tongue_of(text, 1)
    assert bool(told.language) != bool(told.why)
