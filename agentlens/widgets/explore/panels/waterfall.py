"""Why does the selection differ from what was before?"""

from typing import TYPE_CHECKING

from agentlens import text
from agentlens.analysis.explain.explanation import Explanation, explain
from agentlens.widgets.explore.panels.panel import Panel, told_of
from agentlens.widgets.explore.scene import Scene

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["waterfall_panel", "waterfall_result"]

_MOST = 12


def waterfall_result(scene: Scene) -> Explanation:
    """Return the change as a sum of parts.

    Args:
        scene: the selection.
    """
    return explain(scene.scope.log, scene.metric, current=scene.current, baseline=scene.baseline)


def waterfall_panel(result: Explanation) -> Panel:
    """Return the waterfall and its parts as rows.

    Args:
        result: the explanation.
    """
    parts = result.parts
    rows = [
        {"cells": [str(row["kind"]), str(row["name"]), *_numbers(row, result.unit), row["words"]]}
        for row in parts.head(_MOST).to_dict("records")
    ]
    more = f", first {_MOST} of {len(parts)}" if len(parts) > _MOST else ""
    return told_of(
        result,
        _roomy(result.figure()),
        rows={
            "caption": f"{text.plural(len(parts), 'part')} of the change{more}",
            "columns": ["kind", "part", "change", "from", "to", "in words"],
            "rows": rows,
        },
    )


def _roomy(figure: "go.Figure") -> "go.Figure":
    """Let the numbers reach into the margin, where the panel is narrow."""
    figure.update_traces(cliponaxis=False, selector={"type": "scatter"})
    return figure.update_layout(title=None, margin={"t": 12, "r": 48})


def _numbers(row: "dict[object, object]", unit: str) -> list[str]:
    points = unit == "share"
    scale, name = (100.0, "points") if points else (1.0, unit)
    return [text.number(scale * float(str(row[part])), name) for part in ("value", "low", "high")]
