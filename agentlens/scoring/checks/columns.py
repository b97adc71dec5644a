"""Which texts and steps does a log have for a check to look at?"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.found import NONE, Found, Seen, found_of, nothing
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log

__all__ = ["CUT", "Texts", "by_text", "missing", "steps_of", "texts_of", "unnamed"]

CUT = "⟪… "
"""What a reader puts where it cut a long text."""

_HASHED = "<TEXT_"


class Texts(NamedTuple):
    """A column as its distinct texts and the place of each trace's among them; -1 for none."""

    codes: Ints
    distinct: list[str]

    @property
    def held(self) -> Ints:
        """The places of the traces that have a text."""
        return np.flatnonzero(self.codes >= 0)


def texts_of(frame: pd.DataFrame, name: str) -> Texts:
    """Return a text column; one that is not there, or holds nothing, has no text.

    Args:
        frame: traces or steps.
        name: of the column.
    """
    if name not in frame:
        return Texts(np.full(len(frame), -1, dtype=np.int64), [])
    codes, distinct = pd.factorize(frame[name])
    return Texts(codes.astype(np.int64), [str(one) for one in distinct])


def missing(log: Log, name: str) -> str:
    """Return what to say where no trace has anything in a column, or ""."""
    if name in log.traces and log.traces[name].notna().any():
        return ""
    if not len(log):
        return "this log has no traces"
    what = f"{name}s" if name in {"input", "output"} else f"values of {name!r}"
    return f"this log has no {what}"


def by_text(log: Log, field: str, look: Callable[[str], Seen]) -> Found:
    """Return what a function says of each distinct text of a column.

    Args:
        log: whose traces.
        field: the column.
        look: at one text.
    """
    absent = missing(log, field)
    if absent:
        return nothing(len(log), absent)
    texts = texts_of(log.traces, field)
    cases = [_hashed() if one.startswith(_HASHED) else look(one) for one in texts.distinct]
    return found_of([*cases, Seen(NONE, f"no {field}")], texts.codes)


def steps_of(log: Log, kinds: Sequence[str]) -> pd.DataFrame:
    """Return the steps of some kinds, by trace and in order of time; `row` is the trace's place.

    Args:
        log: whose spans.
        kinds: such as ("tool",).
    """
    spans = log.spans
    if "kind" not in spans or not len(spans):
        return spans.iloc[:0].assign(row=pd.Series(dtype="int64"))
    chosen = spans[spans["kind"].isin(list(kinds)).to_numpy(dtype=bool)]
    codes, ids = pd.factorize(chosen["trace_id"])
    place = pd.Index(log.traces["trace_id"]).get_indexer(pd.Index(ids))
    chosen = chosen.assign(row=np.append(place, -1)[codes])
    order = [one for one in ("row", "start", "span_id") if one in chosen]
    return chosen[chosen["row"] >= 0].sort_values(order, kind="stable", ignore_index=True)


def unnamed(what: str, given: object, known: Sequence[str]) -> BadInputError:
    """Return the error for a choice that is none."""
    message = f"{what} is one of {', '.join(map(repr, known))}, not {given!r}."
    return BadInputError(message)


def _hashed() -> Seen:
    return Seen(NONE, "hidden whole when it was read")
