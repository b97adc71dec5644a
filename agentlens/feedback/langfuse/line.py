"""How is one request sent to Langfuse when it changes something there, and waited for?"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from agentlens.errors import SourceError
from agentlens.sources.langfuse.answers import Answer, parsed, said, wait_wanted
from agentlens.sources.langfuse.settings import Settings

__all__ = ["PAUSES", "TRIES", "Line", "Waiting", "passes"]

TRIES = 6
PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_AGAIN = frozenset({0, 408, 425, 429, 500, 502, 503, 504, *range(520, 525)})
_LIMITED = 429
_FLOOR = 5.0
_CAP = 30.0
_LONGEST = 120.0
_OK = range(200, 300)
_ACCEPTED, _PARTLY = 202, 207
_ONCE: Mapping[str, Any] = {"max_retries": 0}


@dataclass(frozen=True)
class Waiting:
    """What time it is, in seconds, and how to wait; tests bring their own.

    Attributes:
        now: seconds since 1970.
        sleep: waits for some seconds.
    """

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Line:
    """The plain client of Langfuse's SDK, without its retries, threads and queue.

    Attributes:
        api: the client.
        settings: where it is and with which key.
        waiting: what time it is and how to wait.
        random: spreads the waits.
    """

    api: Any
    settings: Settings
    waiting: Waiting
    random: Random = field(default_factory=Random)

    def once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """Return what one request is answered; status 0 where there is no answer."""
        import httpx  # noqa: PLC0415 - only who asks Langfuse needs it

        wire = self.api._client_wrapper.httpx_client  # noqa: SLF001 - same host, same key
        try:
            response = wire.request(
                f"api/public/{path}",
                method=method,
                params=dict(params or {}),
                json=body,
                request_options=_ONCE,
            )
        except httpx.ConnectError:
            return Answer(0, {}, None, "no connection")
        except (httpx.TransportError, httpx.DecodingError) as error:
            return Answer(0, {}, None, f"the answer broke off ({type(error).__name__})")
        return parsed(response.status_code, response.headers, response.content)

    def scores(self, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Return what a list of scores is answered; status 0 where there is no answer."""
        import httpx  # noqa: PLC0415 - only who asks Langfuse needs it
        from langfuse.api.core.api_error import ApiError  # noqa: PLC0415 - slow to load
        from langfuse.api.scores.types import CreateScoreRequest  # noqa: PLC0415 - slow to load

        request = [CreateScoreRequest(**body) for body in bodies]
        try:
            done = self.api.scores.create(request=request, request_options=_ONCE)
        except ApiError as error:
            text = "" if isinstance(error.body, dict) else str(error.body)[:80]
            headers = {name.lower(): one for name, one in (error.headers or {}).items()}
            return Answer(error.status_code or 0, headers, error.body if not text else None, text)
        except httpx.ConnectError:
            return Answer(0, {}, None, "no connection")
        except (httpx.TransportError, httpx.DecodingError, ValueError) as error:
            return Answer(0, {}, None, f"the answer broke off ({type(error).__name__})")
        held = done.dict()
        return Answer(_PARTLY if "rejected" in held else _ACCEPTED, {}, held)

    def score(self, body: Mapping[str, Any]) -> Answer:
        """Return what a single score is answered, as servers before 4.59 want it."""
        from langfuse.api.scores.types import CreateScoreRequest  # noqa: PLC0415 - slow to load

        return self.once("POST", "scores", body=CreateScoreRequest(**body))

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """Return an answer that will not change by itself; only for what may be asked twice.

        Raises:
            SourceError: there is none after several tries.
        """
        for attempt in range(TRIES):
            answer = self.once(method, path, params, body)
            if not passes(answer):
                return answer
            if attempt + 1 < TRIES:
                self.pause(answer, attempt)
        raise self.silent(path, answer)

    def data(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the body of an answer that must hold data."""
        answer = self.ask("GET", path, params)
        if answer.status not in _OK or not isinstance(answer.body.get("data"), list):
            raise self.refusal(path, answer)
        body: dict[str, Any] = answer.body
        return body

    def rows(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list that comes in numbered pages."""
        page = pages = 1
        while page <= pages:
            body = self.data(path, {**(params or {}), "limit": 100, "page": page})
            yield from body["data"]
            pages, page = int((body.get("meta") or {}).get("totalPages") or 0), page + 1

    def project(self) -> str:
        """Return the id of the project that the key opens."""
        found = self.data("projects")["data"]
        if not found:
            message = f"{self.settings.shown} names no project for this key; use a project's key."
            raise SourceError(message)
        return str(found[0]["id"])

    def pause(self, answer: Answer, attempt: int) -> None:
        """Wait as long as the server asks, or a little longer each time.

        Raises:
            SourceError: the server asks to wait for too long.
        """
        wanted = wait_wanted(answer, self.waiting.now())
        if wanted is None:
            floor = _FLOOR * 2**attempt if answer.status == _LIMITED else 0.0
            wanted = min(_CAP, floor + self.random.uniform(0.0, 2.0**attempt))
        elif wanted > _LONGEST:
            message = f"Langfuse asks to wait {wanted / 60:.0f} min."
            raise SourceError(message)
        else:
            wanted *= 1 + self.random.uniform(0.0, 0.1)
        self.waiting.sleep(wanted)

    def refusal(self, path: str, answer: Answer) -> SourceError:
        """Return the error for an answer that will not change by itself."""
        what = f"{self.settings.shown} refused {path}: {said(answer)}."
        if answer.status in {401, 403}:
            what += (
                " Check LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY; most often the key belongs to"
                " another region or server than LANGFUSE_BASE_URL names."
            )
        elif answer.body is None:
            what += " The server may be too old for this, or a proxy or a web page is in front."
        return SourceError(what)

    def silent(self, path: str, answer: Answer) -> SourceError:
        """Return the error for a server that does not answer."""
        message = (
            f"{self.settings.host} does not answer {path}: {said(answer).removeprefix('0 ')},"
            f" {TRIES} times in a row."
        )
        return SourceError(message)


def passes(answer: Answer) -> bool:
    """Return whether the same request may be answered otherwise a little later."""
    broken = answer.status in _OK and not isinstance(answer.body, dict)
    return answer.status in _AGAIN or broken
