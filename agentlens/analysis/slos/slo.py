"""What is promised, and can that promise be kept count of?"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from math import isfinite, nan
from numbers import Real
from typing import Literal, get_args

from agentlens import text
from agentlens.errors import BadInputError, near
from agentlens.measures.builtin import BUILTIN
from agentlens.measures.metric import Metric
from agentlens.tables.period import length

__all__ = ["SLO", "SLOKind", "allowed_share", "judge_agreement", "promise"]

_HUMAN = "@human"

SLOKind = Literal["system", "objective", "failure_mode", "judge"]


@dataclass(frozen=True)
class SLO:
    """A promise about a metric: what, how much, over which time; a value.

    A rate promises a share of good events, a quantile that its share of traces stays within the
    objective: both have a budget of bad events, and exact bounds. A mean or a ratio has no bad
    events, hence no budget: only its interval is held against the objective.

    Attributes:
        name: what it is called on the scorecard.
        metric: a name, or a Metric; its `better` says which side is good.
        objective: the value to keep: at least that where higher is better, else at most.
        window: the time over which the promise is kept count of; it moves along.
        kind: "system" (latency, errors), "objective" (completion), "failure_mode" (rare bad
            events, such as safety flags) or "judge" (a judge's agreement with people).
        where: trace columns and their values, as in `log.where`; None for all traces.
        owner: who acts.
        runbook: where it says how.

    Example:
        >>> SLO("errors", "error_rate", 0.02, owner="platform")
        SLO('errors', error_rate at most 2% over 28D)
    """

    name: str
    metric: str | Metric
    objective: float
    _: KW_ONLY
    window: str = "28D"
    kind: SLOKind = "system"
    where: Mapping[str, object] | None = field(default=None, hash=False)
    owner: str = ""
    runbook: str = ""

    def __post_init__(self) -> None:
        """Refuse a promise that cannot be kept count of, and say why."""
        name: object = self.name
        if not isinstance(name, str) or not name.strip():
            message = f"An SLO has a name, by which its card calls it; found {self.name!r}."
            raise BadInputError(message)
        if not isinstance(self.metric, (str, Metric)):
            found = type(self.metric).__name__
            message = f"SLO {self.name!r}: metric is a name or a Metric, not {found}."
            raise BadInputError(message)
        number = isinstance(self.objective, Real) and not isinstance(self.objective, bool)
        if not number or not isfinite(self.objective):
            message = (
                f"SLO {self.name!r}: objective is a number, such as 0.95 for 95%, not"
                f" {self.objective!r}."
            )
            raise BadInputError(message)
        if self.kind not in get_args(SLOKind):
            message = (
                f"SLO {self.name!r}: there is no kind {self.kind!r}."
                f"{near(str(self.kind), get_args(SLOKind))}"
            )
            raise BadInputError(message)
        length(self.window)
        if self.where is not None:
            _refuse_where(self.name, self.where)
            object.__setattr__(self, "where", dict(self.where))
        if isinstance(self.metric, Metric) or self.metric in BUILTIN:
            metric = self.metric if isinstance(self.metric, Metric) else BUILTIN[self.metric]
            allowed_share(self, metric)

    def __repr__(self) -> str:
        """Return the promise as a phrase."""
        known = self.metric if isinstance(self.metric, Metric) else BUILTIN.get(self.metric)
        name = known.name if known else self.metric
        said = promise(self, known) if known else f"objective {self.objective:g}"
        return f"SLO({self.name!r}, {name} {said} over {self.window})"


def _refuse_where(name: str, where: Mapping[str, object]) -> None:
    given: object = where
    if not isinstance(given, Mapping) or not given:
        message = (
            f"SLO {name!r}: where is a dict of trace columns, such as {{'device': 'mobile'}}, not"
            f" {where!r}; leave it out for all traces."
        )
        raise BadInputError(message)


def allowed_share(slo: SLO, metric: Metric) -> float:
    """Return the share of events that may be bad; NaN for a mean or a ratio, which has none.

    Args:
        slo: the promise.
        metric: what its metric turned out to be.

    Raises:
        BadInputError: the metric and the objective do not go together.

    >>> round(allowed_share(SLO("done", "strong_completion", 0.85), BUILTIN["strong_completion"]), 9)
    0.15
    """
    if metric.better == "neither" or metric.kind == "count":
        message = (
            f"SLO {slo.name!r}: {metric.name!r} cannot be promised, because"
            f" {'a count has no good share' if metric.kind == 'count' else 'neither side is good'}."
            " Take a rate, a quantile, a mean or a ratio, with better='higher' or 'lower'."
        )
        raise BadInputError(message)
    if slo.kind in {"failure_mode", "judge"} and metric.kind != "rate":
        message = (
            f"SLO {slo.name!r}: kind={slo.kind!r} counts events, but {metric.name!r} is a"
            f" {metric.kind}. Take a rate, or another kind."
        )
        raise BadInputError(message)
    lower = metric.better == "lower"
    if metric.kind == "quantile":
        return 1 - (metric.q or nan) if lower else metric.q or nan
    if metric.kind != "rate":
        return nan
    if not 0 < slo.objective < 1:
        whole = (
            "an objective of 0 or 1 leaves no budget: the first bad event would break it for good"
        )
        percent = f"did you mean {slo.objective / 100:g}, that is {slo.objective:g}%?"
        message = (
            f"SLO {slo.name!r}: the objective of a rate lies between 0 and 1, not at"
            f" {slo.objective!r}; {whole if slo.objective in {0, 1} else percent}"
            f"{'.' if slo.objective in {0, 1} else ''}"
        )
        raise BadInputError(message)
    return slo.objective if lower else 1 - slo.objective


def promise(slo: SLO, metric: Metric) -> str:
    """Return what is promised as a phrase.

    >>> promise(SLO("fast", "latency_p95", 20), BUILTIN["latency_p95"])
    '95% within 20.0 s'
    """
    side = "at most" if metric.better == "lower" else "at least"
    if metric.kind == "quantile":
        inside = "within" if metric.better == "lower" else "at or above"
        share = 100 * (1 - allowed_share(slo, metric))
        return f"{share:.6g}% {inside} {text.number(slo.objective, metric.unit)}"
    if metric.kind == "rate":
        return f"{side} {100 * slo.objective:.6g}%"
    return f"{side} {text.number(slo.objective, metric.unit)}"


def judge_agreement(score: str, *, passes: float = 0.5) -> Metric:
    """Return the metric: share of labelled traces on which the judge says what people say.

    It is an expression like any other; a trace counts where both have spoken.

    Args:
        score: name of the score that both give, such as "goal_completion".
        passes: from which value on a score is a pass.

    Example:
        >>> judge_agreement("goal_completion").title
        'judge agreement: goal completion'
    """
    given: object = score
    if not isinstance(given, str) or not given or any(mark in given for mark in "'\"\\"):
        message = f"score is the name of a score without quotes in it, not {score!r}."
        raise BadInputError(message)
    name = score.removeprefix("score:").removesuffix(_HUMAN)
    return Metric(
        f"judge_agreement:{name}",
        "rate",
        "higher",
        "share",
        f"(score('{name}') >= {passes:g}) == (score('{name}{_HUMAN}') >= {passes:g})",
        meaning="the judge says what people say",
    )
