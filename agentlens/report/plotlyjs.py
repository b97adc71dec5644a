"""Which plotly.js goes into a page, and in which words is a figure handed to it?"""

import re
from collections.abc import Set as AbstractSet
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["CARTESIAN", "asset", "drawing", "library", "quiet", "script"]

CARTESIAN = frozenset(
    {
        "bar",
        "box",
        "contour",
        "heatmap",
        "histogram",
        "histogram2d",
        "histogram2dcontour",
        "image",
        "pie",
        "scatter",
        "scatterternary",
        "violin",
    }
)
"""The trace types that the small bundle knows. It draws any other as a scatter, without a word."""

_SMALL = "plotly-cartesian.min.js"
_VERSION = re.compile(r"plotly\.js \(cartesian - minified\) v(\S+)")
_ENDING = re.compile(r"<(/script|!--)", re.IGNORECASE)
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def asset(name: str) -> str:
    """Return the text of a file that comes with this package."""
    return (files("agentlens.report") / "assets" / name).read_text(encoding="utf-8")


def library(types: AbstractSet[str]) -> tuple[str, str]:
    """Return the source of plotly.js that can draw these trace types, and its name and version.

    The small bundle saves 3.3 MB. It serves only while its version is the one that the installed
    plotly writes figures for; otherwise that package's own, complete bundle is taken.
    """
    from plotly.offline import get_plotlyjs, get_plotlyjs_version  # noqa: PLC0415 - heavy

    wanted = get_plotlyjs_version()
    small = asset(_SMALL)
    found = _VERSION.search(small, 0, 200)
    if types <= CARTESIAN and found and found[1] == wanted:
        return small, f"plotly.js {wanted} (cartesian)"
    return get_plotlyjs(), f"plotly.js {wanted} (full)"


def drawing(figure: "go.Figure") -> str:
    """Return a figure as JSON in which nothing can end a script element; missing numbers are null.

    Only characters inside strings can be any of those replaced, so every parser reads the same.
    """
    from plotly.io import to_json  # noqa: PLC0415 - heavy

    # The other engine refuses lone surrogates, and its presence must not change the file.
    return quiet(str(to_json(figure, validate=False, engine="json")))


def quiet(json: str) -> str:
    r"""Return JSON that may stand inside a script element.

    >>> print(quiet('["</script>"]'))
    ["\u003c/script\u003e"]
    """
    return json.translate(_UNSAFE)


def script(source: str, *, late: bool = False) -> str:
    r"""Return a script element around source that cannot end it early.

    Args:
        source: the script.
        late: as a module, which runs when the whole page is there, plotly.js included.

    >>> script('"</SCRIPT>"')
    '<script>"<\\/SCRIPT>"</script>'
    """
    inner = _ENDING.sub(r"<\\\1", source)
    kind = ' type="module"' if late else ""
    return f"<script{kind}>{inner}</script>"
