"""Of which kind is a failure?"""

import re

__all__ = ["CHECK", "JUDGED", "KINDS", "OTHER", "POLICY", "USER", "is_safety", "kind_of"]

POLICY, CHECK, JUDGED, USER = "policy", "failed check", "judged", "user-side signal"
OTHER = "other error"
_TOOL, _MODEL = "tool failure", "model or provider"
_RULES = (
    (
        "rate limit",
        re.compile(r"rate.?limit|\b429\b|too many requests|quota|throttl", re.IGNORECASE),
    ),
    ("timeout", re.compile(r"time.?out|timed out|deadline", re.IGNORECASE)),
    ("refusal", re.compile(r"refus|content.?(?:filter|policy)|withheld|moderation", re.IGNORECASE)),
    (
        "schema or argument",
        re.compile(
            r"schema|validation|invalid.?(?:arg|param|input|json|request)|argument|parse|decod"
            r"|malformed|missing|type.?error|key.?error|value.?error|unexpected (?:key|field)",
            re.IGNORECASE,
        ),
    ),
    (
        "access",
        re.compile(
            r"unauthor|forbidden|permission|credential|\b40[13]\b|access denied", re.IGNORECASE
        ),
    ),
    (
        _MODEL,
        re.compile(r"model.?error|provider|overloaded|context.?length|max.?tokens", re.IGNORECASE),
    ),
    (_TOOL, re.compile(r"tool.?(?:failure|error)", re.IGNORECASE)),
)
KINDS = (*(name for name, _ in _RULES), OTHER, POLICY, CHECK, USER, JUDGED)
"""All kinds, in the order in which a figure gives them colours."""

_SAFETY = re.compile(
    r"polic|safe|pii|leak|secret|toxic|harm|jailbreak|inject|violat|complian|privacy|abuse|guardrail"
    r"|fraud|promise",
    re.IGNORECASE,
)


def kind_of(error: str, says: str, step: str, *, tool: bool) -> str:
    """Return the kind of an error, by what it says before by how it is called.

    Args:
        error: its type, "" where unknown.
        says: its message.
        step: the kind of the step that failed.
        tool: whether a tool failed.

    >>> kind_of("tool_failure", "ConnectionTimeout: no answer within 5 s", "tool", tool=True)
    'timeout'
    >>> kind_of("tool_failure", "HTTP 503 Service Unavailable", "tool", tool=True)
    'tool failure'
    """
    for words in (says, error):
        for kind, rule in _RULES:
            if words and rule.search(words):
                return kind
    if tool:
        return _TOOL
    return _MODEL if step == "llm" else OTHER


def is_safety(name: str) -> bool:
    """Return whether a check or column of this name speaks of harm.

    >>> is_safety("policy"), is_safety("valid_json")
    (True, False)
    """
    return bool(_SAFETY.search(name))
