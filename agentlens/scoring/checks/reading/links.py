"""Which addresses of the web stand in a text?"""

import re
from urllib.parse import urlsplit

__all__ = ["link_spans", "links_in"]

_LINK = re.compile(
    r"https?://[^\s<>\"'`\[\]{}|\\^\u201c\u201d\u3001\u3002\uff0c]{1,2000}", re.IGNORECASE
)
_TAIL = ".,;:!?*_~\u2026"


def link_spans(text: str) -> list[tuple[int, int, str]]:
    """Return where addresses stand in a text, and each in one spelling.

    >>> link_spans("See (https://Shop.example/a/#top).")
    [(5, 32, 'https://shop.example/a')]
    """
    found = []
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TAIL)
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1].rstrip(_TAIL)
        spelt = _spelt(link)
        if spelt:
            found.append((match.start(), match.start() + len(link), spelt))
    return found


def links_in(text: str) -> set[str]:
    """Return the addresses in a text, in one spelling."""
    return {link for _, _, link in link_spans(text)} if "://" in text else set()


def _spelt(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:  # brackets that are no address
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"
