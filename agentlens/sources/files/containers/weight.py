"""How much text does a file hold once it is unpacked, about?"""

from pathlib import Path

from agentlens.sources.files.containers.lines import packed

__all__ = ["weight"]

_PACKED = 6
"""Logs of agents shrink to a fifth or a seventh of their size."""
_ALSO = (b"PAR1", b"PK\x03\x04")


def weight(file: Path) -> int:
    """Return the bytes of a file as if it were plain text; what is packed counts several times.

    Args:
        file: of any kind.
    """
    with file.open("rb") as opened:
        head = opened.read(6)
    return file.stat().st_size * (_PACKED if packed(head) or head.startswith(_ALSO) else 1)
