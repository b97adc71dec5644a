"""What does a PDF that a browser printed say: its pages, its bookmarks, its words?

Only what such a file holds is understood: flat objects, packed streams, fonts that name their signs.
"""

import re
import zlib
from pathlib import Path

__all__ = ["bookmarks", "pages", "text"]

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"/Length (\d+)>> stream\n")
_RANGE = re.compile(rb"<(\w+)> <(\w+)> <(\w+)>\s")
_PAIR = re.compile(rb"^<(\w+)> <(\w+)>\s*$", re.MULTILINE)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<(\w+)>(?=[^<>]*?(?:Tj|TJ|<))|(ET)")


def pages(path: Path) -> int:
    """Return how many sheets it has."""
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


def bookmarks(path: Path) -> list[str]:
    """Return the titles of its outline."""
    plain = re.findall(rb"/Title \(((?:[^()\\]|\\.)*)\)", path.read_bytes())
    coded = re.findall(rb"/Title <FEFF(\w+)>", path.read_bytes())
    return [one.decode("latin-1") for one in plain] + [_words(one) for one in coded]


def text(path: Path) -> str:
    """Return all that is written on its sheets, a line where a block of text ends."""
    objects = {int(number): body for number, body in _OBJECT.findall(path.read_bytes())}
    said = []
    for body in objects.values():
        if b"/Font <<" in body:
            fonts = _fonts(body, objects)
            inner = re.search(rb"/Contents (\d+) 0 R", body)
            said.append(_drawn(_unpacked(objects[int(inner[1])] if inner else body), fonts))
    return "\n".join(said)


def _fonts(page: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    listed = page.partition(b"/Font <<")[2].partition(b">>")[0]
    fonts = re.findall(rb"/(\w+) (\d+) 0 R", listed)
    return {name: _signs(objects[int(number)], objects) for name, number in fonts}


def _signs(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    named = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if named is None:
        return {}
    table = _unpacked(objects[int(named[1])])
    signs = {int(code, 16): _words(sign) for code, sign in _PAIR.findall(table)}
    for first, last, sign in _RANGE.findall(table):
        start = int(sign, 16)
        for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
            signs[code] = chr(start + step)
    return signs


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    return zlib.decompress(body[found.end() : found.end() + int(found[1])]) if found else b""


def _drawn(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    signs: dict[int, str] = {}
    said = ""
    for font, codes, end in _SHOWN.findall(content):
        if font:
            signs = fonts.get(font, {})
        elif end:
            said += "\n"
        else:
            glyphs = (int(codes[at : at + 4], 16) for at in range(0, len(codes), 4))
            said += "".join(signs.get(glyph, "?") for glyph in glyphs)
    return said


def _words(coded: bytes) -> str:
    return bytes.fromhex(coded.decode()).decode("utf-16-be")
