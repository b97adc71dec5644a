"""What do all panels look at, and which of it stays the same when the selection changes?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agentlens.measures.metric import Metric
from agentlens.tables.log import Log
from agentlens.tables.period import Period
from agentlens.tables.weights import weighting
from agentlens.widgets.explore.selection import Selection

if TYPE_CHECKING:
    from agentlens.lake.log import LakeLog

__all__ = ["Scene", "Scope", "lean"]


def lean(log: Log, metric: Metric) -> Log:
    """Return the log without the steps that no panel reads: those that went well.

    To take a part of a log costs as much as the part is large, and steps are most of it. A log
    whose steps count stays as it is. One of a lake reads only what is asked for: of that it loses
    what was said, which is most of what it would read.

    Args:
        log: the whole log.
        metric: what is looked at.
    """
    if (lake := _of_lake(log)) is not None:
        return lake.told("none")
    told = "status" in log.traces and bool(log.traces["status"].notna().any())
    if type(log) is not Log or metric.table == "spans" or "status" not in log.spans or not told:
        return log
    failed = (log.spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
    return replace(log, spans=log.spans[failed].reset_index(drop=True))


def _of_lake(log: Log) -> "LakeLog | None":
    if type(log) is Log:
        return None
    from agentlens.lake.log import LakeLog  # noqa: PLC0415 - who reads no lake need not load one

    return log if isinstance(log, LakeLog) and "view" in vars(log) else None


@dataclass(frozen=True, eq=False)
class Scope:
    """The traces that a selection is a period of, or some of by name.

    Attributes:
        given: the log.
        whole: the same without what no panel reads.
        selection: without a word on when or which ones.
    """

    given: Log
    whole: Log
    selection: Selection

    @cached_property
    def log(self) -> Log:
        """These traces."""
        wanted = self.selection.where
        known = not wanted or set(wanted) <= set(self.whole.traces)
        return self.selection.within(self.whole if known else self.given)

    @property
    def narrow(self) -> bool:
        """Whether it is less than everything."""
        return bool(self.selection.where or self.selection.score)

    def told(self, part: Log) -> Log:
        """Return a part of these traces with what was said in them.

        Args:
            part: traces of this scope.
        """
        lake, given = _of_lake(part), _of_lake(self.given)
        return part if lake is None or given is None else lake.told(given.view.texts)


@dataclass(frozen=True, eq=False)
class Scene:
    """A selection of a log, and what is asked about it.

    Attributes:
        scope: what it is a part of.
        selection: the traces.
        metric: what is looked at.
        every: length of a bin of the chart.
        baseline: what is normal; None for what the verbs take.
        by: the columns of the heatmap.
    """

    scope: Scope
    selection: Selection
    metric: Metric
    every: str
    baseline: Period | None
    by: tuple[str, ...]

    @cached_property
    def selected(self) -> Log:
        """The selected traces."""
        rest = replace(self.selection, where={}, score={})
        return rest.of(self.scope.log)

    @property
    def current(self) -> Period | None:
        """What to compare with what was before; None where nothing says when."""
        return self.selected if self.selection.ids is not None else self.selection.current

    @cached_property
    def share(self) -> float:
        """How much of the traffic is selected."""
        if not len(self.selected):
            return 0.0
        now, whole = (
            float(np.nansum(weighting(one.traces).of_row))
            for one in (self.selected, self.scope.whole)
        )
        return now / whole if whole > 0 else 0.0

    def changed(self, selection: Selection, scopes: Mapping[Selection, Scope]) -> "Scene":
        """Return the scene of another selection; a scope that is known is taken again.

        Args:
            selection: the traces.
            scopes: by their selection.
        """
        wide = replace(selection, current=None, ids=None)
        scope = scopes.get(wide) or Scope(self.scope.given, self.scope.whole, wide)
        return replace(self, scope=scope, selection=selection)
