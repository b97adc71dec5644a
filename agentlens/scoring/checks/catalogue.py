"""Which checks are there?"""

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.rules.budget import budget
from agentlens.scoring.checks.rules.citations import citations
from agentlens.scoring.checks.rules.exact import exact
from agentlens.scoring.checks.rules.ids import ids_exact
from agentlens.scoring.checks.rules.json_schema import json_schema
from agentlens.scoring.checks.rules.language import language
from agentlens.scoring.checks.rules.loops import tool_loop
from agentlens.scoring.checks.rules.pii import pii
from agentlens.scoring.checks.rules.refusal import refusal
from agentlens.scoring.checks.rules.repeated import repeated_prompt
from agentlens.scoring.checks.rules.shape import shape
from agentlens.scoring.checks.rules.tools import tools_allowed

__all__ = ["checks", "usual"]


class checks:  # noqa: N801 - it is read as a module is: al.checks.pii()
    """The checks that come with AgentLens; each function returns a `Check` for `check`.

    Those that need nothing to be said are run by `check(log)` itself: pii(leak=True), tool_loop(),
    shape(), citations(), language(), repeated_prompt() and refusal().

    Example:
        >>> checks.shape(min_chars=20).label
        'shape@1:e3ab8a3c'
    """

    budget = staticmethod(budget)
    citations = staticmethod(citations)
    exact = staticmethod(exact)
    ids_exact = staticmethod(ids_exact)
    json_schema = staticmethod(json_schema)
    language = staticmethod(language)
    pii = staticmethod(pii)
    refusal = staticmethod(refusal)
    repeated_prompt = staticmethod(repeated_prompt)
    shape = staticmethod(shape)
    tool_loop = staticmethod(tool_loop)
    tools_allowed = staticmethod(tools_allowed)


def usual() -> tuple[Check, ...]:
    """Return the checks that need nothing to be said."""
    return (
        pii(leak=True),
        tool_loop(),
        shape(),
        citations(),
        language(),
        repeated_prompt(),
        refusal(),
    )
