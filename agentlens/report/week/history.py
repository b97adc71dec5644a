"""How much of the past is a week judged by?"""

import pandas as pd

from agentlens import text
from agentlens.report.week.span import Span
from agentlens.tables.log import Log

__all__ = ["recorded_of"]

_WEEKS = (53, 26, 13, 8, 4, 2)


def recorded_of(log: Log, span: Span) -> tuple[Log, str]:
    """Return the week with its past, and a sentence where that had to be cut short.

    Of a log whose rows are elsewhere no more is taken than it brings at once: what is charted needs
    no rows, but changes, drift and failures do.

    Args:
        log: the traces.
        span: the week.
    """
    longest, *shorter = _WEEKS
    part = _until(log, span, longest)
    if log.room is None or len(part) <= log.room:
        return part, ""
    parts = {weeks: _until(log, span, weeks) for weeks in shorter}
    fitting = (weeks for weeks, one in parts.items() if len(one) <= log.room)
    weeks = next(fitting, shorter[-1])
    said = (
        f"Judged by the last {weeks} weeks: with more there are over {text.count(log.room)} traces,"
        " the most that this log brings at once."
    )
    return parts[weeks], said


def _until(log: Log, span: Span, weeks: int) -> Log:
    """Return so many weeks of the past, and in any case what the week is held against."""
    return log.between(min(span.end - pd.Timedelta(7 * weeks, "D"), span.before[0]), span.end)
