"""How is one request sent to Langfuse, politely and until it is answered?"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from agentlens.errors import SourceError
from agentlens.sources.langfuse.answers import Answer, judged, parsed, said, wait_wanted
from agentlens.sources.langfuse.settings import Settings

__all__ = ["Client", "Clock", "SystemClock", "TooMuchError"]

_TRIES = 6
_LONGEST = 600.0
_CAP = 30.0
_FLOOR = 5.0
_TIMEOUTS = 3
_MINUTE = 60.0
_CLOUD_LIMIT = 30


class Clock(Protocol):
    """What time it is, and how to wait; tests bring their own."""

    def now(self) -> float:
        """Return seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait; the task can be cancelled at once."""
        await asyncio.sleep(seconds)


class TooMuchError(Exception):
    """The server cannot answer this much at a time; ask for less."""


@dataclass
class Client:
    """One connection to a Langfuse; all requests of a pull go through it, so that all wait together.

    Attributes:
        settings: where and with which key.
        max_wait: the longest wait, in seconds, that the server may ask for before the pull ends.
        timeout: seconds until a request counts as unanswered.
        clock: what time it is.
        random: spreads the waits.
        told: told in a phrase whenever it waits, and with "" when it goes on.
    """

    settings: Settings
    max_wait: float = 120.0
    timeout: float = 60.0
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=Random)
    told: Callable[[str], None] = lambda _: None
    sent: int = 0
    limit: int | None = None
    _open: Any = None
    _free_at: float = 0.0
    _recent: deque[float] = field(default_factory=deque)

    async def get(self, path: str, params: Mapping[str, str], *, tries: int = _TRIES) -> Answer:
        """Return the answer that holds data; everything that passes by itself is waited for.

        Args:
            path: under the host, such as /api/public/v2/observations.
            params: the query.
            tries: how often to try.

        Raises:
            SourceError: it cannot be answered, or not soon.
            TooMuchError: the same question for less might be answered.
        """
        answer = await self.ask(path, params, tries=tries)
        self.data(path, params, answer)
        return answer

    def data(self, path: str, params: Mapping[str, str], answer: Answer) -> dict[str, Any]:
        """Return the body of an answer that holds data, or raise what the server said instead."""
        if judged(answer) != "data":
            raise self.refusal(path, params, answer)
        body: dict[str, Any] = answer.body
        return body

    async def ask(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        tries: int = _TRIES,
        lenient: bool = False,
    ) -> Answer:
        """Return the answer as soon as there is one that will not change by itself.

        Args:
            path: under the host.
            params: the query.
            tries: how often to try.
            lenient: whether every answer with status 200 will do, whatever it holds.
        """
        begun, timeouts, floor = self.clock.now(), 0, _FLOOR
        failure = ""
        for attempt in range(tries):
            await self._turn()
            outcome = await self._send(path, params)
            if isinstance(outcome, str):
                failure = outcome
                timeouts += "no answer" in outcome
                if timeouts >= _TIMEOUTS:
                    raise TooMuchError(failure)
            else:
                verdict = judged(outcome)
                if lenient and outcome.status == 200:  # noqa: PLR2004 - all is well
                    return outcome
                if verdict in {"data", "stop"}:
                    return outcome
                if verdict == "less":
                    raise TooMuchError(said(outcome))
                failure = said(outcome) or "an answer without data"
                timeouts += outcome.status == 524  # noqa: PLR2004 - a gateway's word for a timeout
                if timeouts >= _TIMEOUTS:
                    raise TooMuchError(failure)
                if verdict == "wait":
                    floor = self._slow_down(outcome, floor)
                    continue
            if attempt + 1 == tries or self.clock.now() - begun > _LONGEST:
                break
            await self._pause(self.random.uniform(0.0, min(_CAP, 2.0**attempt)), failure)
        message = f"{self.settings.host} does not answer {path}: {failure}, {tries} times in a row."
        raise SourceError(message)

    def refusal(self, path: str, params: Mapping[str, str], answer: Answer) -> SourceError:
        """Return the error for an answer that will not change by itself."""
        asked = "&".join(f"{name}={value}" for name, value in params.items())
        what = f"{self.settings.shown} refused {path}{'?' + asked if asked else ''}: {said(answer)}"
        if answer.status in {401, 403}:
            what += (
                " Check LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY; most often the key belongs to"
                " another region or server than LANGFUSE_BASE_URL names."
            )
        if 300 <= answer.status < 400:  # noqa: PLR2004 - redirects
            to = answer.headers.get("location", "elsewhere")
            what += f" It sends us to {to.split('?')[0]!r}; keys are not sent there."
        return SourceError(what)

    def too_much(self, error: Exception) -> SourceError:
        """Return the error for a server that cannot answer even the smallest question."""
        message = (
            f"{self.settings.host} cannot answer even for a second of traffic: {error}. Read with"
            " text='none', or ask whoever runs the server to raise its limits."
        )
        return SourceError(message)

    async def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            await self._open.aclose()
            self._open = None

    async def _send(self, path: str, params: Mapping[str, str]) -> Answer | str:
        """Return an answer, or in a phrase why there is none."""
        import httpx  # noqa: PLC0415 - only who asks Langfuse needs it

        if self._open is None:
            self._open = httpx.AsyncClient(
                auth=(self.settings.public_key, self.settings.secret_key),
                timeout=httpx.Timeout(self.timeout, connect=10.0),
                follow_redirects=False,
                headers={"Accept": "application/json"},
            )
        self.sent += 1
        self._recent.append(self.clock.now())
        try:
            response = await self._open.get(f"{self.settings.host}{path}", params=dict(params))
        except httpx.ConnectError as error:
            return f"no connection ({str(error) or 'refused'})"
        except httpx.TimeoutException:
            return f"no answer within {self.timeout:.0f} s"
        except (httpx.TransportError, httpx.DecodingError) as error:
            return f"the answer broke off ({type(error).__name__})"
        return parsed(response.status_code, response.headers, response.content)

    async def _turn(self) -> None:
        """Wait until a request may be sent: for the server's word, and for its limit."""
        while True:
            now = self.clock.now()
            while self._recent and self._recent[0] <= now - _MINUTE:
                self._recent.popleft()
            wait = self._free_at - now
            if self.limit and len(self._recent) >= self.limit:
                wait = max(wait, self._recent[0] + _MINUTE - now)
            if wait <= 0:
                return
            await self._pause(wait, "for the rate limit")

    async def _pause(self, seconds: float, why: str) -> None:
        self.told(f"waiting {seconds:.0f} s: {why}" if seconds >= 1 else "")
        await self.clock.sleep(seconds)
        self.told("")

    def _slow_down(self, answer: Answer, floor: float) -> float:
        """Let nobody ask before the server's time; return the next wait where it names none."""
        now = self.clock.now()
        wanted = wait_wanted(answer, now)
        told = answer.headers.get("x-ratelimit-limit", "")
        if told.isdigit() and int(told):
            self.limit = int(told)
        elif ".langfuse.com" in self.settings.host:
            self.limit = self.limit or _CLOUD_LIMIT
        if wanted is None:
            wait = floor + self.random.uniform(0.0, floor)
            self._free_at = max(self._free_at, now + wait)
            return min(2 * floor, _CAP)
        if wanted > self.max_wait:
            limit = f" (limit {self.limit} requests a minute)" if self.limit else ""
            at = time.strftime("%H:%M", time.gmtime(now + wanted))
            message = (
                f"Langfuse asks to wait {wanted / _MINUTE:.0f} min{limit}. What was read is kept;"
                f" run this again after {at} UTC and it continues."
            )
            raise SourceError(message)
        self._free_at = max(self._free_at, now + wanted * (1 + self.random.uniform(0.0, 0.1)))
        return floor
