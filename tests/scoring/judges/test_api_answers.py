"""What is read from an answer that was paid for?"""

import json
from concurrent.futures import ThreadPoolExecutor

import anthropic
import pytest

from agentlens.scoring.judges.api.message import answered
from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.prices import price_of, usd, worst
from agentlens.scoring.rubrics.reading import read
from tests.messages import Faults, Messages, Options, Truths, trouble
from tests.messages.asking import RUBRIC, asking, body_of


def test_an_answer_is_kept_as_it_came() -> None:
    with Messages() as server, asking(server) as sender:
        reply = sender.send(body_of("truth=fail"))
    assert reply.outcome == "paid"
    assert json.loads(reply.raw)["id"] == reply.message_id
    assert reply.request_id == "req_000000"
    assert (reply.model, reply.stop_reason) == ("claude-haiku-5-5", "end_turn")
    assert (reply.http_status, reply.status) == (200, "")
    assert read(RUBRIC, reply.text).verdicts["goal_completion"].label == "fail"


def test_a_thought_before_the_words_is_no_part_of_them() -> None:
    with Messages(Options(thinks=120)) as server, asking(server) as sender:
        reply = sender.send(body_of())
    first = json.loads(reply.raw)["content"][0]
    assert first["type"] == "thinking"
    assert "text" not in first  # whoever reads content[0] finds nothing
    assert read(RUBRIC, reply.text).status == ""
    assert reply.usage["thinking"] == 120
    assert reply.usage["output"] > 120


def test_words_in_several_blocks_are_joined() -> None:
    with Messages() as server, asking(server) as sender:
        reply = sender.send(body_of())
    texts = [block["text"] for block in json.loads(reply.raw)["content"]]
    assert len(texts) == 2
    assert read(RUBRIC, texts[0]).status == "unparsable"
    assert reply.text == "".join(texts)


@pytest.mark.parametrize(
    "fault, status, stop, reading",
    [
        ("refusal", "refused", "refusal", "empty"),
        ("truncated", "truncated", "max_tokens", "unparsable"),
        ("window", "truncated", "model_context_window_exceeded", ""),
        ("pause", "truncated", "pause_turn", ""),
        ("empty", "empty", "end_turn", "empty"),
        ("blank", "empty", "end_turn", "empty"),
        ("prose", "", "end_turn", "unparsable"),
        ("list", "", "end_turn", "unparsable"),
        ("offschema", "", "end_turn", "invalid"),
        ("thinking", "", "end_turn", ""),
    ],
)
def test_a_bad_answer_is_paid_for_and_has_a_status(
    fault: str, status: str, stop: str, reading: str
) -> None:
    with Messages() as server, asking(server) as sender:
        reply = sender.send(body_of(f"truth=pass fault={fault}"))
        assert (reply.outcome, server.billed) == ("paid", 1)
    assert (reply.status, reply.stop_reason) == (status, stop)
    assert read(RUBRIC, reply.text).status == reading
    assert reply.usage["output"] > 0


def test_a_refusal_names_its_category() -> None:
    with Messages() as server, asking(server) as sender:
        assert sender.send(body_of("fault=refusal")).detail == "refused: general_harms"


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"type": "message"}', b'"pass"'])
def test_json_that_is_no_message_was_paid_for_and_cannot_be_read(body: bytes) -> None:
    faults = Faults().always(trouble.says(body))
    with Messages(faults=faults) as server, asking(server) as sender:
        reply = sender.send(body_of())
    assert (reply.outcome, reply.status) == ("paid", "unparsable")
    assert reply.raw == body.decode()
    assert not reply.usage


@pytest.mark.parametrize(
    "body",
    [
        {"content": [None, 3, {"type": "text"}, {"type": "text", "text": 7}]},
        {"content": [], "usage": None, "stop_reason": 5},
        {"content": [], "usage": {"input_tokens": -4, "output_tokens": True}},
        {"content": [], "usage": {"cache_creation": 3, "output_tokens_details": []}},
        {"content": [], "stop_reason": "refusal", "stop_details": "no"},
    ],
)
def test_an_odd_message_is_read_without_a_stumble(body: dict[str, object]) -> None:
    reply = answered(json.dumps({"type": "message", **body}), http_status=200)
    assert reply.outcome == "paid"
    assert reply.status in {"empty", "refused"}
    assert all(tokens >= 0 for tokens in reply.usage.values())


def test_half_a_character_in_an_answer_can_be_written_down() -> None:
    said = {"type": "message", "content": [{"type": "text", "text": "half \ud83d"}]}
    assert answered(json.dumps(said), http_status=200).text == "half \ufffd"


def test_json_nested_beyond_reason_is_no_answer() -> None:
    assert answered("[" * 100_000, http_status=200).outcome == "unknown"


def test_a_model_that_answers_for_another_is_told() -> None:
    options = Options(returned=lambda asked, n: f"{asked}-2026100{n}")
    with Messages(options) as server, asking(server) as sender:
        models = [sender.send(body_of(f"item {n}")).model for n in (0, 1)]
    assert models == ["claude-haiku-5-5-20261000", "claude-haiku-5-5-20261001"]


def test_eight_threads_share_one_client() -> None:
    texts = [f"item {n} truth={'pass' if n % 3 else 'fail'}" for n in range(64)]
    with Messages() as server, asking(server) as sender, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda text: sender.send(body_of(text)), texts))
        assert (server.billed, server.ledger.duplicates) == (64, 0)
    labels = [read(RUBRIC, one.text).verdicts["goal_completion"].label for one in replies]
    assert labels == ["pass" if n % 3 else "fail" for n in range(64)]
    assert len({one.message_id for one in replies}) == 64


def test_the_bill_as_read_is_the_bill_as_sent() -> None:
    options = Options(thinks=30, geo="us", answer=Truths(0.9, 0.8))
    price = price_of("claude-haiku-5-5")
    assert price is not None
    with Messages(options) as server, asking(server) as sender:
        bodies = [body_of(f"item {n}") for n in range(12)]
        bodies.append(body_of("word " * 90_000))
        replies = [sender.send(body) for body in bodies]
        tokens = [sender.count(body) or 0 for body in bodies]
        paid = [usd(one.usage, price) or 0.0 for one in replies]
        assert sum(paid) == pytest.approx(server.ledger.usd, rel=1e-12)
    assert max(tokens) > 100_000
    most = [1.1 * worst(n, 4096, price) for n in tokens]
    assert all(one <= limit for one, limit in zip(paid, most, strict=True))


def _asked_once(sender: ApiSender, server: Messages) -> bool:
    sender.send(body_of())
    return len(server.asked("messages")) == 1


@pytest.mark.parametrize("code", [408, 409, 429, 500, 529])
def test_nothing_is_sent_twice_and_a_client_that_repeats_is_caught(code: int) -> None:
    faults = Faults().always(trouble.status(code, retry_after=0.001))
    with Messages(faults=faults) as server, asking(server) as sender:
        assert _asked_once(sender, server)
    with Messages(faults=faults) as server:
        usual = anthropic.Anthropic(api_key="local", base_url=server.url, timeout=20)
        with usual:
            assert not _asked_once(ApiSender("127.0.0.1", usual), server)
