"""By which parts does a metric get from one value to another?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, tick_format, whiskers
from agentlens.theme import GREY

__all__ = ["waterfall_figure"]

_ROW = 34
_CUT = 44
_MOST = 12
_TINY = 0.02
_WORSE, _BETTER, _LEVEL, _PLAIN = "#B35806", "#542788", "#C7CCD4", "#5B7FA6"
_TOLD = ("mix", "rate")


def waterfall_figure(
    parts: pd.DataFrame, baseline: float, current: float, *, title: str, unit: str, better: str
) -> go.Figure:
    """Return a bar a part, each beginning where the last one ended, with its interval.

    Args:
        parts: name, kind, value, low and high.
        baseline: where the parts begin.
        current: where they end.
        title: of the figure.
        unit: of all numbers.
        better: which direction is good news.
    """
    if not len(parts):
        figure = blank(title, height=200)
        figure.add_annotation(
            text="not enough data for parts", x=0.5, y=0.5, xref="paper", yref="paper",
            showarrow=False, font={"color": GREY, "size": 14},
        )  # fmt: skip
        return figure.update_xaxes(visible=False).update_yaxes(visible=False)
    shown = _folded(parts)
    figure = blank(title, height=130 + _ROW * (len(shown) + 2))
    ends = baseline + np.cumsum(shown["value"].to_numpy(dtype=float))
    starts = ends - shown["value"].to_numpy(dtype=float)
    names = ["baseline", *(_named(one) for one in shown.itertuples()), "current"]
    places = list(range(len(names)))
    _levels(figure, places, baseline, current, unit)
    _parts(figure, shown, starts, ends, unit, better)
    for place, end in enumerate([baseline, *ends.tolist()]):
        figure.add_shape(
            type="line", x0=end, x1=end, y0=place + 0.32, y1=place + 0.68,
            line={"color": GREY, "width": 1, "dash": "dot"},
        )  # fmt: skip
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[label(name) for name in names],
        autorange="reversed",
        automargin=True,
        showgrid=False,
    )
    reach = [baseline, current, *ends]
    reach += [*(starts + shown["low"].to_numpy(float)), *(starts + shown["high"].to_numpy(float))]
    low, high = float(np.nanmin(reach)), float(np.nanmax(reach))
    room = (high - low) or abs(high) or 1.0
    figure.update_xaxes(
        range=[low - 0.14 * room, high + 0.2 * room],
        gridcolor=SOFT,
        title_text=_axis(unit, hatched=_hatched(shown)),
        title_standoff=6,
        nticks=8,
        **_ticks(unit, room),
    )
    return figure.update_layout(bargap=0.3, showlegend=False)


def _levels(
    figure: go.Figure, places: list[int], baseline: float, current: float, unit: str
) -> None:
    """Mark both values: a thick line and the number, since bars from zero would hide the parts."""
    ends = ((places[0], baseline), (places[-1], current))
    figure.add_scatter(
        x=[value for _, value in ends],
        y=[place for place, _ in ends],
        mode="markers+text",
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 4, "color": INK}},
        text=[f"  <b>{_number(value, unit)}</b>" for _, value in ends],
        textposition="middle right",
        hoverinfo="skip",
    )


def _parts(
    figure: go.Figure,
    shown: pd.DataFrame,
    starts: np.ndarray,
    ends: np.ndarray,
    unit: str,
    better: str,
) -> None:
    value = shown["value"].to_numpy(dtype=float)
    low, high = (shown[name].to_numpy(dtype=float) for name in ("low", "high"))
    clear = _clear(shown).to_numpy(dtype=bool)
    figure.add_bar(
        x=value,
        base=starts,
        y=list(range(1, len(shown) + 1)),
        orientation="h",
        marker={
            "color": [_colour(one, better) for one in value],
            "opacity": np.where(clear, 1.0, 0.45).tolist(),
            "pattern": {"shape": np.where(clear, "", "/").tolist(), "size": 6},
        },
        error_x=whiskers(value, low, high, color=INK, thickness=1.2, width=4),
        customdata=[label(name) for name in shown["name"]],
        hovertemplate="%{customdata}<br>%{x}<extra></extra>",
    )
    right = np.maximum(np.maximum(starts, ends), starts + high)
    figure.add_scatter(
        x=right,
        y=list(range(1, len(shown) + 1)),
        mode="text",
        text=[f"  {_signed(one, unit)}" for one in value],
        textposition="middle right",
        hoverinfo="skip",
    )


def _folded(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts in their order; tiny ones of a kind are taken together."""
    size = parts["value"].abs()
    tiny = (size < _TINY * size.sum()) & ~_clear(parts)
    if len(parts) > _MOST:
        tiny |= size.rank(ascending=False) > _MOST - 1
    if tiny.sum() < 2:  # noqa: PLR2004 - folding one changes nothing
        return parts.reset_index(drop=True)
    few = parts[tiny]
    half = float(np.sqrt((((few["high"] - few["low"]) / 2) ** 2).sum()))
    value = float(few["value"].sum())
    row = {
        "name": f"{len(few)} small parts", "kind": "small",
        "value": value, "low": value - half, "high": value + half,
    }  # fmt: skip
    return pd.concat([parts[~tiny], pd.DataFrame([row])], ignore_index=True)


def _clear(parts: pd.DataFrame) -> "pd.Series[bool]":
    return (parts["low"] > 0) | (parts["high"] < 0)


def _axis(unit: str, *, hatched: bool) -> str:
    said = ["" if unit in {"share", "USD"} else unit, "hatched: not told from chance"]
    return label("; ".join(one for one in said[: 1 + hatched] if one))


def _hatched(parts: pd.DataFrame) -> bool:
    return not bool(_clear(parts).all())


def _named(part: Any) -> str:
    name = str(part.name)
    cut = name if len(name) <= _CUT else name[: _CUT - 1] + "…"
    return f"{part.kind}: {cut}" if part.kind in _TOLD else cut


def _colour(value: float, better: str) -> str:
    if better == "neither":
        return _PLAIN
    return _BETTER if (value > 0) == (better == "higher") else _WORSE


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.1f}%"
    return f"${value:,.4g}" if unit == "USD" else f"{value:,.4g}"


def _signed(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:+.1f}"
    return f"{value:+,.3g}"


def _ticks(unit: str, room: float) -> dict[str, Any]:
    if unit == "share" and room < 0.05:  # noqa: PLR2004 - whole percents would repeat
        return {"tickformat": ".1%"}
    return tick_format(unit) if unit in {"share", "USD"} else {}
