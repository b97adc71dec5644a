"""Which tables does a lake keep, and what identifies a row of each?"""

from dataclasses import dataclass

from agentlens.errors import UnknownNameError

__all__ = ["DELETED", "FETCHED", "KEPT", "SOURCES", "UPDATED", "Kept", "kept"]

FETCHED = "_fetched"
"""When this version of a row was read from its source."""
DELETED = "_deleted"
"""The row is a tombstone: of its key, nothing is left on this day."""
UPDATED = "updated_at"
_LIGHT, _HEAVY = 100_000, 4_000


@dataclass(frozen=True)
class Kept:
    """One table on disk.

    Attributes:
        name: what it is called.
        keys: the columns that identify a row; none where rows are only ever added.
        time: the column that decides the day.
        folder: where its parts are.
        ids: the columns by whose values rows are found.
        group: rows that are read together.
        sourced: whether a source's own `updated_at` decides which version is newer; what is
            derived here is as new as the commit that derived it.
    """

    name: str
    keys: tuple[str, ...]
    time: str
    folder: str
    ids: tuple[str, ...] = ("trace_id",)
    group: int = _LIGHT
    sourced: bool = True

    @property
    def order(self) -> list[str]:
        """The columns by which the rows of a part are sorted."""
        return [self.time, *(key for key in self.keys if key != self.time)]


KEPT: dict[str, Kept] = {
    one.name: one
    for one in (
        Kept("spans", ("trace_id", "span_id"), "start", "data/spans"),
        Kept("text", ("trace_id", "span_id"), "start", "data/text", group=_HEAVY),
        Kept("facts", ("trace_id",), "start", "data/facts"),
        Kept("scores", ("score_id",), "time", "data/scores", ids=("score_id", "trace_id")),
        Kept("traces", ("trace_id",), "start", "data/traces", sourced=False),
        Kept("report", (), FETCHED, "data/report", ids=()),
        Kept("rejected", (), FETCHED, "quarantine", ids=()),
    )
}
SOURCES = ("spans", "text", "facts", "scores")
"""What sources say, from which the traces are assembled."""


def kept(name: str) -> Kept:
    """Return the table of this name."""
    if name not in KEPT:
        raise UnknownNameError("table of a lake", name, KEPT)
    return KEPT[name]
