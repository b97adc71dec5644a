"""Which traces scored low, and of which ones does nobody know?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agentlens.errors import UnknownNameError
from agentlens.scoring.sampling.draw import Lots
from agentlens.scoring.sampling.stack import both, same_draw
from agentlens.stats.arrays import Flags, Floats
from agentlens.tables.log import Log
from agentlens.tables.wide import score_column, score_names

__all__ = ["Tail", "low_scores"]

_OTHERS = "*"
_DRAWN = ("judge", "human")


@dataclass(frozen=True, eq=False)
class Tail:
    """The traces that scored low, and how far the scores that decide on it are known.

    Attributes:
        low: rule name to the traces whose score is below its limit.
        judged_p: the probability with which a trace was given all scores that only a sample got;
            NaN where it lacks one.
        by_our_lots: whether those scores were given to traces chosen by the lots at hand.
        partial: (name, source) of the scores that were only given to a sample.
    """

    low: Mapping[str, Flags]
    judged_p: Floats
    by_our_lots: bool
    partial: frozenset[tuple[str, str]]


def low_scores(log: Log, limits: Mapping[str, float], drawn: Lots) -> Tail:
    """Return the tail of a log.

    A score that checks or users give is whole by nature: where it is missing there is none. A
    judge or a person who saw only some traces leaves the others unknown.

    Args:
        log: the traces and scores.
        limits: score name to the value below which a trace is kept; "*" stands for all others.
        drawn: the lot of each trace.
    """
    n = len(log)
    low: dict[str, Flags] = {}
    judged_p = np.ones(n)
    shared = True
    partial: set[tuple[str, str]] = set()
    names = score_names(log.scores)
    for column, limit in _spelt_out(limits, names).items():
        found = score_column(log.scores, column).set_index("trace_id")
        aligned = found.reindex(log.traces["trace_id"])
        value = aligned["value"].to_numpy(dtype=np.float64, na_value=np.nan)
        p = aligned["inclusion_p"].to_numpy(dtype=np.float64, na_value=np.nan)
        low[f"tail:{column.removeprefix('score:')}"] = value < limit
        lacking = np.isnan(value)
        given = ~lacking & ~np.isnan(p)
        if lacking.any() and (names[column][1] in _DRAWN or bool((p[given] < 1.0).any())):
            partial.add(names[column])
            same = same_draw(p[given], drawn[given])
            judged_p = both(judged_p, p, np.full(n, same))
            shared &= same
    return Tail(low, judged_p, shared and bool(partial), frozenset(partial))


def _spelt_out(
    limits: Mapping[str, float], names: Mapping[str, tuple[str, str]]
) -> dict[str, float]:
    """Return the limit of each score column that a tail speaks of."""
    found: dict[str, float] = {}
    for name, limit in limits.items():
        column = name if name.startswith("score:") else f"score:{name}"
        if column in names:
            found[column] = limit
        elif name != _OTHERS:
            known = [one.removeprefix("score:") for one in names]
            raise UnknownNameError("score", name, known)
    if _OTHERS in limits:
        found |= {column: limits[_OTHERS] for column in names if column not in found}
    return found
