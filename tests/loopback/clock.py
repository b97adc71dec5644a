"""What time is it for the server and for whoever reads from it?"""

import asyncio
from threading import Lock

__all__ = ["Clock"]


class Clock:
    """A clock that moves only when told to; safe to share between threads.

    `sleep` serves a client that waits on the same clock: nobody really waits, and two tasks that
    wait at the same time do not wait twice.
    """

    def __init__(self, now: float = 1_777_896_000.0) -> None:
        self._now = now
        self._lock = Lock()
        self.slept: list[float] = []

    def now(self) -> float:
        """Return seconds since 1970."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds

    async def sleep(self, seconds: float) -> None:
        """Let time pass for a task that waits."""
        until = self.now() + seconds
        await asyncio.sleep(0)
        with self._lock:
            self._now = max(self._now, until)
            self.slept.append(seconds)
