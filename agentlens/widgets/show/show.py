"""What happened in this trace, from the first word to the last?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result, Signal
from agentlens.tables.log import Log
from agentlens.tables.trace import Trace

if TYPE_CHECKING:
    from agentlens.widgets.show.viewer import TraceView

__all__ = ["show"]

_ALIKE = 4
_CLOSE = 200


def show(
    given: Log | Trace,
    trace_id: str | Signal | Result | Iterable[str] | None = None,
    *,
    spans: int = 2_000,
) -> "TraceView":
    """Return a view of a trace: its steps in time, what was said, its errors, costs and verdicts.

    Keys: arrows walk the steps, Enter opens one, E goes to the next error, / searches, C turns to
    the conversation, J and K go to the next and the previous trace.

    Args:
        given: a log, or one trace of it from `log.trace(…)`.
        trace_id: which trace of the log; several ids, a signal or a result for a walk through their
            traces; without it the walk is through the whole log.
        spans: steps drawn at most; beyond, siblings of one name stand in one row marked ×.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=2, traces_per_day=20, seed=1)
        >>> view = al.show(log, log.traces["trace_id"].iloc[0])
        >>> len(view.trace.spans)
        7
    """
    from agentlens.widgets.show.viewer import TraceView  # noqa: PLC0415 - only a notebook has it

    if isinstance(spans, bool) or spans < 1:
        message = f"spans is how many steps are drawn at most, a number from 1, not {spans!r}."
        raise BadInputError(message)
    if isinstance(given, Trace):
        return TraceView(_alone(given), [str(given.row["trace_id"])], spans=spans)
    if not isinstance(given, Log):
        message = (
            f"show takes a log, or a trace from log.trace(…), not {type(given).__name__}:"
            " al.show(log, trace_id)."
        )
        raise BadInputError(message)
    known = given.traces.sort_values("start", kind="stable")["trace_id"].astype(str).tolist()
    if trace_id is None:
        return TraceView(given, known, spans=spans)
    if isinstance(trace_id, str):
        _check([trace_id], known)
        return TraceView(given, known, first=trace_id, spans=spans)
    ids = _ids(trace_id)
    _check(ids, known)
    return TraceView(given, ids, spans=spans)


def _alone(trace: Trace) -> Log:
    return Log(traces=pd.DataFrame([trace.row]), spans=trace.spans, scores=trace.scores)


def _ids(given: Any) -> list[str]:
    if isinstance(given, Signal):
        found: Iterable[Any] = given.trace_ids
    elif isinstance(given, Result):
        found = (one for signal in given.signals() for one in signal.trace_ids)
    elif isinstance(given, Iterable):
        found = given
    else:
        message = f"trace_id is an id, several ids, a signal or a result, not {given!r}."
        raise BadInputError(message)
    ids = list(dict.fromkeys(str(one) for one in found))
    if not ids:
        message = f"{type(given).__name__} names no traces: there is nothing to show."
        raise BadInputError(message)
    return ids


def _check(ids: list[str], known: list[str]) -> None:
    there = set(known)
    for one in ids:
        if one not in there:
            # To compare with every id of a large log would take seconds; beginnings tell enough.
            alike = [other for other in known if other[:_ALIKE] == one[:_ALIKE] or one in other]
            hint = f"This log holds {len(known):,} traces; log.traces['trace_id'] lists them."
            raise UnknownNameError("trace", one, alike[:_CLOSE], hint=hint)
