"""Which metrics are asked, what are they called, and which scores does each read?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from agentlens.analysis.arms.scores import by_score
from agentlens.errors import BadInputError
from agentlens.measures.builtin import BUILTIN, find_metric, score_metric
from agentlens.measures.metric import Metric
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.wide import score_names

__all__ = ["Wanted", "wanted_of"]

Asked = str | Metric | Sequence[str | Metric] | None


@dataclass(frozen=True, eq=False)
class Wanted:
    """A metric that is asked.

    Attributes:
        metric: itself.
        title: what it is called; a judge's raw rate says that it is one.
        log: the traces with the scores that it reads and no others, which is read faster.
    """

    metric: Metric
    title: str
    log: Log


def wanted_of(log: Log, metrics: Asked) -> tuple[Wanted, ...]:
    """Return the metrics: those asked for, or everything built in and every score.

    Args:
        log: where scores are looked up.
        metrics: names or Metrics.

    Raises:
        BadInputError: nothing is asked, or something twice.
    """
    names = score_names(log.scores)
    kept = by_score(log)
    if metrics is None:
        found = [*BUILTIN.values(), *(score_metric(kept[names[one][0]], one) for one in names)]
    else:
        given: Any = metrics
        several = not isinstance(given, str) and isinstance(given, Iterable)
        found = [find_metric(log, one) for one in (given if several else [given])]
        _refuse([one.name for one in found])
    return tuple(_wanted(log, one, names, kept) for one in found)


def _wanted(
    log: Log, metric: Metric, names: dict[str, tuple[str, str]], kept: dict[str, Log]
) -> Wanted:
    parts = metric.expressions().values()
    columns = {name.partition("?")[0] for part in parts for name in part.columns}
    read = {names[one] for one in columns if one in names}
    judged = metric.correction is None and any(source == "judge" for _, source in read)
    title = metric.title
    if judged:
        title = f"{title.removesuffix(' score')} (uncorrected judge)"
    scores = {name for name, _ in read}
    if not scores or metric.table == "spans":
        return Wanted(metric, title, log)
    alone = len(scores) == 1
    return Wanted(metric, title, kept[scores.pop()] if alone else _only(log, scores))


def _only(log: Log, names: set[str]) -> Log:
    """Return the traces with the scores of these names, without spans."""
    chosen = among(log.scores["name"], pd.Series(sorted(names)))
    return Log(traces=log.traces, scores=log.scores[chosen].reset_index(drop=True))


def _refuse(names: Sequence[str]) -> None:
    if not names:
        message = "metrics= is empty: name at least one metric, or leave it out."
        raise BadInputError(message)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"metrics= names {twice[0]!r} twice. Name each once."
        raise BadInputError(message)
