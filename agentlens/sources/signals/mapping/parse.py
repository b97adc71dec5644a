"""Where does a mapping say that a column comes from?

`metadata.key`, `score:name`, `score:name>=4`, `tag:x`, `tag:prefix:*` (what follows the prefix),
`attr:span.attribute`, `span:tool_name`, `event:name`, `field:native_column`, a function of the
traces, and any of these with its range, as in ("score:stars", 1, 5).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, cast

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.signals.mapping.expressions import (
    Attribute,
    Event,
    Expression,
    Field,
    Function,
    Metadata,
    Ranged,
    Score,
    ScoreTest,
    Tag,
    TagPrefix,
    Test,
    ToolSpan,
)

__all__ = ["PREFIXES", "Source", "Sources", "parse", "parse_mapping"]

Source = str | tuple[str, float, float] | Callable[[pd.DataFrame], pd.Series]
"""One expression, as a user writes it."""

Sources = Source | list[Source]
"""Expressions of which the first that is present wins; an empty list turns a column off."""

_TEST = re.compile(r"(?P<name>.*?)\s*(?P<test>>=|<=|==|!=|>|<|=)\s*(?P<bound>[^<>=!]*)")
_FIXED = frozenset({"trace_id", "start"})
_RANGED = 3
_LIKE = 0.85


def parse_mapping(
    mapping: Mapping[str, Sources] | None, signals: Iterable[str]
) -> dict[str, tuple[Expression, ...]]:
    """Return the expressions of each column that a user maps.

    Args:
        mapping: column to an expression, or to a list of which the first present wins.
        signals: the columns that have rules of their own, so that a misspelt one is noticed.

    >>> parse_mapping({"escalated": ["tag:handover", "score:stars<=2"]}, ["escalated"])
    {'escalated': (Tag(name='handover'), ScoreTest(name='stars', test='<=', bound=2.0))}
    """
    known = list(signals)
    found = {}
    for column, sources in (mapping or {}).items():
        if column in _FIXED:
            message = f"mapping {column!r}: this column identifies a trace and cannot be mapped."
            raise BadInputError(message)
        if column not in known and get_close_matches(column, known, n=1, cutoff=_LIKE):
            raise UnknownNameError("signal", column, known)
        listed = sources if isinstance(sources, list) else [sources]
        found[column] = tuple(parse(column, one) for one in listed)
    return found


def parse(column: str, source: object) -> Expression:
    """Return one expression, parsed.

    Args:
        column: the column it is for, to be named where it cannot be read.
        source: what the user wrote.

    >>> parse("user_rating", ("score:stars", 1, 5))
    Ranged(of=Score(name='stars'), low=1.0, high=5.0)
    """
    if callable(source):
        return Function(source)
    if isinstance(source, tuple):
        return _ranged(column, source)
    if not isinstance(source, str):
        message = (
            f"mapping {column!r}: an expression is text, a function, or text with its range,"
            f" not {source!r}."
        )
        raise BadInputError(message)
    for prefix, make in PREFIXES.items():
        if source.startswith(prefix):
            rest = source.removeprefix(prefix).strip()
            if not rest:
                message = f"mapping {column!r}: {source!r} names nothing after {prefix!r}."
                raise BadInputError(message)
            return make(rest)
    raise BadInputError(_prefixless(column, source))


def _prefixless(column: str, source: str) -> str:
    said, mark, rest = source.partition(":")
    if not mark:
        said, mark, rest = source.partition(".")
    close = get_close_matches(said, [one[:-1] for one in PREFIXES], n=1)
    if mark and close:
        near = next(one for one in PREFIXES if one[:-1] == close[0])
        return f"mapping {column!r}: {source!r} is not understood. Did you mean {near + rest!r}?"
    return (
        f"mapping {column!r}: {source!r} does not say where {source!r} is found."
        f" Say 'metadata.{source}', 'score:{source}', 'tag:{source}', 'attr:{source}',"
        f" 'span:{source}', 'event:{source}' or 'field:{source}'."
    )


def _score(rest: str) -> Expression:
    match = _TEST.fullmatch(rest)
    if match is None:
        return Score(rest)
    try:
        bound = float(match["bound"])
    except ValueError:
        bound = math.nan
    if not match["name"] or math.isnan(bound):
        message = f"'score:{rest}': a test compares a score with a number, as in score:stars>=4."
        raise BadInputError(message)
    test = "==" if match["test"] == "=" else match["test"]
    return ScoreTest(match["name"], cast("Test", test), bound)


def _ranged(column: str, source: tuple[Any, ...]) -> Expression:
    numbers = source[1:]
    sound = len(source) == _RANGED and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one)
        for one in numbers
    )
    if not sound or numbers[0] == numbers[1]:
        message = (
            f"mapping {column!r}: a range is given as ('score:stars', 1, 5), worst value first,"
            f" not as {source!r}."
        )
        raise BadInputError(message)
    inner = parse(column, source[0])
    if isinstance(inner, (Ranged, ScoreTest, Tag, ToolSpan, Event)):
        message = f"mapping {column!r}: {inner} is true or false and has no range."
        raise BadInputError(message)
    return Ranged(inner, float(numbers[0]), float(numbers[1]))


def _tag(rest: str) -> Expression:
    return TagPrefix(rest.removesuffix(":*")) if rest.endswith(":*") else Tag(rest)


PREFIXES: Mapping[str, Callable[[str], Expression]] = {
    "metadata.": Metadata,
    "score:": _score,
    "tag:": _tag,
    "attr:": Attribute,
    "span:": ToolSpan,
    "event:": Event,
    "field:": Field,
}
