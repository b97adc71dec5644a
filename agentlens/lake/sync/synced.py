"""What did a sync bring, and is it all?"""

from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from agentlens import html, text

__all__ = ["Synced"]


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What came into a lake.

    Attributes:
        source: from where.
        snapshot: the number of the snapshot that holds it.
        slices: how many slices were read.
        spans: how many steps came, new or again.
        scores: how many judgements came.
        complete: whether everything asked for was read.
        problem: why not.
        settled_until: until when nothing more is expected; None where it is not known.
        note: what else is worth knowing, such as by which road the source was read.
        deleted: how many rows turned out to be deleted at the source; metrics leave them out.
        missed: how many more one pass did not find, which another one must confirm.
        compared: what a comparison with the source's own counts showed, where it was asked for.
    """

    source: str
    snapshot: int = 0
    slices: int = 0
    spans: int = 0
    scores: int = 0
    complete: bool = False
    problem: str = ""
    settled_until: pd.Timestamp | None = None
    note: str = ""
    deleted: int = 0
    missed: int = 0
    compared: str = ""

    def with_slice(self, snapshot: int, spans: int, scores: int) -> Self:
        """Return it after one more slice."""
        return replace(
            self,
            snapshot=snapshot,
            slices=self.slices + bool(spans or scores),
            spans=self.spans + spans,
            scores=self.scores + scores,
        )

    def with_deletions(self, snapshot: int, deleted: int, missed: int) -> Self:
        """Return it after what is no longer at the source was taken out."""
        return replace(self, snapshot=snapshot, deleted=deleted, missed=missed)

    def line(self) -> str:
        """Return how far it is, in a few words."""
        return f"{text.plural(self.spans, 'step')}, {text.plural(self.scores, 'score')}"

    def stopped(self, why: str) -> Self:
        """Return it as it stands where it could not go on."""
        return replace(self, complete=False, problem=why)

    def finished(self, settled_until: pd.Timestamp | None, *, why: str = "") -> Self:
        """Return it when all was read."""
        return replace(self, complete=True, settled_until=settled_until, note=why)

    def facts(self) -> dict[str, str]:
        """Return what a person wants to know, name to text."""
        settled = self.settled_until
        found = {
            "complete": "yes" if self.complete else f"no: {self.problem}",
            "read": f"{self.line()} in {text.plural(self.slices, 'slice')}",
            "snapshot": f"{self.snapshot}",
        }
        if settled is not None:
            found["settled until"] = f"{settled:%Y-%m-%d %H:%M} UTC; later rows may still come"
        if self.deleted or self.missed:
            found["deleted upstream"] = f"{self.deleted:,} rows; {self.missed:,} to be confirmed"
        if self.compared:
            found["compared"] = self.compared
        return found | ({"note": self.note} if self.note else {})

    def __repr__(self) -> str:
        """Return it in a line."""
        return f"Synced({'; '.join(f'{name}: {value}' for name, value in self.facts().items())})"

    def _repr_html_(self) -> str:
        return html.card("Sync", facts=self.facts())
