"""When does the server misbehave?"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.loopback.wire.answers import Answer, Request

__all__ = ["Fault", "Faults", "GoOn"]

GoOn = Callable[[Request], Answer]
Fault = Callable[[Request, GoOn], Answer]
"""A fault gets the request and a way to have it answered properly; what it returns is sent."""


@dataclass(frozen=True)
class _Rule:
    fault: Fault
    when: Callable[[int, Random], bool]
    path: str
    times: float


class Faults:
    """A plan of what goes wrong, and when; each line adds a fault and returns the plan.

    `path` is the beginning of the address (below /api/public/) that a line counts and strikes;
    "" is every one but health and projects. Of several lines that strike, the first is carried out.

    Example:
        >>> from tests.loopback import Faults, trouble
        >>> plan = Faults().at(0, trouble.status(500)).every(5, trouble.reset(), "v2/observations")
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._rules: tuple[_Rule, ...] = ()
        self._counts: list[int] = []
        self._struck: list[int] = []

    def at(self, index: int | range, fault: Fault, path: str = "") -> "Faults":
        """Strike the request of a number, counted from 0, or those of a range."""
        numbers = range(index, index + 1) if isinstance(index, int) else index
        return self._with(fault, lambda count, _: count in numbers, path)

    def every(self, number: int, fault: Fault, path: str = "") -> "Faults":
        """Strike each request of which the number, counted from 1, can be divided by one."""
        return self._with(fault, lambda count, _: (count + 1) % number == 0, path)

    def sometimes(self, chance: float, fault: Fault, path: str = "") -> "Faults":
        """Strike with a probability; the same seed strikes the same requests."""
        return self._with(fault, lambda _, random: random.random() < chance, path)

    def always(self, fault: Fault, path: str = "", times: float = float("inf")) -> "Faults":
        """Strike each request, or the first few."""
        return self._with(fault, lambda _count, _random: True, path, times)

    @property
    def struck(self) -> int:
        """How many requests were struck so far."""
        return sum(self._struck)

    def answer(self, request: Request, go_on: GoOn) -> Answer:
        """Return what the request is answered, with or without a fault."""
        striking: Fault | None = None
        for place, rule in enumerate(self._rules):
            if not _concerns(rule.path, request.path):
                continue
            count = self._counts[place]
            self._counts[place] += 1
            strikes = self._struck[place] < rule.times and rule.when(count, self._random)
            if strikes and striking is None:
                self._struck[place] += 1
                striking = rule.fault
        return striking(request, go_on) if striking else go_on(request)

    def _with(
        self,
        fault: Fault,
        when: Callable[[int, Random], bool],
        path: str,
        times: float = float("inf"),
    ) -> "Faults":
        self._rules = (*self._rules, _Rule(fault, when, path, times))
        self._counts.append(0)
        self._struck.append(0)
        return self


def _concerns(path: str, asked: str) -> bool:
    address = asked.removeprefix("/api/public/")
    if not path:
        return address not in {"health", "projects"}
    return address.startswith(path)
