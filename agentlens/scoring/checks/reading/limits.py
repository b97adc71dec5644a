"""What does a trace take, and which amount do few traces of a baseline take?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.columns import steps_of, texts_of
from agentlens.stats.arrays import Floats
from agentlens.stats.intervals.quantiles import rank
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting

__all__ = ["MEASURES", "limits_of", "measured"]

MEASURES = ("latency_s", "ttft_s", "steps", "tool_calls", "retries", "tokens", "cost_usd")
"""What can have a limit."""


def measured(log: Log, name: str) -> Floats:
    """Return what each trace takes; missing where it is not known.

    Args:
        log: traces and their steps.
        name: of `MEASURES`.
    """
    if name == "ttft_s":
        return _slowest(log)
    if name == "tokens":
        return _column(log, "input_tokens") + _column(log, "output_tokens")
    return _column(log, name)


def limits_of(baseline: Log, name: str, share: float, by: str | None) -> Mapping[str, float]:
    """Return the amount that a share of the baseline does not exceed, under "" or by slice.

    Args:
        baseline: the log that shows what is usual.
        name: of `MEASURES`.
        share: such as 0.99.
        by: the trace column by whose values the baseline is cut; rare values get no limit.
    """
    values, weight = measured(baseline, name), weighting(baseline.traces).of_row
    slices = texts_of(baseline.traces, by) if by else texts_of(_one(len(baseline)), "")
    known = ~np.isnan(values) & ~np.isnan(weight) & (slices.codes >= 0)
    fewest = int(np.ceil(1 / (1 - share)))
    codes = slices.codes[known]
    many = np.bincount(codes, minlength=len(slices.distinct)) >= fewest
    if not many.any():
        message = (
            f"{name}: p{100 * share:g} of {int(known.sum()):,} baseline traces says nothing;"
            f" {fewest:,} with {name} are the fewest{f' for one value of {by}' if by else ''}."
        )
        raise BadInputError(message)
    ranked = rank(codes, values[known], weight[known], len(slices.distinct))
    at = ranked.at(np.where(many, share, np.nan))
    return {
        one: float(f"{limit:.6g}")  # a last digit more or less is no other edition
        for one, limit, enough in zip(slices.distinct, at, many, strict=True)
        if enough
    }


def _slowest(log: Log) -> Floats:
    calls = steps_of(log, ("llm",))
    if "ttft_s" not in calls:
        return np.full(len(log), np.nan)
    slowest = calls.groupby("row")["ttft_s"].max()
    return slowest.reindex(range(len(log))).to_numpy(dtype=np.float64, na_value=np.nan)


def _column(log: Log, name: str) -> Floats:
    if name not in log.traces:
        return np.full(len(log), np.nan)
    return log.traces[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _one(n: int) -> pd.DataFrame:
    return pd.DataFrame({"": [""] * n})
