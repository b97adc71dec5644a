"""How does a server on this machine begin, and how is it put away without a trace?"""

from abc import ABC, abstractmethod
from dataclasses import replace
from threading import Event, Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tests.loopback.wire.answers import Answer
from tests.loopback.wire.handler import Handler
from tests.loopback.wire.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Serving"]


class Serving(ABC):
    """A server on 127.0.0.1 for as long as the `with` block lasts.

    `on_request` is called with each request before it is answered, so that a test can let time pass
    or make rows arrive in between.
    """

    def __init__(self, name: str, prefix: str) -> None:
        self.on_request: Callable[[], object] = lambda: None
        self._name = name
        self._prefix = prefix
        self._closing = Event()
        self._held: list[Event] = []
        self._lock = Lock()
        self._server: Listening | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        if self._server is None:
            message = "the server runs only inside its with block"
            raise RuntimeError(message)
        return f"http://127.0.0.1:{self._server.server_port}{self._prefix}"

    def start(self, port: int = 0) -> None:
        """Begin to serve."""
        handler = type("_Bound", (Handler,), {"heard": staticmethod(self._heard)})
        self._server = Listening(("127.0.0.1", port), handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name=self._name)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; every connection is closed and every thread has ended."""
        if self._server is None or self._thread is None:
            return
        for event in (self._closing, *self._held):
            event.set()
        self._server.shutdown()
        self._server.drop_all()
        self._server.server_close()
        self._thread.join()
        broken = self._server.broken
        self._server = self._thread = None
        if broken:
            raise broken[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.stop()

    @abstractmethod
    def _heard(
        self,
        method: str,
        path: str,
        params: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
    ) -> tuple[Answer, float]:
        """Return the answer to a request, and the time at which it was given."""

    def _inside(self, path: str) -> str:
        """Return a path below the prefix; one outside of it begins with two strokes."""
        inside = path.startswith(self._prefix)
        return path.removeprefix(self._prefix) if inside else f"//{path}"

    def _holding(self, answer: Answer) -> Answer:
        """Return an answer that is let go of when the server stops, at the latest."""
        if answer.wire == "hang":
            return replace(answer, after=self._closing)
        if answer.after is not None:
            self._held.append(answer.after)
        return answer
