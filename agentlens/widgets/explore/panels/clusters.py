"""Which failures does the selection show, and were they there before?"""

from typing import Any

import pandas as pd

from agentlens import text
from agentlens.analysis.failures.failures import Failures, failures
from agentlens.analysis.failures.patterns import signs
from agentlens.analysis.failures.shares import shares
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.widgets.explore.panels.panel import Panel, told_of
from agentlens.widgets.explore.scene import Scene

__all__ = ["before_panel", "behind", "clusters_panel", "clusters_result"]

_MOST = 12
_KNOWN_IDS = 500
_HALF = 0.5


def clusters_result(scene: Scene) -> Failures:
    """Return the failures of the selected traces.

    Args:
        scene: the selection.
    """
    return failures(_with_words(scene, scene.selected), most=_MOST)


def clusters_panel(result: Failures) -> Panel:
    """Return the failures as rows: name, n, an example, and the traces behind each.

    Args:
        result: the failures.
    """
    rows = [
        _row(row, signal.trace_ids)
        for row, signal in zip(result.frame.to_dict("records"), result.signals(), strict=True)
    ]
    return told_of(
        result,
        None,
        rows={
            "caption": f"{text.plural(len(rows), 'failure')}, the commonest first",
            "columns": ["failure", "kind", "n", "share", "change"],
            "rows": rows,
        },
    )


def before_panel(scene: Scene, result: Failures) -> Panel:
    """Return how often each failure occurred in as much time just before, by its id.

    Args:
        scene: the selection.
        result: its failures.
    """
    if scene.selection.current is None or not len(result.frame):
        return {"changes": {}, "note": ""}
    first, last = scene.selection.current
    earlier = scene.scope.log.between(first - (last - first), first)
    if not len(earlier):
        return {"changes": {}, "note": "The log has no traces just before."}
    share = shares(_with_words(scene, earlier), result.catalogue)
    now: pd.Series[float] = result.frame.set_index("id")["share"]
    return {
        "changes": {
            str(one): _change(float(now[one]), float(share.get(one, 0.0))) for one in now.index
        },
        "note": f"Change: against {text.plural(len(earlier), 'trace')} of as much time just before.",
    }


def behind(result: Failures, failure: str) -> tuple[str, ...]:
    """Return the traces that show a failure.

    Args:
        result: the failures.
        failure: the id of one of them.
    """
    rows = result.frame["id"].astype(str).tolist()
    if failure not in rows:
        message = "This failure is not among those of the selection any more: choose again."
        raise BadInputError(message)
    return result.signals()[rows.index(failure)].trace_ids


def _with_words(scene: Scene, part: Log) -> Log:
    """Return a part of the log in which failures can be told by what was asked.

    Nothing else is read of what was said, since what was asked counts only where a user or a judge
    objected: there no error tells the cause.
    """
    objected = pd.Series(signs(part.traces), index=part.traces.index) != ""
    if "status" in part.traces:
        objected |= (part.traces["status"] == "error").fillna(value=False).astype(bool)
    ids = part.traces.loc[objected, "trace_id"]
    if {"source", "value"} <= {*part.scores}:
        low = (part.scores["source"] == "judge") & (part.scores["value"] < _HALF)
        ids = pd.concat([ids, part.scores.loc[low.fillna(value=False).astype(bool), "trace_id"]])
    return scene.scope.asked(part, ids.drop_duplicates())


def _change(now: float, before: float) -> str:
    if before == 0:
        return "none before"
    points = round(100 * (now - before), 1)
    return f"{points:+.1f} points" if points else "the same"


def _row(row: "dict[Any, Any]", ids: tuple[str, ...]) -> dict[str, object]:
    whole = int(row["n"]) <= _KNOWN_IDS
    return {
        "id": str(row["id"]),
        "cells": [
            str(row["name"]),
            str(row["kind"]),
            text.count(row["n"]),
            text.share(float(row["share"]), round(float(row["seen"]))),
            "",
        ],
        "example": ids[0] if ids else None,
        "do": {"act": "failure", "id": str(row["id"])} if whole else None,
    }
