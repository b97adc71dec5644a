"""How is an answer rid of what it quotes and must not be kept?"""

from collections.abc import Callable

from agentlens.tables.redact.key import key_of
from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.hide import Hider
from agentlens.tables.redact.texts.search import search_of
from agentlens.tables.redact.tokens import Tokens

__all__ = ["hiding"]


def hiding() -> Callable[[str], str]:
    """Return a function that hides in a text what the patterns find; JSON stays JSON.

    What a judge was sent is hidden before it is sent. This is for what it says by itself.

    >>> hiding()('{"evidence": "writes to ann@example.com"}').startswith('{"evidence": "writes to <')
    True
    """
    search = search_of(Redaction(ids=False))
    hider = Hider(search, Tokens(key_of(None).value))
    anything = (1 << len(search.suspects)) - 1  # looking for suspects first pays for columns only

    def hidden(text: str) -> str:
        return hider.hidden(text, anything, "")[0] if text else ""

    return hidden
