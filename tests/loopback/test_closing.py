"""Does the server leave nothing behind: no thread, no socket, no error unseen?"""

import os
import sys
import threading
from pathlib import Path

import httpx
import pytest

from tests.loopback import Fault, Faults, LangfuseServer, World, trouble
from tests.loopback.__main__ import main
from tests.loopback.asking import asking
from tests.loopback.faults.plan import GoOn
from tests.loopback.wire.answers import Answer, Request

WORLD = World(days=0.1)
FILES = Path("/proc/self/fd")


def _open() -> tuple[int, int]:
    return threading.active_count(), len(list(FILES.iterdir())) if FILES.exists() else 0


@pytest.mark.parametrize(
    "fault,timeout",
    [(None, 10.0), (trouble.hang(), 0.2), (trouble.reset(), 10.0), (trouble.cut(), 10.0)],
)
def test_closing_leaves_no_thread_and_no_socket(fault: Fault | None, timeout: float) -> None:
    before = _open()
    faults = Faults().at(range(1, 9), fault) if fault else Faults()
    clients = []
    with LangfuseServer(WORLD, faults=faults) as server:
        for _ in range(4):
            client = asking(server, timeout)
            clients.append(client)
            try:
                client.get("v2/observations")
            except httpx.TransportError:
                assert fault
    for client in clients:
        client.close()
    assert _open() == before


def test_a_server_closes_while_somebody_waits_for_it() -> None:
    outcome: list[str] = []
    faults = Faults().always(trouble.hang())

    def wait(server: LangfuseServer) -> None:
        with asking(server, timeout=30.0) as client:
            try:
                client.get("v2/observations")
            except httpx.TransportError as error:
                outcome.append(type(error).__name__)

    asked = threading.Event()
    with LangfuseServer(WORLD, faults=faults) as server:
        server.on_request = asked.set
        waiting = threading.Thread(target=wait, args=(server,))
        waiting.start()
        assert asked.wait(10)
    waiting.join(10)
    assert len(outcome) == 1


def test_what_breaks_in_the_server_breaks_the_test() -> None:
    server = LangfuseServer(WORLD, faults=Faults().always(_broken))
    with pytest.raises(KeyError, match="broken"), server, asking(server) as client:
        _fail_to_ask(client)


def _broken(_: Request, __: GoOn) -> Answer:
    raise KeyError("broken")


def _fail_to_ask(client: httpx.Client) -> None:
    with pytest.raises(httpx.TransportError):
        client.get("v2/observations")


def test_a_server_outside_its_block_has_no_address() -> None:
    server = LangfuseServer(WORLD)
    with pytest.raises(RuntimeError, match="with block"):
        server.url  # noqa: B018 - asking is the point


def test_by_hand_it_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    stop = threading.Event()
    with os.fdopen(read) as lines, os.fdopen(write, "w") as told:
        monkeypatch.setattr(sys, "stdout", told)
        arguments = ["--traces-per-day", "5", "--days", "1"]
        serving = threading.Thread(target=main, args=(arguments, stop))
        serving.start()
        said = dict(lines.readline().strip().split("=", 1) for _ in range(3))
        monkeypatch.undo()
        auth = (said["LANGFUSE_PUBLIC_KEY"], said["LANGFUSE_SECRET_KEY"])
        with httpx.Client(base_url=said["LANGFUSE_BASE_URL"], auth=auth) as client:
            assert client.get("/api/public/projects").status_code == 200
        stop.set()
        serving.join(10)
    assert not serving.is_alive()
