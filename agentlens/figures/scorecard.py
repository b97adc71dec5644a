"""What does a scorecard of promises look like?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, whiskers
from agentlens.text import count, interval, number, plural, share, significant
from agentlens.theme import BANDS, GREY, mark

__all__ = ["scorecard_figure"]

_ROW, _ABOVE, _BELOW = 78, 62, 104
_CELL, _HALF = 36, 0.16
_LONGEST, _MOST_SAID = 30, 60
_WIDEST = 3.0
_STATES = {
    "calm": ("#EEF2F7", "", "within its budget"),
    "over": ("#FBE9C8", "", "too fast, not proved"),
    "proved": ("#F5B971", "◇ ", "proved to be too fast"),
    "fast": ("#E8833A", "▲ ", "proved to be beyond its threshold"),
}


def scorecard_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return bars of budget spent with their bounds, beside a table of burn rates by window.

    The words of each promise stand above its bar and the legend below all of them, so that the
    picture needs no more width than a bar and a row of four cells.

    Args:
        frame: a row for each promise's own window (`whole`) and for each shorter one, with slo,
            promise, band, window, reached, n, bad, burn, burn_low, burn_high, state, value and its bounds.
        title: of the figure.
    """
    whole = frame[frame["whole"]].reset_index(drop=True)
    figure = blank(short(title, _MOST_SAID), height=_ABOVE + _ROW * len(whole) + _BELOW)
    figure.set_subplots(rows=1, cols=2, column_widths=[0.42, 0.58], horizontal_spacing=0.04)
    figure.add_trace(_bars(whole), row=1, col=1)
    figure.add_trace(_cells(frame, whole), row=1, col=2)
    figure.add_trace(_limit(whole), row=1, col=1)
    for place, (_, row) in enumerate(whole.iterrows()):
        _words(figure, place, row)
    _axes(figure, whole)
    _legend(figure)
    return figure


def _bars(whole: pd.DataFrame) -> go.Bar:
    """Return the share of each budget that is spent, with its exact bounds as whiskers."""
    burn = whole["burn"]
    return go.Bar(
        x=burn,
        y=whole.index,
        orientation="h",
        width=2 * _HALF,
        marker={"color": [BANDS[band][0] for band in whole["band"]], "opacity": 0.7},
        error_x=whiskers(
            burn, whole["burn_low"], whole["burn_high"], color=INK, thickness=1.6, width=4
        ),
        showlegend=False,
        hovertext=[_said(row) for _, row in whole.iterrows()],
        hoverinfo="text",
        ids=whole["slo"],
    )


def _limit(whole: pd.DataFrame) -> go.Scatter:
    """Return the line at the whole budget, beside those promises that have one."""
    places = whole.index[whole["burn"].notna()].to_numpy()
    ends = np.column_stack(
        [places - 1.4 * _HALF, places + 1.4 * _HALF, np.full(places.size, np.nan)]
    ).ravel()
    return go.Scatter(
        x=np.ones(ends.size),
        y=ends,
        mode="lines",
        line={"color": INK, "width": 1.5, "dash": "4px,3px"},
        showlegend=False,
        hoverinfo="skip",
    )


def _cells(frame: pd.DataFrame, whole: pd.DataFrame) -> go.Heatmap:
    """Return the table: spent, then burn by window, shaded by what is proved."""
    place = dict(zip(whole["slo"], whole.index, strict=True))
    parts = frame[~frame["whole"]]
    columns = ["spent", *(f"burn {window}" for window in dict.fromkeys(parts["window"]))]
    shape = (len(whole), len(columns))
    colour = np.full(shape, np.nan)
    words = np.full(shape, "", dtype=object)
    hover = np.full(shape, "no budget, or no such window", dtype=object)
    states = list(_STATES)
    for _, row in frame.iterrows():
        at = place[row["slo"]], 0 if row["whole"] else columns.index(f"burn {row['window']}")
        if row["state"] in _STATES:
            colour[at] = states.index(row["state"])
            words[at] = _STATES[row["state"]][1] + _amount(row)
            if row["reached"]:
                words[at] += f"<br><span style='font-size:9px'>{plural(row['n'], 'row')}</span>"
            hover[at] = _said(row)
        elif not np.isnan(row["allowed"]):
            colour[at], words[at], hover[at] = 0, "no rows", _said(row)
    edges = np.repeat(np.linspace(0, 1, len(states) + 1), 2)[1:-1]
    shades = np.repeat([shade for shade, _, _ in _STATES.values()], 2)
    return go.Heatmap(
        z=colour,
        x=columns,
        y=whole.index,
        zmin=-0.5,
        zmax=len(states) - 0.5,
        colorscale=list(zip(edges, shades, strict=True)),
        showscale=False,
        text=words,
        texttemplate="%{text}",
        textfont={"color": INK, "size": 12},
        hovertext=hover,
        hoverinfo="text",
        xgap=3,
        ygap=_ROW - _CELL,
    )


def _words(figure: go.Figure, place: int, row: pd.Series) -> None:
    """Put band, name and promise above a bar, and its value where there is no bar."""
    name = label(short(row["slo"], _LONGEST))
    under = label(short(f"{row['promise']} over {row['window']}", _MOST_SAID))
    words = f"<b>{mark(row['band'])} · {name}</b><br><span style='font-size:11px'>{under}</span>"
    at = {"y": place, "showarrow": False, "xanchor": "left", "align": "left"}
    figure.add_annotation(
        text=words, name=row["slo"], xref="paper", x=0, yanchor="bottom", yshift=_CELL / 2 + 1, **at
    )
    if np.isnan(row["burn"]):
        figure.add_annotation(text=_instead(row), x=0, font={"size": 11, "color": GREY}, **at)


def _axes(figure: go.Figure, whole: pd.DataFrame) -> None:
    """Name the windows above the table, shares under the bars."""
    most = whole["burn_high"].max()
    end = float(min(max(1.25, 1.08 * most if most > 0 else 0.0), _WIDEST))
    # A row begins with its words: more room above its middle than below.
    rows = [len(whole) - 0.7, -0.7]
    bare = {"showgrid": False, "zeroline": False, "showline": False, "showticklabels": False}
    figure.update_yaxes(range=rows, **bare)
    figure.update_xaxes(
        range=[0, end],
        tickformat=".0%",
        nticks=4,
        tickangle=0,
        gridcolor=SOFT,
        title={"text": "budget spent", "font_size": 12, "standoff": 6},
        row=1,
        col=1,
    )
    figure.update_xaxes(
        side="top", showgrid=False, showline=False, fixedrange=True, tickangle=0, row=1, col=2
    )


def _legend(figure: go.Figure) -> None:
    """Say below all rows what line, shades and signs mean, in lines that fit a narrow page."""
    figure.add_annotation(
        xref="paper", x=0, xanchor="left", yref="paper", y=0, yanchor="top", yshift=-46,
        align="left", showarrow=False, font={"size": 11, "color": GREY},
        text="dashed: the whole budget; burn 1×: as fast as it allows"
        "<br>shaded: faster, ◇ proved to be faster"
        "<br>▲ proved to be beyond its threshold",
    )  # fmt: skip
    figure.update_layout(
        title={"xref": "container", "x": 0.02, "y": 1, "yanchor": "top", "pad_t": 12},
        margin={"l": 14, "r": 14, "t": _ABOVE, "b": _BELOW},
    )


def _amount(row: pd.Series) -> str:
    if row["whole"]:
        return f"{significant(100 * row['burn'], 2 if row['burn'] < 1 else 3)}%"
    return f"{significant(row['burn'], 2)}×"


def _said(row: pd.Series) -> str:
    """Return what a bar or a cell says when it is pointed at."""
    reach = f"{count(row['n'])} rows" if row["reached"] else label(row["window"])
    own = f"{label(row['slo'])}, last {reach}"
    if row["n"] == 0 or np.isnan(row["burn"]):
        return f"{own}: {_instead(row)}"
    times = "× its budget" if row["whole"] else "×"
    bounds = f"[{significant(row['burn_low'], 2)}–{significant(row['burn_high'], 2)}]"
    state = _STATES.get(row["state"], ("", "", ""))[2]
    return (
        f"{own}<br>{count(row['bad'])} bad of n = {count(row['n'])} ({share(row['share'], row['n'])})"
        f"<br>{significant(row['burn'], 2)}{times} {bounds}: {state}"
    )


def _instead(row: pd.Series) -> str:
    """Return what stands where there is no budget."""
    if row["n"] == 0:
        return "no rows"
    bounds = interval(row["value_low"], row["value_high"], row["unit"])
    return f"{number(row['value'], row['unit'])} {bounds}, no budget"
