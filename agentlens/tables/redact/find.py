"""What is still there, and where?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.policy import Said, redaction_of

__all__ = ["find"]

_NO_KEY = b"\0" * 32
"""Nothing that it makes is ever shown: only what is found is counted."""

Searched = Mapping[str, pd.DataFrame] | Mapping[str, str] | pd.Series | str | Iterable[str]


def find(searched: Searched, policy: Said = "default") -> pd.DataFrame:
    """Return how many patterns are still found, by day, table, field and rule; never a value.

    Nothing found means that the patterns found nothing, not that nothing personal is there.

    Args:
        searched: frames by table, or texts: one, several, or by name (a page, a file).
        policy: what counts as found; fields that the policy keeps are searched as well.

    Example:
        >>> find({"page": "Call +49 170 1234567"})[["table", "rule", "hits"]].to_numpy().tolist()
        [['page', 'phone', 1]]
    """
    chosen = redaction_of(policy)
    if chosen is None:
        message = "find(…, None) looks for nothing; say 'default' or a Redaction."
        raise BadInputError(message)
    return redact_frames(
        _frames(searched), replace(chosen, text="patterns", fields={}), key=_NO_KEY
    ).audit


def _frames(searched: Searched) -> dict[str, pd.DataFrame]:
    if isinstance(searched, Mapping):
        return {
            str(name): one if isinstance(one, pd.DataFrame) else _frame([one])
            for name, one in searched.items()
        }
    return {"text": _frame([searched] if isinstance(searched, str) else list(searched))}


def _frame(texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"text": pd.Series(texts, dtype="object")})
