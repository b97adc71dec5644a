"""How is a line to Langfuse opened, and what is said where it breaks?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agentlens.errors import SourceError
from agentlens.feedback.langfuse.line import Line, Waiting
from agentlens.sources.langfuse.settings import Settings

__all__ = ["line_to", "stopped"]


@contextmanager
def line_to(settings: Settings, waiting: Waiting | None) -> Iterator[Line]:
    """Yield a line that is closed at the end.

    Args:
        settings: where to, with which key.
        waiting: what time it is; by default the machine's own.
    """
    import httpx  # noqa: PLC0415 - only who asks Langfuse needs it
    from langfuse.api import LangfuseAPI  # noqa: PLC0415 - slow to load

    with httpx.Client(timeout=httpx.Timeout(60.0, connect=10.0), follow_redirects=False) as wire:
        api = LangfuseAPI(
            base_url=settings.host,
            username=settings.public_key,
            password=settings.secret_key,
            timeout=60,
            httpx_client=wire,
        )
        yield Line(api, settings, waiting or Waiting())


@contextmanager
def stopped(told: Callable[[], str]) -> Iterator[None]:
    """Say what was sent already, where an error or Ctrl-C ends the work.

    Args:
        told: returns it, in a sentence.
    """
    again = "Run the same push again: it finds what is there and sends the rest."
    try:
        yield
    except SourceError as error:
        message = f"{error} {told()} {again}"
        raise SourceError(message) from error
    except KeyboardInterrupt:
        message = f"Stopped. {told()} {again}"
        raise KeyboardInterrupt(message) from None
