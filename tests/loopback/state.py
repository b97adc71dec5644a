"""What does the server know at a moment: the world, and what was written to it since?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge

from tests.loopback.clock import Clock
from tests.loopback.options import Quirks, Writes
from tests.loopback.rows import END, Entry, Key, Row, Source, entries_of, micros, seen
from tests.loopback.world.traces import trace_rows

__all__ = ["State", "score_key_of"]

_DAY = 86_400_000_000


@dataclass
class State:
    """A server's memory; used by one request at a time.

    Attributes:
        world: what happened before.
        clock: what time it is.
        quirks: how this server differs from others.
        writes: what it does with what is written.
        scores: those written, the newest version of each.
        deleted: traces that were asked to be deleted, and when each disappears.
        datasets: by name.
        items: dataset items by id.
        made_configs: score configs besides the world's.
        queues: by id.
        queue_items: in the order they came.
        comments: in the order they came.
        made: how many things were made, to number the next.
        paired: how often a row was served with an old output.
    """

    world: Source
    clock: Clock
    quirks: Quirks
    writes: Writes
    scores: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    deleted: dict[str, float] = field(default_factory=dict)
    datasets: dict[str, Row] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    made_configs: list[Row] = field(default_factory=list)
    queues: dict[str, Row] = field(default_factory=dict)
    queue_items: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    made: int = 0
    paired: Counter[str] = field(default_factory=Counter)
    _table: tuple[tuple[float, int, int], list[Row], Counter[str]] = ((-1.0, 0, 0), [], Counter())

    @property
    def project(self) -> str:
        """The id of the project."""
        return str(self.world.project["id"])

    @property
    def configs(self) -> list[Row]:
        """All score configs, those made here last."""
        return [*self.world.score_configs, *self.made_configs]

    @property
    def now_us(self) -> int:
        """What time it is, in microseconds since 1970."""
        return int(self.clock.now() * 1e6)

    def new_id(self, kind: str) -> str:
        """Return an id that nothing else has."""
        self.made += 1
        return f"{kind}-{self.made:06d}"

    def observations(
        self, below: Key, since: int | None = None, until: int | None = None
    ) -> Iterator[Row]:
        """Yield what can be seen of the observations between two starts, the latest first."""
        bound = below if until is None else min(below, (until, -1, ""))
        yield from self._visible(self.world.observations_below(bound), since)

    def all_scores(
        self, below: Key, since: int | None = None, until: int | None = None
    ) -> Iterator[Row]:
        """Yield what can be seen of the scores between two times, the latest first."""
        bound = below if until is None else min(below, (until, -1, ""))
        entries = [entry for row in self.scores.values() for entry in entries_of(row)]
        written = sorted((one for one in entries if one.key < bound), reverse=True, key=_place)
        known = self.world.scores_below(bound)
        if self.scores:  # what was written over is among the versions of what was written
            known = (one for one in known if score_key_of(one.row) not in self.scores)
        both = merge(known, written, key=_place, reverse=True)
        yield from self._visible(both, since)

    def score(self, key: tuple[str, str, str]) -> Row | None:
        """Return the score of a day, name and id, written here or known before."""
        if key in self.scores:
            return self.scores[key]
        since = micros(f"{key[0]}T00:00:00Z")
        for _, row in self.world.scores_below((since + _DAY, -1, "")):
            if micros(row["timestamp"]) < since:
                break
            if score_key_of(row) == key:
                return row
        return None

    def traces(self) -> tuple[list[Row], Counter[str]]:
        """Return the traces that can be seen, and how many versions of its root each has."""
        key = (self.clock.now(), len(self.deleted), len(self.scores))
        if self._table[0] != key:
            seen = list(self.observations(END))
            rows = trace_rows(self.latest(iter(seen)), self.latest(self.all_scores(END)))
            roots = Counter(row["traceId"] for row in seen if row["isRootObservation"])
            self._table = (key, rows, roots)
        return self._table[1:]

    def latest(self, rows: Iterator[Row]) -> list[Row]:
        """Return the newest version of each row, where the first of them stood."""
        newest: dict[tuple[str, str], Row] = {}
        for row in rows:
            name = (row["traceId"] if "traceId" in row else _day_of(row), row["id"])
            if name not in newest or micros(row["updatedAt"]) >= micros(newest[name]["updatedAt"]):
                newest[name] = row
        return list(newest.values())

    def _visible(self, entries: Iterator[Entry], since: int | None) -> Iterator[Row]:
        now = self.clock.now()
        for key, row in entries:
            if since is not None and key[0] < since:
                return
            gone = self.deleted.get(_trace_of(row), float("inf")) if self.deleted else float("inf")
            if seen(row, now) and now < gone:
                yield row


def score_key_of(row: Row) -> tuple[str, str, str]:
    """Return what makes a score one and the same for the server: day, name and id."""
    return (row["timestamp"][:10], row["name"], row["id"])


def _day_of(row: Row) -> str:
    return f"{row['timestamp'][:10]} {row['name']}"


def _place(entry: Entry) -> Key:
    return entry.key


def _trace_of(row: Row) -> str:
    about = row.get("subject") or row
    return str(about.get("traceId", about.get("id")))
