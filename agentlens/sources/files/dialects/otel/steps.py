"""What is one span of any OpenTelemetry file, before its attributes are understood?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agentlens.tables.problems import Action, Problem, Severity

__all__ = ["Around", "Event", "Notes", "Step"]

_EXAMPLES = 5


@dataclass(frozen=True)
class Around:
    """What all spans of one resource and scope share.

    Attributes:
        columns: the columns that it fills where a span does not.
        metadata: the rest, under technical keys.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Event(NamedTuple):
    """Something that happened within a span."""

    name: str
    time: Any
    attributes: Mapping[str, Any]


class Step(NamedTuple):
    """One span: its frame in one spelling, its attributes as they came."""

    where: str
    trace_id: Any
    span_id: Any
    parent_id: Any
    name: Any
    start: Any
    end: Any
    status: str | None
    message: Any
    attributes: Mapping[str, Any]
    events: Sequence[Event] = ()
    around: Around = Around()
    trace_state: Any = None


class Notes:
    """What was assumed, ignored or found missing in one batch, counted by kind."""

    def __init__(self) -> None:
        self._n: Counter[tuple[Action, str, str, str, Severity]] = Counter()
        self._places: dict[tuple[str, str, str, str, str], list[str]] = {}

    def add(
        self,
        action: Action,
        field: str,
        detail: str,
        where: str,
        *,
        table: str = "spans",
        severity: Severity = "info",
    ) -> None:
        """Count one row; the first five places are kept as examples."""
        key = (action, field, detail, table, severity)
        self._n[key] += 1
        places = self._places.setdefault(key, [])
        if len(places) < _EXAMPLES:
            places.append(where)

    def problems(self, rows: int) -> tuple[Problem, ...]:
        """Return a line of the load report for each kind.

        Args:
            rows: how many there were, of which the counted ones are a share.
        """
        return tuple(
            Problem(
                action=action,
                n=n,
                table=table,
                field=name,
                severity=severity,
                share=n / max(rows, 1),
                examples=tuple(self._places[action, name, detail, table, severity]),
                detail=detail,
            )
            for (action, name, detail, table, severity), n in self._n.items()
        )
