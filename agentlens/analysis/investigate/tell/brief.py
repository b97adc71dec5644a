"""What does an investigation tell, whatever it found?"""

from dataclasses import dataclass, field

import pandas as pd

from agentlens.analysis.arms.periods import Span
from agentlens.analysis.investigate.case import Cause
from agentlens.result import Fact, Signal
from agentlens.theme import Band

__all__ = ["Brief", "evidence", "when"]

_COLUMNS = ("kind", "finding", "value", "before", "low", "high", "n", "words")


@dataclass(frozen=True, eq=False, kw_only=True)
class Brief:
    """The answer in words and numbers.

    Attributes:
        band: pass, watch, act or unknown.
        headline: one sentence.
        cause: in one word.
        lines: heading and sentence, in the order of a report.
        numbers: facts with intervals.
        evidence: one row a finding.
        began: when it most likely began.
        between: the interval that holds that time.
        end: until when it lasted.
        reading: traces to read first and why.
        undecided: what could not be decided, and what would be needed.
        found: the signals.
        caveats: what a careful reader must know.
    """

    band: Band
    headline: str
    cause: Cause | None
    lines: tuple[tuple[str, str], ...] = ()
    numbers: dict[str, Fact] = field(default_factory=dict)
    evidence: pd.DataFrame = field(default_factory=lambda: evidence([]))
    began: pd.Timestamp | None = None
    between: Span | None = None
    end: pd.Timestamp | None = None
    reading: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"trace_id": [], "why": []}, dtype=object)
    )
    undecided: tuple[str, ...] = ()
    found: tuple[Signal, ...] = ()
    caveats: tuple[str, ...] = ()

    def facts(self) -> dict[str, Fact]:
        """Return everything that the card lists."""
        told = {heading: Fact(value=words) for heading, words in self.lines}
        if len(self.reading):
            first = self.reading.head(3)
            ids = ", ".join(str(one) for one in first["trace_id"])
            more = len(self.reading) - len(first)
            told["read first"] = Fact(value=f"{ids}{f' and {more} more' if more else ''}")
        if self.undecided:
            told["not decided"] = Fact(value=" ".join(self.undecided))
        return self.numbers | told


def evidence(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Return findings as a frame: kind, finding, value, before, low, high, n, words."""
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def when(time: pd.Timestamp) -> str:
    """Return a time to the minute.

    >>> when(pd.Timestamp("2026-11-09 00:04:33", tz="UTC"))
    '2026-11-09 00:04'
    """
    return f"{time:%Y-%m-%d %H:%M}"
