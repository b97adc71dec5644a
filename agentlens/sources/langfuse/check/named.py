"""Which rows did the server name in a slice, whether or not they could be read?"""

from dataclasses import dataclass, field

import pandas as pd

from agentlens.sources.intake.ids import spelt
from agentlens.sources.langfuse.pages import Page
from agentlens.sources.langfuse.visit import Visit

__all__ = ["Named", "key_of_step", "named"]

_BETWEEN = "\x1f"


def _none() -> pd.Series:
    return pd.Series(dtype="str")


@dataclass(frozen=True, eq=False)
class Named:
    """The keys that a server named, each table's as one text a row.

    Attributes:
        spans: of steps, as `key_of_step` makes them.
        facts: of traces, where traces are listed.
        scores: of judgements.
    """

    spans: pd.Series = field(default_factory=_none)
    facts: pd.Series = field(default_factory=_none)
    scores: pd.Series = field(default_factory=_none)


def named(visit: Visit) -> Named:
    """Return the keys of all rows of a slice; a row need not be readable to be there."""
    steps, traces, scores = visit.observations, visit.traces, visit.scores
    return Named(
        key_of_step(spelt(_told(steps, "traceId")), spelt(_told(steps, "id"))),
        spelt(_told(traces, "id")),
        _told(scores, "id"),
    )


def key_of_step(traces: pd.Series, steps: pd.Series) -> pd.Series:
    """Return what identifies each step, as one text."""
    return (traces + _BETWEEN + steps).dropna()


def _told(page: Page, field_name: str) -> pd.Series:
    values = [row.get(field_name) for row in page]
    return pd.Series([None if one is None else str(one) for one in values], dtype="str")
