"""What do many control charts look like side by side?"""

from collections.abc import Sequence
from math import ceil

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, tick_format
from agentlens.figures.control import add_chart, focus, marked
from agentlens.theme import Band, mark

__all__ = ["family_figure"]

_COLUMNS, _PANEL = 3, 190
Panel = tuple[str, Band, str, pd.DataFrame, pd.DataFrame]


def family_figure(panels: Sequence[Panel], *, title: str) -> go.Figure:
    """Return small charts of (name, band, unit, frame, marks), three abreast on one axis of time."""
    columns = min(_COLUMNS, len(panels))
    rows = ceil(len(panels) / columns)
    figure = blank(title, height=90 + _PANEL * rows)
    figure.set_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes=True,
        subplot_titles=[f"{mark(band)} · {label(name)}" for name, band, *_ in panels],
        vertical_spacing=0.3 / max(rows, 1),
        horizontal_spacing=0.06,
    )
    figure.update_annotations(font_size=11)
    lines = []
    for place, (_, _, unit, frame, marks) in enumerate(panels):
        where = {"row": place // columns + 1, "col": place % columns + 1}
        add_chart(figure, frame, unit=unit, legend=place == 0, **where)
        lines += marked(marks, panel=place + 1, named=False)[0]
        scale = {"title_text": "σ"} if "up" in frame else tick_format(unit)
        figure.update_yaxes(**scale, **focus(frame), nticks=4, **where)
        if place + columns >= len(panels):  # the lowest of its column
            figure.update_xaxes(showticklabels=True, **where)
    figure.update_layout(shapes=lines)  # at once: plotly reads all that are there each time
    figure.update_xaxes(showgrid=False, linecolor=SOFT, nticks=4, tickfont_size=10)
    figure.update_yaxes(gridcolor=SOFT, zeroline=False, tickfont_size=10)
    figure.update_layout(legend={"y": 1.0 + 30 / (90 + _PANEL * rows)})
    return figure
