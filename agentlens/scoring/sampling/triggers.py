"""When is a trace worth choosing more often than others?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.expression import parse
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem
from agentlens.tables.schema import TRACES

__all__ = ["ARTICLES", "DEFAULT", "TRIGGERS", "Trigger", "matches"]


@dataclass(frozen=True)
class Trigger:
    """A reason to choose a trace: an expression over its columns.

    Attributes:
        when: true for the traces meant; or, with `above`, a number.
        above: the traces whose number lies above this quantile of the log are meant.
    """

    when: str
    above: float | None = None


TRIGGERS: Mapping[str, Trigger] = {
    "user_thumbs_down": Trigger("user_rating < 0.5"),
    "escalation_requested": Trigger("escalated"),
    "high_token_count": Trigger("input_tokens + output_tokens", above=0.99),
    "tool_error": Trigger("tool_errors > 0"),
    "error": Trigger("status in ('error', 'incomplete')"),
    "safety_flagged": Trigger("safety_flagged"),
    "slow": Trigger("latency_s", above=0.99),
}
"""The triggers that a name stands for."""

DEFAULT = ("user_thumbs_down", "escalation_requested", "high_token_count", "tool_error")
"""The triggers of the articles that this way of sampling comes from."""

ARTICLES: Mapping[str, Trigger] = {
    "failure": Trigger(
        "status in ('error', 'incomplete') or error_type == 'timeout'"
        " or not completed and not coalesce(status == 'open', False)"
        " or user_rating < 0.5 or escalated"
    ),
    "safety_flagged": Trigger("safety_flagged"),
    "first_session": Trigger("session_number == 1"),
}
"""The tiers of those articles: traces that are kept for certain."""


def matches(log: Log, name: str, trigger: Trigger) -> tuple[Flags, tuple[Problem, ...]]:
    """Return the traces that a trigger means, and what it could not look at.

    Args:
        log: the traces.
        name: of the trigger, for what is said of it.
        trigger: the expression.
    """
    expression = parse(trigger.when)
    absent = []
    for column in sorted(expression.columns):
        if column.startswith("score:"):
            message = (
                f"{name!r} reads {column!r}, and a score may be there for some traces only."
                f" Say tail={{{column.removeprefix('score:')!r}: 0.5}} to keep traces that"
                " score below 0.5."
            )
            raise BadInputError(message)
        if column not in log.traces and column not in TRACES.names:
            raise UnknownNameError("trace column", column, log.traces.columns)
        if len(log) and (column not in log.traces or log.traces[column].isna().all()):
            absent.append(column)
    values = expression.evaluate(log.traces, len(log))
    found = values == 1.0
    if trigger.above is not None:
        known = values[~np.isnan(values)]
        found = values > (np.quantile(known, trigger.above) if known.size else np.nan)
    return found, _blind(log.traces, name, absent, of=len(expression.columns))


def _blind(traces: pd.DataFrame, name: str, absent: list[str], *, of: int) -> tuple[Problem, ...]:
    if not absent:
        return ()
    left = "it goes by its other columns" if len(absent) < of else "it applies to no trace"
    detail = f"{name}: this log does not record {' or '.join(absent)}; {left}"
    field = ", ".join(absent)
    return (Problem(action="missing", table="traces", field=field, n=len(traces), detail=detail),)
