r"""How do scripts and data get into a page without ending it early?"""

import re
from functools import cache
from importlib.resources import files
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["asset", "element", "joined", "quiet"]

_ENDING = re.compile(r"<(/script|!--)", re.IGNORECASE)
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class|let) )", re.MULTILINE)
_NOISE = re.compile(r"^[ \t]*(?://.*)?\n|^[ \t]+|[ \t]+// [^\"'`\n]*$", re.MULTILINE)


def asset(path: str) -> str:
    """Return the text of a file that comes with this package, by its path from the package."""
    place: Traversable = files("agentlens")
    for name in path.split("/"):
        place = place / name
    return place.read_text(encoding="utf-8")


@cache
def joined(path: str) -> str:
    """Return a script of this package and all that it imports, as one module without imports.

    What is imported comes first, once. Names are shared by all parts, so that each must be used for
    one thing only; a test holds that. Comments on lines of their own and indents are left out.

    Args:
        path: of the script, from the folder of the package, such as "report/assets/host.js".

    Example:
        >>> "import" in joined("page/js/paint.js")
        False
    """
    seen: dict[str, str] = {}
    _collect(normpath(path), seen)
    parts = [*seen.items()]
    last = len(parts) - 1
    return "".join(
        source if place == last else _EXPORT.sub("", source)
        for place, (_, source) in enumerate(parts)
    )


def element(source: str, *, late: bool = False) -> str:
    r"""Return a script element around source that cannot end it early.

    Args:
        source: the script.
        late: as a module, which runs when the whole page is there, plotly.js included.

    >>> element('"</SCRIPT>"')
    '<script>"<\\/SCRIPT>"</script>'
    """
    inner = _ENDING.sub(r"<\\\1", source)
    kind = ' type="module"' if late else ""
    return f"<script{kind}>{inner}</script>"


def quiet(json: str) -> str:
    r"""Return JSON that may stand inside a script element; every parser reads the same.

    >>> print(quiet('["</script>"]'))
    ["\u003c/script\u003e"]
    """
    return json.translate(_UNSAFE)


def _collect(path: str, seen: dict[str, str]) -> None:
    source = asset(path)
    for wanted in _IMPORT.findall(source):
        other = normpath(join(dirname(path), wanted))
        if other not in seen:
            _collect(other, seen)
    seen[path] = _NOISE.sub("", _IMPORT.sub("", source))
