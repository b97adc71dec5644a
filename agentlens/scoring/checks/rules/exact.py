"""Is a text the one that was expected?"""

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import missing, texts_of, unnamed
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.tables.log import Log

__all__ = ["exact"]

_STEPS: dict[str, Callable[[str], str]] = {
    "width": lambda text: unicodedata.normalize("NFKC", text),
    "case": str.casefold,
    "punctuation": lambda text: re.sub(r"[^\w\s]|_", "", text),
    "blanks": lambda text: " ".join(text.split()),
}
"""What may be made even before two texts are compared, in the order in which it is done."""


def exact(
    expected: str,
    field: str = "output",
    *,
    even: Sequence[str] = ("blanks",),
    name: str = "exact",
) -> Check:
    """Return the check that a text equals that of another column.

    Args:
        expected: the trace column that holds what is expected.
        field: which trace column is compared with it.
        even: what is made even in both before: of "width", "case", "punctuation" and "blanks".
        name: what its scores are called.

    Example:
        >>> exact("meta_expected", even=["case", "blanks"]).params["even"]
        ['case', 'blanks']
    """
    wanted = (even,) if isinstance(even, str) else tuple(even)
    for one in wanted:
        if one not in _STEPS:
            raise unnamed("even", one, [*_STEPS])
    steps = [_STEPS[one] for one in _STEPS if one in wanted]
    return Check(
        name=name,
        version=1,
        applies=f"traces with {field} and {expected}",
        question=f"Is the {field} equal to {expected}?",
        params={
            "expected": expected,
            "field": field,
            "even": [one for one in _STEPS if one in wanted],
        },
        run=lambda log: _run(log, field, expected, steps),
        failing=f"{field}s differ from {expected}",
    )


def _run(log: Log, field: str, expected: str, steps: list[Callable[[str], str]]) -> Found:
    absent = missing(log, field) or missing(log, expected)
    if absent:
        return nothing(len(log), absent)
    said, wanted = (_evened(log.traces, one, steps) for one in (field, expected))
    cases = [Seen(PASS), Seen(NONE, f"no {field}"), Seen(NONE, f"no {expected}")]
    same = (said == wanted).to_numpy(dtype=bool)
    codes = np.where(said.isna(), 1, np.where(wanted.isna(), 2, np.where(same, 0, 3)))
    return found_of([*cases, Seen(FAIL, "differs", f"differs from {expected}")], codes)


def _evened(traces: pd.DataFrame, name: str, steps: list[Callable[[str], str]]) -> pd.Series:
    texts = texts_of(traces, name)
    made = []
    for one in texts.distinct:
        text = one
        for step in steps:
            text = step(text)
        made.append(text)
    evened: pd.Series = pd.Series(np.array([*made, None], dtype=object)[texts.codes])
    return evened
