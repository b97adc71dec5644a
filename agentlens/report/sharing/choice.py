"""What does a caller want to be hidden in a report that is shared?"""

from dataclasses import dataclass, replace

from agentlens.errors import BadInputError
from agentlens.report.since.known import Known
from agentlens.tables.redact.policy import Redaction, Said, Treatment, redaction_of

__all__ = ["Sharing", "shareable", "sharing_of"]

_FEWEST = 2
_WORDS = (
    "environment", "release", "agent_version", "model", "prompt_name", "prompt_version", "device",
    "error_type", "rubric", "judge_model", "sampled_by",
)  # fmt: skip
"""Columns that no reader searches, as an application writes them itself; a page shows them all."""


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """What is hidden before a report is shared.

    Attributes:
        least: the fewest users that a slice may have.
        per: the column of traces that says whose a trace is; where it says nothing, users count,
            then sessions, then traces.
        redact: what is taken out of texts: "default", a `Redaction`, or a mapping of its words.
        traces: whether texts of single traces may be shown; if not, words of one user go, too.

    Example:
        >>> Sharing(least=20).traces
        True
    """

    least: int = 10
    per: str = "user_id"
    redact: Said = "default"
    traces: bool = True

    def __post_init__(self) -> None:
        """Refuse what would hide nothing."""
        least: object = self.least
        whole = isinstance(least, int) and not isinstance(least, bool)
        if not whole or self.least < _FEWEST:
            message = (
                f"Sharing(least={least!r}): the fewest users of a slice is a whole number"
                f" from {_FEWEST}; one user alone is never shown."
            )
            raise BadInputError(message)
        policy = redaction_of(self.redact)
        if policy is None or not policy.ids or policy.text == "keep" or not policy.patterns:
            message = (
                f"Sharing(redact={self.redact!r}): what is shared names no user and is searched"
                " for patterns. Say 'default', or a Redaction with ids and patterns."
            )
            raise BadInputError(message)

    @property
    def policy(self) -> Redaction:
        """What is taken out of texts, and of the words by which traces are told apart."""
        said = redaction_of(self.redact) or Redaction()
        searched: dict[str, Treatment] = dict.fromkeys(_WORDS, "patterns")
        return replace(said, fields=searched | dict(said.fields))


def sharing_of(said: "bool | Sharing | None") -> Sharing | None:
    """Return what a caller wants to be hidden; None for a report that stays in the team.

    Args:
        said: True for the usual, a `Sharing`, or False.

    Example:
        >>> sharing_of(True)
        Sharing(least=10, per='user_id', redact='default', traces=True)
    """
    if said is None or said is False:
        return None
    if said is True:
        return Sharing()
    if isinstance(said, Sharing):
        return said
    message = f"share is True, False or Sharing(least=10, …), not {said!r}."
    raise BadInputError(message)


def shareable(known: Known) -> bool:
    """Return whether an earlier report was made to be shared.

    Args:
        known: what it remembers.

    Example:
        >>> shareable(Known(stamps={"parameters": "week=last, share=from 10 by user_id"}))
        True
        >>> shareable(Known())
        False
    """
    return not known.readable or "share=from " in known.stamps.get("parameters", "")
