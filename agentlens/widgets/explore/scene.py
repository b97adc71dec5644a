"""What do all panels look at, and which of it stays the same when the selection changes?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.tables.log import Log
from agentlens.tables.period import Period
from agentlens.tables.weights import weighting
from agentlens.widgets.explore.selection import Selection

__all__ = ["Scene", "Scope", "lean", "weight_of"]

_UNREAD = frozenset(
    (
        *("end", "input_tokens", "output_tokens", "cached_tokens", "steps", "llm_calls"),
        *("tool_calls", "retries", "followed_up", "copied", "tags", "sampled_with"),
    )
)
"""What no panel asks of a trace; to read it from a lake takes as long as to read the rest."""
_UNSAID = frozenset(
    (
        *("score_id", "label", "rater", "rubric_hash", "judge_retires", "key", "repeat"),
        *("confidence", "truncated", "usd", "seconds", "via", "plan", "stage", "stratum", "split"),
        *("round", "blind", "reference", "note", "code"),
    )
)
"""How a judgement came about: what no panel asks of it."""
_WEIGHT = ("start", "weight", "inclusion_p", "sampled_by")
_STEP = ("kind", "name", "status", "error_type", "error_message")


def lean(log: Log, metric: Metric, by: Sequence[str] = ()) -> Log:
    """Return the log without the steps that no panel reads: those that went well.

    To take a part of a log costs as much as the part is large, and steps are most of it. A log
    whose steps count stays as it is. One of a lake is read once, only the columns that count and
    nothing that was said, and its parts are then taken in memory.

    Args:
        log: the whole log.
        metric: what is looked at.
        by: columns that are looked at, too.
    """
    if "view" in vars(log):
        return _held(log, metric, by)
    told = "status" in log.traces and bool(log.traces["status"].notna().any())
    if metric.table == "spans" or "status" not in log.spans or not told:
        return log
    failed = (log.spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
    return replace(log, spans=log.spans[failed].reset_index(drop=True))


def _held(log: Log, metric: Metric, by: Sequence[str]) -> Log:
    from agentlens.lake.held import HeldLog  # noqa: PLC0415 - who reads no lake need not load one
    from agentlens.lake.log import LakeLog  # noqa: PLC0415 - likewise

    if not isinstance(log, LakeLog):
        return log
    asked = [name for part in metric.expressions().values() for name in sorted(part.columns)]
    return HeldLog.of(
        log,
        [*_STEP, *asked],
        failed=metric.table != "spans",
        without=_UNREAD - {*asked, *by},
        unsaid=_UNSAID - {*asked, *by},
    )


@dataclass(frozen=True, eq=False)
class Scope:
    """The traces that a selection is a period of, or some of by name.

    Attributes:
        given: the log.
        whole: the same without what no panel reads.
        selection: without a word on when or which ones.
        weight: of all traces together.
    """

    given: Log
    whole: Log
    selection: Selection
    weight: float

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

    def asked(self, part: Log, ids: pd.Series) -> Log:
        """Return a part of these traces, some of them with what was asked in them.

        Args:
            part: traces of this scope.
            ids: of those whose input is read, if they have to be read first.
        """
        if type(part) is Log:
            return part
        from agentlens.lake.held import HeldLog  # noqa: PLC0415 - who reads no lake need not load it

        return part.told("input", ids) if isinstance(part, HeldLog) else part


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
        whole = self.scope.weight
        return weight_of(self.selected) / whole if whole > 0 else 0.0

    def changed(self, selection: Selection, scopes: Mapping[Selection, Scope]) -> "Scene":
        """Return the scene of another selection; a scope that is known is taken again.

        Args:
            selection: the traces.
            scopes: by their selection.
        """
        wide = replace(selection, current=None, ids=None)
        scope = scopes.get(wide) or replace(self.scope, selection=wide)
        return replace(self, scope=scope, selection=selection)


def weight_of(log: Log) -> float:
    """Return for how many traces of the traffic those of a log stand.

    Args:
        log: any log.
    """
    return float(np.nansum(weighting(log.columns("traces", _WEIGHT)).of_row))
