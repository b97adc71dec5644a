"""When does the server misbehave?"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.loopback.wire.answers import Answer, Request
from tests.messages.api.routes import Kind, kind_of

__all__ = ["Fault", "Faults", "GoOn"]

GoOn = Callable[[Request], Answer]
Fault = Callable[[Request, GoOn], Answer]
"""A fault gets the request and a way to have it answered, and billed; what it returns is sent."""


@dataclass(frozen=True)
class _Rule:
    fault: Fault
    when: Callable[[int, Random, Request], bool]
    kind: Kind
    times: float


class Faults:
    """A plan of what goes wrong, and when; each line adds a fault and returns the plan.

    `kind` is what is counted and struck: "messages", "count", "models", "create", "batch", "list"
    or "results". Of several lines that strike, the first is carried out.

    Example:
        >>> from tests.messages import Faults, trouble
        >>> plan = Faults().at(0, trouble.status(529)).sometimes(0.1, trouble.lost_answer())
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._rules: list[_Rule] = []
        self._counts: list[int] = []
        self._struck: list[int] = []

    def at(self, index: int | range, fault: Fault, kind: Kind = "messages") -> "Faults":
        """Strike the request of a number, counted from 0, or those of a range."""
        numbers = range(index, index + 1) if isinstance(index, int) else index
        return self._with(fault, lambda number, _, __: number in numbers, kind)

    def every(self, number: int, fault: Fault, kind: Kind = "messages") -> "Faults":
        """Strike each request of which the number, counted from 1, can be divided by one."""
        return self._with(fault, lambda index, _, __: (index + 1) % number == 0, kind)

    def sometimes(self, chance: float, fault: Fault, kind: Kind = "messages") -> "Faults":
        """Strike with a probability; the same seed strikes the same numbers."""
        return self._with(fault, lambda _, random, __: random.random() < chance, kind)

    def marked(
        self, mark: str, fault: Fault, kind: Kind = "messages", times: float = float("inf")
    ) -> "Faults":
        """Strike each request in whose body a text stands, or the first few of them."""
        said = mark.encode()
        return self._with(fault, lambda _, __, request: said in request.body, kind, times)

    def always(
        self, fault: Fault, kind: Kind = "messages", times: float = float("inf")
    ) -> "Faults":
        """Strike each request, or the first few."""
        return self._with(fault, lambda _, __, ___: True, kind, times)

    @property
    def struck(self) -> int:
        """How many requests were struck so far."""
        return sum(self._struck)

    def answer(self, request: Request, go_on: GoOn) -> Answer:
        """Return what the request is answered, with or without a fault."""
        striking: Fault | None = None
        kind = kind_of(request)
        for place, rule in enumerate(self._rules):
            if rule.kind != kind:
                continue
            number = self._counts[place]
            self._counts[place] += 1
            due = rule.when(number, self._random, request) and self._struck[place] < rule.times
            if due and striking is None:
                self._struck[place] += 1
                striking = rule.fault
        return striking(request, go_on) if striking else go_on(request)

    def _with(
        self,
        fault: Fault,
        when: Callable[[int, Random, Request], bool],
        kind: Kind,
        times: float = float("inf"),
    ) -> "Faults":
        self._rules.append(_Rule(fault, when, kind, times))
        self._counts.append(0)
        self._struck.append(0)
        return self
