"""Does `agentlens lab` really serve the notebooks, to this machine only?"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from urllib.error import URLError

import pytest

pytestmark = pytest.mark.lab

_TRIES = 300


def test_the_lab_serves_the_notebooks_on_loopback() -> None:
    command = [sys.executable, "-m", "agentlens", "lab", "--no-browser", "--port", "18888"]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            base, token = _announced(server)
            assert base.startswith("http://127.0.0.1:")
            assert b"01_incident.ipynb" in _answer(f"{base}/api/contents?token={token}", server)
        finally:
            # The command and the server that it started are one process group.
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=60)


def _announced(server: "subprocess.Popen[str]") -> tuple[str, str]:
    """Return address and token as the server prints them; its log ends where it gives up."""
    said: list[str] = []
    for line in server.stderr or ():
        said.append(line)
        found = re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=(\w+)", line)
        if found:
            return found[1], found[2]
    pytest.fail("".join(said))


def _answer(address: str, server: "subprocess.Popen[str]") -> bytes:
    """Return what the server answers; it announces itself a moment before it listens."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(_TRIES):
        with suppress(URLError), opener.open(address, timeout=30) as answer:
            return bytes(answer.read())
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=0.1)
            break
    pytest.fail("the server announced itself and never answered")
