"""How does a test ask a server of messages?"""

from collections.abc import Iterator
from contextlib import contextmanager

from agentlens.scoring.judges.api.sender import ApiSender, open_sender
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from tests.messages.server import Messages

__all__ = ["RUBRIC", "asking", "body_of"]

RUBRIC = Rubric("goal_completion", 3, "Did the user get what they asked for?")
_SYSTEM = "Judge whether the agent did what it was asked to do. " * 20


@contextmanager
def asking(server: Messages, timeout: float = 20.0) -> Iterator[ApiSender]:
    """Yield a sender to a server, closed at the end."""
    sender = open_sender(server.url, timeout, "127.0.0.1")
    try:
        yield sender
    finally:
        sender.close()


def body_of(text: str = "truth=pass", model: str = "claude-haiku-5-5") -> dict[str, object]:
    """Return a request that asks for a verdict on a text."""
    return Judge(model, effort="low").body(RUBRIC, _SYSTEM, text)
