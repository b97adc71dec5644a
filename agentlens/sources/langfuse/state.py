"""What must be remembered of a project between two pulls?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.sources.langfuse.check.missed import Missed, missed_from, missed_to
from agentlens.sources.langfuse.coverage import Read, Window, painted
from agentlens.sources.langfuse.probe import Abilities

__all__ = ["State"]


@dataclass(frozen=True)
class State:
    """What was read of one project, and when.

    Attributes:
        can: what the server could answer when it was last asked; None before the first pull.
        observations: the stretches whose steps were read.
        scores: the stretches whose judgements were read.
        deep: when everything not settled was last read again.
        swept: when the judgements of a month were last read again.
        ratings: score name to its worst and best value, or to the number of each category, as the
            project configures them.
        missed: rows that the lake has and one pass over their settled stretch did not find, by a
            keyed hash.
    """

    can: Abilities | None = None
    observations: tuple[Read, ...] = ()
    scores: tuple[Read, ...] = ()
    deep: pd.Timestamp | None = None
    swept: pd.Timestamp | None = None
    ratings: Mapping[str, Any] = field(default_factory=dict)
    missed: Mapping[str, Missed] = field(default_factory=dict)

    def of(self, can: Abilities) -> Self:
        """Return the state for a server just asked; it must be the same project as before."""
        if self.can is not None and self.can.project != can.project:
            message = (
                f"This lake holds the project {self.can.project_name!r} ({self.can.project}), and"
                f" the key belongs to {can.project_name!r} ({can.project}). Use another folder for"
                " another project."
            )
            raise BadInputError(message)
        return replace(self, can=can)

    def covered(self, what: str, window: Window, at: pd.Timestamp) -> Self:
        """Return the state after a window was read."""
        reads: tuple[Read, ...] = getattr(self, what)
        changes: dict[str, Any] = {what: painted(reads, window, at)}
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "can": asdict(self.can) if self.can else None,
            "observations": [_said(one) for one in self.observations],
            "scores": [_said(one) for one in self.scores],
            "deep": self.deep.isoformat() if self.deep else None,
            "swept": self.swept.isoformat() if self.swept else None,
            "ratings": {name: _listed(one) for name, one in self.ratings.items()},
            "missed": missed_to(self.missed),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "State":
        """Return the state that `to_json` wrote; nothing is a new one."""
        if not said:
            return cls()
        return cls(
            Abilities(**said["can"]) if said.get("can") else None,
            tuple(_heard(one) for one in said["observations"]),
            tuple(_heard(one) for one in said["scores"]),
            pd.Timestamp(said["deep"]) if said.get("deep") else None,
            pd.Timestamp(said["swept"]) if said.get("swept") else None,
            {name: _range(one) for name, one in said.get("ratings", {}).items()},
            missed_from(said.get("missed", {})),
        )


def _listed(one: Any) -> Any:
    return list(one) if isinstance(one, tuple) else dict(one)


def _range(one: Any) -> Any:
    return tuple(one) if isinstance(one, list) else one


def _said(one: Read) -> list[str]:
    return [one.start.isoformat(), one.end.isoformat(), one.at.isoformat()]


def _heard(one: list[str]) -> Read:
    start, end, at = map(pd.Timestamp, one)
    return Read(start, end, at)
