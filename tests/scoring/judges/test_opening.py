"""Is a function asked as if it were a server?"""

import json

import pytest

from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.opening import opened
from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.rubrics.rubric import Rubric

RUBRIC = Rubric("tone", 1, "Is it polite?")


def _asked(answer: object, price: float = 0.0, user: str = "Hello") -> Reply:
    judge = Judge.of(answer, name="mine", version="1", price=price)  # type: ignore[arg-type]  # on purpose
    sender = opened(judge)
    assert (sender.host, sender.count({})) == ("local", None)
    reply = sender.send(judge.body(RUBRIC, "Be a judge.", user))
    sender.close()
    return reply


def test_a_function_reads_question_and_item_and_its_text_is_the_answer() -> None:
    reply = _asked(lambda prompt: f"heard {prompt}")
    assert (reply.outcome, reply.status) == ("paid", "")
    assert reply.text == reply.raw
    assert reply.text.startswith("heard Be a judge.\n\nHello\n\nThe schema of the answer:\n{")


def test_a_function_that_takes_it_is_told_which_asking_it_is() -> None:
    judge = Judge.of(lambda _, repeat: f"number {repeat}", name="mine", version="1")
    body = judge.body(RUBRIC, "Be a judge.", "Hello")
    assert opened(judge).send(body | {"repeat": 2}).text == "number 2"


def test_a_function_may_return_the_object_itself() -> None:
    assert json.loads(_asked(lambda _: {"verdict": "pass"}).text) == {"verdict": "pass"}


@pytest.mark.parametrize(
    "said, status", [("", "empty"), (" \n", "empty"), (None, "unparsable"), (1, "unparsable")]
)
def test_a_function_that_says_nothing_of_use_has_a_status(said: object, status: str) -> None:
    reply = _asked(lambda _: said)
    assert (reply.outcome, reply.status) == ("paid", status)


def test_half_a_character_in_an_answer_can_be_written_down() -> None:
    assert _asked(lambda _: "half \ud83d").text == "half \ufffd"
    assert json.loads(_asked(lambda _: {"evidence": "half \ud83d"}).raw)


def test_an_object_that_is_no_json_cannot_be_read() -> None:
    assert _asked(lambda _: {"verdict": object()}).status == "unparsable"


def _fails(prompt: str) -> str:
    message = f"cannot judge {prompt}"
    raise LookupError(message)


def test_a_function_that_fails_rejects_the_item_and_hides_what_it_quotes() -> None:
    reply = _asked(_fails, user="ana@example.com")
    assert reply.outcome == "reject"
    assert reply.detail.startswith("LookupError: cannot judge Be a judge. <EMAIL")


def test_where_answers_cost_a_failure_may_have_been_billed() -> None:
    assert _asked(_fails, price=0.01).outcome == "unknown"


def test_whoever_stops_the_run_stops_it() -> None:
    def stopped(_: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _asked(stopped)


def test_a_model_is_asked_over_the_wire() -> None:
    sender = opened(Judge("claude-haiku-5-5", base_url="http://127.0.0.1:1/x"))
    assert isinstance(sender, ApiSender)
    assert sender.host == "127.0.0.1:1"
    sender.close()
