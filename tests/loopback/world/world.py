"""What is the whole truth that a loopback Langfuse serves, and how does a test change it?"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cached_property

from tests.loopback.rows import Entry, Key, Row, Source, entries_of, micros
from tests.loopback.world.plan import Size, planned
from tests.loopback.world.scores import SCORE_CONFIGS, score_rows
from tests.loopback.world.spans import PROJECT, span_rows
from tests.loopback.world.traces import trace_rows

__all__ = ["PROJECT_ROW", "World"]

PROJECT_ROW: Row = {
    "id": PROJECT,
    "name": "loopback",
    "organization": {"id": "org-loopback", "name": "Loopback"},
    "metadata": {},
}
Change = Callable[[Row], Row | None]


class World(Source):
    """The true table: observations and scores as the API would give all of them, in one list each.

    A row may say more than the API tells: `start_us`, its exact start; `visible_from` and
    `deleted_at`, in seconds since 1970, between which it is served; `versions`, a list of what
    other versions of it say differently (listed after it, or before it with `first=True`; each with
    times of its own). A test never changes a row it was given; it asks for a changed world.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        days: float = 2.0,
        traces_per_day: int = 40,
        spans_per_trace: int = 8,
        start: str = "2026-05-04T00:00:00Z",
        micro: bool = False,
    ) -> None:
        size = Size(seed, days, traces_per_day, spans_per_trace, micros(start), micro)
        self.size = size
        self.observations: list[Row] = []
        self.scores: list[Row] = []
        for trace in planned(size):
            spans = list(span_rows(size, trace))
            self.observations += spans
            self.scores += score_rows(trace, spans)

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
        return self.size.start_us / 1e6

    @property
    def end(self) -> float:
        """The moment after the last day, in seconds since 1970."""
        return self.start + self.size.days * 86_400

    def traces(self) -> list[Row]:
        """Return the true table of traces by time."""
        return trace_rows(self.observations, self.scores)

    def changed(self, observations: Change | None = None, scores: Change | None = None) -> "World":
        """Return a world in which each row is what a function makes of it; None leaves it out."""
        return self.holding(
            _changed(self.observations, observations), _changed(self.scores, scores)
        )

    def holding(
        self, observations: Iterable[Row] | None = None, scores: Iterable[Row] | None = None
    ) -> "World":
        """Return a world with other rows."""
        other = copy(self)
        other.__dict__.pop("_shelves", None)
        other.observations = self.observations if observations is None else list(observations)
        other.scores = self.scores if scores is None else list(scores)
        return other

    def observations_below(self, key: Key) -> Iterator[Entry]:
        """Yield all versions of all observations with a smaller key, the largest first."""
        return _below(self._shelves[0], key)

    def scores_below(self, key: Key) -> Iterator[Entry]:
        """Yield all versions of all scores with a smaller key, the largest first."""
        return _below(self._shelves[1], key)

    @cached_property
    def _shelves(self) -> tuple[list[Entry], list[Entry]]:
        return _shelf(self.observations), _shelf(self.scores)


def _changed(rows: list[Row], change: Change | None) -> list[Row]:
    if change is None:
        return rows
    return [new for new in (change(dict(row)) for row in rows) if new is not None]


def _shelf(rows: list[Row]) -> list[Entry]:
    """Return all versions by key; versions with the same key keep the order they came in."""
    entries = [entry for row in rows for entry in entries_of(row)]
    return sorted(entries, key=lambda entry: entry.key)


def _below(shelf: list[Entry], key: Key) -> Iterator[Entry]:
    place = bisect_left(shelf, key, key=lambda entry: entry.key)
    return (shelf[number] for number in range(place - 1, -1, -1))
