"""Is a text there, and neither too short nor too long?"""

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import CUT, by_text
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen
from agentlens.tables.log import Log

__all__ = ["shape"]


def shape(
    min_chars: int = 1,
    max_chars: int | None = None,
    field: str = "output",
    *,
    name: str = "shape",
) -> Check:
    """Return the check that a text is neither blank nor shorter or longer than it may be.

    A text that was not recorded is not checked. Blanks around a text do not count. For its
    language there is `language`.

    Args:
        min_chars: the fewest characters.
        max_chars: the most characters; None for no limit.
        field: which trace column.
        name: what its scores are called.

    Example:
        >>> shape(20, 2000).question
        'Has the output at least 20 and at most 2,000 characters?'
    """
    for what, given in (("min_chars", min_chars), ("max_chars", max_chars)):
        number: object = given
        bad = isinstance(number, bool) or not isinstance(number, int) or number < 0
        if number is not None and bad:
            message = f"{what} is a number of characters, not {given!r}."
            raise BadInputError(message)
    if max_chars is not None and max_chars < min_chars:
        message = f"max_chars={max_chars} is less than min_chars={min_chars}; swap them."
        raise BadInputError(message)

    def look(text: str) -> Seen:
        n = len(text.strip())
        if n == 0:
            return Seen(FAIL, "blank", "nothing but blanks" if text else "empty")
        if n < min_chars:
            return Seen(FAIL, "too short", f"{n:,} characters, at least {min_chars:,} asked")
        if max_chars is not None and n > max_chars:
            return Seen(FAIL, "too long", f"{n:,} characters, at most {max_chars:,} asked")
        if max_chars is not None and CUT in text:
            return Seen(NONE, f"{field} was cut when it was read")
        return Seen(PASS)

    def run(log: Log) -> Found:
        return by_text(log, field, look)

    most = "" if max_chars is None else f" and at most {max_chars:,}"
    return Check(
        name=name,
        version=1,
        applies=f"traces with {field}",
        question=f"Has the {field} at least {min_chars:,}{most} characters?",
        params={"min_chars": min_chars, "max_chars": max_chars, "field": field},
        run=run,
        failing=f"{field}s are blank, too short or too long",
    )
