"""Does the lake hold as many steps of each settled day as Langfuse counts?"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens import text
from agentlens.errors import SourceError
from agentlens.lake.store.reader import Reader
from agentlens.lake.sync.changes import ORIGIN
from agentlens.sources.langfuse.check.counts import MOST_DAYS, counted
from agentlens.sources.langfuse.client import Client
from agentlens.sources.langfuse.coverage import SETTLED
from agentlens.sources.langfuse.state import State
from agentlens.tables.problems import Problem, report_frame

if TYPE_CHECKING:
    from agentlens.lake.lake import Lake

__all__ = ["compare", "settled_days"]

_DAY = pd.Timedelta("1D")
_SHOWN = 3


def compare(
    lake: "Lake",
    source: str,
    state: State,
    at: pd.Timestamp,
    asked: Callable[[Callable[[Client], Any]], Mapping[str, int]],
) -> str:
    """Return in a sentence where the lake and its source count differently; nothing is mended.

    Each day that differs is a line of the load report, too.

    Args:
        lake: which.
        source: its name.
        state: what was read of it.
        at: the source's clock.
        asked: puts a question to the source; all days are one question.
    """
    head = lake.store.head()
    days = [
        day for day in settled_days(state) if f"{day:%Y-%m-%d}" >= head.expired.get("spans", "")
    ]
    days = [day for day in days if days[-1] - day < MOST_DAYS * _DAY]
    if not days:
        return "no whole day has settled yet, so that there is nothing to compare"
    end = days[-1] + _DAY
    try:
        theirs = asked(partial(counted, first=days[0], end=end))
    except SourceError as error:
        return f"not compared: {error}"
    ours = _held(Reader(lake.store, head), source, days[0], end)
    names = [f"{day:%Y-%m-%d}" for day in days]
    apart = [(one, ours.get(one, 0), theirs.get(one, 0)) for one in names]
    apart = [one for one in apart if one[1] != one[2]]
    if not apart:
        return f"{text.plural(len(days), 'settled day')}: as many steps as Langfuse counts"
    told = [_told(*one) for one in apart]
    lines = report_frame(
        Problem(
            action="conflict",
            n=abs(here - there),
            source=source,
            table="spans",
            severity="warn",
            detail=f"{one}, asked {at:%Y-%m-%d %H:%M}",
        )
        for one, (_, here, there) in zip(told, apart, strict=True)
    )
    lake.take({}, source=source, state={"compared": f"{at.isoformat()}"}, report=lines)
    more = len(told) - _SHOWN
    rest = f"; and {text.plural(more, 'more day')}" if more > 0 else ""
    why = " Whoever was forgotten here counts there." if head.forgotten else ""
    return (
        f"{len(apart):,} of {text.plural(len(days), 'settled day')} differ:"
        f" {'; '.join(told[:_SHOWN])}{rest}.{why} Nothing was changed; a sync with deep= reads such"
        " days again."
    )


def settled_days(state: State) -> list[pd.Timestamp]:
    """Return the days that were read whole after they had settled, the earliest first.

    Args:
        state: what was read.
    """
    found: list[pd.Timestamp] = []
    parts = [(one.start, min(one.end, one.at - SETTLED)) for one in sorted(state.observations)]
    whole: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for start, end in (one for one in parts if one[0] < one[1]):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    for start, end in whole:
        found += list(pd.date_range(start.ceil("D"), end.floor("D"), freq="D", inclusive="left"))
    return found


def _held(reader: Reader, source: str, first: pd.Timestamp, end: pd.Timestamp) -> Mapping[str, int]:
    if ORIGIN not in reader.columns("spans"):
        return {}
    rows = reader.read("spans", since=first, until=end, columns=["start", ORIGIN])
    days = rows.loc[rows[ORIGIN] == source, "start"].dt.strftime("%Y-%m-%d")
    return {str(day): int(n) for day, n in days.value_counts().items()}


def _told(day: str, here: int, there: int) -> str:
    return f"{day} has {here:,} here and {there:,} there"
