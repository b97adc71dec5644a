"""How are rows cut into pages, and where does the next page begin?"""

import base64
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from zlib import crc32

from tests.loopback.rows import END, Key, Row, iso, key_of, micros
from tests.loopback.wire.answers import Answer, Request, bad_request, invalid

__all__ = [
    "ProblemError",
    "choice",
    "number",
    "numbered",
    "observation_cursor",
    "observation_key",
    "score_cursor",
    "score_key",
    "take",
    "time",
]


class ProblemError(Exception):
    """The request cannot be answered; says with what to answer instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def number(request: Request, name: str, default: int, most: int, least: int = 0) -> int:
    """Return a whole number that was asked with, within its bounds.

    Raises:
        ProblemError: it is none, or outside.
    """
    text = request.get(name, str(default))
    if not text.lstrip("-").isdigit():
        message = "Invalid input: expected number, received NaN"
        raise ProblemError(bad_request(name, code="invalid_type", message=message))
    value = int(text)
    bounds = {"origin": "number", "inclusive": True}
    if value > most:
        message = f"Too big: expected number to be <={most}"
        bounds |= {"maximum": most}
        raise ProblemError(bad_request(name, code="too_big", message=message, **bounds))
    if value < least:
        message = f"Too small: expected number to be >={least}"
        bounds |= {"minimum": least}
        raise ProblemError(bad_request(name, code="too_small", message=message, **bounds))
    return value


def time(request: Request, name: str) -> int | None:
    """Return a time that was asked with, in microseconds since 1970; None where there is none.

    Raises:
        ProblemError: it is no time, or has no offset.
    """
    text = request.get(name)
    if not text:
        return None
    try:
        return micros(text.replace(" ", "+"))  # a plus sign that nobody quoted
    except ValueError:
        detail = "Invalid ISO datetime"
        raise ProblemError(bad_request(name, code="invalid_format", message=detail)) from None


def choice(request: Request, name: str) -> bool | None:
    """Return a yes or no that was asked with.

    Raises:
        ProblemError: it is neither.
    """
    text = request.get(name)
    if text in {"true", "false", ""}:
        return {"true": True, "false": False}.get(text)
    detail = 'Invalid option: expected one of "true"|"false"'
    raise ProblemError(bad_request(name, code="invalid_value", message=detail))


def take(rows: Iterator[Row], limit: int) -> tuple[list[Row], bool]:
    """Return a page, and whether there is more behind it."""
    if not limit:
        return [], False
    page = list(islice(rows, limit))
    return page, next(rows, None) is not None


def observation_cursor(row: Row) -> str:
    """Return where the page after an observation begins; milliseconds are all that it can say."""
    start, _, name = key_of(row)
    last = {"lastTraceId": str(row.get("traceId") or ""), "lastId": name}
    return _packed({"lastStartTimeTo": iso(start), **last})


def observation_key(request: Request) -> Key:
    """Return the key below which the next page of observations begins."""
    said = _unpacked(request, "lastStartTimeTo", "lastTraceId", "lastId")
    if said is None:
        return END
    trace = crc32(said["lastTraceId"].encode())
    return (_moment(said["lastStartTimeTo"]), trace, said["lastId"])


def score_cursor(row: Row) -> str:
    """Return where the page after a score begins."""
    at, _, name = key_of(row)
    packed = _packed({"v": 1, "lastTimestamp": iso(at), "lastId": name})
    return packed.replace("+", "-").replace("/", "_").rstrip("=")


def score_key(request: Request) -> Key:
    """Return the key below which the next page of scores begins."""
    said = _unpacked(request, "lastTimestamp", "lastId")
    return END if said is None else (_moment(said["lastTimestamp"]), 0, said["lastId"])


def numbered(request: Request, rows: list[Row], total: int, most: int = 100) -> Answer:
    """Return the page that was asked for by its number.

    Args:
        request: says `page` and `limit`.
        rows: all rows.
        total: how many the server believes there are.
        most: the largest page.
    """
    limit, page = number(request, "limit", 50, most, 1), number(request, "page", 1, 1 << 31, 1)
    meta = {"page": page, "limit": limit, "totalItems": total, "totalPages": -(-total // limit)}
    return Answer(200, {"data": rows[(page - 1) * limit : page * limit], "meta": meta})


def _packed(said: Row) -> str:
    return base64.b64encode(json.dumps(said, separators=(",", ":")).encode()).decode()


def _unpacked(request: Request, *names: str) -> dict[str, Any] | None:
    text = request.get("cursor")
    if not text:
        return None
    try:
        plain = text.rstrip("=").replace("-", "+").replace("_", "/")
        padded = plain + "=" * (-len(plain) % 4)
        said: dict[str, Any] = json.loads(base64.b64decode(padded, validate=True))
        return {name: str(said[name]) for name in names}
    except (ValueError, KeyError, TypeError):
        raise ProblemError(invalid("Invalid cursor format")) from None


def _moment(text: str) -> int:
    try:
        return micros(text)
    except ValueError:
        raise ProblemError(invalid("Invalid cursor format")) from None
