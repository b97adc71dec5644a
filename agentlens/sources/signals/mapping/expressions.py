"""What can a mapping say of where a column comes from, as data that any engine could read?"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pandas as pd

__all__ = [
    "TESTS",
    "Attribute",
    "Event",
    "Expression",
    "Field",
    "Function",
    "Metadata",
    "Ranged",
    "Score",
    "ScoreTest",
    "Tag",
    "TagPrefix",
    "Test",
    "ToolSpan",
    "matched",
]

Test = Literal[">=", "<=", ">", "<", "==", "!="]
TESTS: dict[Test, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
"""What each test does, to numbers in memory and to a column of an engine alike."""

_FOLDED = re.compile(r"[-\s.]")


@dataclass(frozen=True)
class Metadata:
    """The value under a key of the trace's metadata."""

    key: str

    def __str__(self) -> str:
        return f"metadata.{self.key}"


@dataclass(frozen=True)
class Score:
    """The newest score of a name."""

    name: str

    def __str__(self) -> str:
        return f"score:{self.name}"


@dataclass(frozen=True)
class ScoreTest:
    """Whether the newest score of a name passes a test."""

    name: str
    test: Test
    bound: float

    def __str__(self) -> str:
        return f"score:{self.name}{self.test}{self.bound:g}"


@dataclass(frozen=True)
class Tag:
    """Whether the trace bears a tag."""

    name: str

    def __str__(self) -> str:
        return f"tag:{self.name}"


@dataclass(frozen=True)
class TagPrefix:
    """What follows a prefix in one of the trace's tags."""

    prefix: str

    def __str__(self) -> str:
        return f"tag:{self.prefix}:*"


@dataclass(frozen=True)
class Attribute:
    """The value of an attribute of the trace's spans, the root's first."""

    name: str

    def __str__(self) -> str:
        return f"attr:{self.name}"


@dataclass(frozen=True)
class ToolSpan:
    """Whether the trace has a tool span of a name."""

    name: str

    def __str__(self) -> str:
        return f"span:{self.name}"


@dataclass(frozen=True)
class Event:
    """Whether the trace has an event of a name."""

    name: str

    def __str__(self) -> str:
        return f"event:{self.name}"


@dataclass(frozen=True)
class Field:
    """The value of a column that the source itself has."""

    column: str

    def __str__(self) -> str:
        return f"field:{self.column}"


@dataclass(frozen=True)
class Function:
    """What a function makes of the traces; the only expression that runs in Python alone."""

    call: Callable[[pd.DataFrame], pd.Series]

    def __str__(self) -> str:
        return f"function {getattr(self.call, '__name__', type(self.call).__name__)}"


@dataclass(frozen=True)
class Ranged:
    """A number and the range in which it is given; `low` is the worst."""

    of: "Expression"
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.of} from {self.low:g} to {self.high:g}"


Expression = (
    Metadata
    | Score
    | ScoreTest
    | Tag
    | TagPrefix
    | Attribute
    | ToolSpan
    | Event
    | Field
    | Function
    | Ranged
)


@lru_cache(maxsize=4096)
def matched(name: str) -> str:
    """Return a name in the one spelling under which all its spellings meet.

    >>> matched("Customer-Tier") == matched("customer tier") == matched("customer.tier")
    True
    """
    return _FOLDED.sub("_", name.strip().casefold())
