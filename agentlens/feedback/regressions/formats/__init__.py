"""Which evaluation tools can run the cases, and which files does each need?"""

from collections.abc import Callable, Sequence

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.feedback.regressions.formats import deepeval, inspect, jsonl, promptfoo, pytest
from agentlens.feedback.regressions.formats.draft import Case, Draft

__all__ = ["FORMATS", "formats_of"]

FORMATS: dict[str, Callable[[tuple[Case, ...]], tuple[Draft, ...]]] = {
    "jsonl": jsonl.drafts,
    "pytest": pytest.drafts,
    "promptfoo": promptfoo.drafts,
    "inspect": inspect.drafts,
    "deepeval": deepeval.drafts,
}
"""By name: from the cases to the files. The case file itself is always written, last."""


def formats_of(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of known formats, each once, the case file last.

    Args:
        names: one or several.

    >>> formats_of(("jsonl", "pytest"))
    ('pytest', 'jsonl')
    """
    given = [names] if isinstance(names, str) else list(names)
    if not given:
        message = f"formats is empty; say one or several of {[*FORMATS]}."
        raise BadInputError(message)
    for name in given:
        if name not in FORMATS:
            raise UnknownNameError("format of cases", name, FORMATS)
    return (*(name for name in dict.fromkeys(given) if name != "jsonl"), "jsonl")
