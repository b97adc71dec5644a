"""Which colours, and what do they mean?

Okabe-Ito for categories, cividis for a level, PuOr around zero for a change: all of them can be
told apart by colour-blind readers, and none of them ever stands alone.
"""

from typing import Literal

__all__ = ["BANDS", "CATEGORIES", "CHANGE", "FIGURE_CONFIG", "GREY", "LEVEL", "Band", "mark"]

Band = Literal["pass", "watch", "act", "unknown"]

CATEGORIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
GREY = "#6B7280"
LEVEL = "Cividis"
CHANGE = "PuOr"

FIGURE_CONFIG = {"showSendToCloud": False, "displaylogo": False, "typesetMath": False}
"""How plotly shows our figures: nothing is offered for upload, and two dollars are no formula."""

BANDS: dict[Band, tuple[str, str]] = {
    "pass": ("#00664B", "\N{CHECK MARK}"),
    "watch": ("#7A5200", "\N{WHITE DIAMOND}"),
    "act": ("#A83A00", "\N{BLACK UP-POINTING TRIANGLE}"),
    "unknown": ("#4B5563", "?"),
}
"""For each band a colour that carries white text at 4.5:1, and a symbol for who sees none."""


def mark(band: Band) -> str:
    """Return the band's symbol and word, as they stand in running text.

    >>> mark("unknown")
    '? unknown'
    """
    return f"{BANDS[band][1]} {band}"
