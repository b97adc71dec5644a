"""How does the load report tell which rule filled a column, and which columns nothing fills?"""

import numpy as np

from agentlens.stats.arrays import Flags
from agentlens.tables.problems import Problem

__all__ = ["filled", "kept", "unfilled", "unread"]

_MOST = 5


def filled(column: str, rows: Flags, rule: str, *, doubtful: bool = False) -> Problem:
    """Return the line of a rule that filled a column.

    Args:
        column: the column.
        rows: the rows that it filled.
        rule: the rule, in words.
        doubtful: whether it was derived and may well be wrong on a row.
    """
    return _problem("assumed", column, rows, rule, severe=doubtful)


def kept(column: str, rows: Flags, what: str) -> Problem:
    """Return the line of values that a rule would have filled otherwise, and did not."""
    return _problem("conflict", column, rows, what, severe=True)


def unread(column: str, rows: Flags, why: str, examples: tuple[str, ...] = ()) -> Problem:
    """Return the line of values that are there and say nothing for this column."""
    return _problem("missing", column, rows, why, severe=True, examples=examples)


def unfilled(column: str, n: int, what: str, why: str = "") -> Problem:
    """Return the line of a column that nothing fills, with how to map it.

    Args:
        column: the column.
        n: how many traces there are.
        what: the signal in a word, such as "escalation".
        why: the reason, where there is a better one than silence.
    """
    hint = f'map it with mapping={{"{column}": …}}'
    detail = f"{what} is not recorded{f' ({why})' if why else ''}; {hint}"
    return _problem("missing", column, np.ones(n, dtype=bool), detail)


def _problem(
    action: str,
    column: str,
    rows: Flags,
    detail: str,
    *,
    severe: bool = False,
    examples: tuple[str, ...] = (),
) -> Problem:
    n = int(rows.sum())
    return Problem(
        action=action,  # type: ignore[arg-type]  # one of the words that this module uses
        table="traces",
        field=column,
        severity="warn" if severe else "info",
        n=n,
        share=n / max(len(rows), 1),
        examples=examples[:_MOST],
        detail=detail,
    )
