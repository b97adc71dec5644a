"""What is a row of the loopback server, and how are its times written?"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from zlib import crc32

__all__ = ["END", "Entry", "Key", "Row", "Source", "entries_of", "iso", "key_of", "micros", "seen"]

Row = dict[str, Any]
Key = tuple[int, int, str]

END: Key = (1 << 62, 0, "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = _EPOCH.replace(tzinfo=None)


class Entry(NamedTuple):
    """One version of a row at its place in the order of a listing."""

    key: Key
    row: Row


class Source(Protocol):
    """Where a server takes its rows from; newest first, and only as far as somebody reads."""

    @property
    def project(self) -> Row:
        """The project as the API describes it."""
        ...

    @property
    def score_configs(self) -> list[Row]:
        """How scores are configured."""
        ...

    def observations_below(self, key: Key) -> Iterator[Entry]:
        """Yield all versions of all observations with a smaller key, the largest first."""
        ...

    def scores_below(self, key: Key) -> Iterator[Entry]:
        """Yield all versions of all scores with a smaller key, the largest first."""
        ...


def iso(us: int) -> str:
    """Return a time in microseconds since 1970 as the API writes it: milliseconds, cut."""
    at = _PLAIN + timedelta(microseconds=us)
    return f"{at.isoformat(timespec='milliseconds')}Z"


def micros(text: str) -> int:
    """Return a time with an offset in microseconds since 1970.

    Raises:
        ValueError: it is no time, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if "T" not in text or at.tzinfo is None:
        message = f"{text!r} has no time of day or no offset"
        raise ValueError(message)
    return (at - _EPOCH) // timedelta(microseconds=1)


def key_of(row: Row) -> Key:
    """Return the place of an observation or a score among its like.

    It is at `start_us`, unless the time that the row tells is another; so a row can have no time,
    or one that is none, and still be listed.
    """
    said = row.get("startTime", row.get("timestamp"))
    start: int | None = row.get("start_us")
    if start is None or said != iso(start):
        with suppress(ValueError, TypeError):
            start = micros(said or "")
    trace = crc32(str(row.get("traceId") or "").encode())
    return (start or 0, trace, str(row.get("id")))


def entries_of(row: Row) -> Iterator[Entry]:
    """Yield a row and its other versions, each at its own place, the last to be listed first."""
    versions = [row | {"versions": [], "first": False} | other for other in row.get("versions", ())]
    for late in (version for version in versions if not version["first"]):
        yield Entry(key_of(late), late)
    yield Entry(key_of(row), row)
    for early in (version for version in versions if version["first"]):
        yield Entry(key_of(early), early)


def seen(row: Row, now: float) -> bool:
    """Whether a version has arrived at a time and was not deleted before."""
    arrived: float = row.get("visible_from") or 0.0
    gone: float = row.get("deleted_at") or float("inf")
    return arrived <= now < gone
