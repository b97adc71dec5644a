"""Which traces of a log are meant, as a value that can be kept, compared and written down?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, moment
from agentlens.tables.wide import score_column

__all__ = ["Period", "Selection"]

Period = tuple[pd.Timestamp, pd.Timestamp]
_PAIR = 2
_SCORE = "score:"


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, repr=False)
class Selection:
    """Traces by when they began, what their columns say, how they scored, and by name.

    What is not said restricts nothing; a list without values is a list that nobody is on.

    Attributes:
        current: from and until, in UTC; the second moment itself is no longer in it.
        where: by column, the values of which one must match; None matches what is missing.
        score: by score name, the least and the highest value; traces without it are not meant.
        ids: of the traces; None for all of them.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=50, seed=1)
        >>> Selection(where={"device": "mobile"}).of(log)
        Log(182 traces, 1,444 spans, 443 scores)
    """

    current: tuple[Any, Any] | None = None
    where: Mapping[str, Any] = field(default_factory=_none)
    score: Mapping[str, Any] = field(default_factory=_none)
    ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Write everything in one way, so that equal selections are equal."""
        ids = None if self.ids is None else tuple(dict.fromkeys(str(one) for one in self.ids))
        where = {str(name): _values(given) for name, given in dict(self.where).items()}
        score = {_plain(name): _range(name, given) for name, given in dict(self.score).items()}
        object.__setattr__(self, "current", None if self.current is None else _pair(self.current))
        object.__setattr__(self, "where", MappingProxyType(where))
        object.__setattr__(self, "score", MappingProxyType(score))
        object.__setattr__(self, "ids", ids)

    def of(self, log: Log) -> Log:
        """Return these traces of a log.

        Args:
            log: any log that has the columns and scores named.
        """
        part = self.within(log)
        if self.current is not None and len(part):
            part = part.between(*self.current)
        return part if self.ids is None or not len(part) else part.where(trace_id=list(self.ids))

    def within(self, log: Log) -> Log:
        """Return the same without a word on when or which ones: what the selection is a part of.

        Args:
            log: any log that has the columns and scores named.
        """
        part = log
        if self.score and len(log):
            part = log.where(trace_id=self._scored(log))
        if not self.where:
            return part  # the very same log: one of a lake would have to be read again
        return part.where(**{name: list(values) for name, values in self.where.items()})

    def __repr__(self) -> str:
        """Return the call that makes the same value."""
        said: list[str] = []
        if self.current is not None:
            first, last = (one.isoformat() for one in self.current)
            said.append(f"current=({first!r}, {last!r})")
        if self.where:
            said.append(f"where={ {name: list(values) for name, values in self.where.items()}!r}")
        if self.score:
            said.append(f"score={dict(self.score)!r}")
        if self.ids is not None:
            said.append(f"ids={list(self.ids)!r}")
        return f"Selection({', '.join(said)})"

    def __hash__(self) -> int:
        """Return the same number for equal selections."""
        return hash((self.current, frozenset(self.where), frozenset(self.score), self.ids))

    def _scored(self, log: Log) -> list[str]:
        kept: set[str] | None = None
        for name, (low, high) in self.score.items():
            found = score_column(log.scores, f"{_SCORE}{name}")
            ids = set(found.loc[found["value"].between(low, high), "trace_id"])
            kept = ids if kept is None else kept & ids
        return sorted(kept or ())


def _pair(given: object) -> Period:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != _PAIR:
        message = f"current is a pair of times, (from, until), not {given!r}."
        raise BadInputError(message)
    ends: Sequence[Moment] = given
    first, last = moment(ends[0]), moment(ends[1])
    if last <= first:
        message = f"current={given!r} ends before it begins; swap the two times."
        raise BadInputError(message)
    return first, last


def _values(given: object) -> tuple[object, ...]:
    listed = not isinstance(given, str) and isinstance(given, Iterable)
    values: list[object] = list(given) if listed else [given]  # type: ignore[call-overload]
    return tuple(dict.fromkeys(_value(one) for one in values))


def _value(one: object) -> object:
    """Return a value as plain Python, missing ones as None."""
    plain: Any = one.item() if isinstance(one, np.generic) else one
    missing = pd.api.types.is_scalar(plain) and bool(pd.isna(plain))
    return None if missing else plain


def _plain(name: str) -> str:
    return str(name).removeprefix(_SCORE)


def _range(name: str, given: object) -> tuple[float, float]:
    ends = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else ()
    numbers = [float(one) for one in ends if isinstance(one, int | float | np.number)]
    if len(ends) != _PAIR or len(numbers) != _PAIR or any(isnan(one) for one in numbers):
        message = f"score[{name!r}] is a pair of numbers, (least, highest), not {given!r}."
        raise BadInputError(message)
    if numbers[1] < numbers[0]:
        message = f"score[{name!r}]={given!r} runs downwards; swap the two numbers."
        raise BadInputError(message)
    return numbers[0], numbers[1]
