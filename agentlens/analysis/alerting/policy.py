"""When is somebody to be called, and who?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.period import length

__all__ = ["Policy"]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules by which signals become calls; a value.

    Attributes:
        sustained: bins beyond the limit that it takes to act; fewer are a watch.
        of: out of the last so many bins.
        back: share of the limit within which an alarm ends (hysteresis).
        dwell: how long act lasts at least.
        cooldown: from one call to the next of the same cause.
        silence: without data for so long is a state of its own; "" never.
        both_sides: whether good news calls, too.
        owner: who is called.
        runbook: where it says what to do.
        links: name to address, put into every message.

    Example:
        >>> Policy(sustained=2, of=3, owner="on-call").of
        3
    """

    sustained: int = 1
    of: int = 1
    back: float = 0.5
    dwell: str = "0h"
    cooldown: str = "12h"
    silence: str = "6h"
    both_sides: bool = False
    owner: str = ""
    runbook: str = ""
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a policy that cannot be followed, and say why."""
        asked: tuple[object, ...] = (self.sustained, self.of)
        whole = all(isinstance(one, int) for one in asked)
        if not whole or not 1 <= self.sustained <= self.of:
            message = (
                f"sustained={self.sustained!r} of={self.of!r}: take 1 or more bins out of at least"
                " as many."
            )
            raise BadInputError(message)
        if not 0 <= self.back < 1:
            message = (
                f"back={self.back!r} is a share of the limit, from 0 to below 1; at 1 an alarm"
                " would end while it begins."
            )
            raise BadInputError(message)
        for name in ("dwell", "cooldown", "silence"):
            self.bins(name, "1h")

    def bins(self, name: str, every: str) -> int:
        """Return a length of the policy in whole bins, rounded up."""
        said = getattr(self, name)
        if not said or pd.Timedelta(0) == _zero(said):
            return 0
        return int(-(-length(said) // length(every)))


def _zero(said: str) -> pd.Timedelta | None:
    """Return a length of nothing as such; `length` would refuse it."""
    try:
        span = pd.Timedelta(said)
    except ValueError:
        return None
    return span if span == pd.Timedelta(0) else None
