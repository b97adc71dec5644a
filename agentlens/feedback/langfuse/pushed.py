"""What became of what was pushed?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from agentlens import text
from agentlens.result import Fact, Result
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["STATES", "Pushed", "PushedDataset", "PushedQueue", "PushedScores", "State", "told"]

STATES = ("sent", "would be sent", "already there", "rejected", "unverified")
State = tuple[str, str]
"""One of the states, and the reason where there is one."""
_COLUMNS = ("id", "trace_id", "name", "state", "reason")


class Pushed:
    """Rows that say of each piece what became of it."""

    title: str
    frame: pd.DataFrame

    def ids(self, state: str) -> list[str]:
        """Return the ids of the pieces in a state, such as "unverified"."""
        return list(self.frame.loc[self.frame["state"] == state, "id"])

    def figure(self) -> "go.Figure":
        """Return the picture: how many pieces are in which state."""
        from agentlens.figures.pushed import pushed_figure  # noqa: PLC0415 - on first use

        return pushed_figure(self.frame, title=self.title, states=STATES)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PushedScores(Pushed, Result):
    """What became of scores."""

    verb: ClassVar[str] = "push_scores"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PushedDataset(Pushed, Result):
    """What became of the cases of a dataset."""

    verb: ClassVar[str] = "push_dataset"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PushedQueue(Pushed, Result):
    """What became of the items of an annotation queue."""

    verb: ClassVar[str] = "push_queue"


def told(
    rows: Iterable[tuple[str, str, str, State]], *, what: str, where: str, notes: tuple[str, ...]
) -> dict[str, Any]:
    """Return the fields of a result.

    Args:
        rows: id, trace, name and state of each piece.
        what: one piece is called, such as "score".
        where: it went.
        notes: caveats.
    """
    frame = pd.DataFrame([(*one, *state) for *one, state in rows], columns=list(_COLUMNS))
    counts = {state: int((frame["state"] == state).sum()) for state in STATES}
    shown = {state: Fact(value=n) for state, n in counts.items() if n}
    return {
        "title": f"Push of {what}s: {where}",
        "band": _band(counts),
        "headline": _headline(counts, what),
        "frame": frame,
        "caveats": (*notes, *_caveats(counts, what)),
        "known": MappingProxyType(shown),
    }


def _band(counts: Mapping[str, int]) -> Band:
    if not sum(counts.values()):
        return "unknown"
    return "watch" if counts["rejected"] or counts["unverified"] else "pass"


def _headline(counts: Mapping[str, int], what: str) -> str:
    total = sum(counts.values())
    if not total:
        return f"There is no {what} to push."
    states = [f"{n:,} {state}" for state, n in counts.items() if n]
    return f"Of {text.plural(total, what)}: {text.listed(states)}."


def _caveats(counts: Mapping[str, int], what: str) -> list[str]:
    notes = []
    if counts["would be sent"]:
        notes.append("A dry run: Langfuse was read, and nothing was written.")
    if counts["unverified"]:
        notes.append(
            f"Langfuse accepted {text.plural(counts['unverified'], what)} that could not be read"
            " back in time; the next push looks again and sends only what is missing."
        )
    return notes
