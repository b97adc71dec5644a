"""How does long work say how far it is, in a terminal, in a notebook and in a log file?"""

import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any, Self

__all__ = ["Progress"]

_SILENT = 1.0
_OFTEN = 0.25
_SELDOM = 30.0


class Progress:
    r"""One line about work in progress, kept up to date in place.

    Work that is done within a second says nothing. A terminal and a notebook show one line that
    changes; elsewhere a line is written every half minute.

    Example:
        >>> with Progress() as progress:
        ...     progress.say(lambda: "12 of 96 slices")
    """

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._last = self._begun + _SILENT - _SELDOM
        self._shown: Any = None
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away; what remains to be said, the result says."""
        self.clear()

    def say(self, line: Callable[[], str]) -> None:
        """Show the line that a function returns, where it is time for one."""
        now = self._clock()
        if now - self._begun < _SILENT:
            return
        live = _notebook() or sys.stderr.isatty()
        if now - self._last < (_OFTEN if live else _SELDOM):
            return
        self._last = now
        self._show(line())

    def clear(self) -> None:
        """Take the line away."""
        if self._shown is not None:
            self._shown.update({"text/plain": ""}, raw=True)
            self._shown = None
        elif self._width and sys.stderr.isatty():
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
        self._width = 0

    def _show(self, text: str) -> None:
        if _notebook():
            if self._shown is None:
                from IPython.display import display  # noqa: PLC0415 - only a notebook has it

                show: Callable[..., Any] = display
                self._shown = show({"text/plain": text}, raw=True, display_id=True)
            else:
                self._shown.update({"text/plain": text}, raw=True)
            return
        if sys.stderr.isatty():
            sys.stderr.write("\r" + text.ljust(self._width))
        else:
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
        self._width = max(self._width, len(text))


def _notebook() -> bool:
    """Return whether a notebook's kernel runs this."""
    core = sys.modules.get("IPython.core.getipython")
    shell = core.get_ipython() if core is not None else None
    return shell is not None and hasattr(shell, "kernel")
