"""By which names do applications tell an outcome or a slice, and which columns are those?"""

from dataclasses import dataclass
from typing import Literal

from agentlens.sources.signals.mapping.expressions import (
    Attribute,
    Expression,
    Metadata,
    Score,
    Tag,
    TagPrefix,
)

__all__ = ["COLUMNS", "SIGNALS", "SLICES", "Rule"]


@dataclass(frozen=True)
class Rule:
    """How one column is filled when nobody maps it.

    Attributes:
        column: the column.
        what: the thing it tells, as a reader calls it.
        tried: the expressions, of which the first present wins.
        held: what its values are.
        silent: whether silence is a no once the signal has occurred.
    """

    column: str
    what: str
    tried: tuple[Expression, ...]
    held: Literal["flag", "rating", "typed"] = "flag"
    silent: bool = False


def _signal(
    column: str,
    what: str,
    names: str,
    *,
    held: Literal["flag", "rating", "typed"] = "flag",
    silent: bool = False,
) -> Rule:
    """Return a rule that tries scores, then metadata, then tags of these names."""
    said = names.split()
    tags = (TagPrefix(name) if held == "rating" else Tag(name) for name in said)
    tried: list[Expression] = [Score(name) for name in said]
    tried += [Metadata(name) for name in said]
    tried += [] if held == "typed" else [*tags]
    return Rule(column, what, tuple(tried), held, silent)


def _slice(column: str, what: str, keys: str, tags: str = "", attributes: str = "") -> Rule:
    tried: list[Expression] = [Metadata(name) for name in keys.split()]
    tried += [TagPrefix(name) for name in tags.split()]
    tried += [Attribute(name) for name in attributes.split()]
    return Rule(column, what, tuple(tried), "typed")


SIGNALS = (
    _signal("completed", "completion", "completed task_completed finished"),
    _signal(
        "escalated",
        "escalation",
        "escalated escalation handoff handover human_takeover transfer_to_human",
        silent=True,
    ),
    _signal("user_corrected", "correction", "corrected user_corrected correction"),
    _signal(
        "user_rating",
        "rating",
        "user_thumbs thumbs user_feedback feedback rating stars csat helpful satisfaction",
        held="rating",
    ),
    _signal("followed_up", "following up", "followed_up"),
    _signal("copied", "copying", "copied copy clipboard accepted used inserted", silent=True),
    _signal("repeated_prompts", "asking again", "repeated_prompts", held="typed"),
    _signal(
        "safety_flagged",
        "a safety flag",
        "safety flagged toxicity jailbreak pii_leak policy_violation",
        silent=True,
    ),
    _signal("abandoned", "abandonment", "abandoned cancelled_by_user disconnected"),
)
"""The outcomes; abandonment comes last because it looks at completion."""

SLICES = (
    _slice(
        "task_type",
        "the task",
        "task_type intent category use_case workflow topic",
        "task intent",
        "gen_ai.workflow.name",
    ),
    _slice(
        "segment",
        "the segment",
        "segment plan tier customer_tier account_type cohort",
        "segment plan",
    ),
    _slice("device", "the device", "device platform client client_type os user_agent"),
    _slice("session_number", "the session's number", "session_number visit nth_session"),
)
"""The columns by which traffic is cut."""

COLUMNS = {rule.column: rule for rule in (*SIGNALS, *SLICES)}
"""Every column that has a rule."""
