"""What can go wrong with a cursor?"""

from dataclasses import replace
from itertools import count

from tests.loopback.clock import Clock
from tests.loopback.faults.plan import Fault, GoOn
from tests.loopback.wire.answers import Answer, Request, invalid

__all__ = ["empty_pages", "endless", "expiring", "repeated_rows", "repeating", "unknown_cursor"]

_MARK = "~"


def repeating() -> Fault:
    """Serve the first page again and again, each time with the same cursor."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request.with_params(cursor=None))
        return _with_cursor(answer, "c3RpbGwgaGVyZQ==")

    return fault


def endless() -> Fault:
    """Serve the first page again and again, each time with a new cursor."""
    turns = count()

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request.with_params(cursor=None))
        return _with_cursor(answer, f"bmV4dA{next(turns)}")

    return fault


def empty_pages(number: int = 1) -> Fault:
    """Before each page but the first send empty ones, which have a cursor."""

    def fault(request: Request, go_on: GoOn) -> Answer:
        cursor = request.get("cursor")
        if not cursor:
            return go_on(request)
        done, _, real = cursor.rpartition(_MARK)
        passed = int(done or 0)
        if passed == number:
            return go_on(request.with_params(cursor=real))
        answer = go_on(request.with_params(cursor=real))
        if answer.status != 200:
            return answer
        return _with_cursor(replace(answer, body=answer.body | {"data": []}), _marked(passed, real))

    return fault


def unknown_cursor() -> Fault:
    """Answer 400 to a request with a cursor."""
    return lambda request, go_on: (
        invalid("Invalid cursor format") if request.get("cursor") else go_on(request)
    )


def expiring(seconds: float, clock: Clock) -> Fault:
    """Answer 400 to a cursor that is older than some seconds of the clock."""
    given: dict[str, float] = {}

    def fault(request: Request, go_on: GoOn) -> Answer:
        cursor = request.get("cursor")
        if cursor and clock.now() - given.get(cursor, 0.0) > seconds:
            return invalid("Invalid cursor format")
        answer = go_on(request)
        following = answer.body["meta"].get("cursor") if answer.status == 200 else None
        if following:
            given[following] = clock.now()
        return answer

    return fault


def repeated_rows(number: int = 3) -> Fault:
    """Begin each page with the last rows of the page before, as a server does that merges late."""
    last: list[object] = []

    def fault(request: Request, go_on: GoOn) -> Answer:
        answer = go_on(request)
        if answer.status != 200:
            return answer
        again = list(last) if request.get("cursor") else []
        last[:] = answer.body["data"][-number:]
        return replace(answer, body=answer.body | {"data": [*again, *answer.body["data"]]})

    return fault


def _marked(passed: int, real: str) -> str:
    return f"{passed + 1}{_MARK}{real}"


def _with_cursor(answer: Answer, cursor: str) -> Answer:
    if answer.status != 200:
        return answer
    return replace(answer, body=answer.body | {"meta": answer.body["meta"] | {"cursor": cursor}})
