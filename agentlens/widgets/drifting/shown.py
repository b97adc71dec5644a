"""How do the card and the table of a drift travel to the browser?"""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens import text
from agentlens.analysis.drift.drift import Drift
from agentlens.theme import mark

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["card", "plain", "table"]

_COLUMNS = ("column", "what moved", "now", "before", "effect", "times what matters", "q", "reading")
_MOST = 200
_TINY = 0.001
_MIDDLE = "#808080"  # stands out on light and on dark paper


def card(found: Drift) -> dict[str, Any]:
    """Return title, band, headline, facts and caveats in words."""
    return {
        "title": found.title,
        "band": found.band,
        "mark": mark(found.band),
        "headline": found.headline,
        "facts": [[name, str(fact)] for name, fact in found.facts().items()],
        "caveats": list(found.caveats),
    }


def table(found: Drift) -> dict[str, Any]:
    """Return a row of words for each column, the drifted ones first."""
    frame = found.frame.head(_MOST)
    rest = f" (first {_MOST} of {len(found.frame):,})" if len(found.frame) > _MOST else ""
    return {
        "caption": f"Columns{rest}; choose one to see its values in both windows.",
        "columns": list(_COLUMNS),
        "rows": [_row(row) for row in frame.to_dict("records")],
        "drifted": frame["drifted"].astype(bool).tolist(),
        "known": frame["p"].notna().tolist(),
    }


def plain(figure: "go.Figure") -> "go.Figure":
    """Return the picture without the words that stand in card and table beside it."""
    figure.layout.title = None
    figure.layout.annotations = ()
    figure.update_layout(margin={"r": 16, "t": 36})
    figure.update_shapes(line_color=_MIDDLE)
    return figure


def _row(row: Mapping[Any, Any]) -> list[str]:
    return [
        str(row["column"]),
        str(row["words"]),
        text.count(row["n"]),
        text.count(row["n_baseline"]),
        _effect(row),
        text.significant(float(row["times_gate"]), 2),
        _q(float(row["q"])),
        str(row["reading"]) or ("drifted" if row["drifted"] else "–"),
    ]


def _effect(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["effect"]):
        return "too few rows"
    value = text.significant(float(row["effect"]), 2)
    low, high = (round(float(row[one]), 3) for one in ("low", "high"))
    return f"{value} {text.interval(low, high)}"


def _q(q: float) -> str:
    return "–" if isnan(q) else "< 0.001" if q < _TINY else f"{q:.2g}"
