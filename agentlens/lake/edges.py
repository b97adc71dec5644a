"""When did the first and the last trace of a view begin, without reading the days between?"""

from collections.abc import Iterator
from itertools import islice

import pandas as pd

from agentlens.lake.view import View

__all__ = ["edge"]


def edge(view: View, *, last: bool) -> pd.Timestamp | None:
    """Return when the first or the last trace of a view began; None where it has none.

    Days are read from that end on, more of them at a time, until one holds a trace of the view.

    Args:
        view: which traces of a lake.
        last: whether the last trace is meant.
    """
    days, many = _days(view, last=last), 1
    while block := list(islice(days, many)):
        since, until = (pd.Timestamp(one, tz="UTC") for one in (min(block), max(block)))
        starts = view.between(since, until + pd.Timedelta("1D")).traces(["start"])["start"]
        if len(starts):
            found: pd.Timestamp = starts.max() if last else starts.min()
            return found
        many *= 2
    return None


def _days(view: View, *, last: bool) -> Iterator[str]:
    """Yield the days of which a snapshot has traces and that lie in the view, from one end on."""
    first = "0000-00-00" if view.since is None else f"{view.since:%Y-%m-%d}"
    until = "9999-99-99" if view.until is None else f"{view.until:%Y-%m-%d}"
    snapshot, store = view.reader.snapshot, view.reader.store
    months = {ref.month for ref in snapshot.lists if ref.table == "traces"}
    for month in sorted(months, reverse=last):
        if first[:7] <= month <= until[:7]:
            parts = store.parts(snapshot, "traces", f"{month}-01", f"{month}-31")
            days = {part.day for part in parts if first <= part.day <= until}
            yield from sorted(days, reverse=last)
