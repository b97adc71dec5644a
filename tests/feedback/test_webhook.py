"""Does a message arrive though the channel stumbles, and does the address stay secret?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from agentlens.errors import BadInputError
from agentlens.feedback.webhook import Webhook, webhook

SECRET = "services/T0/B0/very-secret"  # noqa: S105 - an invented one, which must never be shown
MESSAGE = {"text": "Fehlerrate – “höher”", "blocks": []}


@dataclass
class Channel:
    """What a real server on this machine answers, and what it got."""

    answers: list[tuple[int, dict[str, str]]]
    got: list[Any] = field(default_factory=list)
    port: int = 0
    release: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{SECRET}"


@contextmanager
def serving(*answers: tuple[int, dict[str, str]], slow: bool = False) -> Iterator[Channel]:
    channel = Channel(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            channel.got.append((self.path, json.loads(body.decode())))
            if slow:
                channel.release.wait(10)
                return
            status, headers = channel.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    channel.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield channel
    finally:
        channel.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_message_arrives_as_it_was() -> None:
    with serving((200, {})) as channel:
        found = webhook(channel.url)(MESSAGE)
    assert (found.delivered, found.tries, found.status) == (True, 1, 200)
    assert channel.got == [(f"/{SECRET}", MESSAGE)]


def test_a_stumbling_channel_is_tried_again_and_waited_for_as_it_asks() -> None:
    waits: list[float] = []
    with serving((500, {}), (429, {"Retry-After": "7"}), (200, {})) as channel:
        found = Webhook(channel.url, wait=waits.append)(MESSAGE)
    assert (found.delivered, found.tries) == (True, 3)
    assert waits == [0.5, 7.0]


def test_a_refusal_is_not_repeated_and_patience_ends() -> None:
    waits: list[float] = []
    with serving((404, {})) as channel:
        refused = Webhook(channel.url, wait=waits.append)(MESSAGE)
    assert (refused.delivered, refused.tries, refused.status) == (False, 1, 404)
    with serving(*[(503, {})] * 3) as channel:
        tired = Webhook(channel.url, tries=3, wait=waits.append)(MESSAGE)
    assert (tired.delivered, tired.tries, tired.status) == (False, 3, 503)
    assert waits == [0.5, 1.0]


def test_a_redirect_is_not_followed() -> None:
    with serving((200, {})) as other, serving((302, {"Location": other.url})) as channel:
        found = webhook(channel.url, tries=1)(MESSAGE)
    assert not found.delivered
    assert other.got == []


def test_a_channel_that_is_gone_or_slow_is_a_value_and_no_crash() -> None:
    with serving((200, {})) as channel:
        gone = channel.url
    found = Webhook(gone, tries=2, wait=lambda _: None)(MESSAGE)
    assert (found.delivered, found.tries, found.status) == (False, 2, None)
    with serving(slow=True) as channel:
        late = Webhook(channel.url, tries=1, timeout_s=0.2)(MESSAGE)
    assert not late.delivered
    for one in (found, late):
        assert "no answer" in one.problem
        assert "secret" not in repr(one)


def test_the_address_is_never_shown() -> None:
    send = webhook(f"https://hooks.example.com/{SECRET}")
    assert "secret" not in repr(send) + str(send)
    odd = (f"https://a..b/{SECRET}", f"https://[bad/{SECRET}", f"https://h.example/{SECRET}é")
    for wrong in (f"ftp://hooks.example.com/{SECRET}", SECRET, "", *odd):
        with pytest.raises(BadInputError) as refused:
            webhook(wrong)
        assert "secret" not in str(refused.value)
    with pytest.raises(BadInputError, match="tries is at least 1"):
        webhook("https://hooks.example.com/x", tries=0)


def test_half_a_character_does_not_stop_a_message() -> None:
    with serving((200, {})) as channel:
        found = webhook(channel.url)({"text": "broken \ud83d"})
    assert found.delivered
    assert channel.got[0][1]["text"].startswith("broken ")
