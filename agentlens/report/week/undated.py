"""What is a Result called on a page that says at its top which week it is of?"""

import re
from dataclasses import replace
from typing import TypeVar

from agentlens.report.week.refusal import Refusal
from agentlens.result import Result

__all__ = ["undated"]

_DAY = r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?"
_SPAN = rf"{_DAY} to {_DAY}"
_DATED = re.compile(rf"[,:] {_SPAN}(?: against {_SPAN})?")

R = TypeVar("R", bound=Result)


def undated(answer: R | Refusal) -> R | Refusal:
    """Return an answer whose title names no dates: it is called the same every week.

    Args:
        answer: any; a refusal stays as it is.

    Example:
        >>> _DATED.sub("", "Drift, 2026-11-09 to 2026-11-16 against 2026-11-02 to 2026-11-09")
        'Drift'
    """
    if isinstance(answer, Refusal):
        return answer
    title = _DATED.sub("", answer.title)
    return answer if title == answer.title else replace(answer, title=title)
