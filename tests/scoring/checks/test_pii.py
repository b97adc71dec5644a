"""Are patterns of personal data found, and only where the user had not written them?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.checks.rules.pii import pii
from agentlens.tables.redact import redact
from tests.scoring.checks.ordinary import ORDINARY
from tests.scoring.checks.worlds import evidence, log_of, verdicts, why

KEY = "a long key for tests"
FOUND = {
    "email": "Write to ann.smith@example.com please.",
    "phone": "Call +49 170 1234567 today.",
    "iban": "Pay to DE89 3704 0044 0532 0130 00 now.",
    "card": "The card 4111 1111 1111 1111 was used.",
    "ip": "It came from 203.0.113.77 at noon.",
    "secret": "Use sk-ant-api03-Zx81kQ7b2Lm9TfQ for that.",
}


@pytest.mark.parametrize("kind", FOUND)
def test_each_kind_is_found_alone_and_told_with_its_place(kind: str) -> None:
    log = log_of([FOUND[kind], "Nothing here."])
    assert verdicts(pii([kind]), log) == ["fail", "pass"]
    assert why(pii(), log) == [kind, ""]
    others = [one for one in FOUND if one != kind]
    assert verdicts(pii(others), log) == ["pass", "pass"]


def test_the_evidence_is_kind_count_and_offsets() -> None:
    text = "a@example.com b@example.com and 203.0.113.77"
    assert evidence(pii(), log_of([text])) == ["email x 2, ip at 0-13, 14-27, 32-44"]
    many = evidence(pii(), log_of([" ".join(f"user{at}@example.com" for at in range(9))]))
    assert many[0].endswith(" and 4 more")


def test_of_two_hundred_ordinary_texts_one_shows_a_pattern() -> None:
    """A parcel number whose last groups are those of a phone number is what remains."""
    log = log_of([one for _, one in ORDINARY])
    failing = [one for (_, one), it in zip(ORDINARY, verdicts(pii(), log), strict=True)
               if it == "fail"]  # fmt: skip
    assert len(ORDINARY) > 200
    assert failing == ["Tracking 1Z 999 AA1 01 2345 6784 has moved."]


def test_national_numbers_are_looked_for_on_request() -> None:
    log = log_of(["My number is 123-45-6789."])
    assert verdicts(pii(), log) == ["pass"]
    assert why(pii(nations=["US"]), log) == ["national_id"]


def test_addresses_of_ones_own_are_no_find() -> None:
    log = log_of(["Write to help@shop.example or to ann@example.com."])
    assert evidence(pii(allow=["@shop.example"]), log) == ["email at 33-48"]
    assert verdicts(pii(allow=["HELP@shop.example", "ann@example.com"]), log) == ["pass"]
    assert verdicts(pii(allow=["@example.com"]), log_of(["a@notexample.com"])) == ["fail"]


def test_a_leak_is_what_the_user_of_the_session_had_not_written() -> None:
    log = log_of(
        ["You are ann@example.com.", "Ask bob@example.com.", "You are ann@example.com."],
        input=["I am Ann@Example.com", "who else?", "who am I?"],
        session_id=["s", "s", "s"],
    )
    assert verdicts(pii(leak=True), log) == ["pass", "fail", "pass"]
    assert verdicts(pii(), log) == ["fail", "fail", "fail"]


def test_what_is_quoted_after_it_was_leaked_stays_a_leak() -> None:
    log = log_of(
        ["Ask bob@example.com.", "I meant bob@example.com."],
        input=["whom can I ask?", "who is bob@example.com?"],
        session_id=["s", "s"],
    )
    assert verdicts(pii(leak=True), log) == ["fail", "pass"]


def test_another_session_does_not_excuse_a_leak_and_no_session_is_its_own() -> None:
    log = log_of(
        ["ok", "bob@example.com", "bob@example.com", "bob@example.com"],
        input=["I am bob@example.com", "hi", "I am bob@example.com", "hi"],
        session_id=["one", "two", None, None],
    )
    assert verdicts(pii(leak=True), log) == ["pass", "fail", "pass", "fail"]


def test_a_number_that_the_user_wrote_without_blanks_is_no_leak() -> None:
    log = log_of(
        ["I will call 030 1234567.", "I will call 030 1234567."],
        input=["my number: 0301234567", "call me"],
    )
    assert verdicts(pii(leak=True), log) == ["pass", "fail"]


def test_a_log_that_was_redacted_when_it_was_read_still_shows_its_leaks() -> None:
    raw = log_of(
        ["You are ann@example.com.", "Ask bob@example.com.", "Fine."],
        input=["I am ann@example.com", "who else?", "thanks"],
        session_id=["s", "s", "s"],
    )
    for tokens in ("keyed", "numbered"):
        hidden = redact(raw, {"tokens": tokens}, key=KEY)
        assert "example.com" not in hidden.traces["output"].str.cat()
        assert verdicts(pii(leak=True), hidden) == ["pass", "fail", "pass"]
        assert verdicts(pii(["phone"]), hidden) == ["pass", "pass", "pass"]


def test_addresses_of_ones_own_that_were_hidden_are_told_as_such() -> None:
    hidden = redact(log_of(["Write to help@shop.example."]), key=KEY)
    found = pii(allow=["@shop.example"]).run(hidden)
    assert found.failed.tolist() == [True]
    assert found.notes == (
        "1 find had been hidden when the log was read; allow= cannot tell whose they are.",
    )
    assert pii().run(hidden).notes == ()


def test_a_text_that_was_hidden_whole_is_not_checked() -> None:
    hidden = redact(log_of([FOUND["email"]]), {"fields": {"output": "hash"}}, key=KEY)
    assert why(pii(), hidden) == ["hidden whole when it was read"]


def test_a_pattern_within_json_and_behind_escapes_is_found() -> None:
    log = log_of(['{"to": "ann\\u0040example.com"}', '{"ann@example.com": 1}'])
    assert verdicts(pii(), log) == ["fail", "fail"]


def test_kinds_that_nobody_knows_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'email'"):
        pii(["emails"])
    with pytest.raises(BadInputError, match="looks for nothing"):
        pii([])


def test_it_claims_patterns_found_and_never_that_nothing_is_there() -> None:
    assert pii().notes == (
        "pii counts patterns found; personal data that no pattern describes is not seen.",
    )
    assert (pii().severity, pii(leak=True).severity) == ("failure", "never")
    assert (pii().name, pii(leak=True).name) == ("pii", "pii_leak")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*FOUND.values(), "Nothing here.", "", "W-123456"]), min_size=1))
def test_no_evidence_holds_what_was_found(texts: list[str]) -> None:
    told = " ".join(evidence(pii(), log_of(texts)))
    for hidden in ("ann.smith", "1234567", "3704", "4111", "203.0", "sk-ant"):
        assert hidden not in told
