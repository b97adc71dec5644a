"""Is a page being made of this notebook right now?"""

import os

__all__ = ["RENDER", "rendering", "sendable"]

RENDER = "AGENTLENS_RENDER"
"""The variable that a kernel is given while its notebook becomes a page."""


def rendering() -> bool:
    """Return whether what is shown now goes to a page, which takes more than a notebook shows.

    Example:
        >>> rendering()
        False
    """
    return os.environ.get(RENDER) == "1"


def sendable(text: str) -> str:
    r"""Return text that can leave a kernel: half a character becomes its code.

    Args:
        text: of any origin.

    Example:
        >>> sendable("a\ud800b")
        'a\\ud800b'
    """
    return text.encode(errors="backslashreplace").decode()
