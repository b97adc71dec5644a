"""How is a world served over HTTP on this machine, and put away without a trace?"""

import base64
from typing import Any, NamedTuple

from tests.loopback.clock import Clock
from tests.loopback.faults.plan import Faults
from tests.loopback.options import Mode, Quirks, Writes
from tests.loopback.routes import routed
from tests.loopback.rows import Source
from tests.loopback.state import State
from tests.loopback.wire.answers import Answer, Request, html
from tests.loopback.wire.modes import gate, mode_at, version_of
from tests.loopback.wire.serving import Serving

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


class LangfuseServer(Serving):
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
        super().__init__("loopback", self.quirks.prefix)
        self.state = State(world, self.clock, self.quirks, writes or Writes())
        self.requests: list[Seen] = []

    @property
    def written(self) -> list[dict[str, Any]]:
        """The scores that were accepted, whether or not they can be read."""
        return list(self.state.scores.values())

    def asked(self, path: str) -> list[Seen]:
        """Return the requests whose address below /api/public/ begins so."""
        return [seen for seen in self.requests if seen.path.startswith(f"/api/public/{path}")]

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
            path = self._inside(path)
            plain = {name: ",".join(values) for name, values in params.items()}
            self.requests.append(Seen(method, path, plain, now))
            self.on_request()
            request = Request(method, path, params, headers, body, index, now)
            return self._holding(self.faults.answer(request, self._clean)), now

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
