"""Which metrics make a scorecard?"""

from collections.abc import Iterable, Sequence
from typing import Any

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.tables.log import Log
from agentlens.tables.wide import score_names

__all__ = ["wanted_of"]

_USUAL = (
    "strong_completion",
    "error_rate",
    "escalation",
    "latency_p95",
    "cost_per_trace",
    "safety_flags",
)


def wanted_of(
    log: Log, metrics: str | Metric | Sequence[str | Metric] | None
) -> tuple[list[Metric], str, list[str]]:
    """Return the metrics, their names as a phrase, and the usual ones that are not recorded.

    Args:
        log: the traces.
        metrics: what was asked for.
    """
    if metrics is None:
        judged = [
            name for name, (_, source) in score_names(log.scores).items() if source == "judge"
        ]
        usual = [find_metric(log, name) for name in (*_USUAL, *judged)]
        absent = [one.title for one in usual if metric_rows(log, one).absent]
        kept = [one for one in usual if one.title not in absent]
        if not kept:
            message = "The log records no usual metric. Name some: metrics=['latency_p95']."
            raise BadInputError(message)
        return kept, "Release scorecard", absent
    given: Any = metrics
    several = not isinstance(given, str) and isinstance(given, Iterable)
    asked: list[str | Metric] = list(given) if several else [given]
    if not asked:
        message = "metrics= is empty: name at least one metric, or leave it out."
        raise BadInputError(message)
    found = [find_metric(log, one) for one in asked]
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"metrics= names {twice[0]!r} twice. Name each once."
        raise BadInputError(message)
    return found, text.capital(text.listed([one.title for one in found], most=12)), []
