"""Did a trace stay within its limits of time, steps and money?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, nothing
from agentlens.scoring.checks.reading.limits import MEASURES, limits_of, measured
from agentlens.stats.arrays import Floats
from agentlens.tables.log import Log

__all__ = ["budget"]

Limit = float | str
_SHARE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,2})?)(?: of baseline)?")


@dataclass(frozen=True, eq=False)
class _Limits:
    """The limit of each measure: one number, or one for each value of a column."""

    by: str | None
    of: Mapping[str, Mapping[str, float]]


def budget(  # noqa: PLR0913 - one limit each, and all have a default
    *,
    latency_s: Limit | None = None,
    ttft_s: Limit | None = None,
    steps: Limit | None = None,
    tool_calls: Limit | None = None,
    retries: Limit | None = None,
    tokens: Limit | None = None,
    cost_usd: Limit | None = None,
    by: str | None = None,
    baseline: Log | None = None,
    name: str = "budget",
) -> Check:
    """Return the check that a trace goes over none of its limits.

    A limit is a number, or a quantile of a baseline such as "p99 of baseline", which is worked out
    now and written into the check. A trace that goes over one limit fails; one of which a measure
    is not known, and that fails no other, is not checked.

    Args:
        latency_s: the longest time.
        ttft_s: the longest time to a first token among its model calls.
        steps: the most steps.
        tool_calls: the most tool calls.
        retries: the most retries.
        tokens: the most tokens read and written.
        cost_usd: the highest cost.
        by: a trace column for whose values limits are taken from the baseline one by one.
        baseline: the log from which quantiles are taken.
        name: what its scores are called.

    Example:
        >>> budget(latency_s=20, tool_calls=8).params["limits"]
        {'latency_s': 20.0, 'tool_calls': 8.0}
    """
    given: dict[str, Limit | None] = {
        "latency_s": latency_s,
        "ttft_s": ttft_s,
        "steps": steps,
        "tool_calls": tool_calls,
        "retries": retries,
        "tokens": tokens,
        "cost_usd": cost_usd,
    }
    limits = _resolved(
        {one: limit for one, limit in given.items() if limit is not None}, by, baseline
    )
    plain = {one: dict(held) if by else held[""] for one, held in limits.of.items()}
    return Check(
        name=name,
        version=1,
        applies="traces of which every measure is known",
        question=f"Is the trace within its limits of {text.listed(limits.of, most=len(MEASURES))}?",
        params={"limits": plain, "by": by},
        run=lambda log: _run(log, limits),
        failing="traces go over a limit",
    )


def _resolved(given: Mapping[str, Limit], by: str | None, baseline: Log | None) -> _Limits:
    """Return the limits as numbers."""
    if not given:
        message = f"budget() has no limit; give one, such as latency_s=20. {MEASURES!r} are known."
        raise BadInputError(message)
    if by is not None and (baseline is None or by not in baseline.traces):
        known = () if baseline is None else baseline.traces.columns
        if baseline is None:
            message = f"by={by!r} takes limits from a baseline, and none is given; pass baseline=."
            raise BadInputError(message)
        raise UnknownNameError("trace column", by, known)
    found: dict[str, Mapping[str, float]] = {}
    for one, limit in given.items():
        share = _share(one, limit)
        if share is None:
            found[one] = {"": float(limit)}
            if by is not None:
                message = f"{one}={limit!r} is one number, and by={by!r} asks for quantiles."
                raise BadInputError(message)
        elif baseline is None:
            message = f"{one}={limit!r} needs a baseline; pass baseline=, such as log.last('28D')."
            raise BadInputError(message)
        else:
            found[one] = limits_of(baseline, one, share, by)
    return _Limits(by, found)


def _share(name: str, limit: object) -> float | None:
    """Return which quantile a limit means, or None where it is a number."""
    if isinstance(limit, str):
        match = _SHARE.fullmatch(limit.strip())
        if match and float(match[1]) > 0:
            return float(match[1]) / 100
    elif _is_amount(limit):
        return None
    message = f"{name} is a number from 0 or a quantile such as 'p99 of baseline', not {limit!r}."
    raise BadInputError(message)


def _is_amount(limit: object) -> bool:
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        return False
    return isfinite(limit) and limit >= 0


def _run(log: Log, limits: _Limits) -> Found:
    values = {name: measured(log, name) for name in limits.of}
    lacking = [name for name, held in values.items() if np.isnan(held).all()]
    if not len(log):
        return nothing(0, "this log has no traces")
    if len(lacking) == len(values):
        return nothing(len(log), f"this log has no {text.listed(lacking, most=len(MEASURES))}")
    if limits.by is not None and limits.by not in log.traces:
        return nothing(len(log), f"this log has no column {limits.by!r}")
    over = np.zeros(len(log), dtype=bool)
    unknown: np.ndarray = np.full(len(log), "", dtype=object)
    kind, evidence = pd.Series("", range(len(log)), dtype=object), None
    for name, held in values.items():
        limit = _limit(log, limits, name)
        more = held > limit
        over |= more
        kind = kind.where(~more, (kind + ", " + name).str.removeprefix(", "))
        told = pd.Series([_told(name, *pair) for pair in zip(held[more], limit[more], strict=True)],
                         np.flatnonzero(more), dtype=object).reindex(range(len(log)), fill_value="")  # fmt: skip
        evidence = told if evidence is None else (evidence + "; " + told).str.strip("; ")
        why = np.where(np.isnan(held), f"no {name}", np.where(np.isnan(limit), "no limit", ""))
        unknown = np.where((unknown == "") & (why != ""), why, unknown)
    told = evidence if evidence is not None else kind
    verdict = np.where(over, FAIL, np.where(unknown == "", PASS, NONE)).astype(np.int64)
    return Found(
        verdict=verdict,
        kind=np.where(over, kind, unknown).astype(object),
        evidence=np.where(over, told, "").astype(object),
        value=np.where(verdict == NONE, np.nan, verdict.astype(np.float64)),
    )


def _told(name: str, value: float, limit: float) -> str:
    return f"{name} {text.significant(value)} over {text.significant(limit)}"


def _limit(log: Log, limits: _Limits, name: str) -> Floats:
    """Return the limit of each trace; missing where its slice had none."""
    held = limits.of[name]
    if limits.by is None:
        return np.full(len(log), held[""])
    slices = texts_of(log.traces, limits.by)
    numbers = [held.get(one, np.nan) for one in slices.distinct]
    return np.array([*numbers, np.nan], dtype=np.float64)[slices.codes]
