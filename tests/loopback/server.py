"""How is a world served over HTTP on this machine, and put away without a trace?"""

import base64
from dataclasses import replace
from threading import Event, Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tests.loopback.clock import Clock
from tests.loopback.faults.plan import Faults
from tests.loopback.options import Mode, Quirks, Writes
from tests.loopback.routes import routed
from tests.loopback.rows import Source
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, html
from tests.loopback.wire.handler import Handler
from tests.loopback.wire.listening import Listening
from tests.loopback.wire.modes import gate, mode_at, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LangfuseServer", "Seen"]


class Seen(NamedTuple):
    """One request that came in.

    Attributes:
        method: GET, POST, PATCH or DELETE.
        path: without the query.
        params: the query; values of a repeated name joined by commas.
        time: on the server's clock.
    """

    method: str
    path: str
    params: dict[str, str]
    time: float


class LangfuseServer:
    """A Langfuse on 127.0.0.1 that serves a world for as long as the `with` block lasts.

    Args:
        world: what happened: a World or a BigWorld.
        mode: "events_only" (or "v4"), "v3", "neither", "html" or "redirect".
        clock: what time it is; one of its own that stands still after the world's end if not given.
        faults: what goes wrong.
        quirks: in what else it differs from other servers.
        writes: what it does with what is written to it.

    Example:
        >>> from tests.loopback import Faults, LangfuseServer, World, trouble
        >>> with LangfuseServer(World(days=0.1), faults=Faults().at(3, trouble.reset())) as server:
        ...     server.url.startswith("http://127.0.0.1:")
        True

    `requests` is what was asked so far; `on_request` is called with each before it is answered, so
    that a test can let time pass or make rows arrive between two pages.
    """

    public_key = "pk-lf-loopback"
    secret_key = "sk-lf-loopback"  # noqa: S105 - opens nothing

    def __init__(
        self,
        world: Source,
        mode: Mode = "v4",
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        quirks: Quirks | None = None,
        writes: Writes | None = None,
    ) -> None:
        self.mode: Mode = mode
        self.clock = clock or Clock(getattr(world, "end", 0.0) + 3 * 86_400)
        self.faults = faults or Faults()
        self.quirks = quirks or Quirks()
        self.state = State(world, self.clock, self.quirks, writes or Writes())
        self.requests: list[Seen] = []
        self.on_request: Callable[[], object] = lambda: None
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
        return f"http://127.0.0.1:{self._server.server_port}{self.quirks.prefix}"

    @property
    def written(self) -> list[dict[str, Any]]:
        """The scores that were accepted, whether or not they can be read."""
        return list(self.state.scores.values())

    def asked(self, path: str) -> list[Seen]:
        """Return the requests whose address below /api/public/ begins so."""
        return [seen for seen in self.requests if seen.path.startswith(f"/api/public/{path}")]

    def start(self, port: int = 0) -> None:
        """Begin to serve."""
        handler = type("_Bound", (Handler,), {"heard": staticmethod(self._heard)})
        self._server = Listening(("127.0.0.1", port), handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="loopback")
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

    def _heard(
        self,
        method: str,
        path: str,
        params: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
    ) -> tuple[Answer, float]:
        with self._lock:
            now, index = self.clock.now(), len(self.requests)
            outside = not path.startswith(self.quirks.prefix)
            path = f"//{path}" if outside else path.removeprefix(self.quirks.prefix)
            plain = {name: ",".join(values) for name, values in params.items()}
            self.requests.append(Seen(method, path, plain, now))
            self.on_request()
            request = Request(method, path, params, headers, body, index, now)
            answer = self.faults.answer(request, self._clean)
            if answer.wire == "hang":
                answer = replace(answer, after=self._closing)
            elif answer.after is not None:
                self._held.append(answer.after)
            return answer, now

    def _clean(self, request: Request) -> Answer:
        """Return what is answered when nothing goes wrong."""
        mode = mode_at(self.mode, self.quirks.switch, request.index)
        if not request.path.startswith("/api/public/"):
            return html(404, "404: This page could not be found")
        if mode in {"html", "redirect"}:
            return gate(mode, self.quirks, request) or Answer(500, {})
        if request.path == "/api/public/health":
            return Answer(200, {"status": "OK", "version": version_of(mode, self.quirks)})
        return (
            self._refused(request)
            or gate(mode, self.quirks, request)
            or routed(self.state, request)
        )

    def _refused(self, request: Request) -> Answer | None:
        said = request.headers.get("authorization", "")
        if not said:
            return Answer(401, {"message": "No authorization header"})
        pair = base64.b64encode(f"{self.public_key}:{self.secret_key}".encode()).decode()
        if said == f"Basic {pair}":
            return None
        hint = "Invalid credentials. Confirm that you've configured the correct host."
        return Answer(401, {"message": hint})
