"""How is Langfuse asked a few more questions once a pull is over?"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from agentlens.sources.langfuse.client import Client, Clock, SystemClock
from agentlens.sources.langfuse.loop import Loop
from agentlens.sources.langfuse.settings import Settings

__all__ = ["asked"]

_T = TypeVar("_T")


def asked(
    settings: Settings,
    question: Callable[[Client], Coroutine[Any, Any, _T]],
    *,
    max_wait: float = 120.0,
    timeout: float = 60.0,
    clock: Clock | None = None,
) -> _T:
    """Return the answer to a question, asked over a connection of its own.

    Args:
        settings: where and with which key.
        question: what is asked.
        max_wait: the longest wait in seconds that the server may ask for.
        timeout: seconds until a request counts as unanswered.
        clock: what time it is.

    Raises:
        SourceError: there is no answer.
    """
    client = Client(settings, max_wait=max_wait, timeout=timeout, clock=clock or SystemClock())
    with Loop(client.close) as loop:
        return loop.run(question(client))
