"""How does one get from an alarm to the traces behind it, by hand?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agentlens.measures.metric import Metric
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    from agentlens.widgets.explore.explorer import Explorer

__all__ = ["explore"]


def explore(
    log: Log,
    metric: str | Metric = "strong_completion",
    *,
    baseline: Period | None = None,
    by: str | Sequence[str] | None = None,
    every: str | None = None,
    rubric: Rubric | str | None = None,
    rater: str | None = None,
    store: str | Path | None = DEFAULT,
) -> "Explorer":
    """Return a log to look into: a chart, and all that explains what was selected on it.

    A drag over the chart, or a signal in the list below it, selects a period; a cell of the heatmap
    narrows to a slice; a trace of the table opens. Explanation, slices, failures and traces follow
    the selection. It opens at the latest alarm, or at the last day where there is none. What is
    selected is a value: `.selection`, `.log` for the next cell, `.code` to do without the view.

    Args:
        log: the traces.
        metric: a name, or a Metric.
        baseline: what is normal, for the chart and for every comparison. Default: what
            `control_chart` and `explain` take.
        by: one or two columns of the heatmap. Default: the first two that tell traces apart.
        every: length of a bin of the chart. Default: the shortest that can still be read.
        rubric: what is asked of a trace that is opened; without one nothing can be labelled.
        rater: who labels.
        store: where labels are kept; None keeps them in the view only.

    Example:
        >>> import agentlens as al
        >>> view = al.explore(al.demo(), "strong_completion", by=["task_type", "device"])
        >>> view.selection = {"where": {"device": ["mobile"]}}
        >>> view.log
        Log(8,787 traces, 70,261 spans, 20,637 scores)
    """
    from agentlens.widgets.explore.explorer import Explorer  # noqa: PLC0415 - only a notebook has it

    return Explorer(
        log,
        metric,
        baseline=baseline,
        by=by,
        every=every,
        rubric=rubric,
        rater=rater,
        store=store,
    )
