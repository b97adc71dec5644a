"""What can go wrong with an answer?"""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from tests.loopback.wire.answers import Answer, Request, html
from tests.messages.api.errors import error
from tests.messages.faults.plan import Fault, GoOn

__all__ = [
    "altered",
    "cut",
    "cut_json",
    "hang",
    "held",
    "lost_answer",
    "page",
    "redirect",
    "reset",
    "says",
    "short_results",
    "status",
]


def status(
    code: int,
    error_code: str = "",
    *,
    message: str = "",
    retry_after: float | str | None = None,
    billed: bool = False,
) -> Fault:
    """Answer with an error of the API.

    Args:
        code: the status.
        error_code: such as ramp_limit_exceeded.
        message: what it says.
        retry_after: seconds, or a date as a header has it.
        billed: whether an answer was generated before.
    """
    headers = {} if retry_after is None else {"retry-after": f"{retry_after}"}

    def fault(request: Request, go_on: GoOn) -> Answer:
        if billed:
            go_on(request)
        return error(code, message, error_code, headers)

    return fault


def page(code: int, *, billed: bool = False) -> Fault:
    """Answer with a web page, as a proxy does."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        if billed:
            go_on(request)
        return html(code, f"{code} from the proxy")

    return fault


def redirect(url: str, code: int = 307) -> Fault:
    """Send the client elsewhere."""
    return lambda _, __: Answer(code, {}, {"Location": url})


def reset() -> Fault:
    """Reset the connection instead of answering; nothing is billed."""
    return lambda _, __: Answer(500, {}, wire="reset")


def lost_answer() -> Fault:
    """Bill, then reset the connection."""
    return lambda request, go_on: replace(go_on(request), wire="reset")


def hang(*, billed: bool = True) -> Fault:
    """Never answer; the connection stays open until the server closes."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request) if billed else Answer(500, {})
        return replace(answer, wire="hang")

    return fault


def held(event: Event) -> Fault:
    """Bill, and answer when an event is set (at the latest when the server closes)."""
    return lambda request, go_on: replace(go_on(request), after=event)


def cut() -> Fault:
    """Bill, announce the whole answer, and send half of it."""
    return lambda request, go_on: replace(go_on(request), wire="cut")


def altered(change: Callable[[bytes], bytes]) -> Fault:
    """Send what a function makes of the text of the answer."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request)
        headers = {"Content-Type": answer.kind} | answer.headers
        return replace(answer, body=change(answer.payload()), headers=headers)

    return fault


def cut_json() -> Fault:
    """Bill, and send half of the text as if it were all."""
    return altered(lambda text: text[: len(text) // 2])


def says(body: bytes) -> Fault:
    """Bill, and send another body with a status of success."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        go_on(request)
        return Answer(200, body, {"Content-Type": "application/json", "request-id": "req_says"})

    return fault


def short_results() -> Fault:
    """Send the first half of the lines of a file as if they were all."""

    def half(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        return b"".join(lines[: len(lines) // 2])

    return altered(half)
