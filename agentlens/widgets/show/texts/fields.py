"""How is what went in or came out shown, however long it is?"""

from typing import Any

from agentlens.text import significant
from agentlens.widgets.show.texts.binary import binary, without_binary
from agentlens.widgets.show.texts.nodes import nodes

__all__ = ["HEAD", "MOST", "STEP", "TAIL", "field", "piece"]

MOST = 4_000
"""Characters of one field in the first message."""

STEP = 200_000
"""Characters of one further piece."""

HEAD, TAIL = 3_000, 1_000


def field(text: str, most: int = MOST) -> dict[str, Any]:
    """Return a field as the page shows it: its size, and text, folded JSON, or the type of bytes.

    Args:
        text: the whole of it.
        most: characters shown at first.

    >>> field("Hello")
    {'size': 5, 'text': 'Hello'}
    """
    told: dict[str, Any] = {"size": len(text)}
    if known := binary(text):
        return told | {"binary": known[0], "bytes": known[1]}
    folded = nodes(text, most)
    if folded is not None:
        return told | {"json": folded}
    if len(text) <= most:
        return told | {"text": without_binary(text)}
    head = min(most * 3 // 4, HEAD)
    tail = min(most - head, TAIL)
    return told | {
        "text": without_binary(text[:head]),
        "end": head,
        "tail": without_binary(text[-tail:]),
        "told": _size(len(text.encode("utf-8", "surrogatepass"))),
    }


def piece(text: str, start: int) -> dict[str, Any]:
    """Return the next piece of a text, from a place on.

    Args:
        text: the whole.
        start: how many characters were shown already.

    >>> piece("Hello", 3)
    {'text': 'lo', 'start': 3, 'end': 5, 'size': 5}
    """
    begin = min(max(start, 0), len(text))
    end = min(begin + STEP, len(text))
    return {"text": text[begin:end], "start": begin, "end": end, "size": len(text)}


def _size(n: int) -> str:
    """Return a number of bytes as a person says it."""
    for least, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if n >= least:
            return f"{significant(n / least, 2)} {unit}"
    return f"{n} bytes"
