"""Which rows does a metric count, with which numbers and weights, where the rows are?"""

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import pandas as pd

from agentlens.engines.counting.expression import compiled
from agentlens.engines.counting.scores import score_rows
from agentlens.engines.functions import NO
from agentlens.engines.view import View
from agentlens.errors import UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.tables.weights import UPSTREAM
from agentlens.tables.wide import SCORE_COLUMNS

__all__ = ["OF_STEP", "OF_TRACE", "Base", "base_of", "chance"]

_WEIGHING = ("weight", "inclusion_p", "sampled_by", "user_id", "session_id")
OF_TRACE, OF_STEP = "of_trace_", "of_step_"
"""What the columns of a row's trace are called beside its own, and what those of a step are."""


@dataclass(frozen=True, eq=False)
class Base:
    """The rows of a metric's own table, counted or not.

    Attributes:
        metric: the definition.
        rows: with `trace`, `time`, `y`, `d`, `w` and `user`, a mark `inside` of what the metric is
            about, a mark `known` of what says enough, and `reached`, the weight before any score.
        needs: the columns that the definition cannot do without, and what each is called in
            `rows`; "" where there is none.
        scores: who gave each score that is read.
    """

    metric: Metric
    rows: Any
    needs: Mapping[str, str]
    scores: Mapping[str, str]

    def counted(self, by: tuple[str, ...] = (), **more: str) -> Any:
        """Return the rows that enter the metric, with the columns of the traces in `by` as k0, k1.

        Args:
            by: columns of the traces.
            more: what else is wanted of `rows`: a new name, and what it is called there.
        """
        kept = self.rows.filter(self.keep)
        keys = {f"k{place}": kept[OF_TRACE + name] for place, name in enumerate(by)}
        keys |= {name: kept[of] for name, of in more.items()}
        return kept.select("trace", "time", "y", "d", "w", "user", **keys)

    @property
    def keep(self) -> Any:
        """Which rows enter the metric."""
        rows = self.rows
        return rows["inside"] & rows["known"] & rows["w"].notnull()


def base_of(
    view: View,
    metric: Metric,
    kinds: pd.DataFrame,
    by: tuple[str, ...] = (),
    steps: tuple[str, ...] = (),
) -> Base:
    """Return the rows that a metric looks at.

    Args:
        view: the traces that are meant.
        metric: what is counted.
        kinds: the scores that there are.
        by: columns of the traces that are wanted beside.
        steps: columns of the steps that are wanted beside, of a metric of steps.
    """
    parts = metric.expressions()
    columns = frozenset().union(*(part.columns for part in parts.values()))
    needs = frozenset().union(*(part.needs for part in parts.values()))
    for name in by:
        if name not in view.tables.traces.kinds:
            raise UnknownNameError("trace column", name, view.tables.traces.names)
    rows, own = _joined(view, metric, columns, by, steps)
    read = sorted(one for one in columns if one.startswith("score:"))
    sources, chances = {}, []
    for place, name in enumerate(read):
        found, sources[name] = _scored(view, kinds, name)
        rows = rows.left_join(
            found.select(
                **{
                    f"of_{place}": found["trace_id"],
                    f"s{place}": found["value"],
                    f"p{place}": found["p"],
                }
            ),
            rows["trace"] == found["trace_id"],
        ).drop(f"of_{place}")
        own[name] = f"s{place}"
        chances.append(f"p{place}")
    held = {name: rows[own[name]] for name in columns if name in own}
    y = compiled(parts["numerator"], held)
    d = compiled(parts["denominator"], held) if "denominator" in parts else ibis.literal(1.0)
    inside = compiled(parts["where"], held) == 1.0 if "where" in parts else ibis.literal(value=True)
    reached = (
        rows[f"{OF_TRACE}weight"] if f"{OF_TRACE}weight" in rows.columns else ibis.literal(1.0)
    )
    p = _product([rows[one] for one in chances]) if chances else chance(rows, OF_TRACE)
    told = rows.mutate(
        y=y,
        d=d,
        w=reached if p is None else reached / p.nullif(0.0),
        reached=reached,
        inside=inside.fill_null(NO),
        known=y.notnull() & d.notnull(),
        user=_user(rows),
    )
    return Base(metric, told, {name: own.get(name, "") for name in sorted(needs)}, sources)


def _joined(
    view: View,
    metric: Metric,
    columns: Collection[str],
    by: tuple[str, ...],
    steps: tuple[str, ...],
) -> tuple[Any, dict[str, str]]:
    """Return the metric's own rows beside what is needed of their traces, and their own columns."""
    needed = (*_WEIGHING, *by)
    beside = {OF_TRACE + name: name for name in needed if name in view.tables.traces.kinds}
    if metric.table == "traces":
        traces = view.traces([*needed, *columns])
        own = {name: name for name in view.tables.traces.names if name in columns}
        more = {name: traces[of] for name, of in beside.items()}
        return traces.mutate(**more, trace=traces["trace_id"], time=traces["start"]), own
    spans, traces = view.tables.spans, view.traces(needed)
    if spans is None:
        empty = traces.filter(ibis.literal(value=False))
        more = {name: empty[of] for name, of in beside.items()}
        return empty.select(**more, trace=empty["trace_id"], time=empty["start"]), {}
    beside_steps = {OF_STEP + name: name for name in steps if name in spans.names}
    own = {name: name for name in spans.names if name in columns}
    few = traces.select(of_trace=traces["trace_id"], **{a: traces[b] for a, b in beside.items()})
    held = spans.only(["trace_id", "start", *columns, *steps])
    rows = held.inner_join(few, held["trace_id"] == few["of_trace"])
    more = {name: rows[of] for name, of in beside_steps.items()}
    return rows.mutate(**more, trace=rows["trace_id"], time=rows["start"]), own


def _product(parts: list[Any]) -> Any:
    return reduce(operator.mul, parts)


def _scored(view: View, kinds: pd.DataFrame, name: str) -> tuple[Any, str]:
    scores = view.of("scores", SCORE_COLUMNS)
    return score_rows(view.tables, scores, kinds, name)


def chance(rows: Any, prefix: str = "") -> Any | None:
    """Return the probability with which `sample` chose each trace, missing where nobody knows it.

    None where no trace was chosen so.

    Args:
        rows: traces, or rows beside the columns of their traces.
        prefix: of the columns of the traces.
    """
    if f"{prefix}inclusion_p" not in rows.columns:
        return None
    p = rows[f"{prefix}inclusion_p"]
    if f"{prefix}sampled_by" not in rows.columns:
        return p
    words = rows[f"{prefix}sampled_by"]
    elsewhere = words.isnull() | words.isin(UPSTREAM)
    return ibis.cases((p.isnull() & elsewhere, 1.0), else_=p)


def _user(rows: Any) -> Any:
    """Return the user of each row; where unknown its session; where unknown its trace."""
    known = []
    for mark, name in (("u", "user_id"), ("s", "session_id")):
        if OF_TRACE + name in rows.columns:
            column = rows[OF_TRACE + name]
            known.append((column.notnull(), ibis.literal(mark) + column))
    alone = ibis.literal("t") + rows["trace"]
    return ibis.cases(*known, else_=alone) if known else alone
