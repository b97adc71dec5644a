"""What can go wrong with an answer?"""

from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from threading import Event
from typing import Any

from tests.loopback.clock import Clock
from tests.loopback.faults.plan import Fault, GoOn
from tests.loopback.rows import micros
from tests.loopback.wire.answers import Answer, Request, html

__all__ = [
    "altered",
    "bucket",
    "cut",
    "cut_gzip",
    "cut_json",
    "hang",
    "held",
    "html_page",
    "lost_answer",
    "reset",
    "slow",
    "status",
    "timed_out",
    "too_many",
    "unauthorized",
]

_HOUR = 3_600_000_000
_TITLES = {502: "502 Bad Gateway", 524: "A timeout occurred"}


def too_many(
    retry_after: float | None = None, *, clock: Clock | None = None, limit: int | None = None
) -> Fault:
    """Answer 429.

    Args:
        retry_after: seconds to wait, below zero in the past; None does not say.
        clock: if given, Retry-After is a date by this clock.
        limit: requests a minute, said in a header and in the details.
    """

    def fault(_: Request, __: GoOn) -> Answer:
        headers, details = dict[str, str](), dict[str, Any]()
        if retry_after is not None:
            date = clock and formatdate(clock.now() + retry_after, usegmt=True)
            headers["Retry-After"] = date or f"{retry_after:g}"
        if limit is not None:
            headers |= {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0"}
            details = {"retryAfterSeconds": retry_after, "limit": limit, "remaining": 0}
        body = {"message": "Rate limit exceeded", "code": "rate_limited"}
        return Answer(429, body | ({"details": details} if details else {}), headers)

    return fault


def bucket(per_minute: int, clock: Clock) -> Fault:
    """Answer 429 to whoever asks more often than that in any 60 seconds of the clock."""
    served: list[float] = []

    def fault(request: Request, go_on: GoOn) -> Answer:
        now = clock.now()
        recent = [at for at in served if at > now - 60]
        if len(recent) >= per_minute:
            wait = recent[-per_minute] + 60 - now
            return too_many(max(1, -int(-wait // 1)), limit=per_minute)(request, go_on)
        served[:] = [*recent, now]
        return go_on(request)

    return fault


def status(code: int, *, page: bool = False, after: bool = False) -> Fault:
    """Answer with a status.

    Args:
        code: the status.
        page: whether the body is a web page, as a proxy sends it.
        after: whether the server did what was asked before.
    """

    def fault(request: Request, go_on: GoOn) -> Answer:
        if after:
            go_on(request)
        if page or code in _TITLES:
            return html(code, _TITLES.get(code, str(code)))
        return Answer(code, {"message": "Internal Server Error", "error": "InternalServerError"})

    return fault


def html_page() -> Fault:
    """Answer 200 with a web page."""
    return lambda _, __: html(200, "Langfuse")


def unauthorized() -> Fault:
    """Answer 401, as to a key that was just withdrawn."""
    return lambda _, __: Answer(401, {"message": "Invalid credentials"})


def reset() -> Fault:
    """Reset the connection instead of answering; nothing was done."""
    return lambda _, __: Answer(500, {}, wire="reset")


def hang() -> Fault:
    """Never answer; the connection stays open until the server closes."""
    return lambda _, __: Answer(500, {}, wire="hang")


def held(event: Event) -> Fault:
    """Do what was asked, and answer when an event is set (at the latest when the server closes)."""
    return lambda request, go_on: replace(go_on(request), after=event)


def slow(seconds: float, clock: Clock) -> Fault:
    """Answer only after some seconds of the clock, which pass at once."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        clock.advance(seconds)
        return go_on(request)

    return fault


def altered(change: Callable[[bytes], bytes]) -> Fault:
    """Send what a function makes of the text of the answer."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request)
        headers = {"Content-Type": answer.kind} | answer.headers
        return replace(answer, body=change(answer.payload()), headers=headers)

    return fault


def lost_answer() -> Fault:
    """Do what was asked, then reset the connection."""
    return lambda request, go_on: replace(go_on(request), wire="reset")


def cut() -> Fault:
    """Do what was asked, announce the whole answer, and send half of it."""
    return lambda request, go_on: replace(go_on(request), wire="cut")


def cut_gzip() -> Fault:
    """Do what was asked, and send half of a packed answer as if it were all."""
    return lambda request, go_on: replace(go_on(request), wire="cut gzip")


def cut_json() -> Fault:
    """Do what was asked, and send half of the text as if it were all."""
    return altered(lambda text: text[: len(text) // 2])


def timed_out(limit: int | None = None, hours: float | None = None) -> Fault:
    """Answer 422 to whoever asks for more rows a page, or for more time, than the server can bear.

    Args:
        limit: the most rows a page.
        hours: the longest window, by observation start.
    """

    def fault(request: Request, go_on: GoOn) -> Answer:
        begin, end = request.get("fromStartTime"), request.get("toStartTime")
        length = micros(end) - micros(begin) if begin and end else float("inf")
        heavy = limit is not None and int(request.get("limit", "50")) > limit
        if heavy or (hours is not None and length > hours * _HOUR):
            said = "Request timed out. Ask for fewer rows or a shorter time."
            return Answer(422, {"message": said, "error": "Request timed out"})
        return go_on(request)

    return fault
