"""What did a hand do to a chart, and when or where?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["Event", "event_of"]

Span = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A click, a selection, a hover or a zoom.

    Attributes:
        kind: click, select, deselect, hover, unhover, relayout or ready.
        rev: of the figure that it was made on.
        view: which of several views of the same chart.
        points: of a click or a hover: id, curve, index, x and y of each point.
        x: of a selection or a zoom, from and to; None for all.
        y: of a selection.
        ids: of the points selected; None where there are too many to name: filter by the ranges.
        n: how many points were selected.
        held: which of shift, alt, ctrl and meta were held down.
    """

    kind: str
    rev: int
    view: str = ""
    points: tuple[Mapping[str, Any], ...] = ()
    x: tuple[Any, Any] | None = None
    y: tuple[Any, Any] | None = None
    ids: tuple[str, ...] | None = ()
    n: int = 0
    held: frozenset[str] = frozenset()

    @property
    def period(self) -> Span | None:
        """The range along x as times; figures are drawn in UTC, and that is how they are read."""
        if self.x is None:
            return None
        first, last = (pd.Timestamp(one) for one in self.x)
        return (_utc(first), _utc(last))


def event_of(content: Mapping[str, Any]) -> Event:
    """Return a message as an event.

    >>> event_of({"kind": "select", "rev": 2, "x": ["2026-11-01", "2026-11-02"], "y": None}).period
    (Timestamp('2026-11-01 00:00:00+0000', tz='UTC'), Timestamp('2026-11-02 00:00:00+0000', tz='UTC'))
    """
    ids = content.get("ids", ())
    return Event(
        kind=str(content["kind"]),
        rev=int(content.get("rev") or 0),
        view=str(content.get("view", "")),
        points=tuple(content.get("points", ())),
        x=_range(content.get("x")),
        y=_range(content.get("y")),
        ids=None if ids is None else tuple(str(one) for one in ids if one is not None),
        n=int(content.get("n", 0)),
        held=frozenset(one for one in ("shift", "alt", "ctrl", "meta") if content.get(f"{one}Key")),
    )


def _range(given: Any) -> tuple[Any, Any] | None:
    return (given[0], given[1]) if given else None


def _utc(time: pd.Timestamp) -> pd.Timestamp:
    return time.tz_localize("UTC") if time.tz is None else time.tz_convert("UTC")
