"""How often does each failure occur now, and how often did it before?"""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label
from agentlens.theme import CATEGORIES, GREY

__all__ = ["emerging_figure"]

_MOST = 12
_FEW = 6
_ROW = 40
_CUT = 46
_TEN_THOUSAND = 10_000
_NOW = {"never": CATEGORIES[1], "new": CATEGORIES[1], "grew": CATEGORIES[5], "vanished": GREY}
_WORDS = {"never": "must never happen", "new": "new", "grew": "grew", "vanished": "vanished"}


def emerging_figure(rows: pd.DataFrame, *, title: str, compared: str) -> go.Figure:
    """Return two lines a failure, now and before, on a logarithmic axis; none is written out.

    Args:
        rows: name, change, and for current and baseline n, seen, share, low and high.
        title: of the figure.
        compared: which periods, in our own words.
    """
    stands = rows["change"] != "same"
    shown = rows[stands].head(_MOST) if stands.any() else rows.head(_FEW)
    figure = blank(title, height=180 + _ROW * max(len(shown), 3))
    figure.update_layout(
        title={"subtitle": {"text": compared, "font": {"size": 12}}}, margin={"t": 80}
    )
    if not len(shown):
        figure.add_annotation(text="no failure in either period", showarrow=False, x=0.5, y=0.5)
        return figure.update_layout(xaxis_visible=False, yaxis_visible=False)
    least = _least(shown)
    place = np.arange(len(shown), dtype=np.float64)
    for arm, shift, words in (("baseline", 0.16, "before"), ("current", -0.16, "now")):
        now = arm == "current"
        colour = [_NOW.get(one, GREY) if now else GREY for one in shown["change"]]
        _limits(figure, shown, arm, place + shift, colour, least)
        _points(figure, shown, arm, place + shift, colour, words)
    figure.update_yaxes(
        tickmode="array",
        tickvals=place,
        ticktext=[_tick(row) for row in shown.to_dict("records")],
        range=[len(shown) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    hidden = int(stands.sum()) - len(shown) if stands.any() else 0
    more = f"; {hidden:,} more not drawn" if hidden > 0 else ""
    figure.update_xaxes(
        title_text=f"in 10,000 traces, with limits{more}",
        type="log",
        dtick=1,
        gridcolor=SOFT,
        range=[np.log10(least), np.log10(_most(shown)) + 0.55],
        title_standoff=4,
    )
    return figure.update_layout(
        legend={"itemsizing": "constant", "y": 0, "yref": "container", "yanchor": "bottom"}
    )


def _limits(
    figure: go.Figure,
    rows: pd.DataFrame,
    arm: str,
    place: "np.ndarray",
    colour: list[str],
    least: float,
) -> None:
    low = np.maximum(rows[f"low_{arm}"].to_numpy(dtype=float) * _TEN_THOUSAND, least)
    high = rows[f"high_{arm}"].to_numpy(dtype=float) * _TEN_THOUSAND
    for at, (left, right) in enumerate(zip(low, high, strict=True)):
        none = rows[f"n_{arm}"].iloc[at] == 0
        figure.add_scatter(
            x=[left, right],
            y=[place[at]] * 2,
            mode="lines",
            line={"color": colour[at], "width": 2, "dash": "dot" if none else "solid"},
            hoverinfo="skip",
            showlegend=False,
        )


def _points(
    figure: go.Figure,
    rows: pd.DataFrame,
    arm: str,
    place: "np.ndarray",
    colour: list[str],
    words: str,
) -> None:
    """Draw each share, and to the right of its limits in how many traces."""
    share = rows[f"share_{arm}"].to_numpy(dtype=float) * _TEN_THOUSAND
    n = rows[f"n_{arm}"].to_numpy(dtype=float)
    seen = rows[f"seen_{arm}"].to_numpy(dtype=float)
    figure.add_scatter(
        x=np.where(n > 0, share, np.nan),
        y=place,
        mode="markers",
        name=words,
        marker={
            "color": colour,
            "size": 9,
            "symbol": "circle" if arm == "current" else "circle-open",
            "line": {"width": 2, "color": colour},
        },
        customdata=[label(name) for name in rows["name"]],
        hovertemplate=f"%{{customdata}}<br>{words}: %{{x:.3g}} in 10,000<extra></extra>",
    )
    said = [
        f"{k:,.0f} of {m:,.0f}" if k else f"none in {m:,.0f}" for k, m in zip(n, seen, strict=True)
    ]
    figure.add_scatter(
        x=np.nan_to_num(rows[f"high_{arm}"].to_numpy(dtype=float) * _TEN_THOUSAND, nan=1.0),
        y=place,
        mode="text",
        text=[f"  {one}" for one in said],
        textposition="middle right",
        textfont={"size": 11, "color": INK if arm == "current" else GREY},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _tick(row: dict[Hashable, Any]) -> str:
    name = str(row["name"]).removesuffix(": must never happen")
    cut = name if len(name) <= _CUT else f"{name[: _CUT - 1]}…"
    change = _WORDS.get(str(row["change"]), "not called")
    return f"{label(cut)}<br><i>{change}</i>"


def _least(rows: pd.DataFrame) -> float:
    """Return where the axis begins: a little below the smallest share or upper limit drawn."""
    values = np.concatenate(
        [
            rows[f"{one}_{arm}"].to_numpy(dtype=float)
            for arm in ("current", "baseline")
            for one in ("share", "high")
        ]
    )
    values = values[np.isfinite(values) & (values > 0)] * _TEN_THOUSAND
    return float(values.min() / 5) if values.size else 0.1


def _most(rows: pd.DataFrame) -> float:
    values = np.concatenate(
        [rows[f"high_{arm}"].to_numpy(dtype=float) for arm in ("current", "baseline")]
    )
    values = values[np.isfinite(values)] * _TEN_THOUSAND
    return float(values.max()) if values.size else 10.0
