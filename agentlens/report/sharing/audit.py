"""What was done so that a report may be shared, in a sentence and by place?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from agentlens import text

if TYPE_CHECKING:
    from agentlens.report.sharing.merged import Merged

__all__ = ["RULES", "SEARCHED", "START", "Audit", "audit_of", "counted"]

START = "Prepared to be shared:"
SEARCHED = "the finished file has yet to be searched"
"""What a sentence says until the finished file was searched; `sealed` puts the outcome there."""

RULES = {
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "card": ("card number", "card numbers"),
    "iban": ("IBAN", "IBANs"),
    "ip": ("IP address", "IP addresses"),
    "secret": ("secret", "secrets"),
    "name": ("name", "names"),
    "user_id": ("user id", "user ids"),
    "session_id": ("session id", "session ids"),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Audit:
    """What was hidden: `str()` is the sentence, and `frame` counts by place, never by value.

    Attributes:
        frame: place, what and n.
        least: the fewest users of a slice.
        who: what was counted, such as user.
        merged: what was put together, column by column.
        messages: how many messages of one user were masked.
        words: whether words of one user were left out of texts.
        replaced: rule to how many were replaced in texts.
    """

    frame: pd.DataFrame
    least: int
    who: str
    merged: "tuple[Merged, ...]"
    messages: int
    words: bool
    replaced: dict[str, int]

    def __str__(self) -> str:
        """Return the sentence for the page."""
        parts = [self._put_together(), self._replaced()]
        if self.messages:
            said = text.plural(self.messages, f"error message of one {self.who}")
            parts.append(f"{said.replace(f' of one {self.who}s', f's of one {self.who}')} masked")
        if self.words:
            parts.append(f"no word that only one {self.who} wrote")
        return f"{START} {'; '.join([*parts, SEARCHED])}."

    def _put_together(self) -> str:
        few = f"fewer than {self.least} {self.who}s"
        small, more = (sum(getattr(one, name) for one in self.merged) for name in ("small", "more"))
        if not small:
            return f"no value with {few}"
        where = [f"{one.small} of {one.column}" for one in self.merged if one.small]
        said = f"{text.plural(small, 'value')} with {few} merged ({', '.join(where)})"
        if more:
            said += f", and {text.plural(more, 'larger one')} with them, or totals would tell"
        return said

    def _replaced(self) -> str:
        return (
            f"{counted(self.replaced)} replaced" if self.replaced else "no pattern left to replace"
        )


def counted(hits: dict[str, int]) -> str:
    """Return how many of each were found, in words.

    Args:
        hits: rule to how many.

    Example:
        >>> counted({"email": 3, "phone": 1})
        '3 e-mail addresses and 1 phone number'
    """
    named = ((RULES.get(rule, (rule, rule)), n) for rule, n in hits.items() if n)
    return text.listed(f"{text.count(n)} {words[n != 1]}" for words, n in named)


def audit_of(
    merged: "list[Merged]",
    found: pd.DataFrame,
    messages: int,
    *,
    least: int,
    who: str,
    words: bool,
) -> Audit:
    """Return what was done.

    Args:
        merged: what was put together.
        found: what redaction found: table, field, rule and hits.
        messages: how many messages of one user were masked.
        least: the fewest users of a slice.
        who: what was counted.
        words: whether words of one user were left out of texts.
    """
    hits = found.groupby(["table", "field", "rule"], as_index=False)["hits"].sum()
    rows: list[tuple[str, str, int]] = [
        (f"{one.table}.{one.field}", str(one.rule), int(str(one.hits)))
        for one in hits.itertuples(index=False)
    ]
    rows += [(one.column, "values merged", one.small + one.more) for one in merged]
    rows += [("spans.error_message", f"messages of one {who}", messages)] if messages else []
    texts = hits[~hits["rule"].isin(["user_id", "session_id"])]
    return Audit(
        frame=pd.DataFrame(rows, columns=["place", "what", "n"]),
        least=least,
        who=who,
        merged=tuple(merged),
        messages=messages,
        words=words,
        replaced={str(rule): int(n) for rule, n in texts.groupby("rule")["hits"].sum().items()},
    )
