"""How is what a saved report remembers read from its file, with nothing in it run?"""

import json
import re
from pathlib import Path

from agentlens.report.since.known import Known, known_from

__all__ = ["read_known"]

_LARGEST = 64_000_000
_BLOCK = re.compile(rb'<script type="application/json" id="al-facts">([^<]*)</script>')


def read_known(path: str | Path) -> Known:
    """Return what a saved report remembers; where it cannot be read, a caveat says why.

    Args:
        path: a page (.html) or a frozen notebook (.ipynb) that a report was saved as.

    Example:
        >>> read_known("week-46.html").caveat
        'week-46.html cannot be read (No such file or directory), so nothing is compared with it.'
    """
    source = Path(path).expanduser()
    try:
        if source.stat().st_size > _LARGEST:
            return _refused(f"{source.name} is larger than {_LARGEST / 1e6:g} MB")
        whole = source.read_bytes()
    except OSError as error:
        return _refused(f"{source.name} cannot be read ({error.strerror})")
    except ValueError:  # a name that no file can have, such as one with a NUL
        return _refused("This name is none of a file")
    text = _in_notebook(whole) if source.suffix.lower() == ".ipynb" else _in_page(whole)
    if text is None:
        return _refused(f"{source.name} is no page or notebook that a report was saved as")
    return known_from(text, source.name)


def _in_page(whole: bytes) -> str | None:
    """Return the one block that a page keeps for this; everything else in it stays unread."""
    blocks = _BLOCK.findall(whole)
    return blocks[0].decode(errors="replace") if len(blocks) == 1 else None


def _in_notebook(whole: bytes) -> str | None:
    try:
        return json.dumps(json.loads(whole)["metadata"]["agentlens"]["facts"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _refused(why: str) -> Known:
    return Known(readable=False, caveat=f"{why}, so nothing is compared with it.")
