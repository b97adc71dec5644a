"""What do the numbers of a Result mean, so that another meaning is never taken for a change?"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from agentlens.analysis.slos.slo import SLO
from agentlens.measures.builtin import BUILTIN
from agentlens.measures.metric import Metric
from agentlens.result import Result

__all__ = ["definitions"]

_BY_NAME = ("rubric", "judge id")
_QUOTED = re.compile("'[^']*'")
_RUBRIC = re.compile(r"(?<![\w@])([\w.-]+)@(\d\w*)")


def definitions(result: Result) -> dict[str, str]:
    """Return what was measured, promised or asked, by its name: a version, "#", a mark of the text.

    Args:
        result: any Result; one that measures nothing by name gives nothing.

    Example:
        >>> import agentlens as al
        >>> found = definitions(al.control_chart(al.demo(), "latency_p95"))
        >>> found["latency p95"].partition("#")[0]
        'version 1'
    """
    said = {name: result.facts().get(name) for name in _BY_NAME}
    found = {
        name: fact.value for name, fact in said.items() if fact and isinstance(fact.value, str)
    }
    if "rubric" not in found:
        found |= {name: f"version {number}" for name, number in _RUBRIC.findall(result.title)}
    for value in vars(result).values():
        for one in _inside(value):
            found |= _meant(one)
    return found


def _inside(value: object) -> Iterator[object]:
    """Yield a value, or what it holds."""
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value


def _meant(value: object) -> dict[str, str]:
    if isinstance(value, SLO):
        known = BUILTIN.get(value.metric) if isinstance(value.metric, str) else value.metric
        of = _text(known) if known else value.metric
        where = sorted((value.where or {}).items())
        return {value.name: f"{value.objective:g} over {value.window}#{_mark(of, where)}"}
    metric = getattr(value, "metric", None) if isinstance(value, Result) else value
    if not isinstance(metric, Metric):
        return {}
    return {metric.title: f"version {metric.version}#{_mark(_text(metric))}"}


def _text(metric: Metric) -> tuple[object, ...]:
    """Return the wording of a definition; of a corrected one, only the scores that it reads."""
    # What a correction estimates is told with more labels every week, and is no new definition.
    numerator = _QUOTED.findall(metric.numerator) if metric.correction else metric.numerator
    return (
        *(metric.kind, metric.better, metric.unit, metric.table, metric.q, metric.version),
        *(numerator, metric.denominator, metric.where),
    )


def _mark(*wording: object) -> str:
    return sha256(repr(wording).encode(errors="backslashreplace")).hexdigest()[:8]
