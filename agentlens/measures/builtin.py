"""Which metrics are there without being asked, and which one does a name mean?"""

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Better, Metric, TableName
from agentlens.tables.log import Log
from agentlens.tables.wide import score_names

__all__ = ["BUILTIN", "find_metric", "member", "score_metric", "strong_completion"]

_CLOSED = "not coalesce(status == 'open', False)"
_JUDGED = "known(completed) and known(user_corrected) and known(escalated)"
_STRONG_WITHOUT_RATING = "completed and not user_corrected and not escalated"
_STRONG = f"{_STRONG_WITHOUT_RATING} and not coalesce(user_rating < 0.5, False)"
_SIGNALS = (
    "copied",
    "followed_up",
    "user_corrected",
    "repeated_prompts",
    "abandoned",
    "escalated",
)
_IMPLICIT = (
    "(coalesce(copied, 0) + 0.5 * coalesce(followed_up, 0) - coalesce(user_corrected, 0)"
    " - 0.5 * coalesce(repeated_prompts > 0, 0) - coalesce(abandoned, 0) - coalesce(escalated, 0))"
    f" / ({' + '.join(f'known({name})' for name in _SIGNALS)})"
)


def _flagged(name: str, column: str, better: Better, meaning: str) -> Metric:
    return Metric(name, "rate", better, "share", column, where=_CLOSED, meaning=meaning)


def _mean(name: str, unit: str, column: str, meaning: str) -> Metric:
    return Metric(name, "mean", "lower", unit, column, meaning=meaning)


def _quantile(name: str, column: str, q: float, meaning: str, *, spans: bool = False) -> Metric:
    where = "kind == 'llm'" if spans else ""
    table: TableName = "spans" if spans else "traces"
    return Metric(
        name, "quantile", "lower", "s", column, where=where, q=q, table=table, meaning=meaning
    )


def strong_completion(version: int = 2) -> Metric:
    """Return the metric of answers that served, by one of its two definitions.

    One trace is settled by any bad news that is known, and by nothing else while some is missing.
    The rate counts the traces of which all is known: those known to be bad would weigh too much
    beside others that cannot be known to be good.

    Args:
        version: 1 is the definition without the user's rating; 2 takes a known bad rating for a
            failure and a missing one for none.

    Example:
        >>> strong_completion(version=1).numerator
        'completed and not user_corrected and not escalated'
    """
    if version not in _STRONGS:
        message = f"strong_completion has versions {[*_STRONGS]}, not {version!r}."
        raise BadInputError(message)
    numerator, meaning = _STRONGS[version]
    return Metric(
        "strong_completion",
        "rate",
        "higher",
        "share",
        numerator,
        where=f"{_CLOSED} and {_JUDGED}",
        version=version,
        meaning=meaning,
    )


_STRONGS = {
    1: (_STRONG_WITHOUT_RATING, "finished, not corrected, not escalated"),
    2: (_STRONG, "finished, not corrected, not escalated, not rated badly"),
}

_EVERY = (
    _flagged("weak_completion", "completed", "higher", "finished with an answer"),
    strong_completion(),
    Metric(
        "completion_gap",
        "rate",
        "lower",
        "share",
        f"completed and not ({_STRONG})",
        where=f"{_CLOSED} and {_JUDGED}",
        version=2,
        meaning="finished with an answer that did not serve",
    ),
    Metric(
        "satisfaction_explicit",
        "mean",
        "higher",
        "",
        "user_rating",
        meaning="mean rating of the few who rate; they are not a sample of all users",
    ),
    Metric(
        "satisfaction_implicit",
        "mean",
        "higher",
        "",
        _IMPLICIT,
        meaning="mean of the behavioural signals that are known, derived and uncalibrated",
    ),
    _flagged("error_rate", "status == 'error'", "lower", "ended in an error"),
    _quantile("latency_p50", "latency_s", 0.5, "half of the traces are faster"),
    _quantile("latency_p95", "latency_s", 0.95, "one trace in twenty is slower"),
    _quantile("latency_p99", "latency_s", 0.99, "one trace in a hundred is slower"),
    _quantile("ttft_p50", "ttft_s", 0.5, "time to the first token, half are faster", spans=True),
    _quantile("ttft_p95", "ttft_s", 0.95, "time to the first token, 1 in 20 slower", spans=True),
    _mean("cost_per_trace", "USD", "cost_usd", "mean cost of a trace"),
    Metric(
        "cost_per_success",
        "ratio",
        "lower",
        "USD",
        "cost_usd",
        _STRONG,
        f"{_CLOSED} and {_JUDGED} and known(cost_usd)",
        version=2,
        meaning="everything spent, divided by strong completions",
    ),
    _mean("steps", "", "steps", "mean steps of a trace"),
    _mean("llm_calls", "", "llm_calls", "mean model calls of a trace"),
    _mean("tool_calls", "", "tool_calls", "mean tool calls of a trace"),
    _mean("tokens", "tokens", "input_tokens + output_tokens", "mean tokens of a trace"),
    _flagged("abandonment", "abandoned", "lower", "the user left before an answer"),
    _flagged("escalation", "escalated", "lower", "handed over to a person"),
    _flagged("correction", "user_corrected", "lower", "the user corrected the answer"),
    _flagged("repeated_prompts", "repeated_prompts > 0", "lower", "the user had to ask again"),
    _flagged("safety_flags", "safety_flagged", "lower", "a guardrail or a check objected"),
    Metric(
        "tool_success",
        "rate",
        "higher",
        "share",
        "status != 'error'",
        where="kind == 'tool'",
        table="spans",
        meaning="tool calls without an error",
    ),
    Metric("traffic", "count", "neither", "traces", "1", meaning="traces that began"),
)

BUILTIN: dict[str, Metric] = {metric.name: metric for metric in _EVERY}
"""The built-in metrics by name."""

_FAMILIES = {
    "error_rate": ("error_type", "ended in an error of this type"),
    "tool_success": ("name", "calls of this tool without an error"),
}


def find_metric(log: Log, metric: str | Metric) -> Metric:
    """Return the metric itself: built in, of a family such as `error_rate:timeout`, or a score.

    Args:
        log: where scores are looked up.
        metric: a name, or a Metric, which comes back as it is.
    """
    if isinstance(metric, Metric):
        return metric
    if not isinstance(metric, str):
        message = f"A metric is a name or a Metric, not {type(metric).__name__}."
        raise BadInputError(message)
    if metric in BUILTIN:
        return BUILTIN[metric]
    family, _, value = metric.partition(":")
    if family in _FAMILIES and value:
        return member(family, value)
    scores = score_names(log.score_kinds())
    if metric in scores:
        return score_metric(log, metric)
    known = [*BUILTIN, *scores]
    raise UnknownNameError("metric", metric, known, hint="al.metrics(log) lists them.")


def member(family: str, value: str) -> Metric:
    """Return one metric of a family, such as the error rate by a type."""
    column, meaning = _FAMILIES[family]
    name = f"{family}:{value}"
    test = f"{column} == {value!r}"
    if family == "error_rate":
        numerator = f"status == 'error' and coalesce({test}, False)"
        return _flagged(name, numerator, "lower", meaning)
    whole = BUILTIN[family]
    return Metric(
        name,
        whole.kind,
        whole.better,
        whole.unit,
        whole.numerator,
        where=f"{whole.where} and {test}",
        table=whole.table,
        meaning=meaning,
    )


def score_metric(log: Log, column: str) -> Metric:
    """Return the metric of one score: a rate where every value is 0 or 1, else a mean."""
    kinds = log.score_kinds()
    name, source = score_names(kinds)[column]
    passes = bool(kinds["passes"][(kinds["name"] == name) & (kinds["source"] == source)].all())
    numerator = f"score({column.removeprefix('score:')!r})"
    meaning = f"{'pass rate' if passes else 'mean value'} as {source} says, uncorrected"
    if passes:
        return Metric(column, "rate", "higher", "share", numerator, meaning=meaning)
    return Metric(column, "mean", "higher", "", numerator, meaning=meaning)
