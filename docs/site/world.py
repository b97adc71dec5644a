"""Where does the code of a page run? With a Langfuse, a model and files of this machine only."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.loopback import Clock, LangfuseServer, World
from tests.messages import Messages

__all__ = ["world"]

KEY = "the key of the pages' own examples"
_DAY = 86_400


@contextmanager
def world() -> Iterator[Path]:
    """Give a fresh folder to work in, with the servers that a user's environment would name."""
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        held.enter_context(chdir(folder))
        langfuse = held.enter_context(_langfuse())
        messages = held.enter_context(Messages())
        variables = {
            "AGENTLENS_REDACT_KEY": KEY,
            "AGENTLENS_WEBHOOK": f"{messages.url}/hook",
            "ANTHROPIC_API_KEY": "local",
            "ANTHROPIC_BASE_URL": messages.url,
            "LANGFUSE_BASE_URL": langfuse.url,
            "LANGFUSE_PUBLIC_KEY": langfuse.public_key,
            "LANGFUSE_SECRET_KEY": langfuse.secret_key,
        }
        held.enter_context(_environment(variables))
        held.enter_context(_nobody_types())
        yield folder


def _langfuse() -> LangfuseServer:
    """Return a Langfuse whose last trace is of now, because the pages ask for the last days."""
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 2 * _DAY))
    few = World(days=2, traces_per_day=20, start=start)
    return LangfuseServer(few, clock=Clock(time.time()))


@contextmanager
def _nobody_types() -> Iterator[None]:
    """Let whoever asks at the keyboard find that it has ended."""
    before, sys.stdin = sys.stdin, StringIO()
    try:
        yield
    finally:
        sys.stdin = before


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
