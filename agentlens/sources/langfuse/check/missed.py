"""What is remembered of a row that was not there when its stretch of time was read again?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["MOST", "Missed", "missed_from", "missed_to"]

MOST = 10_000
"""More than that is not remembered; the latest rows come first."""


@dataclass(frozen=True)
class Missed:
    """A row that one pass missed. By which hash it is known again, its holder says.

    Attributes:
        table: spans, facts or scores.
        start: when it happened.
        at: the source's clock in the pass that missed it first.
    """

    table: str
    start: pd.Timestamp
    at: pd.Timestamp


def missed_to(missed: Mapping[str, Missed]) -> dict[str, list[str]]:
    """Return what JSON can hold."""
    latest = sorted(missed.items(), key=lambda one: one[1].start, reverse=True)[:MOST]
    return {name: [one.table, one.start.isoformat(), one.at.isoformat()] for name, one in latest}


def missed_from(said: Mapping[str, Any]) -> dict[str, Missed]:
    """Return what `missed_to` wrote."""
    return {
        name: Missed(table, pd.Timestamp(start), pd.Timestamp(at))
        for name, (table, start, at) in said.items()
    }
