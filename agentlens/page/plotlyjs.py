"""Which plotly.js draws these figures, and in which words is a figure handed to it?"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import plotly.graph_objects as go

__all__ = ["CARTESIAN", "Bundle", "digests", "drawing", "library"]

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

Bundle = tuple[str, str]
"""A source of plotly.js, and its name and version."""


def library(types: "AbstractSet[str]") -> Bundle:
    """Return the source of plotly.js that can draw these trace types, and its name and version.

    The small bundle saves 3.3 MB. It serves only while its version is the one that the installed
    plotly writes figures for; otherwise that package's own, complete bundle is taken.
    """
    from plotly.offline import get_plotlyjs, get_plotlyjs_version  # noqa: PLC0415 - heavy

    wanted = get_plotlyjs_version()
    small = (files("agentlens.page") / "assets" / _SMALL).read_text(encoding="utf-8")
    found = _VERSION.search(small, 0, 200)
    if types <= CARTESIAN and found and found[1] == wanted:
        return small, f"plotly.js {wanted} (cartesian)"
    return get_plotlyjs(), f"plotly.js {wanted} (full)"


@cache
def digests(*, small: bool) -> str:
    """Return what a source that was kept in a browser must be, as for the attribute integrity.

    Args:
        small: whether the small bundle serves; then the complete one does, too.
    """
    wanted = [CARTESIAN, frozenset({"all"})] if small else [frozenset({"all"})]
    sources = dict.fromkeys(library(types)[0] for types in wanted)
    return " ".join(
        f"sha256-{b64encode(sha256(one.encode()).digest()).decode()}" for one in sources
    )


def drawing(figure: "go.Figure | dict[str, Any]") -> str:
    """Return a figure as JSON; numbers that are none are null."""
    from plotly.io import to_json  # noqa: PLC0415 - heavy

    # The other engine refuses lone surrogates, and its presence must not change a file.
    return str(to_json(figure, validate=False, engine="json"))
