"""What does a request that writes say?"""

from typing import Any

from tests.loopback.api.paging import ProblemError
from tests.loopback.rows import Row
from tests.loopback.wire.answers import Request, bad_request

__all__ = ["body_of", "parsed", "text"]


def parsed(request: Request) -> Any:
    """Return what a body says.

    Raises:
        ProblemError: it is no JSON.
    """
    try:
        return request.json()
    except ValueError:
        raise ProblemError(bad_request(message="Invalid JSON", code="invalid_format")) from None


def body_of(request: Request) -> Row:
    """Return the object that was sent; what is null in it was not sent.

    Raises:
        ProblemError: it is no object.
    """
    said = parsed(request)
    if not isinstance(said, dict):
        kind = "array" if isinstance(said, list) else type(said).__name__
        message = f"Invalid input: expected object, received {kind}"
        more = {"code": "invalid_type", "expected": "object"}
        raise ProblemError(bad_request(message=message, **more))
    return {name: value for name, value in said.items() if value is not None}


def text(body: Row, name: str, most: int = 10_000) -> str:
    """Return a text that must be in a body.

    Raises:
        ProblemError: it is missing, empty or too long.
    """
    value = body.get(name)
    if not isinstance(value, str):
        found = "undefined" if value is None else type(value).__name__
        message = f"Invalid input: expected string, received {found}"
        raise ProblemError(bad_request(name, code="invalid_type", message=message))
    if not value:
        message = "Too small: expected string to have >=1 characters"
        raise ProblemError(bad_request(name, code="too_small", message=message))
    if len(value) > most:
        message = f"Too big: expected string to have <={most} characters"
        raise ProblemError(bad_request(name, code="too_big", message=message))
    return value
