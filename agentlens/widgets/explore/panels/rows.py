"""Which page of the selected traces is shown, in which order?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.feedback.triage.worst import Worst, worst
from agentlens.html import cell
from agentlens.tables.match import among
from agentlens.widgets.explore.panels.panel import Panel, told_of
from agentlens.widgets.explore.scene import Scene

__all__ = ["PAGE", "order_of", "rows_panel", "rows_result"]

PAGE = 50
_WORST = "worst"
_SHOWN = ("start", "why", "task_type", "latency_s", "cost_usd")
_SORTS = ("start", "latency_s", "cost_usd")
_CUT = 140


def rows_result(scene: Scene, n: int = PAGE) -> Worst:
    """Return the traces to look at first.

    Args:
        scene: the selection.
        n: how many.
    """
    return worst(scene.selected, n=max(n, 1))


def order_of(
    scene: Scene, found: Worst, sort: str, *, down: bool, most: int | None = None
) -> pd.DataFrame:
    """Return selected traces in an order: why stands beside those that something speaks against.

    Args:
        scene: the selection.
        found: the traces against which something speaks, the worst first.
        sort: "worst", or a column.
        down: whether the largest comes first.
        most: how many are looked at, from the first on; None for all of them.
    """
    # To sort all columns of all traces would take longer than to find the worst of them.
    asked = ["trace_id", *_SHOWN]
    every = scene.selected.columns("traces", asked)
    traces = every[[name for name in asked if name in every]]
    if sort in _SORTS and sort in traces:
        keys = [sort, "trace_id"]
        ordered = traces.sort_values(keys, ascending=[not down, True], na_position="last")
    else:
        if most is not None and most <= len(found.frame):  # of all others none stands before these
            traces = traces[among(traces["trace_id"], found.frame["trace_id"])]
        place = pd.Series(range(len(found.frame)), index=found.frame["trace_id"], dtype="float64")
        rank = traces["trace_id"].map(place).fillna(len(traces))
        keyed = traces.assign(_rank=rank).sort_values(
            ["_rank", "start", "trace_id"], ascending=[True, False, True]
        )
        ordered = keyed.drop(columns="_rank")
    why = found.frame.set_index("trace_id")["why"].astype("str")
    told = why.reindex(ordered["trace_id"]).fillna("")
    return ordered.assign(why=told.array)


def rows_panel(scene: Scene, found: Worst, asked: Mapping[str, Any], whole: "Whole") -> Panel:
    """Return a page of the selected traces.

    Args:
        scene: the selection.
        found: the traces to look at first; enough for the first page.
        asked: page, sort and down.
        whole: gives all traces against which something speaks, where a page needs them.
    """
    n = len(scene.selected)
    pages = max(1, -(-n // PAGE))
    page = min(max(int(asked.get("page") or 0), 0), pages - 1)
    sort = str(asked.get("sort") or _WORST)
    known = found if page == 0 and sort == _WORST else whole()
    end = (page + 1) * PAGE
    rows = order_of(scene, known, sort, down=bool(asked.get("down", True)), most=end)
    shown = rows.iloc[page * PAGE : end]
    names = [name for name in _SHOWN if name in shown]
    first, last = page * PAGE + 1, page * PAGE + len(shown)
    return told_of(
        found,
        None,
        rows={
            "caption": f"Traces {first:,} to {last:,} of {n:,}; Enter opens one"
            if n
            else "No traces",
            "columns": ["trace", *(name.removesuffix("_s").removesuffix("_usd") for name in names)],
            "rows": [
                {"id": str(row["trace_id"]), "cells": [str(row["trace_id"]), *_said(row, names)]}
                for row in shown.to_dict("records")
            ],
        },
        n=n,
        page=page,
        pages=pages,
        sort=sort,
        down=bool(asked.get("down", True)),
        sorts=[_WORST, *(name for name in _SORTS if name in shown)],
    )


class Whole:
    """All traces against which something speaks, found out when they are first asked for."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._found: Worst | None = None

    def __call__(self) -> Worst:
        """Return them, the worst first."""
        if self._found is None:
            self._found = rows_result(self._scene, len(self._scene.selected))
        return self._found


def _said(row: Mapping[Any, Any], names: list[str]) -> list[str]:
    words = []
    for name in names:
        value = row[name]
        if name == "start":
            words.append(f"{value:%d %b %H:%M:%S}")
        elif name.endswith(("_s", "_usd")) and not pd.isna(value):
            words.append(text.number(float(value), "s" if name.endswith("_s") else "USD"))
        else:
            said = cell(value)
            words.append(said if len(said) <= _CUT else f"{said[: _CUT - 1]}…")
    return words
