"""Is a wish that a model cannot fulfil refused before it costs anything?"""

from datetime import UTC, datetime

import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.models import ModelFacts, checked, facts, line_of, retirement
from agentlens.scoring.judges.opening import opened
from tests.messages import Faults, Messages, Options, trouble
from tests.messages.asking import asking

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_what_the_address_says_of_a_model_is_read() -> None:
    with Messages() as server, asking(server) as sender:
        known = facts(Judge("claude-haiku-5-5", base_url=server.url), sender)
    assert known == ModelFacts(
        model="claude-haiku-5-5",
        line="haiku",
        lifecycle="active",
        max_tokens=64_000,
        structured_outputs=True,
        batch=True,
        efforts=("low", "medium", "high"),
        thinking=("adaptive", "disabled"),
    )


REFUSED = {
    "claude-haiku-5-5 knows the efforts low, medium, high, not 'max'. The nearest is 'high'.": (
        Judge("claude-haiku-5-5", effort="max")
    ),
    "claude-sonnet-4-5 knows no effort, and 'low' was asked. Leave effort out.": (
        Judge("claude-sonnet-4-5", effort="low")
    ),
    "claude-opus-5-5 does not accept thinking 'disabled'. Known: adaptive.": (
        Judge("claude-opus-5-5", thinking="disabled")
    ),
    "claude-sonnet-5-5 does not accept thinking 'between'. Did you mean 'between_tools'?": (
        Judge("claude-sonnet-5-5", thinking="between")
    ),
    "claude-haiku-5-5 answers with at most 64,000 tokens, not 100,000.": (
        Judge("claude-haiku-5-5", max_tokens=100_000)
    ),
    "claude-fable-5-1 takes no batches. Use mode='sync'.": Judge("claude-fable-5-1"),
    "claude-opus-4-0 is retired; it answers nothing any more. Choose another model.": (
        Judge("claude-opus-4-0")
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_an_unsupported_wish_is_refused_before_anything_is_generated(sentence: str) -> None:
    with Messages() as server, asking(server) as sender:
        with pytest.raises(BadInputError) as refusal:
            checked(REFUSED[sentence], sender, batch="batches" in sentence)
        assert server.billed == 0
    assert str(refusal.value) == sentence


def test_a_supported_wish_is_let_through() -> None:
    wishes = [
        Judge("claude-haiku-5-5", effort="high", thinking="adaptive"),
        Judge("claude-sonnet-5-5", effort="max", thinking="between_tools", max_tokens=64_000),
        Judge("claude-opus-5"),
    ]
    with Messages() as server, asking(server) as sender:
        known = [checked(one, sender, batch=True) for one in wishes]
    assert [one.model for one in known if one] == [one.model for one in wishes]


def test_a_model_that_cannot_hold_to_a_schema_is_refused() -> None:
    told = b'{"id": "m", "capabilities": {"structured_outputs": {"supported": false}}}'
    faults = Faults().always(trouble.says(told), "models")
    with (
        Messages(faults=faults) as server,
        asking(server) as sender,
        pytest.raises(BadInputError, match="m does not hold to a schema"),
    ):
        checked(Judge("m"), sender)


def test_a_misspelt_model_is_refused_with_the_one_that_was_meant() -> None:
    with Messages() as server, asking(server) as sender:
        with pytest.raises(UnknownNameError) as refusal:
            checked(Judge("claude-haiku-55", base_url=server.url), sender)
        assert "Did you mean 'claude-haiku-5-5'?" in str(refusal.value)
        assert server.asked("messages") == []


def test_an_address_that_says_nothing_of_models_refuses_nothing() -> None:
    wish = Judge("own-model", effort="max")
    with Messages(Options(models=False)) as server, asking(server) as sender:
        assert checked(wish, sender) is None
    for fault in (trouble.status(529), trouble.page(200), trouble.says(b"[]"), trouble.reset()):
        faults = Faults().always(fault, "models")
        with Messages(faults=faults) as server, asking(server) as sender:
            assert facts(wish, sender) is None


@pytest.mark.parametrize(
    "told",
    [
        b'{"id": "m"}',
        b'{"id": "m", "capabilities": null, "max_tokens": null, "retires_at": null}',
        b'{"id": "m", "capabilities": {"effort": 3, "thinking": [], "batch": {}}}',
    ],
)
def test_what_is_not_said_is_not_held_against_a_wish(told: bytes) -> None:
    faults = Faults().always(trouble.says(told), "models")
    wish = Judge("m", effort="max", thinking="adaptive", max_tokens=10**6)
    with Messages(faults=faults) as server, asking(server) as sender:
        assert checked(wish, sender, batch=True) is not None


def test_a_function_has_no_model() -> None:
    judge = Judge.of(lambda _: "", name="mine", version="1")
    assert checked(judge, opened(judge)) is None


def test_a_model_that_ends_soon_says_when() -> None:
    with Messages() as server, asking(server) as sender:
        known = checked(Judge("claude-sonnet-4-5"), sender)
    assert known is not None
    (note,) = retirement(known, NOW)
    assert note == (
        "claude-sonnet-4-5 retires on 2026-11-30, in 9 days:"
        " verdicts after that need another judge, calibrated anew."
    )


@pytest.mark.parametrize(
    "ends, said",
    [
        ("2027-01-20T00:00:00Z", "in 60 days"),
        ("2027-01-21T00:00:00Z", ""),
        ("2026-11-22T09:00:00Z", "tomorrow"),
        ("2026-11-21T00:00:00+00:00", "today"),
        ("2026-11-20T00:00:00Z", "was to retire on 2026-11-20"),
        ("", ""),
        ("soon", ""),
    ],
)
def test_sixty_days_are_soon(ends: str, said: str) -> None:
    notes = retirement(ModelFacts(model="m", retires_at=ends), NOW)
    assert (said in notes[0]) if said else notes == ()


def test_a_line_is_what_the_address_says_and_else_what_the_name_says() -> None:
    assert line_of("claude-opus-5-5-20261001") == "opus"
    assert line_of("my-judge", ModelFacts(model="my-judge", line="mythos")) == "mythos"
    assert line_of("opusculum") == ""
