"""Which points complete a pattern that chance seldom makes, and what do such rules cost together?

Every rule looks at standardised points. It flags the point that completes the pattern and no other,
and sees nothing across a missing point: a gap starts every pattern anew. A point on a line is not
beyond it, and two equal neighbours neither rise nor fall.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["NELSON", "WESTERN_ELECTRIC", "Rule", "flags", "rules_run_length", "window"]

Kind = Literal["beyond", "trend", "alternating", "within", "outside"]
_State = tuple[tuple[bool, ...], ...]
_LEAST: dict[str, int] = {"beyond": 1, "trend": 2, "alternating": 3, "within": 1, "outside": 2}
_USUAL = 3.0


@dataclass(frozen=True)
class Rule:
    """A pattern of the last points.

    Attributes:
        name: what it is called.
        kind: "beyond" sigma on one side; a "trend" up or down; "alternating" up and down; "within"
            sigma on both sides; "outside" sigma on both sides, with points on either.
        k: how many points make the pattern, the newest among them.
        n: of how many; more than k only for "beyond".
        sigma: the line, in standard deviations from the centre.
    """

    name: str
    kind: Kind
    k: int
    n: int
    sigma: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in _LEAST or not self.sigma >= 0:
            message = (
                f"Rule {self.name!r} is of kind {self.kind!r} at sigma={self.sigma!r}: the kind is "
                f"one of {', '.join(_LEAST)}, the line at 0 or above."
            )
            raise BadInputError(message)
        if self.n < max(_LEAST[self.kind], self.k) or self.k < (self.kind == "beyond" or self.n):
            message = (
                f"Rule {self.name!r} ({self.kind}) asks for {self.k} of {self.n} points: k lies "
                f"between 1 and n, and is n, {_LEAST[self.kind]} or more, but for 'beyond'."
            )
            raise BadInputError(message)


WESTERN_ELECTRIC = (
    Rule("we1", "beyond", 1, 1, 3.0),
    Rule("we2", "beyond", 2, 3, 2.0),
    Rule("we3", "beyond", 4, 5, 1.0),
    Rule("we4", "beyond", 8, 8),
)
NELSON = (
    Rule("nelson1", "beyond", 1, 1, 3.0),
    Rule("nelson2", "beyond", 9, 9),
    Rule("nelson3", "trend", 6, 6),
    Rule("nelson4", "alternating", 14, 14),
    Rule("nelson5", "beyond", 2, 3, 2.0),
    Rule("nelson6", "beyond", 4, 5, 1.0),
    Rule("nelson7", "within", 15, 15, 1.0),
    Rule("nelson8", "outside", 8, 8, 1.0),
)


def window(rule: Rule) -> int:
    """Return how many points a rule looks at, the flagged one included.

    >>> [window(rule) for rule in WESTERN_ELECTRIC]
    [1, 3, 5, 8]
    """
    return rule.n


def flags(z: Floats, rules: tuple[Rule, ...] = WESTERN_ELECTRIC) -> dict[str, Flags]:
    """Return, by the name of each rule, the points that complete its pattern.

    Args:
        z: points less their centre, in standard deviations; NaN where missing; time is last.
        rules: those to look for.

    >>> found = flags(np.array([0.0, 2.1, 0.3, 2.3, 0.0, -3.2]))
    >>> [name for name, there in found.items() if there.any()], found["we2"].nonzero()[0].tolist()
    (['we1', 'we2'], [3])
    """
    return {rule.name: _completed(np.asarray(z, dtype=float), rule) for rule in rules}


def _completed(z: Floats, rule: Rule) -> Flags:
    high, low = z > rule.sigma, z < -rule.sigma
    if rule.kind == "beyond":
        sides, seen = np.stack([high, low]), ~np.isnan(z)
        return np.asarray(np.any(sides & (_last(sides, rule.n, seen) >= rule.k), axis=0))
    if rule.kind == "within":
        return _all(np.abs(z) < rule.sigma, rule.n)
    if rule.kind == "outside":
        return _all(high | low, rule.n) & ~_all(high, rule.n) & ~_all(low, rule.n)
    with np.errstate(invalid="ignore"):
        # A step is missing where either of its points is, and the first point has none.
        step = np.diff(z, axis=-1, prepend=np.nan)
        turns = np.sign(step) * np.roll(np.sign(step), 1, axis=-1) < 0
    if rule.kind == "trend":
        return _all(step > 0, rule.n - 1) | _all(step < 0, rule.n - 1)
    return _all(turns, rule.n - 2)


def _all(hits: Flags, n: int) -> Flags:
    return np.asarray(_last(hits, n, hits) == n)


def _last(hits: Flags, n: int, seen: Flags) -> Ints:
    """Return how many of the last n points hit, none before the latest that was not seen."""
    count, clear = np.zeros(hits.shape, dtype=np.int64), np.ones(hits.shape, dtype=np.bool_)
    for lag in range(min(n, hits.shape[-1])):
        now, then = (..., slice(lag, None)), (..., slice(None, hits.shape[-1] - lag))
        clear[now] &= seen[then]
        count[now] += hits[then] & clear[now]
    return count


def rules_run_length(
    rules: tuple[Rule, ...], shift: float = 0.0, *, limit: float = _USUAL
) -> float:
    """Return the mean number of points until any of the rules calls, exactly, by a Markov chain.

    This is for rules that count points beyond a line on one side, and independent normal points.

    Args:
        rules: used together.
        shift: of the mean, in standard deviations.
        limit: a chart whose limits are not at three has all other lines moved in proportion.

    >>> round(rules_run_length(WESTERN_ELECTRIC[:1]), 1), round(rules_run_length(WESTERN_ELECTRIC), 2)
    (370.4, 91.75)
    """
    others = [rule.name for rule in rules if rule.kind != "beyond"]
    if others or not rules or not limit > 0:
        message = (
            "An exact run length is offered for one or more rules that count points beyond a line "
            f"on one side, and a limit above 0; not for {others}, limit={limit!r}."
        )
        raise BadInputError(message)
    lines = sorted({side * rule.sigma for rule in rules for side in (1, -1)})
    edges = np.concatenate([[-np.inf], np.array(lines) * (limit / _USUAL), [np.inf]])
    chances = np.diff(ndtr(edges - shift))
    inside = (edges[1:] + edges[:-1]) / 2 / (limit / _USUAL)
    # A zone hits a rule on one side or not, whichever of its points it is.
    counts = [(rule, side) for rule in rules for side in (1, -1)]
    hits = [tuple(side * x > rule.sigma for rule, side in counts) for x in inside]
    moves = _reachable(tuple(rule for rule, _ in counts), hits)
    system = np.eye(len(moves))
    for row, targets in enumerate(moves):
        for target, chance in zip(targets, chances, strict=True):
            if target >= 0:
                system[row, target] -= chance
    return float(np.linalg.solve(system, np.ones(len(moves)))[0])


def _reachable(rules: tuple[Rule, ...], hits: list[tuple[bool, ...]]) -> list[list[int]]:
    """Return for each state the state that each zone leads to, -1 for a call; the start is first."""
    start: _State = tuple(() for _ in rules)
    known, waiting = {start: 0}, [start]
    moves: list[list[int]] = []
    for state in waiting:  # grows as new states are met
        targets: list[int] = []
        for zone in hits:
            seen = [(hit, *past) for hit, past in zip(zone, state, strict=True)]
            if any(sum(past) >= rule.k for rule, past in zip(rules, seen, strict=True)):
                targets.append(-1)
                continue
            after = tuple(_kept(rule, past) for rule, past in zip(rules, seen, strict=True))
            if after not in known:
                known[after] = len(known)
                waiting.append(after)
            targets.append(known[after])
        moves.append(targets)
    return moves


def _kept(rule: Rule, past: tuple[bool, ...]) -> tuple[bool, ...]:
    """Return the newest hits and misses that a call of this rule may still count, newest first.

    After m more points, all hits at best, the newest n - m of these are still looked at.
    """
    more = next(m for m in range(1, rule.k + 1) if sum(past[: rule.n - m]) + m >= rule.k)
    return past[: rule.n - more]
