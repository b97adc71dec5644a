"""What was sampled before the traces reached us, and what does each one weigh therefore?"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import kolmogorov

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats
from agentlens.tables.problems import Problem
from agentlens.tables.weights import UPSTREAM

__all__ = ["Upstream", "head_sampling", "weighted"]

_OTEL, _STATED = UPSTREAM
_HEX = re.compile(r"(?:[0-9a-fA-F]{16}){1,2}")
_HALF = 0.5
_SURE = 1e-6
_NOT_EVEN = 1e-4
_MOST = 0.99
_COUNTERS = 1e-3  # ids that are counted up or are times fill far less of the range
_PERCENT = 0.01


@dataclass(frozen=True)
class Upstream:
    """Traces with `weight` and `sampled_by` as upstream sampling makes them, and what to report."""

    traces: pd.DataFrame
    problems: tuple[Problem, ...]


def weighted(
    traces: pd.DataFrame,
    *,
    chances: pd.Series | None = None,
    source_rate: float | None = None,
) -> Upstream:
    """Return the traces weighted by what is known of sampling before us.

    A trace's own chance is believed before a rate for the whole source. Where neither is known,
    nothing is weighted, and what the ids and the errors suggest is said.

    Args:
        traces: one row per trace, with `trace_id`; a `weight` that is there stays a factor.
        chances: the probability with which each trace was kept, where its root records it.
        source_rate: the share of traces that the source keeps.
    """
    if source_rate is not None and not 0 < source_rate <= 1:
        message = (
            f"source_rate is the share of traces that the source keeps, above 0 and at most 1,"
            f" not {source_rate!r}."
        )
        raise BadInputError(message)
    p = np.full(len(traces), np.nan)
    if chances is not None:
        p = chances.to_numpy(dtype=np.float64, na_value=np.nan)
    stated = ~np.isnan(p)
    problems = []
    if stated.any():
        problems.append(_said(stated, f"{_OTEL}: weighted by one over the trace state's chance"))
    by = pd.Series(_OTEL, index=traces.index, dtype="str").where(stated)
    if source_rate is not None and not stated.all():
        problems.append(_said(~stated, f"{_STATED}: weighted by 1 / {source_rate:g} as stated"))
        by = by.where(stated, _STATED)
        p = np.where(stated, p, source_rate)
    if source_rate is None and not stated.any():
        problems += head_sampling(traces["trace_id"])
    problems += _many_errors(traces)
    if np.isnan(p).all():
        return Upstream(traces, tuple(problems))
    factor = np.where(np.isnan(p), 1.0, 1.0 / p)
    whole = traces["weight"] * factor if "weight" in traces else factor
    return Upstream(traces.assign(weight=whole, sampled_by=_joined(traces, by)), tuple(problems))


def head_sampling(trace_ids: pd.Series) -> tuple[Problem, ...]:
    """Return what to report where the trace ids look as if they decided who was kept.

    A ratio sampler keeps a trace if the low 64 bits of its id lie below a share of their range.
    Ids that are not random, such as UUIDs with fixed bits or counters, are told by their spread.

    Args:
        trace_ids: ids of the traces; those that are not 16 or 32 hex digits are left out.
    """
    texts = trace_ids.dropna().drop_duplicates().astype("str")
    ids = texts[texts.str.fullmatch(_HEX)]
    n = len(ids)
    if not n or n < _MOST * len(texts):
        return ()
    shares = np.array([int(one, 16) for one in ids.str[-16:]], dtype=np.float64) / 2.0**64
    largest = float(shares.max())
    if largest < _COUNTERS or largest**n >= _SURE or _uneven(np.sort(shares) / largest):
        return ()
    rate = min(largest * (n + 1) / n, 1.0)
    detail = (
        f"this source looks head-sampled at about {rate:.{0 if rate > _PERCENT else 1}%} by trace"
        " id; pass source_rate= to weight it"
    )
    return (
        Problem(
            action="sampled",
            table="traces",
            field="trace_id",
            severity="warn",
            n=n,
            share=n / max(len(trace_ids), 1),
            detail=detail,
        ),
    )


def _uneven(shares: Floats) -> bool:
    """Return whether sorted numbers from 0 to 1 are surely not even, by Kolmogorov's distance."""
    n = shares.size
    above = np.arange(1, n + 1) / n - shares
    apart = max(float(above.max()), float((1 / n - above).max()))
    return float(kolmogorov(np.sqrt(n) * apart)) < _NOT_EVEN


def _many_errors(traces: pd.DataFrame) -> tuple[Problem, ...]:
    """Return a warning where most traces failed: a collector may have kept failures on purpose."""
    if "status" not in traces or not len(traces):
        return ()
    failed = (traces["status"] == "error").to_numpy(dtype=bool, na_value=False)
    if failed.mean() <= _HALF:
        return ()
    detail = (
        "more than half of the traces are errors: a collector that keeps failures on purpose leaves"
        " no other mark, and rates would be of what it kept; pass weights if it does"
    )
    return (_said(failed, detail, warn=True),)


def _joined(traces: pd.DataFrame, names: pd.Series) -> pd.Series:
    if "sampled_by" not in traces:
        return names
    old = traces["sampled_by"].astype("str")
    return old.where(names.isna(), (old + ", " + names).where(old.notna(), names))


def _said(rows: np.ndarray, detail: str, *, warn: bool = False) -> Problem:
    return Problem(
        action="sampled",
        table="traces",
        field="weight",
        severity="warn" if warn else "info",
        n=int(rows.sum()),
        share=float(rows.mean()),
        detail=detail,
    )
