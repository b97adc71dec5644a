"""How long is waited for what?"""

from collections.abc import Callable
from dataclasses import dataclass
from random import uniform
from time import time

__all__ = ["Waits"]


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Times in seconds.

    Attributes:
        timeout: without a byte until a request counts as lost.
        slack: beyond that until a key is anybody's again.
        most: that a server may ask us to wait before the run stops instead.
        first: pause where it does not say how long; each further one is twice as long.
        tries: of one request that is told to wait.
        poll: between looks at a key that another notebook waits for, at most.
        lists: between looks for a batch of which only the attempt is known.
        clock: tells the seconds since 1970.
    """

    timeout: float = 120.0
    slack: float = 60.0
    most: float = 60.0
    first: float = 1.0
    tries: int = 6
    poll: float = 1.0
    lists: float = 20.0
    clock: Callable[[], float] = time

    @property
    def renewal(self) -> float:
        """After which a call that is still on its way is made nobody else's again."""
        return self.lease / 3

    @property
    def lease(self) -> float:
        """For how long a call is nobody else's."""
        return self.timeout + self.slack

    def pause(self, asked: float | None, tried: int) -> float:
        """Return how long to pause before the next attempt.

        Args:
            asked: by the server, None where it said nothing.
            tried: attempts so far, from 1.
        """
        if asked is not None:
            return asked
        return float(min(self.most, self.first * 2 ** (tried - 1)) * uniform(0.75, 1.0))  # noqa: S311 - not to meet again, no secret

    def jitter(self) -> float:
        """Return a time after which to look again."""
        return uniform(0.3, 1.0) * self.poll  # noqa: S311 - not to meet again, no secret
