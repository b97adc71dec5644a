"""What comes of a request to the API, whatever goes wrong?"""

from email.utils import formatdate
from threading import Event
from time import time

import pytest

from agentlens.scoring.judges.reply import Outcome
from tests.messages import Faults, Messages, Options, trouble
from tests.messages.asking import asking, body_of
from tests.messages.faults.plan import Fault

ERRORS: dict[str, tuple[Fault, Outcome]] = {
    "401": (trouble.status(401), "stop"),
    "402": (trouble.status(402), "stop"),
    "403": (trouble.status(403), "stop"),
    "404": (trouble.status(404), "stop"),
    "400 on hold": (trouble.status(400, "organization_on_hold"), "stop"),
    "400 without its key": (trouble.status(400, "cmek_key_disabled"), "stop"),
    "429 spend": (trouble.status(429, "enforced_spend_limit_reached"), "stop"),
    "429 contract": (trouble.status(429, "contract_spend_limit_reached"), "stop"),
    "402 linked": (trouble.status(402, "linked_organization_spend_limit_reached"), "stop"),
    "429": (trouble.status(429), "wait"),
    "429 ramp": (trouble.status(429, "ramp_limit_exceeded"), "wait"),
    "409": (trouble.status(409), "wait"),
    "500": (trouble.status(500), "wait"),
    "503": (trouble.status(503), "wait"),
    "529": (trouble.status(529), "wait"),
    "400": (trouble.status(400), "reject"),
    "413": (trouble.status(413), "reject"),
    "422": (trouble.status(422), "reject"),
    "408": (trouble.status(408, billed=True), "unknown"),
    "504": (trouble.status(504, billed=True), "unknown"),
    "reset": (trouble.reset(), "unknown"),
    "answer lost": (trouble.lost_answer(), "unknown"),
    "answer cut": (trouble.cut(), "unknown"),
    "text cut": (trouble.cut_json(), "unknown"),
    "page 200": (trouble.page(200), "unknown"),
    "page 401": (trouble.page(401), "unknown"),
    "page 429": (trouble.page(429), "unknown"),
    "page 500": (trouble.page(500, billed=True), "unknown"),
    "page 502": (trouble.page(502, billed=True), "unknown"),
    "redirect": (trouble.redirect("http://127.0.0.1:1/v1/messages"), "stop"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_means_one_thing_for_the_money(name: str) -> None:
    fault, outcome = ERRORS[name]
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        reply = sender.send(body_of())
        assert (reply.outcome, reply.text) == (outcome, "")
        assert reply.detail
        assert len(server.asked("messages")) == 1
        assert not server.billed or reply.outcome == "unknown"


def test_an_answer_that_never_comes_is_perhaps_billed() -> None:
    faults = Faults().always(trouble.hang())
    with Messages(faults=faults) as server, asking(server, timeout=0.2) as sender:
        reply = sender.send(body_of())
        until = time() + 10.0
        while not server.billed and time() < until:  # it may be slower than who waits for it
            Event().wait(0.01)
        assert (reply.outcome, server.billed) == ("unknown", 1)
        assert reply.detail.startswith("ReadTimeout")


def test_where_nobody_listens_nothing_was_sent_and_nothing_billed() -> None:
    with Messages() as server, asking(server) as sender:
        server.stop()
        reply = sender.send(body_of())
    assert (reply.outcome, reply.detail.split(":")[0]) == ("wait", "ConnectError")


def test_an_error_keeps_what_the_api_said_of_it() -> None:
    fault = trouble.status(429, "ramp_limit_exceeded", message="Too fast.", retry_after=7)
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        reply = sender.send(body_of())
    assert (reply.http_status, reply.error_type) == (429, "rate_limit_error")
    assert (reply.error_code, reply.retry_after) == ("ramp_limit_exceeded", 7.0)
    assert reply.detail == "429 rate_limit_error (ramp_limit_exceeded): Too fast."
    assert reply.request_id == "req_error"
    assert "rate_limit_error" in reply.raw


@pytest.mark.parametrize("said, seconds", [("0.5", 0.5), ("-3", 0.0), ("7200", 7200.0)])
def test_a_wait_is_read_as_seconds(said: str, seconds: float) -> None:
    fault = trouble.status(529, retry_after=said)
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        assert sender.send(body_of()).retry_after == seconds


@pytest.mark.parametrize("said", ["nan", "inf", "soon", ""])
def test_a_wait_that_says_nothing_is_none(said: str) -> None:
    fault = trouble.status(529, retry_after=said)
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        assert sender.send(body_of()).retry_after is None


def test_a_wait_may_be_a_date() -> None:
    fault = trouble.status(529, retry_after=formatdate(time() + 3600, usegmt=True))
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        wait = sender.send(body_of()).retry_after
    assert wait is not None
    assert 3000 < wait <= 3600


def test_what_a_server_quotes_is_hidden_in_the_sentence() -> None:
    fault = trouble.status(400, message="bad text: write to ana@example.com")
    with Messages(faults=Faults().always(fault)) as server, asking(server) as sender:
        detail = sender.send(body_of()).detail
    assert "ana@example.com" not in detail
    assert "bad text: write to <EMAIL" in detail


def test_half_a_character_rejects_its_item_and_is_not_sent() -> None:
    with Messages() as server, asking(server) as sender:
        assert sender.send(body_of("half \ud83d")).outcome == "reject"
        assert sender.count(body_of("half \ud83d")) is None
        assert sender.create_batch([("one", body_of("half \ud83d"))]).outcome == "reject"
        assert server.seen == []


def test_a_redirect_takes_the_texts_nowhere() -> None:
    with Messages() as other:
        faults = Faults().always(trouble.redirect(f"{other.url}/v1/messages"))
        with Messages(faults=faults) as server, asking(server) as sender:
            assert sender.send(body_of()).outcome == "stop"
        assert not other.seen


def test_a_model_that_the_sdk_warns_of_stops_the_run_where_warnings_are_errors() -> None:
    with Messages() as server, asking(server) as sender:
        reply = sender.send(body_of(model="claude-sonnet-4-5"))
        assert (reply.outcome, server.seen) == ("stop", [])
        assert "claude-sonnet-4-5" in reply.detail


def test_tokens_are_counted_and_nothing_is_generated() -> None:
    with Messages() as server, asking(server) as sender:
        counted = sender.count(body_of())
        usage = sender.send(body_of()).usage
        assert counted == usage["input"] + usage["cache_write_5m"] + usage["cache_read"]
        assert server.billed == 1


def test_where_nobody_counts_the_count_is_none() -> None:
    with Messages(Options(counts=False)) as server, asking(server) as sender:
        assert sender.count(body_of()) is None
    for fault in (trouble.status(401), trouble.page(200), trouble.says(b"[]"), trouble.reset()):
        faults = Faults().always(fault, "count")
        with Messages(faults=faults) as server, asking(server) as sender:
            assert sender.count(body_of()) is None
