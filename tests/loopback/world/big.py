"""How is a world of a million observations served without holding them?"""

from collections.abc import Iterator
from zlib import crc32

from tests.loopback.rows import Entry, Key, Row, Source, iso, micros
from tests.loopback.world.scores import SCORE_CONFIGS
from tests.loopback.world.spans import PROJECT
from tests.loopback.world.usage import no_generation
from tests.loopback.world.world import PROJECT_ROW

__all__ = ["BigWorld"]

_SPANS = 8
_ABREAST = 8
_BLOCK = _SPANS * _ABREAST
_LASTS = 700_000
_USAGE = {"input": 210, "output": 30, "total": 240}
_COST = {"input": 0.00042, "output": 0.00027, "total": 0.00069}


class BigWorld(Source):
    """A world of `n` observations, each told by its number alone.

    Eight traces run abreast, so that their spans interleave; every tenth trace has one score.
    """

    def __init__(self, n: int, *, start: str = "2026-05-04T00:00:00Z", step_ms: int = 250) -> None:
        self.n = n - n % _BLOCK
        self.start_us = micros(start)
        self.step_us = step_ms * 1_000

    @property
    def project(self) -> Row:
        """The project as the API describes it."""
        return PROJECT_ROW

    @property
    def score_configs(self) -> list[Row]:
        """How scores are configured."""
        return SCORE_CONFIGS

    @property
    def start(self) -> float:
        """The first moment, in seconds since 1970."""
        return self.start_us / 1e6

    @property
    def end(self) -> float:
        """The moment after the last start, in seconds since 1970."""
        return (self.start_us + self.n * self.step_us) / 1e6

    @property
    def traces(self) -> int:
        """How many traces there are."""
        return self.n // _SPANS

    def observation(self, number: int) -> Row:
        """Return the observation of a number, counted by start."""
        trace, place = _trace_of(number), number % _BLOCK // _ABREAST
        talks = place == _SPANS - 1
        first = number - place * _ABREAST
        start = self.start_us + number * self.step_us
        end = start + (_LASTS if place else self.step_us * _BLOCK)
        row = no_generation() | {
            "id": f"b{number:015x}",
            "traceId": _trace_id(trace),
            "startTime": iso(start),
            "endTime": iso(end),
            "start_us": start,
            "projectId": PROJECT,
            "parentObservationId": f"b{first:015x}" if place else None,
            "isRootObservation": place == 0,
            "type": "GENERATION" if talks else ("TOOL" if place else "AGENT"),
            "name": f"step-{place}" if place else "desk",
            "level": "ERROR" if trace % 50 == 0 and place == 0 else "DEFAULT",
            "statusMessage": "TimeoutError" if trace % 50 == 0 and place == 0 else "",
            "version": "1.0",
            "environment": "production",
            "completionStartTime": iso(start + 90_000) if talks else None,
            "createdAt": iso(end),
            "updatedAt": iso(end),
            "input": f'{{"query": "question {trace}"}}',
            "output": f"answer {trace}",
            "metadata": {"segment": "paid" if trace % 2 else "trial"},
            "latency": round((end - start) / 1e6, 3),
            "timeToFirstToken": 0.09 if talks else None,
            "userId": f"caller-{trace % 1_000}",
            "sessionId": f"visit-{trace // 3}",
            "traceName": "desk",
            "release": "2026.17" if 2 * number < self.n else "2026.18",
            "tags": [],
            "bookmarked": False,
            "public": False,
        }
        if talks:
            row |= {"model": "brook-large", "totalCost": _COST["total"], "costDetails": _COST}
            row |= {"usageDetails": _USAGE, "inputUsage": 210, "outputUsage": 30, "totalUsage": 240}
        return row

    def score(self, number: int) -> Row:
        """Return the score of a number, counted by time."""
        trace = number * 10
        at = self.start_us + (trace // _ABREAST * _BLOCK + trace % _ABREAST) * self.step_us
        return {
            "id": f"sc-{number:012d}",
            "projectId": PROJECT,
            "name": "thumbs",
            "source": "API",
            "timestamp": iso(at),
            "environment": "production",
            "createdAt": f"{iso(at)[:19]}.000Z",
            "updatedAt": iso(at),
            "comment": None,
            "configId": None,
            "metadata": {},
            "authorUserId": None,
            "queueId": None,
            "subject": {"kind": "trace", "id": _trace_id(trace)},
            "dataType": "BOOLEAN",
            "value": trace % 50 != 0,
        }

    def observations_below(self, key: Key) -> Iterator[Entry]:
        """Yield all observations with a smaller key, the largest first."""
        # starts are all different, so the start alone says where to go on
        most = min(self.n - 1, (key[0] - self.start_us) // self.step_us)
        for number in range(most, -1, -1):
            start = self.start_us + number * self.step_us
            name = _trace_id(_trace_of(number))
            place = (start, crc32(name.encode()), f"b{number:015x}")
            if place < key:
                yield Entry(place, self.observation(number))

    def scores_below(self, key: Key) -> Iterator[Entry]:
        """Yield all scores with a smaller key, the largest first."""
        for number in range((self.traces - 1) // 10, -1, -1):
            row = self.score(number)
            place = (micros(row["timestamp"]), 0, row["id"])
            if place < key:
                yield Entry(place, row)


def _trace_of(number: int) -> int:
    return number // _BLOCK * _ABREAST + number % _ABREAST


def _trace_id(trace: int) -> str:
    return f"b{trace:031x}"
