"""Does the loopback server say what the SDK expects of the API, and bill what it says?"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anthropic
import pytest

from agentlens.scoring.rubrics.reading import read
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.schema import schema
from tests.messages import Faults, Ledger, Messages, Options, Truths, trouble
from tests.messages.asking import RUBRIC, body_of
from tests.messages.ledger import cost


@contextmanager
def _strict(server: Messages, key: str = "local") -> Iterator[anthropic.Anthropic]:
    client = anthropic.Anthropic(
        api_key=key,
        base_url=server.url,
        max_retries=0,
        timeout=20,
        _strict_response_validation=True,
    )
    with client:
        yield client


def _create(client: anthropic.Anthropic, **changed: Any) -> Any:
    asked: dict[str, Any] = {**body_of(), **changed}
    return client.messages.create(**asked)


def test_the_sdk_finds_nothing_wrong_with_an_answer() -> None:
    with Messages(Options(thinks=20)) as server, _strict(server) as client:
        message = _create(client)
        assert [block.type for block in message.content] == ["thinking", "text", "text"]
        assert message.usage.output_tokens_details.thinking_tokens == 20
        refusal = _create(client, messages=[{"role": "user", "content": "fault=refusal"}])
        assert (refusal.stop_reason, refusal.stop_details.category) == ("refusal", "general_harms")
        counted = client.messages.count_tokens(
            model="claude-haiku-5-5", messages=[{"role": "user", "content": "four letters"}]
        )
        assert counted.input_tokens == 11


def test_the_sdk_finds_nothing_wrong_with_models() -> None:
    with Messages() as server, _strict(server) as client:
        every = [model.id for model in client.models.list(limit=3)]
        assert len(every) == len(set(every)) == 7
        assert client.models.retrieve("claude-opus-5-5").line == "opus"
        with pytest.raises(anthropic.NotFoundError) as missing:
            client.models.retrieve("claude-none")
        assert missing.value.type == "not_found_error"


def test_the_sdk_finds_nothing_wrong_with_batches() -> None:
    rows: Any = [
        {"custom_id": name, "params": body_of(f"{name} fate={name}")}
        for name in ("succeeded", "errored", "invalid", "expired", "canceled")
    ]
    with Messages(Options(polls=1)) as server, _strict(server) as client:
        batch = client.messages.batches.create(requests=rows)
        assert batch.processing_status == "in_progress"
        client.messages.batches.retrieve(batch.id)
        ended = client.messages.batches.retrieve(batch.id)
        assert ended.request_counts.errored == 2
        assert [one.id for one in client.messages.batches.list(limit=1)] == [batch.id]
        told = {one.custom_id: one.result.type for one in client.messages.batches.results(batch.id)}
        assert told == {one["custom_id"]: one["custom_id"] for one in rows} | {"invalid": "errored"}
        assert client.messages.batches.cancel(batch.id).processing_status == "canceling"


def test_an_item_that_expired_succeeds_when_it_is_handed_in_again() -> None:
    rows: Any = [{"custom_id": "one", "params": body_of("fate=expired")}]
    with Messages() as server, _strict(server) as client:
        for expected in ("expired", "succeeded"):
            batch = client.messages.batches.create(requests=rows)
            (item,) = client.messages.batches.results(batch.id)
            assert item.result.type == expected
        assert server.billed == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "{"}]},
        {"max_tokens": 10**7},
        {"extra_body": {"temperature": 0}},
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
    ],
)
def test_what_the_api_refuses_is_refused_and_not_billed(changed: dict[str, Any]) -> None:
    with Messages() as server, _strict(server) as client:
        with pytest.raises(anthropic.BadRequestError):
            _create(client, **changed)
        assert server.billed == 0


def test_a_wrong_key_opens_nothing() -> None:
    with Messages(Options(key="right")) as server, _strict(server, "wrong") as client:
        with pytest.raises(anthropic.AuthenticationError):
            _create(client)
        assert server.billed == 0


def test_every_generation_is_billed_whether_or_not_its_answer_arrives(tmp_path: Path) -> None:
    faults = Faults().at(0, trouble.lost_answer()).at(1, trouble.cut()).at(2, trouble.status(529))
    path = tmp_path / "bills.jsonl"
    with Messages(faults=faults, ledger=path) as server, _strict(server) as client:
        for _ in range(3):
            with pytest.raises(anthropic.APIError):
                _create(client)
        _create(client)
        assert (server.billed, server.ledger.duplicates) == (3, 2)
        assert Ledger.read(path) == server.ledger.bills
        assert server.ledger.usd > 0


def test_the_beginning_of_a_prompt_is_written_to_the_cache_once() -> None:
    with Messages() as server, _strict(server) as client:
        first, second = (_create(client).usage for _ in range(2))
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens > 0
    assert second.cache_creation_input_tokens == first.cache_read_input_tokens == 0
    assert first.input_tokens == second.input_tokens


def test_a_bill_by_hand() -> None:
    usage: dict[str, Any] = {
        "input_tokens": 1000,
        "output_tokens": 200,
        "cache_read_input_tokens": 500,
        "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 100},
    }
    expected = (1000 * 2 + 200 * 10 + 500 * 0.2 + 400 * 2.5 + 100 * 4) / 1e6
    assert cost("claude-sonnet-5-5", usage, batch=False) == pytest.approx(expected)
    assert cost("claude-sonnet-5-5", usage, batch=True) == pytest.approx(expected / 2)
    assert cost("unpriced", usage, batch=False) == 0


def test_a_judge_errs_at_the_rates_that_it_is_given() -> None:
    truths = Truths(sensitivity=0.9, specificity=0.7, flips=0.1, seed=3)
    for truth, right in (("pass", 0.9), ("fail", 0.7)):
        items = [f"item {n} truth={truth}" for n in range(4000)]
        once = [truths.verdict(item) for item in items]
        expected = right * 0.9 + (1 - right) * 0.1
        assert sum(one == truth for one in once) / 4000 == pytest.approx(expected, abs=0.025)
        assert once == [truths.verdict(item) for item in items]
        again = [truths.verdict(item, time=1) for item in items]
        moved = sum(a != b for a, b in zip(once, again, strict=True)) / 4000
        assert moved == pytest.approx(2 * 0.1 * 0.9, abs=0.025)


@pytest.mark.parametrize("mark", ["truth=fail", "<truth>fail</truth>", "&lt;truth&gt;fail"])
def test_a_truth_is_read_however_it_is_written(mark: str) -> None:
    assert Truths().verdict(f"An item. {mark}") == "fail"


def test_answers_have_the_form_that_is_asked_for() -> None:
    criteria = Rubric("tone", 1, "Judge.", criteria={"polite": "Polite?", "short": "Short?"})
    scale = Rubric("tone", 1, "Judge.", scale=(1, 2, 3))
    asked = {"messages": [{"content": "truth=pass truth:short=fail"}]}
    for rubric, labels in (
        (criteria, {"tone": "fail", "tone.polite": "pass", "tone.short": "fail"}),
        (scale, {"tone": "3"}),
        (RUBRIC, {"goal_completion": "pass"}),
    ):
        form = {"output_config": {"format": {"schema": schema(rubric)}}}
        said = read(rubric, Truths()({**asked, **form}, 0))
        assert {name: one.label for name, one in said.verdicts.items()} == labels


def test_faults_strike_when_they_are_due_and_what_they_concern() -> None:
    plan = Faults(seed=1).every(3, trouble.status(529)).marked("poison", trouble.status(400))
    plan.sometimes(0.5, trouble.status(500), "count")
    with Messages(faults=plan) as server, _strict(server) as client:
        told = []
        for text in ("a", "b", "c", "poison", "e", "poison"):
            reply = client.messages.with_raw_response
            try:
                reply.create(**body_of(text))  # type: ignore[call-overload]
                told.append(200)
            except anthropic.APIStatusError as error:
                told.append(error.status_code)
        assert told == [200, 200, 529, 400, 200, 529]
        assert (plan.struck, server.billed) == (3, 3)


def test_the_server_runs_by_itself_and_bills_a_client_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "bills.jsonl"
    command = [sys.executable, "-m", "tests.messages", "--ledger", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            with anthropic.Anthropic(api_key="local", base_url=url, timeout=20) as client:
                _create(client)
            assert len(Ledger.read(path)) == 1
        finally:
            server.kill()
    assert json.loads(path.read_text())["via"] == "sync"
