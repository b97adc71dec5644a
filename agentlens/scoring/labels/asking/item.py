"""What does a rater see of a trace, and what not?"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from agentlens.tables.log import Log
from agentlens.tables.trace import Trace

__all__ = ["Item", "plain"]

_HIDDEN = {*range(32), 127, *range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)}
_HIDDEN |= {*range(0x2060, 0x2070), 0xFEFF, *range(0xD800, 0xE000)}
_MARKS = {point: f"\\u{point:04x}" for point in _HIDDEN} | {9: " ", 10: "\n", 13: ""}
_LONG = 4_000
_OF_A_STEP = 400
_MOST_STEPS = 30
_ABOUT = ("task_type", "start", "status", "error_type")
_OPINIONS = ("judge", "human")


@dataclass(frozen=True, eq=False, kw_only=True)
class Item:
    """One trace, or one step of it, on a rater's desk; nobody's opinion of it is here.

    Attributes:
        trace_id: of the trace.
        span_id: of the step that is asked about, "" for the whole trace.
        nth: its place in the rater's queue, from 1.
        of: showings in the queue.
    """

    trace_id: str
    span_id: str
    nth: int
    of: int
    _log: Log = field(repr=False)

    @cached_property
    def trace(self) -> Trace:
        """Its row and its steps, without what judges and people said."""
        whole = self._log.trace(self.trace_id)
        scores = whole.scores
        if "source" in scores:
            scores = scores[~scores["source"].isin(_OPINIONS)].reset_index(drop=True)
        return replace(whole, scores=scores)

    @property
    def output(self) -> str:
        """What the agent answered, "" where it did not."""
        traces = self._log.traces
        held = traces.loc[traces["trace_id"] == self.trace_id, "output"]
        return str(held.iloc[0]) if held.notna().any() else ""

    @property
    def text(self) -> str:
        """What a person needs to judge it, as plain text that cannot steer a terminal."""
        return "\n".join(_lines(self))


def plain(text: object, most: int = _LONG) -> str:
    r"""Return text without anything that a terminal would obey, its middle cut where it is long.

    >>> plain("a\x1b[2Jb"), plain("abcdefgh", 4)
    ('a\\u001b[2Jb', 'ab[… 4 characters …]gh')
    """
    whole = str(text).translate(_MARKS)
    lost = len(whole) - most
    if lost <= 0:
        return whole
    half = most // 2
    return f"{whole[:half]}[… {lost:,} characters …]{whole[-half:]}"


def _lines(item: Item) -> Iterator[str]:
    row = item.trace.row
    about = [plain(row[name]) for name in _ABOUT if _has(row, name)]
    yield f"{item.nth} of {item.of} · {' · '.join([*about, item.trace_id])}"
    if _has(row, "input"):
        yield f"\nUSER\n{plain(row['input'])}"
    answer = plain(row["output"]) if _has(row, "output") else "(no answer)"
    yield f"\nFINAL ANSWER\n{answer}"
    steps = item.trace.spans.sort_values("start", kind="stable")
    if item.span_id:
        own = steps[steps["span_id"] == item.span_id]
        yield from _steps(own, "THE STEP IN QUESTION", _LONG)
        steps = steps[steps["span_id"] != item.span_id]
    failed = (steps["status"] == "error").fillna(value=False) if "status" in steps else None
    if failed is not None and failed.any():
        yield from _steps(steps[failed], "FAILED STEPS", _LONG)
        steps = steps[~failed]
    yield from _steps(steps, "OTHER STEPS", _OF_A_STEP)


def _steps(rows: pd.DataFrame, title: str, most: int) -> Iterator[str]:
    if rows.empty:
        return
    yield f"\n{title}"
    for _, row in rows.head(_MOST_STEPS).iterrows():
        what = " ".join(plain(row[name]) for name in ("kind", "name") if _has(row, name))
        said = [
            f"{word}: {plain(row[name], most)}"
            for name, word in (("error_message", "error"), ("input", "in"), ("output", "out"))
            if _has(row, name)
        ]
        yield f"- {' | '.join([what, *said])}"
    if len(rows) > _MOST_STEPS:
        yield f"- and {len(rows) - _MOST_STEPS:,} more"


def _has(row: pd.Series, name: str) -> bool:
    return name in row.index and not pd.isna(row[name])
