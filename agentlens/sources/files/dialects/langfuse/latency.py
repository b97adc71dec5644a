"""Do exported durations agree with the times beside them?"""

from collections.abc import Sequence
from statistics import median
from typing import Any

import pandas as pd

from agentlens.sources.langfuse.wire.values import amount
from agentlens.tables.problems import Problem

__all__ = ["ignored_latency"]

_LOOKED_AT = 200
_LEAST_S = 0.002
_THOUSAND = (500.0, 2000.0)
_EXAMPLES = 5


def ignored_latency(
    latency: Sequence[Any], start: Sequence[Any], end: Sequence[Any], places: Sequence[str]
) -> tuple[Problem, ...]:
    """Return that the export's own durations were not used, and whether they are milliseconds.

    Integrations of before April 2026 write milliseconds under the same name.

    Args:
        latency: the durations that the export states.
        start: the times beside them.
        end: likewise.
        places: where each stands.
    """
    told = [at for at, value in enumerate(latency) if value not in (None, "")]
    if not told:
        return ()
    looked = told[:_LOOKED_AT]
    begun, ended = (_times([column[at] for at in looked]) for column in (start, end))
    took = (ended - begun).dt.total_seconds().tolist()
    ratios = [
        stated / real
        for at, real in zip(looked, took, strict=True)
        if real >= _LEAST_S and (stated := amount(latency[at]))
    ]
    detail = "latency_ignored: durations come from the times"
    off = bool(ratios) and _THOUSAND[0] < median(ratios) < _THOUSAND[1]
    if off:
        detail += "; the stated ones are a factor of 1000 larger, so they are milliseconds"
    return (
        Problem(
            action="ignored",
            n=len(told),
            table="spans",
            field="latency",
            severity="warn" if off else "info",
            share=len(told) / len(latency),
            examples=tuple(places[at] for at in told[:_EXAMPLES]) if off else (),
            detail=detail,
        ),
    )


def _times(values: Sequence[Any]) -> pd.Series:
    texts = pd.Series([None if one is None else str(one) for one in values], dtype="str")
    return pd.to_datetime(texts, utc=True, errors="coerce", format="ISO8601")
