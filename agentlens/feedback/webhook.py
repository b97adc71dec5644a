"""How does a message reach a channel, though the network may fail?"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from agentlens.errors import BadInputError

__all__ = ["Delivery", "Webhook", "webhook"]

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_OK = range(200, 300)
_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Delivery:
    """What became of one message.

    Attributes:
        delivered: whether the channel took it.
        tries: how often it was sent.
        status: the last answer of the channel; None if there was none.
        problem: why it was not taken, without the address.
    """

    delivered: bool
    tries: int
    status: int | None
    problem: str = ""


@dataclass(frozen=True, repr=False)
class Webhook:
    """A callable that posts a message as JSON; it never shows its address, which is a secret."""

    url: str
    tries: int = 4
    timeout_s: float = 10.0
    wait: Callable[[float], None] = time.sleep

    def __repr__(self) -> str:
        """Return the host alone."""
        return f"Webhook({urlsplit(self.url).hostname!r}, tries={self.tries})"

    def __call__(self, message: Mapping[str, Any]) -> Delivery:
        """Return what became of the message; a channel that fails is a value, not a crash."""
        body = json.dumps(message, ensure_ascii=False, allow_nan=False).encode(
            errors="backslashreplace"
        )
        status: int | None = None
        problem = ""
        for attempt in range(1, self.tries + 1):
            status, problem, after = self._post(body)
            if status is not None and status in _OK:
                return Delivery(delivered=True, tries=attempt, status=status)
            if status is not None and status not in _AGAIN:
                return Delivery(delivered=False, tries=attempt, status=status, problem=problem)
            if attempt < self.tries:
                self.wait(min(max(after, 0.5 * 2 ** (attempt - 1)), _LONGEST_WAIT))
        return Delivery(delivered=False, tries=self.tries, status=status, problem=problem)

    def _post(self, body: bytes) -> tuple[int | None, str, float]:
        """Return the status, the problem and for how long the channel asks to wait."""
        request = Request(  # noqa: S310 - the scheme was checked when this was made
            self.url, data=body, headers={"Content-Type": "application/json"}, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=self.timeout_s) as answer:
                return int(answer.status), "", 0.0
        except HTTPError as error:
            after = error.headers.get("Retry-After", "")
            error.close()
            seconds = float(after) if after.isdecimal() else 0.0
            return error.code, f"the channel answered {error.code}", seconds
        except (URLError, HTTPException, TimeoutError, OSError) as error:
            return None, f"no answer ({type(error).__name__})", 0.0


class _Stay(HTTPRedirectHandler):
    """A secret address is not carried to wherever an answer points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None where it is none."""
    given: object = url
    if not isinstance(given, str) or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if known and ".." not in (parts.hostname or "") else None


_OPENER = build_opener(_Stay)


def webhook(url: str, *, tries: int = 4, timeout_s: float = 10.0) -> Webhook:
    """Return a callable that posts messages to a webhook, such as Slack's, and tries again.

    Args:
        url: where to, http or https. It is a secret: take it from the environment.
        tries: how often at most; after a refusal that waiting cannot mend, once.
        timeout_s: for one try.

    Example:
        >>> import agentlens as al
        >>> al.webhook("https://hooks.example.com/services/T0/B0/secret")
        Webhook('hooks.example.com', tries=4)
    """
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "A webhook is an http or https address; this one is not. It is not shown here."
        raise BadInputError(message)
    if tries < 1 or not timeout_s > 0:
        message = f"tries is at least 1 and timeout_s above 0, not {tries!r} and {timeout_s!r}."
        raise BadInputError(message)
    return Webhook(url, tries, timeout_s)
