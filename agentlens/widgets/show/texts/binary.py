"""Is a text bytes in disguise, of which type, and how many?"""

import re
from base64 import b64decode
from binascii import Error

__all__ = ["binary", "without_binary"]

_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=.-]+)*;base64,([A-Za-z0-9+/=_-]*)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_ANY = "bytes"
_SHORTEST = 200
_LETTERS = 24
_SAMPLE = 400
_SIGNS = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "audio or image (RIFF)"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)


def binary(text: str) -> tuple[str, int] | None:
    """Return the type and the number of bytes that a whole text stands for, None where it is text.

    >>> binary("data:image/png;base64,iVBORw0KGgo=")
    ('image/png', 8)
    >>> binary("a plain sentence") is None
    True
    """
    if text.startswith("data:") and (found := _DATA.fullmatch(text)):
        return found[1] or _ANY, _size(found[2])
    if len(text) < _SHORTEST or not _BASE64.fullmatch(text, 0, _SAMPLE):
        return None
    sort = _type(text)
    if sort == _ANY and (len(set(text[:_SAMPLE])) < _LETTERS or not _mixed(text[:_SAMPLE])):
        return None
    return (sort, _size(text)) if _BASE64.fullmatch(text) else None


def without_binary(text: str) -> str:
    """Return a text with the type and size in place of each long data address inside it.

    >>> without_binary("see data:image/png;base64," + "iVBO" * 100)
    'see [image/png, 300 bytes as base64]'
    """
    if ";base64," not in text:
        return text
    return _DATA.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    if len(found[0]) < _SHORTEST:
        return found[0]
    return f"[{found[1] or _ANY}, {_size(found[2]):,} bytes as base64]"


def _mixed(text: str) -> bool:
    """Words and hexadecimal digests use few sorts of letters; base64 uses all three."""
    return (
        any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
    )


def _size(coded: str) -> int:
    return len(coded.rstrip("=")) * 3 // 4


def _type(coded: str) -> str:
    try:
        first = b64decode(coded[:16].replace("-", "+").replace("_", "/"))
    except (Error, ValueError):
        return _ANY
    return next((name for sign, name in _SIGNS if first.startswith(sign)), _ANY)
