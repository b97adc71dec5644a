"""What does a user's rating say between 0 and 1, and of which range must one ask?"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.sources.signals.mapping.expressions import Expression, Ranged, Score, matched
from agentlens.sources.signals.mapping.found import Found
from agentlens.sources.signals.mapping.values import Read, examples_in, meant
from agentlens.stats.arrays import Flags, Floats

__all__ = ["Range", "Ranges", "question", "read_ratings", "refuse_unsound"]

Range = tuple[float, float] | Mapping[str, float]
"""The worst and the best value, or the number of each category."""

Ranges = Mapping[str, Range]
"""Score name to its range, as the source's own configuration of scores states it."""

_UP = "up thumbs_up thumbsup thumbs-up 👍 :+1: +1 like liked positive good great helpful happy"
_UP += " satisfied very_satisfied love yes y true t correct upvote"
_DOWN = "down thumbs_down thumbsdown thumbs-down 👎 :-1: dislike disliked negative bad poor"
_DOWN += " unhelpful not_helpful unhappy unsatisfied dissatisfied no n false f incorrect downvote"
_WORDS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(_UP.split(), 1.0)
    | dict.fromkeys(_DOWN.split(), 0.0)
    | dict.fromkeys(("neutral", "meh", "😐"), 0.5)
)
_MANY_VALUED = frozenset({"stars", "star_rating"})
_SIGNED = (-1.0, 0.0, 1.0)


def read_ratings(expression: Expression, found: Found, ranges: Ranges) -> Read:
    """Return ratings from 0 to 1; where the range would have to be guessed they are missing.

    Args:
        expression: where they come from.
        found: what it gave.
        ranges: of scores, where the source states them.
    """
    worded = meant(found, _WORDS)
    if isinstance(expression, Ranged):
        scaled = found.numbers
    else:
        stated = _range_of(expression, ranges)
        if isinstance(stated, Mapping):
            return _categorised(found, stated)
        scaled = _scaled(found.numbers, stated, plain=not _many_valued(expression))
    ratings = np.where(np.isnan(scaled), worded, scaled)
    lost = found.present & np.isnan(ratings)
    return Read(pd.Series(ratings), lost, examples_in(found, lost))


def question(column: str, expression: Expression, read: Read) -> str:
    """Return the question after the range, or after the meaning, of what could not be read."""
    if isinstance(expression, Ranged):
        return f"{expression}: values outside this range are taken as missing"
    shown = ", ".join(read.examples)
    if not any(one[-1].isdigit() for one in read.examples):
        return f"{expression} holds {shown}, which is no rating"
    return (
        f"{expression} holds {shown}: in which range? Say mapping={{{column!r}: "
        f"({str(expression)!r}, worst, best)}}, as in ({str(expression)!r}, 1, 5)"
    )


def refuse_unsound(column: str, expression: Expression, found: Found, read: Read) -> None:
    """Refuse a rating that the user asked for and whose range nobody states."""
    if isinstance(expression, Ranged):
        return
    unread: Flags = read.lost & ~np.isnan(found.numbers)
    if unread.any():
        message = f"{question(column, expression, read)}."
        raise BadInputError(message)


def _range_of(expression: Expression, ranges: Ranges) -> Range | None:
    if not isinstance(expression, Score):
        return None
    wanted = matched(expression.name)
    return next((one for name, one in ranges.items() if matched(name) == wanted), None)


def _many_valued(expression: Expression) -> bool:
    """Whether 1 is the worst of several stars rather than a yes."""
    return matched(str(expression)).rpartition(":")[2].rpartition("_")[2] in _MANY_VALUED or any(
        str(expression).casefold().endswith(name) for name in _MANY_VALUED
    )


def _scaled(numbers: Floats, stated: tuple[float, float] | None, *, plain: bool) -> Floats:
    if stated is not None:
        low, high = stated
        scaled = (numbers - low) / (high - low)
        return np.where((scaled >= 0) & (scaled <= 1), scaled, np.nan)
    known = numbers[~np.isnan(numbers)]
    if not plain or not np.isin(known, _SIGNED).all():
        return np.full(len(numbers), np.nan)
    return (numbers + 1) / 2 if (known < 0).any() else numbers


def _categorised(found: Found, stated: Mapping[str, float]) -> Read:
    """Return labels by the numbers that the source gives its categories."""
    low, high = min(stated.values()), max(stated.values())
    spread = (high - low) or 1.0
    table = {name.strip().casefold(): (one - low) / spread for name, one in stated.items()}
    worded = meant(found, table)
    numbered = _scaled(found.numbers, (low, low + spread), plain=True)
    ratings = np.where(np.isnan(worded), numbered, worded)
    lost = found.present & np.isnan(ratings)
    return Read(pd.Series(ratings), lost, examples_in(found, lost))
