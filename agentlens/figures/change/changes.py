"""How far did each metric move, beside how far it usually moves?"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, written
from agentlens.text import capital, number, significant
from agentlens.theme import CATEGORIES, GREY

__all__ = ["changes_figure"]

_ROW, _AROUND = 38, 170
_USUALLY, _MOST = 12, 24  # rows; more where more are called
_LONGEST = 36
_WIDEST = 6.0
_TEXT, _BAR = 0.27, 0.16  # how far above and below the middle of a row
_USUAL = "rgba(107, 114, 128, 0.3)"
_STYLES = {
    "worse": (CATEGORIES[1], "triangle-left", "▲ worse"),
    "better": (CATEGORIES[2], "circle", "✓ better"),
    "changed": (CATEGORIES[0], "square", "◼ changed"),
    "small": (CATEGORIES[0], "circle", "· small"),
    "open": (GREY, "diamond-open", "◇ open"),
    "same": (GREY, "circle-open", "= same"),
}
_CALLED = ("worse", "better", "changed")
_SIGNED = ("share", "s", "USD")
_NONE = {"redefined": "defined anew", "unknown": "? unknown"}


def changes_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return each metric's change and interval in units of its usual range, better to the right.

    Where the usual range is not known, the unit is half of the interval.

    Args:
        frame: title, unit, verdict, better, before, now, change, low, high, usual_low and
            usual_high, a row for each metric, the worst first.
        title: of the figure.
    """
    called = int(frame["verdict"].isin(_CALLED).sum())
    shown = frame.head(min(max(called, _USUALLY), _MOST))
    rows = _scaled(shown.reset_index(drop=True))
    hidden = len(frame) - len(rows)
    figure = blank(title, height=_AROUND + _ROW * max(len(rows), 2))
    top = {
        "text": _folded(title),
        "y": 1.0,
        "yref": "container",
        "yanchor": "top",
        "pad": {"t": 24},
    }
    figure.update_layout(title=top)
    edge = _edge(rows)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    usual = rows[rows["known"]]
    if len(usual):
        figure.add_scatter(**_usual(usual))
    for verdict, style in _STYLES.items():
        chosen = rows[rows["verdict"] == verdict]
        if len(chosen):
            _add(figure, chosen, edge, style)
    written(figure, (one for row in rows.to_dict("records") for one in _named(row)))
    figure.update_yaxes(
        visible=False, range=[len(rows) - 0.4, -0.6], fixedrange=True, zeroline=False
    )
    unit = "usual moves (grey: one)" if len(usual) else "half intervals"
    rest = f"<br>{hidden} more not drawn" if hidden else ""
    figure.update_xaxes(
        range=[-edge, edge],
        title_text=f"← worse · change in {unit} · better →{rest}",
        title_font={"size": 11},
        gridcolor=SOFT,
        zeroline=False,
        title_standoff=6,
    )
    figure.update_layout(margin={"l": 16, "r": 16, "t": 108, "b": 62})
    return figure


def _folded(title: str) -> str:
    """Return a title on three lines: what is asked, and each of the two periods."""
    asked, _, periods = title.rpartition(": ")
    now, against, before = periods.partition(" against ")
    lines = (asked, now, f"{against.strip()} {before}".strip())
    return "<br>".join(label(one) for one in lines if one)


def _scaled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with positions in usual moves, turned so that better lies to the right."""
    turned = np.where(frame["better"] == "lower", -1.0, 1.0)
    known = frame["usual_high"].notna() & (frame["usual_high"] > frame["usual_low"])
    usual = (frame["usual_high"] - frame["usual_low"]) / 2
    half = ((frame["high"] - frame["low"]) / 2).where(frame["high"] > frame["low"], 1.0)
    unit = usual.where(known, half)
    ends = [turned * frame[name] / unit for name in ("low", "high")]
    return frame.assign(
        place=np.arange(len(frame)),
        known=known,
        at=turned * frame["change"] / unit,
        worst=np.minimum(*ends),
        best=np.maximum(*ends),
    )


def _edge(rows: pd.DataFrame) -> float:
    """Return how far the axis goes; longer intervals end in an arrow."""
    ends = rows[["worst", "best", "at"]].abs().to_numpy(dtype=np.float64)
    known = ends[np.isfinite(ends)]
    return float(np.clip(known.max() * 1.08, 1.6, _WIDEST)) if known.size else 1.6


def _usual(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the bars of how far metrics usually move."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place in rows["place"]:
        x += [-1.0, 1.0, None]
        y += [place + _BAR, place + _BAR, None]
    return {
        "x": x,
        "y": y,
        "mode": "lines",
        "name": "usual",
        "line": {"color": _USUAL, "width": 9},
        "hoverinfo": "skip",
    }


def _add(figure: go.Figure, rows: pd.DataFrame, edge: float, style: tuple[str, str, str]) -> None:
    colour, symbol, words = style
    x: list[float | None] = []
    y: list[float | None] = []
    for row in rows.to_dict("records"):
        x += [*np.clip([row["worst"], row["best"]], -edge, edge).tolist(), None]
        y += [row["place"] + _BAR, row["place"] + _BAR, None]
        for end, arrow in (("worst", "triangle-left"), ("best", "triangle-right")):
            if abs(row[end]) > edge >= abs(row["at"]):
                figure.add_scatter(
                    x=[np.sign(row[end]) * edge * 0.985],
                    y=[row["place"] + _BAR],
                    mode="markers",
                    marker={"symbol": arrow, "size": 9, "color": colour},
                    showlegend=False,
                    hoverinfo="skip",
                )
    line = {"color": colour, "width": 2.5}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=rows["at"].clip(-edge, edge),
        y=rows["place"] + _BAR,
        mode="markers",
        name=words,
        marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": colour}},
        customdata=[label(_hover(row)) for row in rows.to_dict("records")],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _named(row: Mapping[Hashable, Any]) -> Iterator[dict[str, object]]:
    """Return a metric's name, to stand above its bar, and its values, to stand at the right."""
    called = row["verdict"] in _CALLED
    parts = (0.0, "left", capital(short(str(row["title"]), _LONGEST))), (1.0, "right", _values(row))
    for x, anchor, words in parts:
        yield {
            "x": x,
            "xref": "paper",
            "xanchor": anchor,
            "y": row["place"] - _TEXT,
            "text": f"<b>{label(words)}</b>" if called else label(words),
            "showarrow": False,
            "font": {"size": 11, "color": INK if row["verdict"] in _STYLES else GREY},
        }


def _values(row: Mapping[Hashable, Any]) -> str:
    """Return from where to where a metric went, and by how much."""
    if row["verdict"] in _NONE:
        return _NONE[str(row["verdict"])]
    unit = str(row["unit"])
    before = number(float(row["before"]), unit if unit in _SIGNED else "")
    now = number(float(row["now"]), unit)
    return f"{before} → {now}, {_signed(float(row['change']), unit)}"


def _hover(row: Mapping[Hashable, Any]) -> str:
    low, high = (_signed(float(row[name]), str(row["unit"])) for name in ("low", "high"))
    return f"{row['title']}: {_values(row)} [{low} to {high}]"


def _signed(value: float, unit: str) -> str:
    """Return a difference with its sign, of shares in points."""
    sign = "+" if value > 0 else ""
    return (
        f"{sign}{significant(100 * value, 2)} pts"
        if unit == "share"
        else sign + number(value, unit)
    )
