"""How are cases kept: one JSON object a line?

Every other format is made from these lines, and `promote` reads them back to see what is known.
"""

from agentlens.feedback.regressions.formats.draft import Case, Draft
from agentlens.feedback.regressions.formats.text import lines

__all__ = ["CASES", "drafts"]

CASES = "cases.jsonl"


def drafts(cases: tuple[Case, ...]) -> tuple[Draft, ...]:
    """Return the case file."""
    return (Draft(CASES, lines(cases)),)
