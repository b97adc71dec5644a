"""Can these arguments of a plan be meant?"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.planning.draw import GOALS

__all__ = ["CELLS", "Choices", "choices_of"]

CELLS = ("verdict", "score")
_SPLITS = ("train", "dev", "test")
_PAIR = 2


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller asks of a plan, checked.

    Attributes:
        n: labels.
        goal: rate, failures or compare.
        splits: name to share; they add up to one.
        uniform: share drawn from all.
        repeats: share shown twice.
        cells: verdict or score.
        target: agreement that a gate will ask for.
        seed: of the lots.
    """

    n: int
    goal: str
    splits: Mapping[str, float]
    uniform: float
    repeats: float
    cells: str
    target: float
    seed: int

    @property
    def told(self) -> list[object]:
        """All that changes who is drawn, as plain values."""
        splits = sorted(self.splits.items())
        drawn = [self.n, self.goal, splits, self.uniform, self.repeats, self.cells, self.seed]
        return [*drawn]


def choices_of(*, judges: object, **given: Any) -> Choices:
    """Return the arguments, or refuse them by name.

    Args:
        judges: two judges, where they are compared.
        given: the fields of `Choices`.
    """
    if isinstance(given["n"], bool) or not isinstance(given["n"], int) or given["n"] < 1:
        message = f"n is how many traces to label, a whole number from 1, not {given['n']!r}."
        raise BadInputError(message)
    for name, known in (("goal", GOALS), ("cells", CELLS)):
        if given[name] not in known:
            raise UnknownNameError(name, given[name], known)
    for name in ("uniform", "repeats", "target"):
        if not _is_share(given[name]):
            message = f"{name} is a share from 0 to 1, such as 0.1, not {given[name]!r}."
            raise BadInputError(message)
    if isinstance(given["seed"], bool) or not isinstance(given["seed"], int) or given["seed"] < 0:
        message = f"seed is a whole number from 0, not {given['seed']!r}."
        raise BadInputError(message)
    _check_judges(given["goal"], judges)
    return Choices(**{**given, "splits": _splits(given["splits"])})


def _is_share(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and 0 <= value <= 1  # type: ignore[operator]  # a number by the line above


def _check_judges(goal: str, judges: object) -> None:
    two = isinstance(judges, (tuple, list)) and len(judges) == _PAIR
    if goal == "compare" and not two:
        message = (
            f"goal='compare' takes judges=(one, other), the two to be compared, not {judges!r}."
        )
        raise BadInputError(message)
    if goal != "compare" and judges is not None:
        message = f"judges= is for goal='compare'; goal={goal!r} takes one judge, as judge=."
        raise BadInputError(message)


def _splits(given: object) -> Mapping[str, float]:
    if not isinstance(given, Mapping) or not given:
        message = f"splits is a mapping such as {{'dev': 0.4, 'test': 0.6}}, not {given!r}."
        raise BadInputError(message)
    for name in given:
        if name not in _SPLITS:
            raise UnknownNameError("split", name, _SPLITS)
    if not all(_is_share(one) for one in given.values()) or not isclose(sum(given.values()), 1):
        message = f"splits are shares that add up to 1, not {dict(given)!r}."
        raise BadInputError(message)
    return {name: float(given[name]) for name in _SPLITS if given.get(name)}
