"""What does a scorecard of promises look like?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, whiskers
from agentlens.text import count, interval, number, share, significant
from agentlens.theme import BANDS, GREY, mark

__all__ = ["scorecard_figure"]

_ROW, _AROUND = 44, 140
_LONGEST = 30
_WIDEST = 3.0
_STATES = {
    "calm": ("#EEF2F7", "", "within its budget"),
    "over": ("#FBE9C8", "", "too fast, not proved"),
    "proved": ("#F5B971", "◇ ", "proved to be too fast"),
    "fast": ("#E8833A", "▲ ", "proved to be beyond its threshold"),
}


def scorecard_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return bars of budget spent with their bounds, beside a table of burn rates by window.

    Args:
        frame: a row for each promise's own window (`whole`) and for each shorter one, with slo,
            promise, band, window, reached, n, bad, burn, burn_low, burn_high, state, value and its bounds.
        title: of the figure.
    """
    whole = frame[frame["whole"]].reset_index(drop=True)
    figure = blank(title, height=_AROUND + _ROW * len(whole))
    figure.set_subplots(rows=1, cols=2, column_widths=[0.56, 0.44], horizontal_spacing=0.04)
    figure.add_trace(_bars(whole), row=1, col=1)
    figure.add_trace(_cells(frame, whole), row=1, col=2)
    figure.add_trace(_limit(whole), row=1, col=1)
    for place, row in whole[whole["burn"].isna()].iterrows():
        figure.add_annotation(
            x=0.02,
            y=place,
            text=_instead(row),
            showarrow=False,
            xanchor="left",
            font_color=GREY,
        )
    _axes(figure, whole)
    return figure


def _bars(whole: pd.DataFrame) -> go.Bar:
    """Return the share of each budget that is spent, with its exact bounds as whiskers."""
    burn = whole["burn"]
    return go.Bar(
        x=burn,
        y=whole.index,
        orientation="h",
        width=0.42,
        marker={"color": [BANDS[band][0] for band in whole["band"]], "opacity": 0.6},
        error_x=whiskers(
            burn, whole["burn_low"], whole["burn_high"], color=GREY, thickness=1.6, width=4
        ),
        showlegend=False,
        hovertext=[_said(row) for _, row in whole.iterrows()],
        hoverinfo="text",
        ids=whole["slo"],
    )


def _limit(whole: pd.DataFrame) -> go.Scatter:
    """Return the line at the whole budget, beside those promises that have one."""
    places = whole.index[whole["burn"].notna()].to_numpy()
    ends = np.column_stack([places - 0.5, places + 0.5, np.full(places.size, np.nan)]).ravel()
    return go.Scatter(
        x=np.ones(ends.size),
        y=ends,
        mode="lines",
        line={"color": GREY, "width": 1.5},
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
                words[at] += f"<br><span style='font-size:9px'>last {count(row['n'])} rows</span>"
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
        ygap=8,
    )


def _axes(figure: go.Figure, whole: pd.DataFrame) -> None:
    """Name the promises on the left, the windows above the table, shares under the bars."""
    most = whole["burn_high"].max()
    end = float(min(max(1.25, 1.08 * most if most > 0 else 0.0), _WIDEST))
    names = [_named(row) for _, row in whole.iterrows()]
    figure.update_yaxes(range=[len(whole) - 0.5, -0.5], showgrid=False, zeroline=False)
    figure.update_yaxes(tickvals=whole.index, ticktext=names, automargin=True, row=1, col=1)
    figure.update_yaxes(showticklabels=False, row=1, col=2)
    figure.update_xaxes(
        range=[0, end],
        tickformat=".0%",
        gridcolor=SOFT,
        title_text="share of the budget spent (line: all of it)",
        title_standoff=6,
        row=1,
        col=1,
    )
    figure.update_xaxes(side="top", showgrid=False, fixedrange=True, row=1, col=2)
    figure.add_annotation(
        xref="x2 domain",
        x=0,
        xanchor="left",
        yref="paper",
        y=0,
        yanchor="top",
        yshift=-8,
        align="left",
        showarrow=False,
        font={"size": 10, "color": GREY},
        text="1× is as fast as the budget allows<br>shaded: faster, ◇ proved to be faster"
        "<br>▲ proved to be beyond its threshold",
    )
    figure.update_layout(title={"xref": "container", "x": 0.01}, margin={"t": 76, "b": 56})


def _named(row: "pd.Series[str]") -> str:
    """Return band, name and promise of a row in two lines."""
    name = row["slo"] if len(row["slo"]) <= _LONGEST else row["slo"][: _LONGEST - 1] + "…"
    under = f"{label(row['promise'])} over {label(row['window'])}"
    small = f"<span style='font-size:10px'>{under}</span>"
    return f"<b>{mark(row['band'])}</b> · {label(name)}<br>{small} "  # type: ignore[arg-type]


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
    times = "×" if not row["whole"] else "× its budget"
    bounds = f"[{significant(row['burn_low'], 2)}–{significant(row['burn_high'], 2)}]"
    state = _STATES[row["state"]][2] if row["state"] in _STATES else ""
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
