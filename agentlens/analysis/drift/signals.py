"""Which traces show that a column drifted, and is that bad news?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import CURRENT, Periods
from agentlens.analysis.drift.answer import Answer
from agentlens.analysis.drift.say import level_of
from agentlens.analysis.drift.texts import PROBES
from agentlens.result import Signal
from agentlens.stats.arrays import Ints

__all__ = ["is_bad", "rises", "signals_of"]

_MOST = 500
_BAD_ABOVE = {
    "latency_s", "abandoned", "user_corrected", "escalated", "cost_usd", "tool_errors", "retries",
    "repeated_prompts", "safety_flagged", PROBES,
}  # fmt: skip
_BAD_BELOW = {"completed", "user_rating", "copied"}
_BAD_VALUES = {"status": {"error"}}


def signals_of(
    frame: pd.DataFrame, answers: Mapping[str, Answer], periods: Periods
) -> tuple[Signal, ...]:
    """Return a signal for each drifted column, largest effect first.

    Args:
        frame: the judged columns.
        answers: what was found of each, by name.
        periods: what was compared.
    """
    found = []
    for row in frame[frame["drifted"]].to_dict("records"):
        answer = answers[row["column"]]
        rows = _showing(answer, periods.arm)
        if not rows.size:
            continue
        found.append(
            Signal(
                what=f"{row['column']}: {row['words']}" if row["words"] else str(row["column"]),
                start=periods.current[0],
                end=periods.current[1],
                value=level_of(answer, 1),
                expected=level_of(answer, 0),
                n=int(row["n"]),
                trace_ids=tuple(periods.log.traces["trace_id"].iloc[rows]),
                bad=is_bad(answer),
            )
        )
    return tuple(found)


def is_bad(answer: Answer) -> bool:
    """Return whether a change of this column in this direction is bad news by itself."""
    name = answer.column.source or answer.column.name
    up = rises(answer)
    if answer.column.name.endswith(" missing"):
        return False
    if answer.column.kind == "score":
        return not up
    if answer.column.labels and name in _BAD_VALUES:
        return up and answer.column.labels[answer.mover] in _BAD_VALUES[name]
    if answer.column.name == PROBES:
        return up
    return (name in _BAD_ABOVE and up) or (name in _BAD_BELOW and not up)


def rises(answer: Answer) -> bool:
    """Return whether the column went up: its numbers, or the share of what moved most."""
    before, now = answer.share
    if answer.column.is_number:
        return bool((now - before) @ answer.column.value > 0)
    return bool(now[answer.mover] > before[answer.mover])


def _showing(answer: Answer, arm: Ints) -> Ints:
    """Return the current traces that show the change most plainly, the plainest first."""
    column = answer.column
    here = arm[column.positions] == CURRENT
    rows: Ints = column.positions[here]
    code = column.codes[here]
    if column.is_number:
        return np.asarray(rows[_least(-code if rises(answer) else code)], np.int64)
    apart = answer.share[1] - answer.share[0]
    shown = rows[code == int(apart.argmax())]
    return np.asarray(shown[::-1][:_MOST], dtype=np.int64)


def _least(values: Ints) -> Ints:
    """Return where the least values stand, no more than are shown; of equal ones the first."""
    at = np.arange(values.size)
    if values.size > _MOST:
        last = np.partition(values, _MOST - 1)[_MOST - 1]
        equal = np.flatnonzero(values == last)[:_MOST]
        at = np.sort(np.concatenate([np.flatnonzero(values < last), equal]))
    return at[np.argsort(values[at], kind="stable")][:_MOST]
