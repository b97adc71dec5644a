"""Where did the metric change, and which of these cells survive a search through all of them?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.slices.find import FoundSlices, find_slices
from agentlens.analysis.slices.slices import Slices, slices
from agentlens.errors import BadInputError
from agentlens.figures.base import label as plain
from agentlens.figures.base import short
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log
from agentlens.widgets.explore.panels.columns import values_of
from agentlens.widgets.explore.panels.panel import Panel, told_of
from agentlens.widgets.explore.scene import Scene

__all__ = ["heat_panel", "heat_result", "search_result"]

_MOST_FOUND = 6
_LONGEST = 20
Chosen = dict[str, list[object]]


def heat_result(scene: Scene) -> Slices:
    """Return the table of slices.

    Args:
        scene: the selection.
    """
    if not scene.by:
        message = "No column of this log tells its traces apart; pass by= to name one or two."
        raise BadInputError(message)
    return slices(
        scene.scope.log, scene.metric, scene.by, current=scene.current, baseline=scene.baseline
    )


def search_result(scene: Scene) -> FoundSlices:
    """Return the slices that survive a search through every combination of columns.

    Args:
        scene: the selection.
    """
    return find_slices(
        scene.scope.log,
        scene.metric,
        current=scene.current,
        baseline=scene.baseline,
        most=_MOST_FOUND,
    )


def heat_panel(scene: Scene, table: Slices, search: FoundSlices) -> Panel:
    """Return the heatmap, framed where the search stands, and its cells and findings as rows.

    Args:
        scene: the selection.
        table: the cells.
        search: what a search through all columns found.
    """
    framed = survives(table, search)
    figure = replace(table, frame=table.frame.assign(stands=framed)).figure()
    compared = int((~table.frame["few"]).sum()) if "few" in table.frame else 0
    looked = search.facts().get("slices looked at")
    n_looked = f", {looked} looked at" if looked is not None else ""
    # Two kinds of search would need two kinds of frame: only the stricter one is drawn.
    told = told_of(
        search,
        _narrow(figure).update_layout(title=None, margin={"t": 12}),
        note=f"{text.plural(compared, 'cell')} compared; ◆ and a frame: survives the search"
        f" through all columns{n_looked}. n= on grey: too few rows.",
        by=list(scene.by),
        found=_found(scene, search),
        rows=_cells(scene, table, framed),
    )
    return told | {"title": table.title, "caveats": [*search.caveats, *table.caveats[:1]]}


def survives(table: Slices, search: FoundSlices) -> Flags:
    """Return which cells lie in a slice that the search found by the columns of the table.

    Args:
        table: the cells.
        search: what was found.
    """
    frame = table.frame
    inside: Flags = np.zeros(len(frame), dtype=np.bool_)
    for one in search.slices:
        if set(one) <= set(table.by):
            inside |= np.logical_and.reduce([frame[name] == label for name, label in one.items()])
    return inside & ~frame["few"].to_numpy(dtype=bool) if len(frame) else inside


def _narrow(figure: Any) -> Any:
    """Return the picture with shorter names: in half a page, long ones leave no room to draw in."""
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        if axis.ticktext:
            axis.ticktext = [
                one if "<br>" in one else plain(short(unescape(one), _LONGEST))
                for one in axis.ticktext
            ]
    return figure


def _found(scene: Scene, search: FoundSlices) -> dict[str, object]:
    rows = []
    distinct = _distinct(scene.scope.log)
    row: Any
    for row, one in zip(search.frame.iloc[1:].to_dict("records"), search.slices, strict=True):
        wanted = _chosen(distinct, one, {name: [label] for name, label in one.items()})
        cells = [str(row["slice"]), *_values(row, scene.metric.unit)]
        rows.append({"cells": cells, "do": wanted})
    return {
        "caption": f"{text.plural(len(rows), 'slice')} found by the search; Enter narrows to one",
        "columns": ["slice", "value", "before", "n"],
        "rows": rows,
    }


def _cells(scene: Scene, table: Slices, framed: Flags) -> dict[str, object]:
    frame = table.frame
    labels = {name: list(dict.fromkeys(frame[name])) for name in table.by if name in frame}
    chosen: dict[tuple[str, ...], object] = {}
    distinct = _distinct(scene.scope.log)
    rows = []
    row: Any
    for row, stands in zip(frame.to_dict("records"), framed, strict=True):
        names = tuple(str(row[name]) for name in table.by)
        own = dict(zip(scene.by, names, strict=True))
        known = {mine: labels[theirs] for mine, theirs in zip(scene.by, table.by, strict=True)}
        chosen[names] = _chosen(distinct, own, known)
        word = "too few" if row["few"] else "survives" if stands else ""
        down = labels[table.by[0]].index(row[table.by[0]])
        across = labels[table.by[1]].index(row[table.by[1]]) if len(table.by) > 1 else None
        rows.append(
            {
                "cells": [*names, *_values(row, scene.metric.unit), word],
                "at": [across, down],
                "do": chosen[names],
            }
        )
    return {
        "caption": f"{text.plural(len(rows), 'cell')}; Enter narrows to one",
        "columns": [*table.by, "value", "before", "n", ""],
        "rows": rows,
    }


def _values(row: Mapping[Any, Any], unit: str) -> list[str]:
    if row.get("few"):
        return ["·", "·", f"{text.count(row['n'])}"]
    n, before = int(row["n"]), int(row["n_baseline"])
    return [
        text.number(float(row["value"]), unit, n=n),
        text.number(float(row["baseline"]), unit, n=before),
        f"{text.count(n)} against {text.count(before)}",
    ]


def _distinct(log: Log) -> Callable[[str], pd.Series | None]:
    """Return what gives the different values of a column, looked through once for all cells."""

    @cache
    def of(name: str) -> pd.Series | None:
        return log.traces[name].drop_duplicates() if name in log.traces else None

    return of


def _chosen(
    distinct: Callable[[str], pd.Series | None],
    own: Mapping[str, str],
    known: Mapping[str, Sequence[str]],
) -> dict[str, object] | None:
    """Return what to narrow to for a cell; None where a column has no values to name."""
    where: Chosen = {}
    for name, label in own.items():
        column = distinct(name)
        values = None if column is None else values_of(column, label, known[name])
        if values is None:
            return None
        where[name] = values
    return {"act": "where", "where": where}
