"""What was forgotten, and where may a copy be?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from agentlens import text
from agentlens.lake.upkeep.upstream import Asked

__all__ = ["Forgotten"]

OUT_OF_REACH = (
    "reports saved as HTML",
    "files written by save()",
    "dataset items that were pushed",
    "the source itself",
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Forgotten:
    """What was forgotten.

    Attributes:
        snapshot: the number of the snapshot without it.
        trace_ids: the traces that went; say them to whoever holds a copy.
        rows: table to how many rows went from the newest snapshot.
        files: how many files were written anew or removed.
        out_of_reach: where copies may be that the lake cannot reach.
        asked: what the source was asked to delete; None where it was not asked.
    """

    snapshot: int
    trace_ids: tuple[str, ...]
    rows: Mapping[str, int]
    files: int
    out_of_reach: tuple[str, ...] = OUT_OF_REACH
    asked: Asked | None = None

    def told(self, asked: Asked) -> Self:
        """Return it after the source was asked to delete the traces, too."""
        left = self.out_of_reach if asked.refused else self.out_of_reach[:-1]
        return replace(self, asked=asked, out_of_reach=left)

    def __repr__(self) -> str:
        """Return it as a sentence, without an id."""
        rows = text.listed(f"{n:,} rows of {table}" for table, n in self.rows.items() if n)
        return (
            f"Forgotten({text.plural(len(self.trace_ids), 'trace')}: {rows or 'no row'} of the"
            f" newest snapshot, {text.plural(self.files, 'file')} of all kept ones. Not reached:"
            f" {text.listed(self.out_of_reach)}{f'. {self.asked}' if self.asked else ''})"
        )
