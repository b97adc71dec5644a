"""May these cases leave the log?"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.feedback.regressions.formats.draft import Case
from agentlens.feedback.regressions.formats.text import lines
from agentlens.tables.redact.policy import Redaction

__all__ = ["refuse_private"]

_TEXTS = (
    "input",
    "expected",
    "bad_output",
    "pattern",
    "note",
    "rater",
    "rubric",
    "must_match",
    "must_not_match",
    "context",
    "metadata",
)


def refuse_private(cases: Sequence[Case], policy: Redaction | None, folder: Path) -> None:
    """Raise where a pattern of the policy is still found in a case; it names places, never values.

    Args:
        cases: all that are to be written, those of earlier days too.
        policy: what must not be there; None for anything may.
        folder: where they are to be written.
    """
    if policy is None or not cases:
        return
    from agentlens.tables.redact.find import find  # noqa: PLC0415 - only where it is looked for

    held = pd.DataFrame({name: [_told(case.get(name)) for case in cases] for name in _TEXTS})
    found = find({"cases": held}, policy)
    if not len(found):
        return
    hits = found.groupby(["field", "rule"], as_index=False)["hits"].sum()
    columns = (hits[name] for name in ("field", "rule", "hits"))
    places = [
        f"{text.plural(n, str(rule))} in {field}" for field, rule, n in zip(*columns, strict=True)
    ]
    message = (
        f"Nothing was written to {str(folder)!r}, since patterns were still found:"
        f" {text.listed(places)}. A policy that keeps a field, or a pattern in a key of JSON, leaves"
        " them there, and so do cases of earlier days. Hide or drop these fields, or say redact=None"
        " to write texts as they are."
    )
    raise BadInputError(message)


def _told(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return lines([{"held": value}]).decode()
