"""What becomes of a question that this log cannot answer?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agentlens.errors import AgentLensError

__all__ = ["Refusal", "asked"]

T = TypeVar("T")


@dataclass(frozen=True)
class Refusal:
    """A question without an answer, and why.

    Attributes:
        what: was asked, as a phrase.
        why: it could not be answered, and what would be needed, in the words of the verb.
    """

    what: str
    why: str


def asked(what: str, verb: Callable[[], T]) -> T | Refusal:
    """Return the answer of a verb, or its refusal: a report does without, and says so.

    Args:
        what: is asked, as a phrase.
        verb: asks it.

    Example:
        >>> asked("the mean", lambda: 1.5)
        1.5
    """
    try:
        return verb()
    except AgentLensError as error:
        return Refusal(what, str(error))
