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
    hider = Hider(search_of(Redaction(ids=False)), Tokens(key_of(None).value))

    def hidden(text: str) -> str:
        if not text:
            return ""
        mark = int(hider.marks([text])[0])
        return hider.hidden(text, mark, "")[0] if mark else text

    return hidden
