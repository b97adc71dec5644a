"""At which time of the day and of the week did the rows of a metric begin?"""

import numpy as np

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Ints

__all__ = ["TIMES", "clock", "hours"]

TIMES = ("hour", "weekday")
"""Names of the dimensions that come from the clock."""

_HOUR = 3_600_000_000
_QUARTERS = ("00:00 to 06:00", "06:00 to 12:00", "12:00 to 18:00", "18:00 to 24:00")
_WEEK = ("Monday to Friday", "Saturday and Sunday")
_SATURDAY = 5


def clock(rows: Rows) -> list[Dimension]:
    """Return the quarter of the day, and whether it was a weekend, both in UTC.

    Finer parts would leave the shorter period without rows in most of them.
    """
    hour = rows.time // _HOUR
    weekday = (hour // 24 + 3) % 7  # 1970-01-01 was a Thursday
    return [
        Dimension("hour", _QUARTERS, (hour % 24 // 6).astype(np.int64), ordered=True),
        Dimension("weekday", _WEEK, (weekday >= _SATURDAY).astype(np.int64)),
    ]


def hours(rows: Rows) -> Ints:
    """Return the hour of each row, counted from that of the first."""
    hour = rows.time // _HOUR
    since: Ints = hour - (hour.min() if hour.size else 0)
    return since
