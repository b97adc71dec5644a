"""What do the threads of a run share?"""

from collections import deque
from dataclasses import dataclass, field
from threading import Condition, Lock
from time import monotonic

from agentlens.scoring.judges.reply import Sender
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.money.costs import Costs
from agentlens.scoring.judging.sending.stops import Stop, Why
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.runs import Run
from agentlens.scoring.store.sent.settle import Settling

__all__ = ["Line", "Outcome", "State"]

_LOOK = 0.2


@dataclass(frozen=True)
class Line:
    """All that a thread needs to ask and to keep answers."""

    store: StoreFile
    run: Run
    questions: Asked
    costs: Costs
    settling: Settling
    sender: Sender
    waits: Waits


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Attributes:
        stop: why it ended early, None where it did not.
        lost: keys that may have been billed and have no answer.
        pending: keys that a batch holds.
    """

    stop: Stop | None = None
    lost: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()


@dataclass
class State:
    """What the threads share; read and changed only while the condition is held.

    One thread claims at a time, so that each sees what is on its way.
    """

    queue: deque[str]
    turn: Condition = field(default_factory=Condition)
    claiming: Lock = field(default_factory=Lock)
    later: list[tuple[float, str]] = field(default_factory=list)
    flying: int = 0
    settled: int = 0
    full: bool = False
    paused_until: float = 0.0
    stop: Stop | None = None
    succeeded: bool = False
    rejected: list[str] = field(default_factory=list)
    silent: int = 0
    spoke: bool = False
    mute: int = 0
    done: int = 0
    lost: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)

    def next(self) -> str | None:
        """Return a key to ask, waiting for those that another notebook holds."""
        with self.turn:
            while self.stop is None:
                now = monotonic()
                if self.full and self.flying:
                    self.turn.wait(_LOOK)
                    continue
                ready = [one for one in self.later if one[0] <= now]
                if self.queue and now >= self.paused_until:
                    return self.queue.popleft()
                if not self.queue and ready:
                    self.later.remove(min(ready))
                    return min(ready)[1]
                times = [at for at, _ in self.later]
                if self.queue:
                    times = [self.paused_until]
                elif not times:
                    return None
                self.turn.wait(max(0.0, min(times) - now))
        return None

    def goes_on(self) -> bool:
        """Wait while all pause, and return whether the run still goes on."""
        with self.turn:
            while self.stop is None:
                left = self.paused_until - monotonic()
                if left <= 0:
                    return True
                self.turn.wait(left)
        return False

    def end(self, why: Why, detail: str = "") -> None:
        """End the run for all threads; the first reason is the one that counts."""
        with self.turn:
            if self.stop is None:
                self.stop = Stop(why, detail)
            self.turn.notify_all()
