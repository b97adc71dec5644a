"""How does a notebook wait for requests that run side by side, and stop them at once?"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYetError
from types import TracebackType
from typing import Any, Self, TypeVar

__all__ = ["Loop"]

_LOOK = 0.1
_T = TypeVar("_T")


class Loop:
    """An event loop in a thread of its own, for as long as the `with` block lasts.

    A notebook's own loop is busy running the cell. Whoever waits here looks up ten times a second,
    so that Ctrl-C takes effect; leaving the block cancels what still runs and ends the thread.
    """

    def __init__(self, at_end: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """Make a loop; what is to be closed at its end is closed there."""
        self._at_end = at_end
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="agentlens-pull")
        self._running: set[Future[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what still runs, then end the thread."""
        for one in list(self._running):
            one.cancel()
        asyncio.run_coroutine_threadsafe(_settle(), self._loop).result()
        if self._at_end is not None:
            asyncio.run_coroutine_threadsafe(self._at_end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def begin(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Start work and return what stands for its outcome."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def wait(self, future: "Future[_T]") -> _T:
        """Return the outcome of work that was begun, when it is there."""
        while True:
            try:
                return future.result(timeout=_LOOK)
            except NotYetError:
                if future.done():
                    raise
            except CancelledError:
                raise KeyboardInterrupt from None

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return the outcome of work that is begun now."""
        return self.wait(self.begin(work))


async def _settle() -> None:
    """Wait until every other task of the loop has ended."""
    others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
