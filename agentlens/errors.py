"""What went wrong, what was found, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AgentLensError",
    "BadInputError",
    "NotebookMissingError",
    "SourceError",
    "UnknownNameError",
    "near",
]


class AgentLensError(Exception):
    """The parent of every error that AgentLens raises on purpose."""


class BadInputError(AgentLensError, ValueError):
    """A value, a table or a file that cannot be used as it is.

    Attributes:
        report: where reading files was refused, the load report; else None.
    """

    def __init__(self, message: str, *, report: "pd.DataFrame | None" = None) -> None:
        super().__init__(message)
        self.report = report


class SourceError(AgentLensError):
    """A source that refuses, cannot be reached, or asks to wait; what was read before is kept."""


class NotebookMissingError(AgentLensError, ImportError):
    """Something live was asked for where the packages of the notebook are not installed."""


class UnknownNameError(AgentLensError, KeyError):
    """A name that is not among those known; the message suggests the nearest."""

    def __init__(self, kind: str, name: object, known: Iterable[str], *, hint: str = "") -> None:
        names = [str(one) for one in known]
        message = f"There is no {kind} {name!r}.{near(str(name), names)}"
        super().__init__(f"{message} {hint}".rstrip())

    def __str__(self) -> str:
        """Return the sentence itself; KeyError would show it in quotes."""
        return str(self.args[0])


def near(name: str, known: Iterable[str], *, most: int = 12) -> str:
    """Return a sentence that points from a misspelt name to the known ones.

    >>> near("latncy", ["latency", "cost"])
    " Did you mean 'latency'?"
    """
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean {close[0]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:most])
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f" Known: {shown}{rest}."
