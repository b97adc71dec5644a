"""Does the key go where it belongs, and nowhere else?"""

import logging
import os
import traceback
from pathlib import Path

import pytest

from agentlens.errors import BadInputError
from agentlens.scoring.judges.api.client import HOST, opened_client
from agentlens.scoring.judges.judge import HOST as JUDGES_HOST
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.opening import opened
from tests.messages import Faults, Messages, Options, trouble
from tests.messages.asking import asking, body_of

KEY = "sk-ant-" + "api03-" + "q7Zk" * 12


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def _sent(server: Messages) -> str:
    return "".join(f"{one.headers}{one.body!r}" for one in server.seen)


def test_the_key_of_the_environment_goes_to_no_other_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", KEY)
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"X-Api-Key: {KEY}\nauthorization: Bearer {KEY}")
    with Messages(Options(key="local")) as server:
        sender = opened(Judge("claude-haiku-5-5", base_url=server.url))
        assert sender.send(body_of()).outcome == "paid"
        assert KEY not in _sent(server)
        sender.close()


def test_the_key_goes_where_the_environment_itself_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with Messages(Options(key=KEY)) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{server.url}/")
        sender = opened(Judge("claude-haiku-5-5", base_url=server.url))
        assert sender.send(body_of()).outcome == "paid"
        sender.close()
    with Messages(Options(key=KEY)) as other:  # a second address, of which it says nothing
        sender = opened(Judge("claude-haiku-5-5", base_url=other.url))
        assert sender.send(body_of()).outcome == "stop"
        assert KEY not in _sent(other)
        sender.close()


def test_the_api_itself_may_be_named_as_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    for address in (None, f"https://{HOST}", f"https://{HOST}:443/"):
        client = opened_client(address, 5.0)
        assert client.api_key == KEY
        client.close()
    client = opened_client(f"http://{HOST}", 5.0)  # in the clear it is another address
    assert client.api_key == "local"
    client.close()


def test_client_and_judge_mean_the_same_host() -> None:
    assert HOST == JUDGES_HOST


def test_a_judge_without_an_address_is_asked_at_the_api_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://ana:secret@gateway.example/anthropic")
    with pytest.raises(BadInputError) as refusal:
        opened(Judge("claude-haiku-5-5"))
    assert "base_url='https://gateway.example/anthropic'" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_without_a_key_the_sentence_says_what_to_do() -> None:
    with pytest.raises(BadInputError) as refusal:
        opened(Judge("claude-haiku-5-5"))
    assert str(refusal.value) == (
        "No API key: set ANTHROPIC_API_KEY or pass base_url for a local server."
    )


def test_a_profile_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_PROFILE", "nowhere")
    with pytest.raises(BadInputError, match=r"cannot be read\..*nowhere"):
        opened(Judge("claude-haiku-5-5"))


@pytest.mark.parametrize("end", ["\n", " ", "…", "\x7f", "\r\nX-Other: 1"])
def test_a_key_that_is_no_key_is_refused_and_not_shown(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY + end)
    with pytest.raises(BadInputError) as refusal:
        opened(Judge("claude-haiku-5-5"))
    assert KEY not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(
    "fault", [trouble.status(401), trouble.reset(), trouble.page(403), trouble.status(529)]
)
def test_neither_key_nor_headers_are_in_anything_shown(
    fault: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = Faults().always(fault)  # type: ignore[arg-type]  # a Fault, named object for pytest
    with Messages(Options(key=KEY), faults=faults) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        sender = opened(Judge("claude-haiku-5-5", base_url=server.url))
        reply = sender.send(body_of())
        shown = f"{sender!r}{sender}{reply!r}{caplog.text}"
        assert KEY in _sent(server)
        sender.close()
    assert KEY not in shown
    assert "bearer" not in shown.lower()


def test_a_reply_holds_texts_and_numbers_and_no_client() -> None:
    with Messages() as server, asking(server) as sender:
        reply = sender.send(body_of())
    plain = {str, int, type(None), type(reply.usage)}
    assert {type(value) for value in vars(reply).values()} <= plain


def test_no_span_is_recorded_of_what_a_judge_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")
    client = opened_client("http://127.0.0.1:1", 1.0)
    assert client.open_telemetry["traces"]["enabled"] is False
    assert client.max_retries == 0
    client.close()
