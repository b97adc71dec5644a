"""Are the threads of a run still at work, and do other notebooks know that they are?"""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from time import monotonic
from typing import Any

from agentlens.scoring.judging.sending.state import Line
from agentlens.scoring.store.sent.claims import renewed

__all__ = ["Watch"]

_LOOK = 0.2


class Watch:
    """Waits for threads, and renews what they hold: a slow answer is not a dead notebook."""

    def __init__(self, line: Line, work: Sequence[Future[Any]]) -> None:
        self._line = line
        self._work = work
        self._last = monotonic()

    def waits(self) -> bool:
        """Wait a moment, and return whether any thread is still at work."""
        going = bool(wait(self._work, timeout=_LOOK).not_done)
        if going and monotonic() - self._last > self._line.waits.renewal:
            renewed(self._line.store, self._line.run)
            self._last = monotonic()
        return going
