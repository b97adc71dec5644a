"""What may be said of a refusal to a person?"""

from secrets import token_bytes

import pandas as pd

from agentlens.tables.characters import whole

__all__ = ["safe"]

_LONGEST = 300
_SEARCHED = 4_000


def safe(text: str) -> str:
    r"""Return a text in one short line, without what gives a person or a key away.

    A server may quote what it refused. What is hidden is named under a key that nobody keeps, so
    that it cannot be found out by trying.

    >>> safe("no such user:\n ana@example.com").startswith("no such user: <EMAIL_")
    True
    """
    from agentlens.tables.redact.texts.hide import redacted_texts  # noqa: PLC0415 - slow to load

    line = " ".join(whole(text[:_SEARCHED]).split())
    if not line:
        return ""
    hidden = str(redacted_texts(pd.Series([line]), key=token_bytes(32)).iloc[0])
    return hidden if len(hidden) <= _LONGEST else f"{hidden[: _LONGEST - 1]}…"
